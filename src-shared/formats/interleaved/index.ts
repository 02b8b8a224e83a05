/**
 * @file Documents in which texts and images follow each other, as Emu, DreamLLM, SEED, MiniGPT-5 and JAM are trained on:
 *
 *   MMC4      { text_list: [text], image_info: [{ image_name, matched_text_index }] }
 *   OBELICS   { images: [name | null], texts: [null | text] }: lists of one length, one of the two at each place
 *
 * A dialogue in Eyrie is about one image, so a document becomes a caption for each image: the text that MMC4 matched
 * with it, or the text that follows it in OBELICS. That the other texts are left out is said for each document.
 */
import { plainText } from '../../grounded/plain-text'
import type { ExportChunk, ExportOptions, ExportSource, Format } from '../format'
import { readRecords, recogniseRecords } from '../kit/conversation/record-files'
import type { RecordTest } from '../kit/conversation/record-files'
import { RecordImages, imageChoice, isFound, statedSize } from '../kit/conversation/record-image'
import { RecordReading } from '../kit/conversation/record-reading'
import { noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { selectCaptions, selectRegions } from '../selection'
import { Tally } from '../tally'

const FILE = 'interleaved.jsonl'

interface Pair {
  readonly image: unknown
  readonly width?: unknown
  readonly height?: unknown
  /** Place of its text in the document; null: none is tied to it. */
  readonly textIndex: number | null
}
interface Parts {
  readonly texts: readonly unknown[]
  readonly pairs: readonly Pair[]
}

const isMmc4 = (record: JsonObject): boolean =>
  own(record, 'text_list') !== undefined && own(record, 'image_info') !== undefined
const isObelics = (record: JsonObject): boolean => {
  const [images, texts] = [own(record, 'images'), own(record, 'texts')]
  return Array.isArray(images) && Array.isArray(texts) && images.length === texts.length
}

const test: RecordTest = (record) => {
  if (isMmc4(record)) return { score: 1, because: 'documents with text_list and image_info, as MMC4 has them' }
  return isObelics(record)
    ? { score: 0.95, because: 'documents with images and texts side by side, as OBELICS has them' }
    : null
}

/** A text says what is wrong. */
function partsOf(record: JsonObject): Parts | string {
  if (!isMmc4(record)) {
    const [images, texts] = [own(record, 'images') as readonly unknown[], own(record, 'texts') as readonly unknown[]]
    const isBoth = images.findIndex((image, i) => image !== null && texts[i] !== null)
    if (isBoth !== -1) return `place ${isBoth} of it is an image and a text at once`
    return {
      texts,
      pairs: images.flatMap((image, i): readonly Pair[] => {
        if (image === null) return []
        const next = texts[i + 1]
        return [{ image, textIndex: next === null || next === undefined ? null : i + 1 }]
      })
    }
  }
  const [texts, infos] = [own(record, 'text_list'), own(record, 'image_info')]
  if (!Array.isArray(texts)) return `its text_list should be a list, not ${nameValue(texts)}`
  if (!Array.isArray(infos)) return `its image_info should be a list, not ${nameValue(infos)}`
  const pairs: Pair[] = []
  for (const info of infos) {
    if (!isObject(info)) return `one of its image_info is ${nameValue(info)}`
    const index = own(info, 'matched_text_index')
    const isIndex = Number.isInteger(index) && (index as number) >= 0 && (index as number) < texts.length
    if (!isIndex) return `matched_text_index is ${nameValue(index)}, and it has ${texts.length} texts`
    const image = own(info, 'image_name') ?? own(info, 'raw_url')
    pairs.push({ image, width: own(info, 'width'), height: own(info, 'height'), textIndex: index as number })
  }
  return { texts, pairs }
}

async function readDocument(
  record: JsonObject,
  where: Whereabouts,
  number: number,
  images: RecordImages
): Promise<readonly ImportItem[]> {
  const parts = partsOf(record)
  if (typeof parts === 'string') return [skipped(where, 'import/bad-document', `In its document, ${parts}.`)]
  const items: ImportItem[] = []
  const used = new Set<number>()
  for (const [i, { image: name, width, height, textIndex }] of parts.pairs.entries()) {
    const at = { ...where, record: [where.record, `image ${i}`].filter((part) => part !== undefined).join(', ') }
    if (textIndex === null) {
      items.push(skipped(at, 'import/image-without-text', 'No text follows the image.'))
      continue
    }
    const caption = parts.texts[textIndex]
    if (typeof caption !== 'string' || caption.trim() === '') {
      items.push(skipped(at, 'import/bad-text', `The text of the image should be words, not ${nameValue(caption)}.`))
      continue
    }
    const image = await images.find(imageChoice(name), at, statedSize(width, height))
    if (!isFound(image)) {
      items.push(image)
      continue
    }
    used.add(textIndex)
    const reading = new RecordReading(at, number, image, true)
    reading.turn('assistant', [{ type: 'text', value: caption }], caption)
    reading.endDialogue('caption')
    items.push(...reading.items())
  }
  const left = parts.texts.filter((text, i) => text !== null && text !== '' && !used.has(i)).length
  if (left > 0)
    items.push(noted(where, 'import/document-parts', `${left} of its texts stand with no image and are not kept.`))
  return items
}

function readInterleaved(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  return readRecords(
    source,
    test,
    () => async (record, where, number) =>
      test(record, where.file) === null
        ? [skipped(where, 'import/bad-document', 'It is no document of texts and images.')]
        : readDocument(record, where, number, images)
  )
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const captions = selectCaptions(document, selection, tally)
    tally.skip('region-without-words', selection.regions.length)
    if (captions.length === 0) continue
    tally.count('images')
    tally.count('records')
    tally.count('dialogues', captions.length)
    tally.count('turns', captions.length)
    const { width, height } = selection.size
    const record = {
      text_list: captions.map(({ turn }) => plainText(turn.children)),
      image_info: captions.map((_, i) => ({
        image_name: document.image.relativePath,
        width,
        height,
        matched_text_index: i
      }))
    }
    yield { fileName: FILE, text: `${JSON.stringify(record)}\n` }
  }
}

export const interleavedJsonl: Format = {
  info: {
    id: 'interleaved-jsonl',
    name: 'Interleaved documents (MMC4, OBELICS)',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'A document becomes a caption for each image: the text that MMC4 matched with it, or that follows it in OBELICS; other texts are left out and said.',
      'Captions are written, one document for each image with its captions as texts; links, regions and dialogues are left out.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      regions: [],
      images: 'with-content',
      labels: 'none',
      phrases: false,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'none',
      captions: 'words',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise: (source) => recogniseRecords(source, test), read: readInterleaved },
  encode(source, options) {
    const tally = new Tally()
    return { chunks: encode(source, options, tally), summary: () => tally.summary() }
  }
}

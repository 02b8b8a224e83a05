/**
 * @file Captions, a line each: `{ file_name, text }` as image folders of Hugging Face datasets have them (metadata.jsonl),
 * `{ image, caption }` and its kin as captioning and screenshot data has them. A list of captions is one each.
 */
import type { ExportChunk, ExportOptions, ExportSource, Format } from '../format'
import { noteOtherFields } from '../kit/conversation/chat-reading'
import { readRecords, recogniseRecords } from '../kit/conversation/record-files'
import type { RecordTest } from '../kit/conversation/record-files'
import { RecordImages, imageChoice, isFound, statedSize } from '../kit/conversation/record-image'
import { RecordReading } from '../kit/conversation/record-reading'
import { skipped } from '../kit/issue'
import { idOf, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { plainText } from '../../grounded/plain-text'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { marksOf, selectCaptions, selectRegions } from '../selection'
import { Tally } from '../tally'

const FILE = 'metadata.jsonl'
const IMAGE_KEYS = ['file_name', 'image', 'image_path', 'img_path', 'filename'] as const
const TEXT_KEYS = ['text', 'caption', 'captions', 'description', 'sentence', 'sentences'] as const
const KNOWN: ReadonlySet<string> = new Set([...IMAGE_KEYS, ...TEXT_KEYS, 'id', 'width', 'height', 'state', 'origin'])
/** Keys of records that say more than a caption. */
const OTHERS = [
  'conversations',
  'messages',
  'bbox',
  'boxes',
  'objects',
  'expression',
  'label',
  'question',
  'question_id',
  'prompt',
  'prefix',
  'ann_id',
  'ref_id'
]

const firstOf = (record: JsonObject, keys: readonly string[]): unknown =>
  keys.map((key) => own(record, key)).find((value) => value !== undefined && value !== null)

const isText = (value: unknown): boolean => value !== undefined && value !== null

const test: RecordTest = (record, file) => {
  const isCaption = firstOf(record, IMAGE_KEYS) !== undefined && firstOf(record, TEXT_KEYS) !== undefined
  if (!isCaption || OTHERS.some((key) => own(record, key) !== undefined)) return null
  const isUsual = file.endsWith(FILE)
  return { score: isUsual ? 0.9 : 0.7, because: 'lines with an image and its caption' }
}

function readCaptions(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const images = new RecordImages(source)
  return readRecords(source, test, () => async (record, where, number) => {
    const more = OTHERS.find((key) => own(record, key) !== undefined)
    if (more !== undefined) return [skipped(where, 'import/unknown-layout', `It has ${more} and is no caption.`)]
    const stated = statedSize(own(record, 'width'), own(record, 'height'))
    const image = await images.find(imageChoice(firstOf(record, IMAGE_KEYS)), where, stated)
    if (!isFound(image)) return [image]
    const value = firstOf(record, TEXT_KEYS)
    const captions: readonly unknown[] = Array.isArray(value) ? value : [value]
    const bad = captions.findIndex((caption) => typeof caption !== 'string')
    if (bad !== -1 || captions.length === 0)
      return [skipped(where, 'import/bad-text', `Its caption should be a text, not ${nameValue(captions[bad])}.`)]
    const reading = new RecordReading(where, number, image, true)
    const named = new Set(IMAGE_KEYS.flatMap((key) => idOf(own(record, key)) ?? []))
    if (named.size > 1) {
      const message = `It names several images (${[...named].map(nameValue).join(', ')}); the first was taken.`
      reading.doubt('import/several-images', message)
    }
    const [taken, ...left] = TEXT_KEYS.filter((key) => isText(own(record, key)))
    if (left.length > 0)
      reading.doubt(
        'import/several-texts',
        `It has words under ${[taken, ...left].join(' and ')}; those of ${taken} were taken.`
      )
    for (const caption of captions as readonly string[]) {
      if (caption.trim() === '') reading.skip('import/empty-caption', 'Its caption is empty.')
      else {
        reading.turn(
          'assistant',
          [{ type: 'text', value: caption }],
          caption,
          own(record, 'origin') === 'model' ? 'model' : undefined
        )
        reading.endDialogue('caption')
      }
    }
    reading.doubtPlacesInWords()
    noteOtherFields(record, KNOWN, reading)
    return reading.items()
  })
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const captions = selectCaptions(document, selection, tally)
    tally.skip('region-without-words', selection.regions.length)
    if (captions.length > 0) tally.count('images')
    for (const { turn } of captions) {
      tally.count('dialogues')
      tally.count('turns')
      tally.count('records')
      const record = {
        file_name: document.image.relativePath,
        text: plainText(turn.children),
        ...marksOf(turn, selection)
      }
      yield { fileName: FILE, text: `${JSON.stringify(record)}\n` }
    }
  }
}

export const captionsJsonl: Format = {
  info: {
    id: 'captions-jsonl',
    name: 'Image captions JSONL',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'Captions only, as words: links to regions, regions and dialogues are left out; regions are counted.',
      'An image with several captions has a line for each.'
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
  reader: { recognise: (source) => recogniseRecords(source, test), read: readCaptions },
  encode(source, options) {
    const tally = new Tally()
    return { chunks: encode(source, options, tally), summary: () => tally.summary() }
  }
}

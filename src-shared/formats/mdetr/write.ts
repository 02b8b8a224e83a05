/** @file Writing MDETR's files: an image for each caption, an annotation for each of its regions. Two passes. */
import { AppError } from '../../errors'
import type { ImageDocument } from '../../document/records'
import { regionIdsOf } from '../../grounded/visit'
import { TextOffsets } from '../kit/offsets'
import { OWN_KEY, ownMarksOf } from '../kit/own-marks'
import { boxedRegions, pixelXywhOf } from '../kit/region-boxes'
import type { BoxedRegion } from '../kit/region-boxes'
import { captionsToWrite, losePhrases } from '../kit/write-captions'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { selectRegions } from '../selection'
import { Tally } from '../tally'

export const MDETR_FILE = 'mdetr.json'

export function writeMdetr(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

type Pair = readonly [start: number, end: number]

/** What becomes one image of the file. Offsets are code points. */
interface CaptionRecord {
  readonly text: string
  readonly isExpression: boolean
  /** Of phrases with regions, in reading order. */
  readonly phrases: readonly Pair[]
  readonly regions: readonly { readonly entry: BoxedRegion; readonly tokens: readonly Pair[] }[]
}

function recordsOf(document: ImageDocument, options: ExportOptions, tally: Tally): readonly CaptionRecord[] {
  const selection = selectRegions(document, options, tally)
  if (selection === null) return []
  const captions = captionsToWrite(document, selection, tally)
  const named = new Set(captions.flatMap(({ children }) => regionIdsOf(children)))
  const boxed = boxedRegions(document, selection, tally, ({ id, phrase }) =>
    named.has(id) || (phrase ?? '').trim() !== '' ? null : 'region-without-words'
  )
  const records = captions.map((caption): CaptionRecord => {
    losePhrases(caption, boxed, document, tally)
    const offsets = new TextOffsets(caption.text, 'code-point')
    const tokens = new Map<string, Pair[]>()
    const phrases: Pair[] = []
    for (const { start, end, regionIds } of caption.spans) {
      const pair: Pair = [offsets.fromUtf16(start), offsets.fromUtf16(end)]
      const ids = regionIds.filter((id) => boxed.has(id))
      if (ids.length > 0) phrases.push(pair)
      for (const id of ids) tokens.set(id, [...(tokens.get(id) ?? []), pair])
    }
    const regions = [...tokens].flatMap(([id, pairs]) => {
      const entry = boxed.get(id)
      return entry === undefined ? [] : [{ entry, tokens: pairs }]
    })
    return { text: caption.text, isExpression: false, phrases, regions }
  })
  for (const entry of boxed.values()) {
    if (named.has(entry.region.id)) continue
    const text = entry.region.phrase ?? ''
    const all: Pair = [0, new TextOffsets(text, 'code-point').length]
    records.push({ text, isExpression: true, phrases: [all], regions: [{ entry, tokens: [all] }] })
  }
  tally.skip('relation', document.relations.length)
  if (records.length === 0) {
    tally.skip('image-without-content')
    return []
  }
  tally.count('images')
  tally.count('regions', boxed.size)
  tally.count('dialogues', captions.length)
  tally.count('turns', captions.length)
  tally.count('records', records.length)
  return records
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const chunk = (text: string): ExportChunk => ({ fileName: MDETR_FILE, text })
  const info = { description: 'Exported from Eyrie', version: '1.0', [OWN_KEY]: 'mdetr' }
  yield chunk(`{"info":${JSON.stringify(info)},"licenses":[],"images":[`)
  let images = 0
  let photos = 0
  for await (const document of source.documents()) {
    photos++
    let text = ''
    for (const [i, record] of recordsOf(document, options, new Tally()).entries()) {
      images++
      text += (images === 1 ? '\n' : ',\n') + JSON.stringify(imageOf(document, record, images, photos, i))
    }
    if (text !== '') yield chunk(text)
  }
  yield chunk('],"annotations":[')
  const nameOf = new Map(source.labels.map(({ id, name }) => [id, name]))
  let annotations = 0
  let image = 0
  for await (const document of source.documents()) {
    const written = new Set<string>()
    let text = ''
    for (const record of recordsOf(document, options, tally)) {
      image++
      for (const { entry, tokens } of record.regions) {
        annotations++
        const { region } = entry
        const isFirst = !written.has(region.id)
        written.add(region.id)
        const label = region.labelId === null ? null : (nameOf.get(region.labelId) ?? null)
        const said = record.isExpression ? { phrase: record.text } : {}
        const size = document.image.size ?? { width: 0, height: 0 }
        const bbox = pixelXywhOf(entry.box, size)
        const annotation = {
          id: annotations,
          image_id: image,
          category_id: 1,
          bbox,
          area: bbox[2] * bbox[3],
          iscrowd: 0,
          tokens_positive: tokens,
          [OWN_KEY]: { region: entry.index, ...(isFirst ? ownMarksOf(region, label, said) : {}) }
        }
        text += (annotations === 1 ? '\n' : ',\n') + JSON.stringify(annotation)
      }
    }
    if (text !== '') yield chunk(text)
  }
  if (image !== images)
    throw new AppError('export/changed', 'The project changed while it was being exported for MDETR.', {
      nextStep: 'Export again when no import or rescan is running.'
    })
  yield chunk('],"categories":[{"id":1,"name":"object","supercategory":"object"}]}\n')
}

function imageOf(
  { image }: ImageDocument,
  { text, phrases, isExpression }: CaptionRecord,
  id: number,
  photo: number,
  sentence: number
): object {
  return {
    id,
    file_name: image.relativePath,
    width: image.size?.width,
    height: image.size?.height,
    caption: text,
    dataset_name: 'eyrie',
    original_img_id: photo,
    sentence_id: sentence,
    tokens_negative: [[0, new TextOffsets(text, 'code-point').length]],
    tokens_positive_eval: phrases.map((pair) => [pair]),
    [OWN_KEY]: isExpression ? { expression: true } : {}
  }
}

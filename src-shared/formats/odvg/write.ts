/** @file Writing ODVG: a line for each image (detections), or for each caption and expression (grounding). */
import { compareLabels } from '../../document/order'
import type { ImageDocument, LabelRecord } from '../../document/records'
import { regionIdsOf } from '../../grounded/visit'
import { TextOffsets } from '../kit/offsets'
import { OWN_KEY, ownMarksOf, underOwnKey } from '../kit/own-marks'
import { boxedRegions, pixelCornersOf } from '../kit/region-boxes'
import type { BoxedRegion } from '../kit/region-boxes'
import { captionsToWrite, losePhrases } from '../kit/write-captions'
import type { CaptionToWrite } from '../kit/write-captions'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'

export const DETECTION_FILE = 'odvg-detection.jsonl'
export const GROUNDING_FILE = 'odvg-grounding.jsonl'
export const LABEL_MAP_FILE = 'label_map.json'

/** Records of ours, whose units are not in doubt. */
const OURS = { [OWN_KEY]: { version: 1 } }

export function writeOdvgDetection(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encodeDetection(source, options, tally), summary: () => tally.summary() }
}

async function* encodeDetection(
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<ExportChunk> {
  const labels = source.labels.toSorted(compareLabels)
  const indexes = new Map(labels.map(({ id }, i) => [id, i]))
  if (labels.length > 0) yield { fileName: LABEL_MAP_FILE, text: labelMapText(labels) }
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { size } = selection
    const boxed = boxedRegions(document, selection, tally, ({ labelId }) =>
      labelId !== null && indexes.has(labelId) ? null : 'region-without-label'
    )
    tally.skip('dialogue', document.dialogues.length)
    tally.skip('relation', document.relations.length)
    const instances = [...boxed.values()].map(({ region, box }) => {
      const label = indexes.get(region.labelId ?? '') ?? 0
      const category = labels[label]?.name ?? null
      const marks = ownMarksOf(region, category, { label: category })
      return { bbox: pixelCornersOf(box, size), label, category, ...underOwnKey(marks) }
    })
    tally.count('images')
    tally.count('records')
    tally.count('regions', instances.length)
    const record = { ...imageOf(document, selection), detection: { instances }, ...OURS }
    yield { fileName: DETECTION_FILE, text: `${JSON.stringify(record)}\n` }
  }
}

const imageOf = ({ image }: ImageDocument, { size }: Selection): object => ({
  filename: image.relativePath,
  height: size.height,
  width: size.width
})

const labelMapText = (labels: readonly LabelRecord[]): string =>
  `{${labels.map(({ name }, i) => `"${i}": ${JSON.stringify(name)}`).join(', ')}}\n`

export function writeOdvgGrounding(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encodeGrounding(source, options, tally), summary: () => tally.summary() }
}

async function* encodeGrounding(
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<ExportChunk> {
  const nameOf = new Map(source.labels.map(({ id, name }) => [id, name]))
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const captions = captionsToWrite(document, selection, tally)
    const named = new Set(captions.flatMap(({ children }) => regionIdsOf(children)))
    const boxed = boxedRegions(document, selection, tally, ({ id, phrase }) =>
      named.has(id) || (phrase ?? '').trim() !== '' ? null : 'region-without-words'
    )
    tally.skip('relation', document.relations.length)
    const writer = new GroundingWriter(document, selection, boxed, nameOf)
    const records = captions.map((caption) => {
      losePhrases(caption, boxed, document, tally)
      return writer.caption(caption)
    })
    for (const entry of boxed.values()) if (!named.has(entry.region.id)) records.push(writer.expression(entry))
    if (records.length === 0) {
      tally.skip('image-without-content')
      continue
    }
    tally.count('images')
    tally.count('regions', boxed.size)
    tally.count('dialogues', captions.length)
    tally.count('turns', captions.length)
    tally.count('records', records.length)
    const head = imageOf(document, selection)
    const lines = records.map((grounding) => `${JSON.stringify({ ...head, grounding, ...OURS })}\n`)
    yield { fileName: GROUNDING_FILE, text: lines.join('') }
  }
}

/** One image. A region's marks are written where it stands first. */
class GroundingWriter {
  readonly #written = new Set<string>()

  readonly document: ImageDocument
  readonly selection: Selection
  readonly boxed: ReadonlyMap<string, BoxedRegion>
  readonly nameOf: ReadonlyMap<string, string>

  constructor(
    document: ImageDocument,
    selection: Selection,
    boxed: ReadonlyMap<string, BoxedRegion>,
    nameOf: ReadonlyMap<string, string>
  ) {
    this.document = document
    this.selection = selection
    this.boxed = boxed
    this.nameOf = nameOf
  }

  /** One entry for each region of each phrase: what both loaders read. */
  caption({ text, spans }: CaptionToWrite): object {
    const offsets = new TextOffsets(text, 'code-point')
    const regions = spans.flatMap(({ start, end, regionIds }) =>
      regionIds.flatMap((id) => {
        const entry = this.boxed.get(id)
        return entry === undefined
          ? []
          : [this.#region(entry, text.slice(start, end), [offsets.fromUtf16(start), offsets.fromUtf16(end)], null)]
      })
    )
    return { caption: text, regions }
  }

  /** Words that are a region's own, and no caption. */
  expression(entry: BoxedRegion): object {
    const words = entry.region.phrase ?? ''
    const { length } = new TextOffsets(words, 'code-point')
    return {
      caption: words,
      regions: [this.#region(entry, words, [0, length], words)],
      [OWN_KEY]: { expression: true }
    }
  }

  #region({ region, box, index }: BoxedRegion, words: string, place: readonly number[], said: string | null): object {
    const isFirst = !this.#written.has(region.id)
    this.#written.add(region.id)
    const label = region.labelId === null ? null : (this.nameOf.get(region.labelId) ?? null)
    return {
      bbox: pixelCornersOf(box, this.selection.size),
      phrase: words,
      tokens_positive: [place],
      [OWN_KEY]: { region: index, ...(isFirst ? ownMarksOf(region, label, { phrase: said }) : {}) }
    }
  }
}

/** @file Writing GRIT as lines of JSON: one for each caption. */
import type { ImageDocument } from '../../document/records'
import { regionIdsOf } from '../../grounded/visit'
import { TextOffsets } from '../kit/offsets'
import { boxedRegions } from '../kit/region-boxes'
import type { BoxedRegion } from '../kit/region-boxes'
import { captionsToWrite, losePhrases } from '../kit/write-captions'
import type { CaptionToWrite } from '../kit/write-captions'
import type { Span } from '../kit/spans'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { selectRegions } from '../selection'
import { Tally } from '../tally'

export const GRIT_FILE = 'grit.jsonl'

export function writeGrit(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  for await (const records of gritRecords(source, options, tally))
    yield { fileName: GRIT_FILE, text: records.map((record) => `${JSON.stringify(record)}\n`).join('') }
}

/** Those of one image at a time. */
export async function* gritRecords(
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<readonly GritRecord[]> {
  let records = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    tally.skip('relation', document.relations.length)
    const captions = captionsToWrite(document, selection, tally)
    const named = new Set(captions.flatMap(({ children }) => regionIdsOf(children)))
    const boxed = boxedRegions(document, selection, tally, ({ id }) => (named.has(id) ? null : 'region-without-words'))
    if (captions.length === 0) {
      tally.skip('image-without-content')
      continue
    }
    tally.count('images')
    tally.count('regions', boxed.size)
    tally.count('records', captions.length)
    tally.count('dialogues', captions.length)
    tally.count('turns', captions.length)
    yield captions.map((caption) => {
      losePhrases(caption, boxed, document, tally)
      return recordOf(document, caption, boxed, ++records)
    })
  }
}

type Entry = readonly [start: number, end: number, x0: number, y0: number, x1: number, y1: number, score: number]

export interface GritRecord {
  readonly id: string
  readonly file_name: string
  readonly caption: string
  readonly width: number | null
  readonly height: number | null
  readonly noun_chunks: readonly Entry[]
  readonly ref_exps: readonly Entry[]
  readonly eyrie?: { readonly state: 'proposed' }
}

/** No score is 1: somebody drew it. */
function recordOf(
  { image }: ImageDocument,
  { text, spans }: CaptionToWrite,
  boxed: ReadonlyMap<string, BoxedRegion>,
  id: number
): GritRecord {
  const offsets = new TextOffsets(text, 'code-point')
  const entriesOf = (list: readonly Span[]): readonly Entry[] =>
    list.flatMap(({ start, end, regionIds }) =>
      regionIds.flatMap((regionId): readonly Entry[] => {
        const entry = boxed.get(regionId)
        if (entry === undefined) return []
        const [x0, y0, x1, y1] = entry.box
        const score = entry.region.confidence ?? 1
        return [[offsets.fromUtf16(start), offsets.fromUtf16(end), x0, y0, x1, y1, score]]
      })
    )
  const isIn = (a: Span, b: Span): boolean => a !== b && a.start >= b.start && a.end <= b.end
  const isProposed = spans.some(({ regionIds }) =>
    regionIds.some((regionId) => boxed.get(regionId)?.region.state === 'proposed')
  )
  return {
    id: String(id),
    file_name: image.relativePath,
    caption: text,
    width: image.size?.width ?? null,
    height: image.size?.height ?? null,
    noun_chunks: entriesOf(spans.filter((span) => !spans.some((other) => isIn(other, span)))),
    ref_exps: entriesOf(
      spans.filter((span) => spans.some((other) => isIn(other, span)) || !spans.some((other) => isIn(span, other)))
    ),
    ...(isProposed ? { eyrie: { state: 'proposed' } } : {})
  }
}

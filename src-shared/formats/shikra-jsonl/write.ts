/**
 * @file Shikra's training data, one JSON object per line, in pixels of the unpadded upright image
 * (shikras/shikra mllm/dataset/single_image_dataset, mllm/dataset/root.py). Two files:
 *
 *   shikra-rec.jsonl        { img_path, expression, bbox }: read as is by RECDataset, REGDataset, GCDataset
 *   shikra-dialogues.jsonl  { image, target: { boxes, points }, conversations: [{ from, value, boxes_seq,
 *                           points_seq }] }: the form every dataset of theirs yields. The k-th `<boxes>` of
 *                           a value is replaced by the boxes whose indexes are `boxes_seq[k]`.
 *
 * `phrases` (the words before each placeholder that it is tied to; true: with the placeholder before it), `target.box_phrases`, `target.point_phrases`,
 * `origin` and `state` are ours; their loaders ask for keys by name and ignore them.
 */
import { orderCorners } from '../../geometry/box'
import { pixelFromNormalized, pixelPointFromNormalized } from '../../geometry/convert'
import type { RegionId } from '../../grounded/nodes'
import { regionIdsOf } from '../../grounded/visit'
import type { ImageDocument, RegionRecord, TurnRecord } from '../../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { placeholderText } from '../kit/conversation/placeholder-text'
import { withoutPlaceholders } from '../placeholders'
import { boxOrPointWritten, marksOf, reportOutside, selectDialogues, selectRegions } from '../selection'
import type { SelectedDialogue, Selection } from '../selection'
import { Tally } from '../tally'
import { BOXES, JOINED, PLACEHOLDERS, POINTS } from './placeholders'

export const REC_FILE = 'shikra-rec.jsonl'
export const DIALOGUE_FILE = 'shikra-dialogues.jsonl'
/** Readers of the format, Shikra's own among them, take the space off both ends. */
function trimmedPhrase({ phrase }: RegionRecord, document: ImageDocument, tally: Tally): string {
  const words = phrase ?? ''
  const trimmed = words.trim()
  if (trimmed !== words)
    tally.lose(
      { code: 'format/phrase-ends', message: 'Space at the ends of phrases was left out.', path: [] },
      document.image
    )
  return trimmed
}

/** Expression and box of a region that has words; null when it cannot be one. */
function expressionRecord(
  region: RegionRecord,
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): string | null {
  const expression = trimmedPhrase(region, document, tally)
  if (region.shape.type === 'point' || expression === '') return null
  const shape = boxOrPointWritten(region, document, tally)
  if (shape.type === 'point') return null
  const bbox = orderCorners(pixelFromNormalized(shape.box, selection.size))
  reportOutside(region, document, tally)
  const mark = { origin: region.provenance.origin, ...(region.state === 'proposed' ? { state: 'proposed' } : {}) }
  return `${JSON.stringify({ img_path: document.image.relativePath, expression, bbox, ...mark })}\n`
}

/** Boxes and points of one dialogue, numbered in order of appearance. */
class Target {
  readonly boxes: (readonly number[])[] = []
  readonly points: (readonly number[])[] = []
  readonly boxPhrases: (string | null)[] = []
  readonly pointPhrases: (string | null)[] = []
  readonly #places = new Map<RegionId, { readonly kind: 'box' | 'point'; readonly index: number }>()

  readonly selection: Selection
  readonly document: ImageDocument
  readonly tally: Tally

  constructor(selection: Selection, document: ImageDocument, tally: Tally) {
    this.selection = selection
    this.document = document
    this.tally = tally
  }

  placeOf(id: RegionId): { readonly kind: 'box' | 'point'; readonly index: number } | null {
    const known = this.#places.get(id)
    const region = this.selection.byId.get(id)
    if (known !== undefined || region === undefined) return known ?? null
    const shape = boxOrPointWritten(region, this.document, this.tally)
    const { size } = this.selection
    const list = shape.type === 'box' ? this.boxes : this.points
    ;(shape.type === 'box' ? this.boxPhrases : this.pointPhrases).push(
      trimmedPhrase(region, this.document, this.tally) || null
    )
    list.push(
      shape.type === 'box'
        ? orderCorners(pixelFromNormalized(shape.box, size))
        : pixelPointFromNormalized(shape.point, size)
    )
    const place = { kind: shape.type, index: list.length - 1 }
    this.#places.set(id, place)
    return place
  }
}

function conversationOf(
  turn: TurnRecord,
  prefix: string,
  target: Target,
  document: ImageDocument,
  tally: Tally
): object {
  const boxesSeq: number[][] = []
  const pointsSeq: number[][] = []
  const phrases: (string | true | null)[] = []
  const value = placeholderText(turn.children, {
    clean: (words) => withoutPlaceholders(words, PLACEHOLDERS, document.image, tally),
    regions: (node, words) => {
      const places = node.regionIds.flatMap((id) => target.placeOf(id) ?? [])
      // A phrase with placeholders of its own inside has no spelling as plain words.
      const isPlain = words !== null && words !== '' && !PLACEHOLDERS.some((mark) => words.includes(mark))
      if (words !== null && !isPlain) loseNesting(document, tally)
      // A placeholder stands for boxes or for points; those of one node follow each other, in its order.
      const runs: { readonly kind: 'box' | 'point'; readonly indexes: number[] }[] = []
      for (const { kind, index } of places) {
        const run = runs.at(-1)
        if (run?.kind === kind) run.indexes.push(index)
        else runs.push({ kind, indexes: [index] })
      }
      return runs
        .map(({ kind, indexes }, i) => {
          ;(kind === 'box' ? boxesSeq : pointsSeq).push(indexes)
          phrases.push(i > 0 ? JOINED : isPlain ? words : null)
          return kind === 'box' ? BOXES : POINTS
        })
        .join('')
    }
  })
  return {
    from: turn.role === 'user' ? 'human' : 'gpt',
    value: prefix + value,
    ...(boxesSeq.length > 0 ? { boxes_seq: boxesSeq } : {}),
    ...(pointsSeq.length > 0 ? { points_seq: pointsSeq } : {}),
    ...(phrases.some((phrase) => phrase !== null) ? { phrases } : {}),
    ...marksOf(turn, target.selection)
  }
}

function loseNesting(document: ImageDocument, tally: Tally): void {
  const message = 'Words that hold other regions, or nothing, were tied to their regions as words before them only.'
  tally.lose({ code: 'format/nested-phrase', message, path: [] }, document.image)
}

function dialogueRecord(
  { exchanges }: SelectedDialogue,
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): string {
  const target = new Target(selection, document, tally)
  const conversations = exchanges.flatMap(({ question, answer }, i) => [
    conversationOf(question, i === 0 ? '<image> ' : '', target, document, tally),
    conversationOf(answer, '', target, document, tally)
  ])
  const { boxes, points, boxPhrases, pointPhrases } = target
  const regions = {
    boxes,
    points,
    ...(boxes.length > 0 ? { box_phrases: boxPhrases } : {}),
    ...(points.length > 0 ? { point_phrases: pointPhrases } : {})
  }
  return `${JSON.stringify({ image: document.image.relativePath, target: regions, conversations })}\n`
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const written = new Set<RegionId>()
    let expressions = ''
    for (const region of selection.regions) {
      const line = expressionRecord(region, document, selection, tally)
      if (line === null) continue
      expressions += line
      written.add(region.id)
      tally.count('records')
    }
    let dialogueLines = ''
    for (const selected of selectDialogues(document, selection, tally)) {
      dialogueLines += dialogueRecord(selected, document, selection, tally)
      tally.count('records')
      tally.count('dialogues')
      tally.count('turns', selected.exchanges.length * 2)
      for (const id of selected.exchanges.flatMap(({ question, answer }) =>
        regionIdsOf([...question.children, ...answer.children])
      )) {
        const region = selection.byId.get(id)
        if (region !== undefined && !written.has(id)) reportOutside(region, document, tally)
        written.add(id)
      }
    }
    tally.count('regions', written.size)
    tally.skip('region-without-words', selection.regions.length - written.size)
    if (expressions === '' && dialogueLines === '') continue
    tally.count('images')
    if (expressions !== '') yield { fileName: REC_FILE, text: expressions }
    if (dialogueLines !== '') yield { fileName: DIALOGUE_FILE, text: dialogueLines }
  }
}

export function writeShikra(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

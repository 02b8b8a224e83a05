/**
 * @file Shikra's training data, one JSON object per line, in pixels of the unpadded upright image
 * (shikras/shikra mllm/dataset/single_image_dataset, mllm/dataset/root.py). Two files:
 *
 *   shikra-rec.jsonl        { img_path, expression, bbox }: read as is by RECDataset, REGDataset, GCDataset
 *   shikra-dialogues.jsonl  { image, target: { boxes, points }, conversations: [{ from, value, boxes_seq,
 *                           points_seq }] }: the form every dataset of theirs yields. The k-th `<boxes>` of
 *                           a value is replaced by the boxes whose indexes are `boxes_seq[k]`.
 */
import { orderCorners } from '../geometry/box'
import { pixelFromNormalized, pixelPointFromNormalized } from '../geometry/convert'
import type { GroundedNode, RegionId } from '../grounded/nodes'
import { regionIdsOf } from '../grounded/visit'
import type { ImageDocument, RegionRecord, TurnRecord } from '../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource, Format } from './format'
import { withoutPlaceholders } from './placeholders'
import { boxOrPointWritten, marksOf, reportOutside, selectDialogues, selectRegions } from './selection'
import type { SelectedDialogue, Selection } from './selection'
import { Tally } from './tally'

const REC_FILE = 'shikra-rec.jsonl'
const DIALOGUE_FILE = 'shikra-dialogues.jsonl'
/** Their loader runs `str.format` on sentences, so braces would raise there. */
const PLACEHOLDERS = ['<image>', '<boxes>', '<points>', '<ph_st>', '<ph_ed>', '{', '}']

/** Expression and box of a region that has words; null when it cannot be one. */
function expressionRecord(
  region: RegionRecord,
  document: ImageDocument,
  selection: Selection,
  tally: Tally
): string | null {
  const expression = region.phrase?.trim() ?? ''
  if (region.shape.type === 'point' || expression === '') return null
  const shape = boxOrPointWritten(region, document, tally)
  if (shape.type === 'point') return null
  const bbox = orderCorners(pixelFromNormalized(shape.box, selection.size))
  reportOutside(region, document, tally)
  const mark = region.state === 'proposed' ? { state: 'proposed' } : {}
  return `${JSON.stringify({ img_path: document.image.relativePath, expression, bbox, ...mark })}\n`
}

/** Boxes and points of one dialogue, numbered in order of appearance. */
class Target {
  readonly boxes: (readonly number[])[] = []
  readonly points: (readonly number[])[] = []
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

/** One value being written. Words are collected until a placeholder of ours ends the run. */
class Sentence {
  #value: string
  #words = ''
  readonly boxesSeq: number[][] = []
  readonly pointsSeq: number[][] = []

  readonly target: Target
  readonly clean: (words: string) => string

  constructor(prefix: string, target: Target, clean: (words: string) => string) {
    this.target = target
    this.clean = clean
    this.#value = prefix
  }

  write(nodes: readonly GroundedNode[]): void {
    for (const node of nodes) {
      if (node.type === 'text' || node.type === 'raw') {
        this.#words += node.value
        continue
      }
      if (node.type === 'phrase') this.write(node.children)
      const places = node.regionIds.flatMap((id) => this.target.placeOf(id) ?? [])
      const indexesOf = (wanted: 'box' | 'point'): number[] =>
        places.filter(({ kind }) => kind === wanted).map(({ index }) => index)
      this.#place('<boxes>', indexesOf('box'), this.boxesSeq)
      this.#place('<points>', indexesOf('point'), this.pointsSeq)
    }
  }

  #place(placeholder: string, indexes: number[], sequence: number[][]): void {
    if (indexes.length === 0) return
    this.#value = this.finish() + placeholder
    sequence.push(indexes)
  }

  finish(): string {
    this.#value += this.clean(this.#words)
    this.#words = ''
    return this.#value
  }
}

function conversationOf(
  turn: TurnRecord,
  prefix: string,
  target: Target,
  document: ImageDocument,
  tally: Tally
): object {
  const sentence = new Sentence(prefix, target, (words) =>
    withoutPlaceholders(words, PLACEHOLDERS, document.image, tally)
  )
  sentence.write(turn.children)
  return {
    from: turn.role === 'user' ? 'human' : 'gpt',
    value: sentence.finish(),
    ...(sentence.boxesSeq.length > 0 ? { boxes_seq: sentence.boxesSeq } : {}),
    ...(sentence.pointsSeq.length > 0 ? { points_seq: sentence.pointsSeq } : {}),
    ...marksOf(turn, target.selection)
  }
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
  const { boxes, points } = target
  return `${JSON.stringify({ image: document.image.relativePath, target: { boxes, points }, conversations })}\n`
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

export const shikraJsonl: Format = {
  info: {
    id: 'shikra-jsonl',
    name: 'Shikra JSONL',
    fileName: REC_FILE,
    fileNames: [REC_FILE, DIALOGUE_FILE],
    limits: [
      'Two files: boxes with a phrase (shikra-rec.jsonl) and dialogues (shikra-dialogues.jsonl).',
      'Regions without a phrase that no turn names, and labels, are left out; the former are counted.',
      'Coordinates are exact pixels of the upright, unpadded image and may lie outside it.',
      'Questions and answers leave in pairs; partial, failed and unreviewed answers are left out and counted.'
    ],
    takesDialect: false
  },
  encode(source, options): ExportRun {
    const tally = new Tally()
    return { chunks: encode(source, options, tally), summary: () => tally.summary() }
  }
}

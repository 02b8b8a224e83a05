/**
 * @file Shikra's sentences: placeholders, and phrases between `<ph_st>` and `<ph_ed>`, with the boxes that belong to them
 * beside the text. The k-th placeholder, or the k-th marked phrase that no placeholder follows, has the k-th sequence.
 * Where no phrase of a text has a start, as in GPT4GEN_RD_BoxCoT, its ends are placeholders: Shikra's loader deletes the
 * starts and puts a box for each end.
 */
import { phrase, raw, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'
import { nameValue } from '../kit/json-fields'
import { BOXES, JOINED, PHRASE_END, PHRASE_START, POINTS } from './placeholders'

/** Keys of a record's regions in their order; null for one that could not be read. */
export type Keys = readonly (string | null)[]

export interface Sequences {
  readonly boxes: Keys
  readonly points: Keys
  readonly boxesSeq: unknown
  readonly pointsSeq: unknown
  /** Ours: the words before each placeholder that are tied to it, in order; null: none are; `JOINED`. */
  readonly phrases?: unknown
}

type Groups = readonly (readonly number[])[]

function groupsOf(value: unknown, count: number, what: string): Groups | string {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return `its ${what} should be a list of lists, not ${nameValue(value)}`
  for (const [i, group] of value.entries()) {
    if (!Array.isArray(group)) return `place ${i} of its ${what} should be a list, not ${nameValue(group)}`
    const bad = group.find((index) => !Number.isInteger(index) || (index as number) < 0 || (index as number) >= count)
    if (bad !== undefined) return `its ${what} name region ${nameValue(bad)}, but there are ${count}`
  }
  return value as Groups
}

const MARKS = new RegExp(`(${[BOXES, POINTS, PHRASE_START, PHRASE_END].join('|')})`)

/** Words and regions; a text says why they cannot be told. */
export function nodesOfMarkedText(value: string, sequences: Sequences): readonly GroundedNode[] | string {
  const boxesSeq = groupsOf(sequences.boxesSeq, sequences.boxes.length, 'box sequences')
  const pointsSeq = groupsOf(sequences.pointsSeq, sequences.points.length, 'point sequences')
  if (typeof boxesSeq === 'string') return boxesSeq
  if (typeof pointsSeq === 'string') return pointsSeq
  // Odd places are marks.
  const parts = value.split(MARKS)
  const isFollowed = (i: number): boolean => parts[i + 1] === '' && (parts[i + 2] === BOXES || parts[i + 2] === POINTS)
  const count = (mark: string, isCounted: (i: number) => boolean = () => true): number =>
    parts.filter((part, i) => i % 2 === 1 && part === mark && isCounted(i)).length
  const [placeholders, marked] = [count(BOXES), count(PHRASE_END, (i) => !isFollowed(i))]
  const doPhrasesTake = boxesSeq.length === placeholders + marked
  if (!doPhrasesTake && boxesSeq.length !== placeholders)
    return `it has ${boxesSeq.length} sequences of boxes for ${placeholders + marked} places in its text`
  if (count(POINTS) !== pointsSeq.length)
    return `it has ${pointsSeq.length} sequences of points for ${count(POINTS)} places in its text`
  return new MarkedText(parts, boxesSeq, pointsSeq, sequences, doPhrasesTake).read()
}

class MarkedText {
  readonly #parts: readonly string[]
  readonly #groups: { readonly boxes: Groups; readonly points: Groups }
  readonly #sequences: Sequences
  readonly #doPhrasesTake: boolean
  readonly #nodes: GroundedNode[] = []
  /** Words of the phrase being read; null outside of one. */
  #open: string | null = null
  #next = { boxes: 0, points: 0, phrases: 0 }

  constructor(parts: readonly string[], boxes: Groups, points: Groups, sequences: Sequences, doPhrasesTake: boolean) {
    this.#parts = parts
    this.#groups = { boxes, points }
    this.#sequences = sequences
    this.#doPhrasesTake = doPhrasesTake
  }

  get #hasStarts(): boolean {
    return this.#parts.includes(PHRASE_START)
  }

  read(): readonly GroundedNode[] | string {
    /** Words of a phrase that has ended and that the placeholder behind it is for. */
    let pending: string | null = null
    for (const [i, part] of this.#parts.entries()) {
      if (i % 2 === 0) {
        if (this.#open !== null) this.#open += part
        else if (part !== '') this.#nodes.push(text(part))
        continue
      }
      if (part === PHRASE_START) {
        if (this.#open !== null) return 'a marked phrase begins inside another'
        this.#open = ''
      } else if (part === PHRASE_END) {
        if (this.#open === null && this.#hasStarts) return 'a marked phrase ends that did not begin'
        const words: string | null = this.#open
        this.#open = null
        const follows = this.#parts[i + 1] === '' ? this.#parts[i + 2] : undefined
        if (follows === BOXES || follows === POINTS) pending = words
        else if (this.#doPhrasesTake) this.#tie(words, 'boxes', part)
        else if (words !== null) this.#nodes.push(text(words))
      } else {
        if (this.#open !== null) return 'a placeholder stands inside a marked phrase'
        const kind = part === BOXES ? 'boxes' : 'points'
        this.#tie(pending ?? this.#wordsBefore(), kind, part)
        pending = null
      }
    }
    return this.#open === null ? normalizeNodes(this.#nodes) : 'a marked phrase has no end'
  }

  /** As Eyrie notes it beside the text; words are taken off those before. */
  #wordsBefore(): string | typeof JOINED | null {
    const { phrases } = this.#sequences
    const words: unknown = Array.isArray(phrases) ? phrases[this.#next.phrases] : null
    this.#next.phrases++
    if (words === JOINED) return JOINED
    const last = this.#nodes.at(-1)
    if (typeof words !== 'string' || words === '' || last?.type !== 'text' || !last.value.endsWith(words)) return null
    this.#nodes[this.#nodes.length - 1] = text(last.value.slice(0, last.value.length - words.length))
    return words
  }

  #tie(words: string | typeof JOINED | null, kind: 'boxes' | 'points', mark: string): void {
    const group = this.#groups[kind][this.#next[kind]++] ?? []
    const keys = group.flatMap((index) => this.#sequences[kind][index] ?? [])
    const isLost = group.length > 0 && keys.length === 0
    const last = this.#nodes.at(-1)
    if (words === JOINED && (last?.type === 'phrase' || last?.type === 'mention'))
      this.#nodes[this.#nodes.length - 1] = { ...last, regionIds: [...last.regionIds, ...keys] }
    else if (typeof words === 'string' && words !== '') this.#nodes.push(isLost ? text(words) : phrase(words, keys))
    else if (isLost) this.#nodes.push(raw(mark, 'import/empty-box'))
    else if (keys.length > 0) this.#nodes.push({ type: 'mention', regionIds: keys })
  }
}

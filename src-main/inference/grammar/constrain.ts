/** @file A grammar over the tokens of one tokenizer: what may come next, what must, and whether it may end. */
import { AppError, InvariantError } from '../../../src-shared/errors'
import type { Grammar } from '../../../src-shared/dialects/grammar'
import type { Constraint } from '../decode/constraint'
import { Automaton } from './automaton'
import type { State } from './automaton'
import type { Vocabulary } from './vocabulary'

/** Kept masks of one grammar, in bytes; the one used longest ago goes first. */
const MAX_MASK_BYTES = 32_000_000
/** Letters looked back at when a forced text is split into tokens. */
const WINDOW_TOKENS = 24
/** A forced text that goes on in more ways than this keeps its last token open. */
const MAX_CONTINUATIONS = 16
const MAX_FORCED_BYTES = 256

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export interface ConstraintOptions {
  readonly grammar: Grammar
  readonly vocabulary: Vocabulary
  /** The tokenizer's own split, without special tokens at the ends; without it nothing is forced. */
  readonly encode?: (text: string) => readonly number[]
}

/** Costs the grammar once; answers made from it share masks and states. Masks are made when first asked for. */
export class ConstraintMaker {
  readonly automaton: Automaton
  private readonly masks = new Map<State, Int32Array>()
  private readonly options: ConstraintOptions
  private maskBytes = 0

  constructor(options: ConstraintOptions) {
    this.options = options
    this.automaton = new Automaton(options.grammar)
  }

  /** One answer from its beginning. */
  start(): Constraint {
    return new GrammarConstraint(this, this.automaton.start(), [])
  }

  /** Null when the token leads out of the grammar, or is none that an answer may say. */
  after(state: State, id: number): State | null {
    const bytes = this.options.vocabulary.bytesOf[id]
    if (bytes === undefined || bytes.length === 0) return null
    let at: State | null = state
    for (const byte of bytes) {
      at = this.automaton.step(at, byte)
      if (at === null) return null
    }
    return at
  }

  mask(state: State): Int32Array {
    const known = this.masks.get(state)
    if (known !== undefined) {
      this.masks.delete(state)
      this.masks.set(state, known)
      return known
    }
    const mask = this.walk(state)
    if (mask.length === 0 && !state.canEnd) {
      throw new AppError(
        'inference/cannot-constrain',
        'The vocabulary of the model has no token that goes on in this form.',
        {
          nextStep: 'Ask without a constraint.'
        }
      )
    }
    this.masks.set(state, mask)
    this.maskBytes += mask.byteLength
    for (const [oldest, { byteLength }] of this.masks) {
      if (this.maskBytes <= MAX_MASK_BYTES || oldest === state) break
      this.masks.delete(oldest)
      this.maskBytes -= byteLength
    }
    return mask
  }

  private walk(state: State): Int32Array {
    const { byte, end, firstId, idsAt } = this.options.vocabulary
    const found: number[] = []
    const states: State[] = [state]
    /** Ends of the subtrees that the states stand for. */
    const ends: number[] = [byte.length]
    for (let node = 1; node < byte.length;) {
      while (node >= (ends[ends.length - 1] ?? 0)) {
        ends.pop()
        states.pop()
      }
      const at = states[states.length - 1] ?? state
      const next = this.automaton.step(at, byte[node] ?? 0)
      const behind = end[node] ?? byte.length
      if (next === null) {
        node = behind
        continue
      }
      for (let i = firstId[node] ?? 0; i < (firstId[node + 1] ?? 0); i++) found.push(idsAt[i] ?? 0)
      states.push(next)
      ends.push(behind)
      node++
    }
    return Int32Array.from(found).sort()
  }

  /**
   * The only text that may come, as the tokenizer splits it behind `ids`. What it splits in another
   * way when more follows is left out; when it splits `ids` themselves in another way, nothing is forced.
   */
  forced(state: State, ids: readonly number[]): readonly number[] {
    const { encode } = this.options
    if (encode === undefined) return []
    const bytes: number[] = []
    let at = state
    let ways = this.automaton.bytesAfter(at)
    while (ways.length === 1 && !at.canEnd && bytes.length < MAX_FORCED_BYTES) {
      const [byte = 0] = ways
      bytes.push(byte)
      at = this.automaton.step(at, byte) ?? at
      ways = this.automaton.bytesAfter(at)
    }
    if (bytes.length === 0) return []
    const window = ids.slice(-WINDOW_TOKENS)
    const before = window.flatMap((id) => [...(this.options.vocabulary.bytesOf[id] ?? [])])
    const split = (tail: readonly number[]): readonly number[] | null => {
      const text = textOf([...before, ...bytes, ...tail])
      return text === null ? null : encode(text)
    }
    const isOpen = ways.length > MAX_CONTINUATIONS || ways.some((byte) => byte >= 0x80)
    const splits = [...(at.canEnd || isOpen ? [split([])] : []), ...(isOpen ? [] : ways.map((byte) => split([byte])))]
    const [first] = splits
    if (first === undefined || first === null || window.some((id, i) => first[i] !== id)) return []
    let shared = first.length
    for (const other of splits) {
      let same = 0
      while (same < shared && other?.[same] === first[same]) same++
      shared = same
    }
    if (isOpen) shared = Math.min(shared, first.length - 1)
    const run: number[] = []
    let length = 0
    let place = state
    for (const id of first.slice(window.length, shared)) {
      const said = this.options.vocabulary.bytesOf[id]
      const next = this.after(place, id)
      // A token that says more or other than the forced text belongs to the model, and so does a
      // place where such a token may stand: what follows may make the tokenizer choose it.
      if (said === undefined || next === null || said.some((byte, i) => byte !== bytes[length + i])) break
      if (
        this.mask(place).some((other) => (this.options.vocabulary.bytesOf[other]?.length ?? 0) > bytes.length - length)
      )
        break
      length += said.length
      place = next
      run.push(id)
    }
    return run
  }
}

function textOf(bytes: readonly number[]): string | null {
  try {
    return utf8.decode(Uint8Array.from(bytes))
  } catch {
    // In the middle of a letter there is no text to split.
    return null
  }
}

class GrammarConstraint implements Constraint {
  private readonly maker: ConstraintMaker
  private state: State
  private ids: readonly number[]

  constructor(maker: ConstraintMaker, state: State, ids: readonly number[]) {
    this.maker = maker
    this.state = state
    this.ids = ids
  }

  get canEnd(): boolean {
    return this.state.canEnd
  }
  allowed(): Int32Array {
    return this.maker.mask(this.state)
  }
  forced(): readonly number[] {
    return this.maker.forced(this.state, this.ids)
  }
  accept(id: number): void {
    const next = this.maker.after(this.state, id)
    if (next === null) throw new InvariantError(`expected a token that the grammar allows, not ${id}`)
    this.state = next
    this.ids = [...this.ids.slice(1 - WINDOW_TOKENS), id]
  }
  fork(): Constraint {
    return new GrammarConstraint(this.maker, this.state, this.ids)
  }
}

/**
 * @file A grammar as an automaton over the bytes of UTF-8. States are made when they are first
 * reached, so that a grammar with many openers costs only what answers visit.
 *
 * `words` forbids strings that begin inside it, even where they end behind it: two runs of words must
 * not spell together what neither may say. So a thread is a place in the grammar and the forbidden
 * strings that have begun, with how far each has come; the byte that completes one ends the thread.
 */
import { InvariantError } from '../../../src-shared/errors'
import type { Grammar } from '../../../src-shared/dialects/grammar'

interface Edge {
  readonly from: number
  readonly to: number
  readonly target: number
  /** Set of forbidden strings that may begin with this byte; -1: none. */
  readonly opens: number
}
interface Place {
  readonly edges: Edge[]
  readonly silent: number[]
}

/** Where an answer stands. Only `Automaton` reads `threads`. */
export interface State {
  readonly threads: readonly number[]
  readonly canEnd: boolean
  /** By byte; undefined: not asked yet, null: no text goes on so. */
  next: (State | null | undefined)[]
}

const utf8 = new TextEncoder()
/** Places of one grammar; a repeat of a repeat of a thousand is refused instead of built. */
const MAX_PLACES = 400_000
/** States kept with their steps; beyond it all steps are forgotten and found again. */
const MAX_STATES = 8_192
const ACCEPT = 0

/** Lead and continuation bytes of one letter outside ASCII, without overlong forms and surrogates (Unicode, table 3-7). */
const LETTERS: readonly (readonly (readonly [number, number])[])[] = [
  [
    [0xc2, 0xdf],
    [0x80, 0xbf]
  ],
  [
    [0xe0, 0xe0],
    [0xa0, 0xbf],
    [0x80, 0xbf]
  ],
  [
    [0xe1, 0xec],
    [0x80, 0xbf],
    [0x80, 0xbf]
  ],
  [
    [0xed, 0xed],
    [0x80, 0x9f],
    [0x80, 0xbf]
  ],
  [
    [0xee, 0xef],
    [0x80, 0xbf],
    [0x80, 0xbf]
  ],
  [
    [0xf0, 0xf0],
    [0x90, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf]
  ],
  [
    [0xf1, 0xf3],
    [0x80, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf]
  ],
  [
    [0xf4, 0xf4],
    [0x80, 0x8f],
    [0x80, 0xbf],
    [0x80, 0xbf]
  ]
]

class Builder {
  readonly places: Place[] = [{ edges: [], silent: [] }]
  readonly forbidden: (readonly Uint8Array[])[] = []
  private readonly setOf = new Map<string, number>()

  place(): number {
    if (this.places.length >= MAX_PLACES) throw new InvariantError(`expected a grammar of at most ${MAX_PLACES} places`)
    this.places.push({ edges: [], silent: [] })
    return this.places.length - 1
  }
  edge(at: number, from: number, to: number, target: number, opens = -1): void {
    this.places[at]?.edges.push({ from, to, target, opens })
  }
  silent(at: number, target: number): void {
    this.places[at]?.silent.push(target)
  }
  bytes(bytes: Uint8Array, next: number): number {
    let target = next
    for (const byte of [...bytes].reverse()) {
      const at = this.place()
      this.edge(at, byte, byte, target)
      target = at
    }
    return target
  }
  /** Numbers of equally many digits, low to high. */
  private digits(low: string, high: string, next: number): number {
    if (low === '') return next
    const at = this.place()
    const digit = (text: string): number => text.charCodeAt(0)
    const [nines, zeros] = ['9'.repeat(low.length - 1), '0'.repeat(low.length - 1)]
    const add = (from: number, to: number, l: string, h: string): void => {
      if (from <= to) this.edge(at, from, to, this.digits(l, h, next))
    }
    const [first, last, lowRest, highRest] = [digit(low), digit(high), low.slice(1), high.slice(1)]
    if (first === last) add(first, first, lowRest, highRest)
    else if (lowRest === zeros && highRest === nines) add(first, last, zeros, nines)
    else {
      add(first, first, lowRest, nines)
      add(first + 1, last - 1, zeros, nines)
      add(last, last, zeros, highRest)
    }
    return at
  }
  private integer(min: number, max: number, width: number, next: number): number {
    const at = this.place()
    for (let from = min; from <= max; from = 10 ** String(from).length) {
      const to = Math.min(max, 10 ** String(from).length - 1)
      this.silent(at, this.digits(String(from).padStart(width, '0'), String(to).padStart(width, '0'), next))
    }
    return at
  }
  private words(without: readonly string[], next: number): number {
    const key = JSON.stringify(without)
    const set = this.setOf.get(key) ?? this.forbidden.length
    if (!this.setOf.has(key)) {
      this.setOf.set(key, set)
      this.forbidden.push(without.map((text) => utf8.encode(text)))
    }
    const [first, more] = [this.place(), this.place()]
    this.silent(more, next)
    this.silent(more, first)
    this.edge(first, 0, 0x7f, more, set)
    for (const letter of LETTERS) {
      let target = more
      for (const [from, to] of letter.slice(1).reverse()) {
        const at = this.place()
        this.edge(at, from, to, target)
        target = at
      }
      const [from, to] = letter[0] ?? [1, 0]
      this.edge(first, from, to, target, set)
    }
    return first
  }
  /** The place from which `grammar` and then `next` is said. */
  build(grammar: Grammar, next: number): number {
    switch (grammar.type) {
      case 'literal':
        return this.bytes(utf8.encode(grammar.text), next)
      case 'integer':
        return this.integer(grammar.min, grammar.max, grammar.width ?? 0, next)
      case 'fraction': {
        const at = this.place()
        const point = (digits: number): number => this.bytes(utf8.encode('.'), digits)
        this.edge(at, 0x30, 0x30, point(this.digits('0'.repeat(grammar.decimals), '9'.repeat(grammar.decimals), next)))
        this.edge(at, 0x31, 0x31, point(this.bytes(utf8.encode('0'.repeat(grammar.decimals)), next)))
        return at
      }
      case 'words':
        return this.words(grammar.without, next)
      case 'sequence':
        return grammar.parts.reduceRight((target, part) => this.build(part, target), next)
      case 'choice': {
        const at = this.place()
        for (const option of grammar.options) this.silent(at, this.build(option, next))
        return at
      }
      case 'repeat': {
        let at = next
        if (grammar.max === null) {
          at = this.place()
          this.silent(at, next)
          this.silent(at, this.build(grammar.body, at))
        } else {
          for (let count = grammar.min; count < grammar.max; count++) {
            const optional = this.place()
            this.silent(optional, next)
            this.silent(optional, this.build(grammar.body, at))
            at = optional
          }
        }
        for (let count = 0; count < grammar.min; count++) at = this.build(grammar.body, at)
        return at
      }
    }
  }
}

interface Thread {
  readonly place: number
  /** Strings that have begun: set, index in the set, bytes matched; three numbers each. */
  readonly begun: readonly number[]
}

export class Automaton {
  private readonly places: readonly Place[]
  private readonly forbidden: readonly (readonly Uint8Array[])[]
  /** Threads are few: a place, and what has begun there. Index is identity. */
  private readonly threads: Thread[] = []
  private readonly threadOf = new Map<string, number>()
  private readonly isLive: (boolean | undefined)[] = []
  private states = new Map<string, State>()
  private readonly begin: readonly number[]

  constructor(grammar: Grammar) {
    const builder = new Builder()
    const first = builder.build(grammar, ACCEPT)
    this.places = builder.places
    this.forbidden = builder.forbidden
    this.begin = this.settle([{ place: first, begun: [] }])
  }

  start(): State {
    return this.state(this.begin)
  }

  /** Null when no text of the grammar goes on with this byte. */
  step(state: State, byte: number): State | null {
    const known = state.next[byte]
    if (known !== undefined) return known
    const threads = this.settle(state.threads.flatMap((id) => this.advance(id, byte)))
    const next = threads.length === 0 ? null : this.state(threads)
    state.next[byte] = next
    return next
  }

  /** Bytes that may come next, ascending. */
  bytesAfter(state: State): readonly number[] {
    const bytes: number[] = []
    for (let byte = 0; byte < 256; byte++) if (this.step(state, byte) !== null) bytes.push(byte)
    return bytes
  }

  private state(threads: readonly number[]): State {
    const key = threads.join(',')
    const known = this.states.get(key)
    if (known !== undefined) return known
    if (this.states.size >= MAX_STATES) {
      // States that an answer still holds stay what they are; only the ways between them are forgotten.
      for (const state of this.states.values()) state.next = []
      this.states = new Map()
    }
    const made: State = { threads, canEnd: threads.some((id) => this.threads[id]?.place === ACCEPT), next: [] }
    this.states.set(key, made)
    return made
  }

  private intern(thread: Thread): number {
    const key = `${thread.place}|${thread.begun.join(',')}`
    const known = this.threadOf.get(key)
    if (known !== undefined) return known
    this.threads.push(thread)
    this.threadOf.set(key, this.threads.length - 1)
    return this.threads.length - 1
  }

  private advance(id: number, byte: number): Thread[] {
    const { place, begun } = this.threads[id] ?? { place: -1, begun: [] }
    const threads: Thread[] = []
    for (const edge of this.places[place]?.edges ?? []) {
      if (byte < edge.from || byte > edge.to) continue
      const after = this.forbid(begun, edge.opens, byte)
      if (after !== null) threads.push({ place: edge.target, begun: after })
    }
    return threads
  }

  /** What has begun after `byte`, ascending; null when a forbidden string is complete. */
  private forbid(begun: readonly number[], opens: number, byte: number): readonly number[] | null {
    const after: number[] = []
    const go = (set: number, index: number, matched: number): boolean => {
      const text = this.forbidden[set]?.[index]
      if (text?.[matched] !== byte) return true
      if (matched + 1 === text.length) return false
      after.push(set, index, matched + 1)
      return true
    }
    for (let i = 0; i < begun.length; i += 3) {
      if (!go(begun[i] ?? 0, begun[i + 1] ?? 0, begun[i + 2] ?? 0)) return null
    }
    for (let index = 0; opens >= 0 && index < (this.forbidden[opens]?.length ?? 0); index++) {
      if (!go(opens, index, 0)) return null
    }
    return after.length <= 3 ? after : sortedTriples(after)
  }

  /** Threads that read a byte or end the text, and from which some text can be finished; ascending, each once. */
  private settle(threads: readonly Thread[]): readonly number[] {
    const found = new Set<number>()
    for (const thread of threads) for (const id of this.closure(thread)) if (this.canFinish(id)) found.add(id)
    return [...found].sort((a, b) => a - b)
  }

  private closure(thread: Thread): readonly number[] {
    const seen = new Set([thread.place])
    for (const place of seen) for (const target of this.places[place]?.silent ?? []) seen.add(target)
    return [...seen]
      .filter((place) => place === ACCEPT || (this.places[place]?.edges.length ?? 0) > 0)
      .map((place) => this.intern({ place, begun: thread.begun }))
  }

  /** A forbidden string that has begun may leave no way out; such a thread is dropped before a token leads into it. */
  private canFinish(id: number): boolean {
    const known = this.isLive[id]
    if (known !== undefined) return known
    const seen = new Set([id])
    for (const at of seen) {
      if (this.isLive[at] === true || this.threads[at]?.place === ACCEPT) return (this.isLive[id] = true)
      const bytes = new Set<number>()
      const { place = -1, begun = [] } = this.threads[at] ?? {}
      for (const { from, to } of this.places[place]?.edges ?? []) {
        bytes.add(from)
        bytes.add(to)
        for (let byte = from; begun.length > 0 && byte <= to; byte++) bytes.add(byte)
      }
      for (const byte of bytes)
        for (const next of this.advance(at, byte)) for (const target of this.closure(next)) seen.add(target)
    }
    return (this.isLive[id] = false)
  }
}

function sortedTriples(flat: readonly number[]): readonly number[] {
  const triples = new Map<string, readonly number[]>()
  for (let i = 0; i < flat.length; i += 3) triples.set(flat.slice(i, i + 3).join(), flat.slice(i, i + 3))
  return [...triples.values()]
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0))
    .flat()
}

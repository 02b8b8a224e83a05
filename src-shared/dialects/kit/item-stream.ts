/**
 * @file Reads a text item by item, whole or in chunks: `parse` is the stream fed once, so the two
 * cannot differ. A dialect says how its items begin and reads one; this file does the rest:
 * words in between, positions that tile the source, ids, stop tokens, snapshots.
 *
 *     words before (literal)      window, which begins at an opener
 *     and the red dog             <box>(102,250),(4
 *
 * Linear: what is done is let go; an item that is still open is tried again at each push while it is
 * short, later each time it has grown by a quarter.
 */
import type { Diagnostic, SourceRange } from '../../errors'
import type { GroundedShape } from '../../geometry/region-shape'
import { mention, raw, text } from '../../grounded/build'
import type { GroundedNode, GroundedRegion, RegionRole } from '../../grounded/nodes'
import type { DialectContext, DialectStream, ParseResult } from '../dialect'
import { issueDiagnostic } from './issues'
import type { IssueCode } from './issues'

export interface RegionReading {
  readonly shape: GroundedShape
  readonly role?: RegionRole
}
/** Offsets count from the opener; a group may begin before it (negative) when words before it are its label. */
export type Part =
  | {
      readonly is: 'group'
      readonly start: number
      readonly end: number
      /** Null: a region used as a word. Start equal to end: an empty label. */
      readonly words: { readonly start: number; readonly end: number; readonly value?: string } | null
      readonly regions: readonly RegionReading[]
    }
  | { readonly is: 'raw'; readonly start: number; readonly end: number; readonly reason: IssueCode }
  /** Separators that a printer writes by itself; they are no words. */
  | { readonly is: 'markup'; readonly start: number; readonly end: number }

export interface Reading {
  /** Where reading goes on. No parts: the source up to here is words. */
  readonly end: number
  readonly parts: readonly Part[]
  readonly issues: readonly { readonly code: IssueCode; readonly start: number; readonly end: number }[]
}
/** More text could change the item; `soFar` is what will stay whatever comes. */
export interface Waiting {
  readonly is: 'waiting'
  readonly soFar?: Reading
}
export const WAIT: Waiting = { is: 'waiting' }
export const isWaiting = (reading: Reading | Waiting): reading is Waiting => 'is' in reading

export interface ItemSource {
  /** Begins at the opener. */
  readonly source: string
  readonly opener: string
  /** Words since the last item. */
  readonly before: string
  /** Nothing but these words came before. */
  readonly isFirst: boolean
  /** No more text will come. */
  readonly isEnd: boolean
  /**
   * A printer asks whether these words would be read as anything else: the first region answers that,
   * and reading on from every opener would be quadratic.
   */
  readonly isProbe?: boolean
  readonly mode: 'strict' | 'lenient'
  readonly context: DialectContext
}

/**
 * `read` must answer the same for every longer source once it has answered, and look at no more than
 * the item itself, so that reading stays linear.
 */
export interface ItemReader {
  /** Global; its matches are where items may begin, stop tokens among them. */
  readonly openers: RegExp
  readonly longestOpener: number
  readonly stopTokens: readonly string[]
  read(item: ItemSource): Reading | Waiting
}

export const asWords = (end: number, issues: Reading['issues'] = []): Reading => ({ end, parts: [], issues })
export const asRaw = (end: number, reason: IssueCode): Reading => ({
  end,
  parts: [{ is: 'raw', start: 0, end, reason }],
  issues: [{ code: reason, start: 0, end }]
})

/** Nodes, regions and findings in the order of the source. */
class Sink {
  constructor(
    readonly children: GroundedNode[] = [],
    readonly regions: GroundedRegion[] = [],
    readonly diagnostics: Diagnostic[] = [],
    private leading: number | null = null
  ) {}

  copy(): Sink {
    return new Sink([...this.children], [...this.regions], [...this.diagnostics], this.leading)
  }

  add(node: GroundedNode, { start, end }: SourceRange): void {
    if (this.leading !== null && (node.type === 'text' || node.type === 'raw')) {
      this.children.push(text('', { start: this.leading, end: start }))
      this.leading = null
    }
    this.children.push({ ...node, position: { start: this.leading ?? start, end } })
    this.leading = null
  }

  /** Belongs to the region before it, else to the one after it, else to nobody. */
  markup({ start, end }: SourceRange): void {
    const last = this.children.at(-1)
    if (this.leading === null && last?.position !== undefined && (last.type === 'phrase' || last.type === 'mention')) {
      this.children[this.children.length - 1] = { ...last, position: { start: last.position.start, end } }
    } else this.leading ??= start
  }

  finish(end: number): void {
    if (this.leading !== null) this.children.push(text('', { start: this.leading, end }))
    this.leading = null
  }
}

export class ItemStream implements DialectStream {
  readonly #reader: ItemReader
  readonly #context: DialectContext
  readonly #ids: string[] = []
  #sink = new Sink()
  /** Words since the last item; they begin at `#base` of the source. */
  #literal = ''
  #base = 0
  #window = ''
  #opener: string | null = null
  #soFar: Reading | null = null
  #retryAt = 0
  #isEnded = false

  constructor(reader: ItemReader, context: DialectContext) {
    this.#reader = reader
    this.#context = context
  }

  push(chunk: string): void {
    if (this.#isEnded) return
    this.#window += chunk
    if (this.#opener === null || this.#window.length >= this.#retryAt) this.#scan(false)
  }

  snapshot(): ParseResult {
    let sink = this.#sink
    if (!this.#isEnded) {
      sink = sink.copy()
      if (this.#soFar !== null) this.#apply(this.#soFar, sink)
      else {
        const words = this.#literal + (this.#opener === null ? this.#window : '')
        if (words !== '') sink.add(text(words), { start: this.#base, end: this.#base + words.length })
      }
    }
    return {
      tree: { children: [...sink.children], regions: [...sink.regions] },
      diagnostics: [...sink.diagnostics]
    }
  }

  end(): ParseResult {
    if (!this.#isEnded) {
      this.#scan(true)
      this.#literal += this.#window
      this.#window = ''
      const end = this.#base + this.#literal.length
      if (this.#literal !== '') this.#sink.add(text(this.#literal), { start: this.#base, end })
      this.#sink.finish(end)
      this.#isEnded = true
    }
    return this.snapshot()
  }

  #scan(isEnd: boolean): void {
    while (this.#opener !== null || this.#findOpener()) {
      const opener = this.#opener ?? ''
      const reading = this.#read(opener, isEnd)
      if (isWaiting(reading)) {
        this.#soFar = reading.soFar ?? null
        this.#retryAt = this.#window.length < 1_024 ? 0 : Math.ceil(this.#window.length * 1.25)
        return
      }
      this.#soFar = null
      this.#opener = null
      this.#take(reading)
    }
  }

  #findOpener(): boolean {
    const { openers, longestOpener } = this.#reader
    openers.lastIndex = 0
    const match = openers.exec(this.#window)
    const done = match?.index ?? Math.max(0, this.#window.length - longestOpener + 1)
    this.#literal += this.#window.slice(0, done)
    this.#window = this.#window.slice(done)
    this.#opener = match?.[0] ?? null
    return match !== null
  }

  #read(opener: string, isEnd: boolean): Reading | Waiting {
    if (this.#reader.stopTokens.includes(opener))
      return {
        end: opener.length,
        parts: [{ is: 'raw', start: 0, end: opener.length, reason: 'stop-token' }],
        issues: []
      }
    return this.#reader.read({
      source: this.#window,
      opener,
      before: this.#literal,
      isFirst: this.#sink.children.length === 0,
      isEnd,
      mode: this.#context.mode ?? 'strict',
      context: this.#context
    })
  }

  #take(reading: Reading): void {
    const start = this.#base + this.#literal.length
    const rest = this.#apply(reading, this.#sink)
    if (reading.parts.length === 0) this.#literal += this.#window.slice(0, reading.end)
    else {
      this.#literal = this.#window.slice(rest, reading.end)
      this.#base = start + rest
    }
    this.#window = this.#window.slice(reading.end)
  }

  /** Returns where the last part ended. */
  #apply(reading: Reading, sink: Sink): number {
    const origin = this.#base + this.#literal.length
    const slice = (start: number, end: number): string =>
      (start < 0 ? this.#literal.slice(start, end < 0 ? end : undefined) : '') +
      (end > 0 ? this.#window.slice(Math.max(0, start), end) : '')
    const range = (start: number, end: number): SourceRange => ({ start: origin + start, end: origin + end })
    for (const { code, start, end } of reading.issues) sink.diagnostics.push(issueDiagnostic(code, range(start, end)))
    let at = -this.#literal.length
    if (reading.parts.length === 0) return 0
    for (const part of reading.parts) {
      if (part.start > at) sink.add(text(slice(at, part.start)), range(at, part.start))
      at = part.end
      const position = range(part.start, part.end)
      if (part.is === 'markup') sink.markup(position)
      else if (part.is === 'raw') sink.add(raw(slice(part.start, part.end), `dialect/${part.reason}`), position)
      else {
        const regionIds = part.regions.map(({ shape }) => {
          const id = this.#idAt(sink.regions.length)
          sink.regions.push({ id, shape })
          return id
        })
        const roles = part.regions.flatMap(({ role }) => role ?? [])
        const { words } = part
        if (words === null) sink.add(mention(regionIds), position)
        else {
          const value = words.value ?? slice(words.start, words.end)
          const children = value === '' ? [] : [text(value, range(words.start, words.end))]
          const withRoles = roles.length > 0 ? { roles } : {}
          sink.add({ type: 'phrase', children, regionIds, ...withRoles }, position)
        }
      }
    }
    return at
  }

  /** The same id for the same place, however often an open item is tried. */
  #idAt(index: number): string {
    while (this.#ids.length <= index) {
      this.#ids.push(this.#context.nextRegionId?.() ?? `r${this.#ids.length + 1}`)
    }
    return this.#ids[index] ?? ''
  }
}

export function parseItems(reader: ItemReader, source: string, context: DialectContext): ParseResult {
  const stream = new ItemStream(reader, context)
  stream.push(source)
  return stream.end()
}

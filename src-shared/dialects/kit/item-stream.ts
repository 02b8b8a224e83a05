/**
 * @file Reads a text item by item, whole or in chunks: `parse` is the stream fed once, so the two
 * cannot differ. A dialect says how its items begin and reads one; this file does the rest:
 * words in between, positions that tile the source, ids, stop tokens, snapshots.
 *
 *     #passed   #buffer, from #wordsStart       #at, an opener or how far was searched
 *     and       the red dog                     <box>(102,250),(4
 *
 * Linear: what is done is let go; an item that is still open is tried again at each push while it is
 * short, later each time it has grown by a quarter. One flat buffer with offsets, since a string that is
 * put together again for every opener is copied for every opener.
 */
import type { Diagnostic } from '../../errors'
import type { GroundedShape } from '../../geometry/region-shape'
import { mention, phrase, raw, text } from '../../grounded/build'
import type { GroundedNode, GroundedRegion, RegionRole } from '../../grounded/nodes'
import type { DialectContext, DialectStream, ParseResult } from '../dialect'
import { issueDiagnostic } from './issues'
import type { IssueCode } from './issues'

export interface RegionReading {
  readonly shape: GroundedShape
  readonly role?: RegionRole
}
/** Offsets count from the opener; a group may begin before it (negative) when words before it are its label. */
export interface GroupPart {
  readonly is: 'group'
  readonly start: number
  readonly end: number
  /** Null: a region used as a word. Start equal to end: an empty label. */
  readonly words: { readonly start: number; readonly end: number; readonly value?: string } | null
  readonly regions: readonly RegionReading[]
}
export type Part =
  | GroupPart
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
/** Readers see so many characters of the words before an item: more than any phrase has. */
export const LONGEST_BEFORE = 4_096

export const WAIT: Waiting = { is: 'waiting' }
export const isWaiting = (reading: Reading | Waiting): reading is Waiting => 'is' in reading

export interface ItemSource {
  /** Begins at the opener. */
  readonly source: string
  readonly opener: string
  /** Words since the last item, the last `LONGEST_BEFORE` characters of them. */
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
  children: GroundedNode[] = []
  regions: GroundedRegion[] = []
  diagnostics: Diagnostic[] = []
  leading: number | null = null

  copy(): Sink {
    const sink = new Sink()
    sink.children = [...this.children]
    sink.regions = [...this.regions]
    sink.diagnostics = [...this.diagnostics]
    sink.leading = this.leading
    return sink
  }

  /** Markup before words belongs to nobody. */
  addWords(value: string, start: number, end: number): void {
    this.finish(start)
    this.children.push(text(value, { start, end }))
  }

  addRaw(value: string, reason: string, start: number, end: number): void {
    this.finish(start)
    this.children.push(raw(value, reason, { start, end }))
  }

  /** Where a region's node begins: at the markup before it. */
  beginning(start: number): number {
    const { leading } = this
    this.leading = null
    return leading ?? start
  }

  /** Belongs to the region before it, else to the one after it, else to nobody. */
  markup(start: number, end: number): void {
    const last = this.children.at(-1)
    if (this.leading === null && last?.position !== undefined && (last.type === 'phrase' || last.type === 'mention')) {
      this.children[this.children.length - 1] = { ...last, position: { start: last.position.start, end } }
    } else this.leading ??= start
  }

  finish(end: number): void {
    if (this.leading !== null) this.children.push(text('', { start: this.leading, end }))
    this.leading = null
  }

  result(): ParseResult {
    return { tree: { children: this.children, regions: this.regions }, diagnostics: this.diagnostics }
  }
}

export class ItemStream implements DialectStream {
  readonly #reader: ItemReader
  readonly #context: DialectContext
  readonly #mode: 'strict' | 'lenient'
  readonly #ids: string[] = []
  readonly #sink = new Sink()
  #buffer = ''
  /** Words since the last item begin here in the buffer, or in `#passed`. */
  #wordsStart = 0
  /** The opener in the buffer, or how far was searched for one. */
  #at = 0
  /** Words that are too far back for any reader; they come before the buffer's. */
  #passed = ''
  /** Offset in the source of the first of these words. */
  #base = 0
  #opener: string | null = null
  #soFar: Reading | null = null
  #retryLength = 0
  #isEnded = false

  constructor(reader: ItemReader, context: DialectContext) {
    this.#reader = reader
    this.#context = context
    this.#mode = context.mode ?? 'strict'
  }

  push(chunk: string): void {
    if (this.#isEnded) return
    this.#letGo()
    this.#buffer += chunk
    if (this.#opener === null || this.#buffer.length - this.#at >= this.#retryLength) this.#scan(false)
  }

  snapshot(): ParseResult {
    if (this.#isEnded) return this.#sink.copy().result()
    const sink = this.#sink.copy()
    if (this.#soFar !== null) this.#apply(this.#soFar, sink)
    else this.#addWords(sink, this.#opener === null ? this.#buffer.length : this.#at)
    return sink.result()
  }

  end(): ParseResult {
    if (!this.#isEnded) {
      this.#scan(true)
      this.#at = this.#buffer.length
      const end = this.#addWords(this.#sink, this.#at)
      this.#sink.finish(end)
      this.#isEnded = true
    }
    return this.#sink.copy().result()
  }

  /** All of the source at once. */
  whole(source: string): ParseResult {
    this.#buffer = source
    this.#scan(true)
    this.#sink.finish(this.#addWords(this.#sink, source.length))
    this.#isEnded = true
    return this.#sink.result()
  }

  /** Drops what has become nodes, and sets aside words that no reader looks at any more. */
  #letGo(): void {
    const far = this.#at - LONGEST_BEFORE
    if (far - this.#wordsStart > LONGEST_BEFORE) {
      this.#passed += this.#buffer.slice(this.#wordsStart, far)
      this.#wordsStart = far
    }
    if (this.#wordsStart === 0) return
    this.#buffer = this.#buffer.slice(this.#wordsStart)
    this.#at -= this.#wordsStart
    this.#wordsStart = 0
  }

  /** Words up to `end` of the buffer as a node; answers where they end in the source. */
  #addWords(sink: Sink, end: number): number {
    const length = this.#passed.length + end - this.#wordsStart
    const last = this.#base + length
    if (length > 0) sink.addWords(this.#passed + this.#buffer.slice(this.#wordsStart, end), this.#base, last)
    return last
  }

  #scan(isEnd: boolean): void {
    while (this.#opener !== null || this.#findOpener()) {
      const opener = this.#opener ?? ''
      const reading = this.#read(opener, isEnd)
      if (isWaiting(reading)) {
        this.#soFar = reading.soFar ?? null
        const length = this.#buffer.length - this.#at
        this.#retryLength = length < 1_024 ? 0 : Math.ceil(length * 1.25)
        return
      }
      this.#soFar = null
      this.#opener = null
      if (reading.parts.length > 0) {
        const last = this.#apply(reading, this.#sink)
        this.#base += this.#passed.length + this.#at + last - this.#wordsStart
        this.#passed = ''
        this.#wordsStart = this.#at + last
      } else if (reading.issues.length > 0) this.#apply(reading, this.#sink)
      this.#at += reading.end
    }
  }

  #findOpener(): boolean {
    const { openers, longestOpener } = this.#reader
    openers.lastIndex = this.#at
    const match = openers.exec(this.#buffer)
    this.#at = match?.index ?? Math.max(this.#at, this.#buffer.length - longestOpener + 1)
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
      source: this.#at === 0 ? this.#buffer : this.#buffer.slice(this.#at),
      opener,
      before: this.#buffer.slice(Math.max(this.#wordsStart, this.#at - LONGEST_BEFORE), this.#at),
      isFirst: this.#passed === '' && this.#sink.children.length === 0,
      isEnd,
      mode: this.#mode,
      context: this.#context
    })
  }

  /** Offsets of a reading count from the opener. Returns where the last part ended. */
  #apply(reading: Reading, sink: Sink): number {
    const buffer = this.#buffer
    const opener = this.#at
    const origin = this.#base + this.#passed.length + opener - this.#wordsStart
    for (const { code, start, end } of reading.issues)
      sink.diagnostics.push(issueDiagnostic(code, { start: origin + start, end: origin + end }))
    let at = this.#base - origin
    const { parts } = reading
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as Part
      if (part.start > at) {
        const words =
          at === this.#base - origin
            ? this.#passed + buffer.slice(this.#wordsStart, opener + part.start)
            : buffer.slice(opener + at, opener + part.start)
        sink.addWords(words, origin + at, origin + part.start)
      }
      at = part.end
      const start = origin + part.start
      if (part.is === 'markup') sink.markup(start, origin + at)
      else if (part.is === 'raw')
        sink.addRaw(buffer.slice(opener + part.start, opener + at), `dialect/${part.reason}`, start, origin + at)
      else {
        // Markup right behind a region is part of its node.
        for (let next = parts[i + 1]; next?.is === 'markup' && next.start === at; next = parts[i + 1]) {
          at = next.end
          i++
        }
        this.#addGroup(part, sink, origin, start, origin + at)
      }
    }
    return at
  }

  #addGroup(part: GroupPart, sink: Sink, origin: number, start: number, end: number): void {
    const regionIds: string[] = []
    let roles: RegionRole[] | null = null
    for (const { shape, role } of part.regions) {
      const id = this.#idAt(sink.regions.length)
      sink.regions.push({ id, shape })
      regionIds.push(id)
      if (role !== undefined) (roles ??= []).push(role)
    }
    const { words } = part
    const position = { start: sink.beginning(start), end }
    if (words === null) {
      sink.children.push(mention(regionIds, position))
      return
    }
    const value = words.value ?? this.#buffer.slice(this.#at + words.start, this.#at + words.end)
    const children = value === '' ? [] : [text(value, { start: origin + words.start, end: origin + words.end })]
    sink.children.push(
      roles === null ? phrase(children, regionIds, position) : { type: 'phrase', children, regionIds, roles, position }
    )
  }

  /** The same id for the same place, however often an open item is tried. */
  #idAt(index: number): string {
    while (this.#ids.length <= index) {
      this.#ids.push(this.#context.nextRegionId?.() ?? `r${this.#ids.length + 1}`)
    }
    return this.#ids[index] ?? ''
  }
}

export const parseItems = (reader: ItemReader, source: string, context: DialectContext): ParseResult =>
  new ItemStream(reader, context).whole(source)

/**
 * @file Reads Shikra text, whole or in chunks: `parse` is the stream fed once, so the two cannot
 * differ. Total and linear: each character is scanned once, each body is read once, and text that is
 * done is let go, so that a long answer fed token by token stays cheap.
 *
 *     #window begins with the words after the last bracket; #base is its offset in the source
 *                bracketStart  #scannedTo
 *                    ↓             ↓
 *      and the red dog   [0.102,0.250,0.4
 */
import { phrase, raw, text, mention } from '../../grounded/build'
import type { Diagnostic, SourceRange } from '../../errors'
import type { GroundedNode, GroundedRegion, RegionId } from '../../grounded/nodes'
import type { DialectContext, DialectStream, ParseResult } from '../dialect'
import { shapeFromNumbers } from './coordinates'
import type { BodyEnd, Notation } from './notation'
import { phraseStart } from '../kit/phrase-guess'
import { STOP_TOKEN } from './profile'
import { explanationOf, readGroup } from './read-group'
import type { GroupReading, IssueCode } from './read-group'

/** `[x0,y0,x1,y1]`: placeholders copied from a prompt. Bounded, so linear. */
const PLACEHOLDER = /[[(][A-Za-z]\w{0,8}(?:, ?[A-Za-z]\w{0,8}){1,3}[\])]/g

export class ShikraStream implements DialectStream {
  readonly #notation: Notation
  readonly #context: DialectContext
  readonly #nextRegionId: () => RegionId
  #window = ''
  #base = 0
  #literalStart = 0
  /** Everything before is literal or done. */
  #scannedTo = 0
  #open: { readonly opener: string; readonly start: number } | null = null
  #isEnded = false
  readonly #children: GroundedNode[] = []
  readonly #regions: GroundedRegion[] = []
  readonly #diagnostics: Diagnostic[] = []

  constructor(notation: Notation, context: DialectContext) {
    let count = 0
    this.#notation = notation
    this.#context = context
    this.#nextRegionId = context.nextRegionId ?? (() => `r${++count}`)
  }

  push(chunk: string): void {
    if (this.#isEnded) return
    this.#window += chunk
    this.#scan(false)
    this.#letGo()
  }

  /** Drops the part of the window that has become nodes. */
  #letGo(): void {
    const done = this.#literalStart
    if (done === 0) return
    this.#window = this.#window.slice(done)
    this.#base += done
    this.#literalStart = 0
    this.#scannedTo -= done
    if (this.#open !== null) this.#open = { opener: this.#open.opener, start: this.#open.start - done }
  }

  /** Window offsets as a range of the source. */
  #range(start: number, end: number): SourceRange {
    return { start: this.#base + start, end: this.#base + end }
  }

  /** Finished regions, and the words after the last of them as plain text; an open bracket is held back. */
  snapshot(): ParseResult {
    const end = this.#open?.start ?? this.#window.length
    const rest = this.#isEnded || end <= this.#literalStart ? [] : [this.#textNode(this.#literalStart, end)]
    return {
      tree: { children: [...this.#children, ...rest], regions: [...this.#regions] },
      diagnostics: [...this.#diagnostics]
    }
  }

  end(): ParseResult {
    if (!this.#isEnded) {
      this.#scan(true)
      this.#flushText(this.#window.length)
      this.#isEnded = true
    }
    return this.snapshot()
  }

  #scan(isEnd: boolean): void {
    for (;;) {
      if (this.#open === null && !this.#findOpener()) return
      if (this.#open === null) continue
      const { opener, start } = this.#open
      const end = this.#notation.findEnd(this.#window, opener, this.#scannedTo, isEnd)
      this.#scannedTo = end.at
      const isCutByStop = end.by === 'end' && this.#window.startsWith(STOP_TOKEN, end.at)
      if (end.by === 'end' && !isEnd && !isCutByStop) return
      const body = this.#window.slice(start + opener.length, end.at)
      const mode = this.#context.mode ?? 'strict'
      this.#take(readGroup(this.#notation, opener, body, end.by, mode), start, end)
      this.#open = null
      this.#scannedTo = end.after
    }
  }

  /** False when there is none yet; a stop token is taken on the way. */
  #findOpener(): boolean {
    const { openers, longestOpener } = this.#notation
    openers.lastIndex = this.#scannedTo
    const match = openers.exec(this.#window)
    if (match === null) {
      this.#scannedTo = Math.max(this.#scannedTo, this.#window.length - longestOpener + 1)
      return false
    }
    this.#scannedTo = match.index + match[0].length
    if (match[0] !== STOP_TOKEN) {
      this.#open = { opener: match[0], start: match.index }
      return true
    }
    this.#flushText(match.index)
    this.#addRaw(match.index, this.#scannedTo, 'dialect/stop-token')
    return true
  }

  #take(reading: GroupReading, start: number, end: BodyEnd): void {
    if (reading.is !== 'text') this.#reportPlaceholders(start)
    for (const code of reading.issues) this.#report(code, start, end.after)
    if (reading.is === 'raw') {
      this.#flushText(start, false)
      this.#addRaw(start, end.after, `dialect/${reading.issues[0] ?? 'not-a-number'}`)
    } else if (reading.is === 'group') {
      this.#addGroup(reading.tuples, start, end.after)
    }
  }

  #addGroup(tuples: readonly (readonly number[])[], start: number, end: number): void {
    const ids = tuples.map((numbers) => {
      const id = this.#nextRegionId()
      this.#regions.push({ id, shape: shapeFromNumbers(numbers, this.#context) })
      return id
    })
    const wordsStart = this.#literalStart + phraseStart(this.#window.slice(this.#literalStart, start))
    this.#flushText(wordsStart, false)
    if (wordsStart === start) this.#children.push(mention(ids, this.#range(start, end)))
    else this.#children.push(phrase([this.#textNode(wordsStart, start)], ids, this.#range(wordsStart, end)))
    this.#literalStart = end
  }

  #addRaw(start: number, end: number, reason: string): void {
    this.#children.push(raw(this.#window.slice(start, end), reason, this.#range(start, end)))
    this.#literalStart = end
  }

  #textNode(start: number, end: number): GroundedNode {
    return text(this.#window.slice(start, end), this.#range(start, end))
  }

  #flushText(end: number, withPlaceholders = true): void {
    if (withPlaceholders) this.#reportPlaceholders(end)
    if (end > this.#literalStart) this.#children.push(this.#textNode(this.#literalStart, end))
    this.#literalStart = end
  }

  #reportPlaceholders(end: number): void {
    const literal = this.#window.slice(this.#literalStart, end)
    for (const match of literal.matchAll(PLACEHOLDER)) {
      const start = this.#literalStart + match.index
      this.#report('not-a-number', start, start + match[0].length)
    }
  }

  #report(code: IssueCode, start: number, end: number): void {
    const [severity, message] = explanationOf(code)
    // Words that only look like a region are no error of the text.
    const level = code === 'not-a-number' && this.#window.slice(start, end).match(/\d\.\d/) === null ? 'info' : severity
    this.#diagnostics.push({ code: `dialect/${code}`, severity: level, message, position: this.#range(start, end) })
  }
}

export function parseShikra(notation: Notation, source: string, context: DialectContext): ParseResult {
  const stream = new ShikraStream(notation, context)
  stream.push(source)
  return stream.end()
}

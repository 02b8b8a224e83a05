/**
 * @file Reads one JSON object out of a text, forgiving what models do to JSON: single quotes, bare
 * keys, missing and trailing commas, tuples for lists, a doubled opening brace. Strings are the only thing without a
 * bound, and they end at the next quote; nesting ends at `MAX_DEPTH`; so a text of nothing but
 * openers is read in linear time.
 */
import type { IssueCode } from './issues'

const MAX_DEPTH = 8

export interface JsonString {
  readonly is: 'string'
  readonly value: string
  /** Of what stands between the quotes. */
  readonly start: number
  readonly end: number
}
export type JsonValue =
  | JsonString
  | { readonly is: 'number'; readonly value: number; readonly isWhole: boolean }
  | { readonly is: 'list'; readonly items: readonly JsonValue[] }
  | JsonObject
  /** null, true, None, … */
  | { readonly is: 'name' }
export interface JsonObject {
  readonly is: 'object'
  readonly start: number
  readonly end: number
  /** Of the wanted keys; the last of a name wins, as in Python. */
  readonly fields: ReadonlyMap<string, JsonValue>
}

export interface JsonKeys {
  /** The wanted keys, by which most keys are known without being read. */
  readonly names: readonly string[]
  /** Keys whose values are kept. */
  readonly wanted: ReadonlySet<string>
  /** Keys that make an object the place of a region. */
  readonly places: ReadonlySet<string>
}

export interface JsonScan {
  readonly is:
    | 'place' /** An object with a key of a place: the first one, also inside of others. */
    | 'other' /** A whole object without one. */
    | 'end' /** The text ends inside. */
    | 'broken' /** Something that no JSON has, at `at`. */
  readonly at: number
  /** `place` and `other`: the object. `end`: the one that is open, when it is a place and its last value is whole. */
  readonly object: JsonObject | null
  readonly issues: readonly IssueCode[]
  /** A key and its colon were there. */
  readonly hasKey: boolean
  /** A key of a place was there. */
  readonly hasPlace: boolean
  readonly isInString: boolean
  /** Nesting is deeper than `MAX_DEPTH` at `at`. */
  readonly isTooDeep: boolean
}

const SPACE = /\s*/y
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
/** The text ends in what may become a number. */
const BEGUN_NUMBER = /^-?\.?$/
const ZERO_CODE = 0x30
const NINE_CODE = 0x39
/** Whole numbers of so many digits are exact however they are added up. */
const MOST_EXACT_DIGITS = 15
const NAME = /[A-Za-z_][\w-]*/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }
const BACKSLASH_CODE = 0x5c
const ESCAPE = /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([^]))/g

const TAB_CODE = 0x09
const RETURN_CODE = 0x0d
const SPACE_CODE = 0x20
/** Below it no other character is a space. */
const NEXT_SPACE_CODE = 0x85

export function skipSpace(source: string, at: number): number {
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code === SPACE_CODE || (code >= TAB_CODE && code <= RETURN_CODE)) continue
    if (code < NEXT_SPACE_CODE) return at
    SPACE.lastIndex = at
    SPACE.test(source)
    return SPACE.lastIndex
  }
  return at
}

function wholeOf(source: string, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = value * 10 + source.charCodeAt(at) - ZERO_CODE
  return value
}

function digitsEnd(source: string, at: number): number {
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (code < ZERO_CODE || code > NINE_CODE) break
  }
  return at
}

const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(ESCAPE, (_, u?: string, x?: string, c?: string) =>
        c === undefined ? String.fromCharCode(parseInt(u ?? x ?? '', 16)) : (ESCAPES[c] ?? c)
      )
    : text

/** An object that is being read. */
interface Open {
  readonly start: number
  readonly fields: Map<string, JsonValue>
  isPlace: boolean
}

class Scanner {
  readonly issues: IssueCode[] = []
  readonly open: Open[] = []
  place: JsonObject | null = null
  hasKey = false
  hasPlace = false
  isInString = false
  isTooDeep = false

  readonly source: string
  readonly keys: JsonKeys
  at: number

  constructor(source: string, keys: JsonKeys, at: number) {
    this.source = source
    this.keys = keys
    this.at = at
  }

  /** null: it ended, broke, or found a place inside. */
  object(depth: number, isDoubled = false): JsonObject | null {
    if (depth > MAX_DEPTH) return this.#tooDeep()
    const own: Open = { start: this.at, fields: new Map(), isPlace: false }
    this.open.push(own)
    this.at++
    if (this.#next() === '{' && !isDoubled) {
      this.#say('bad-json')
      if (this.object(depth + 1, true) === null) return null
    }
    for (let isFirst = true; ; isFirst = false) {
      const hasComma = this.#commas()
      if (this.#next() === '}') {
        if (hasComma) this.#say('quote-style')
        this.at++
        break
      }
      if (!isFirst && !hasComma && this.at < this.source.length) this.#say('bad-json')
      if (!this.#member(own, depth)) return null
    }
    this.open.pop()
    const object: JsonObject = { is: 'object', start: own.start, end: this.at, fields: own.fields }
    if (!own.isPlace || this.open.some(({ isPlace }) => isPlace)) return object
    this.place = object
    return null
  }

  #tooDeep(): null {
    this.isTooDeep = true
    return null
  }

  #say(code: IssueCode): void {
    if (!this.issues.includes(code)) this.issues.push(code)
  }

  #member(own: Open, depth: number): boolean {
    const key = this.#key()
    if (key === null || this.#next() !== ':') return false
    this.at++
    this.hasKey = true
    if (this.keys.places.has(key)) this.hasPlace = true
    const valueStart = skipSpace(this.source, this.at)
    const value = this.#value(depth)
    if (value === null) return false
    if (!this.keys.wanted.has(key)) return true
    const known = own.fields.size
    own.fields.set(key, value.is === 'number' && !this.keys.places.has(key) ? this.#spelled(valueStart) : value)
    if (own.fields.size === known) this.#say('bad-json')
    if (this.hasPlace && this.keys.places.has(key)) own.isPlace = true
    return true
  }

  /** A number that is a label: its words are its digits. */
  #spelled(start: number): JsonString {
    return { is: 'string', value: this.source.slice(start, this.at), start, end: this.at }
  }

  #key(): string | null {
    const character = this.#next()
    if (character === '"') {
      for (const name of this.keys.names) {
        const end = this.at + 1 + name.length
        if (this.source[end] !== '"' || !this.source.startsWith(name, this.at + 1)) continue
        this.at = end + 1
        return name
      }
    }
    if (character === '"' || character === "'") return this.#string(character)?.value ?? null
    NAME.lastIndex = this.at
    const name = NAME.exec(this.source)
    if (name === null) return null
    this.at = NAME.lastIndex
    this.#say('quote-style')
    return name[0]
  }

  #value(depth: number): JsonValue | null {
    const character = this.#next()
    if (character === '{') return this.object(depth + 1)
    if (character === '[') return this.#list(depth + 1, ']')
    if (character === '(') {
      this.#say('quote-style')
      return this.#list(depth + 1, ')')
    }
    if (character === '"' || character === "'") return this.#string(character)
    const plain = this.#plainNumber()
    if (plain !== null) return plain
    NUMBER.lastIndex = this.at
    const number = NUMBER.exec(this.source)
    if (number !== null) {
      this.at = NUMBER.lastIndex
      // It may go on.
      if (this.at >= this.source.length) return null
      return { is: 'number', value: Number(number[0]), isWhole: /^-?\d+$/.test(number[0]) }
    }
    if (character !== undefined && BEGUN_NUMBER.test(this.source.slice(this.at, this.at + 3))) {
      this.at = this.source.length
      return null
    }
    NAME.lastIndex = this.at
    if (!NAME.test(this.source)) return null
    this.at = NAME.lastIndex
    return { is: 'name' }
  }

  /** Plain digits with a point or without: nearly every value, and need no pattern. null: ask the pattern. */
  #plainNumber(): JsonValue | null {
    const { source } = this
    const start = this.at
    let at = digitsEnd(source, start)
    const isWhole = source[at] !== '.'
    if (at === start) return null
    if (!isWhole) at = digitsEnd(source, at + 1)
    // An exponent may follow, or the number may go on.
    if (at >= source.length || source[at] === 'e' || source[at] === 'E') return null
    this.at = at
    const value =
      isWhole && at - start <= MOST_EXACT_DIGITS ? wholeOf(source, start, at) : Number(source.slice(start, at))
    return { is: 'number', value, isWhole }
  }

  #list(depth: number, closer: string): JsonValue | null {
    if (depth > MAX_DEPTH) return this.#tooDeep()
    const items: JsonValue[] = []
    this.at++
    for (;;) {
      const hasComma = this.#commas()
      if (this.#next() === closer) {
        if (hasComma) this.#say('quote-style')
        this.at++
        return { is: 'list', items }
      }
      if (items.length > 0 && !hasComma && this.at < this.source.length) this.#say('bad-json')
      const value = this.#value(depth)
      if (value === null) return null
      items.push(value)
    }
  }

  #string(quote: string): JsonString | null {
    if (quote === "'") this.#say('quote-style')
    const start = this.at + 1
    const quoteCode = quote.charCodeAt(0)
    for (let at = start; at < this.source.length; at++) {
      const code = this.source.charCodeAt(at)
      if (code === BACKSLASH_CODE) at++
      else if (code === quoteCode) {
        this.at = at + 1
        return { is: 'string', value: unescaped(this.source.slice(start, at)), start, end: at }
      }
    }
    this.at = this.source.length
    this.isInString = true
    return null
  }

  #next(): string | undefined {
    this.at = skipSpace(this.source, this.at)
    return this.source[this.at]
  }

  /** Steps over commas; more than one is broken JSON. */
  #commas(): boolean {
    let count = 0
    while (this.#next() === ',') {
      this.at++
      count++
    }
    if (count > 1) this.#say('bad-json')
    return count > 0
  }
}

/** Reads the object that opens at `start`. Answers the same for every longer source, unless with `end`. */
export function scanObject(source: string, start: number, keys: JsonKeys): JsonScan {
  const scanner = new Scanner(source, keys, start)
  const whole = scanner.object(1)
  const { at, hasKey, hasPlace, isInString, isTooDeep, issues } = scanner
  const facts = { at, hasKey, hasPlace, isInString, isTooDeep, issues }
  if (scanner.place !== null) return { is: 'place', object: scanner.place, ...facts }
  if (whole !== null) return { is: 'other', object: whole, ...facts }
  if (at < source.length) return { is: 'broken', object: null, ...facts }
  const last = scanner.open.at(-1)
  const object: JsonObject | null =
    last === undefined ? null : { is: 'object', start: last.start, end: at, fields: last.fields }
  return { is: 'end', object, ...facts }
}

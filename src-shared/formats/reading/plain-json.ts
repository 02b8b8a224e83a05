/**
 * @file JSON that has nothing unusual in it, from its bytes: ASCII, no escapes, numbers that are numbers in JavaScript.
 * Lists of numbers go into one block, which takes a third of the time that the engine's parser and the lists it makes
 * take. Whatever is not plain, and whatever is wrong, is left to the exact parser (exact-json.ts), which says what it is.
 */
import { NumberList } from './number-list'

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, DOT] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d, 0x2e]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
const [ZERO, NINE, SPACE] = [0x30, 0x39, 0x20]

/** Powers of ten that are exact; an exact integer divided by one is the nearest number, as IEEE 754 rounds once. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** Every integer of so many digits is exact. */
const EXACT_DIGITS = 15
const DEEPEST = 16
const KEY_SLOTS = 256
const LONGEST_KEY = 64

/** Stands for: not plain. No value of JSON is a symbol. */
const NOT_PLAIN = Symbol('not plain')

interface KnownKey {
  readonly bytes: Uint8Array
  readonly text: string
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE

export class PlainJson {
  #bytes: Uint8Array = new Uint8Array(0)
  #end = 0
  #at = 0
  #block = new Float64Array(0)
  #used = 0
  readonly #one = new Float64Array(1)
  readonly #keys: (KnownKey | undefined)[] = Array.from({ length: KEY_SLOTS }, () => undefined)

  /**
   * The objects between bytes `start` and `end`, which commas part; null when anything is not plain. Lists of numbers in
   * them are `NumberList`s that stand until the next call.
   */
  objects(bytes: Uint8Array, start: number, end: number): readonly unknown[] | null {
    this.#bytes = bytes
    this.#end = end
    this.#at = start
    this.#used = 0
    // A number takes two bytes with what parts it from the next.
    const most = ((end - start) >> 1) + 1
    if (this.#block.length < most) this.#block = new Float64Array(most)
    const found: unknown[] = []
    for (;;) {
      if (this.#skipSpace() !== OPEN_BRACE) return null
      const value = this.#value(OPEN_BRACE, 0)
      if (value === NOT_PLAIN) return null
      found.push(value)
      const byte = this.#skipSpace()
      if (byte === -1) return found
      if (byte !== COMMA) return null
      this.#at++
    }
  }

  /** The next byte that is no space, not passed; -1 at the end. */
  #skipSpace(): number {
    const bytes = this.#bytes
    const end = this.#end
    let at = this.#at
    while (at < end) {
      const byte = bytes[at] as number
      if (byte > SPACE || (byte !== SPACE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.#at = at
        return byte
      }
      at++
    }
    this.#at = at
    return -1
  }

  /** The value that begins with `first`, where the reader stands. */
  #value(first: number, depth: number): unknown {
    switch (first) {
      case QUOTE:
        return this.#text()
      case OPEN_BRACE:
        return depth === DEEPEST ? NOT_PLAIN : this.#object(depth)
      case OPEN_BRACKET:
        return depth === DEEPEST ? NOT_PLAIN : this.#list(depth)
      case 0x74:
        return this.#word('true') ? true : NOT_PLAIN
      case 0x66:
        return this.#word('false') ? false : NOT_PLAIN
      case 0x6e:
        return this.#word('null') ? null : NOT_PLAIN
      default:
        return this.#number(this.#one, 0) ? this.#one[0] : NOT_PLAIN
    }
  }

  #object(depth: number): unknown {
    this.#at++
    const object: Record<string, unknown> = {}
    if (this.#skipSpace() === CLOSE_BRACE) {
      this.#at++
      return object
    }
    for (;;) {
      if (this.#skipSpace() !== QUOTE) return NOT_PLAIN
      const key = this.#key()
      // Set like any other it would be no own key.
      if (key === null || key === '__proto__' || this.#skipSpace() !== COLON) return NOT_PLAIN
      this.#at++
      const value = this.#value(this.#skipSpace(), depth + 1)
      if (value === NOT_PLAIN) return NOT_PLAIN
      object[key] = value
      const byte = this.#skipSpace()
      this.#at++
      if (byte === CLOSE_BRACE) return object
      if (byte !== COMMA) return NOT_PLAIN
    }
  }

  #list(depth: number): unknown {
    this.#at++
    const first = this.#skipSpace()
    if (first === MINUS || isDigit(first)) {
      const start = this.#at
      const numbers = this.#numbers()
      if (numbers !== null) return numbers
      this.#at = start
    }
    if (first === CLOSE_BRACKET) {
      this.#at++
      return []
    }
    let list: unknown[] | null = null
    for (;;) {
      const value = this.#value(this.#skipSpace(), depth + 1)
      if (value === NOT_PLAIN) return NOT_PLAIN
      // Most lists that are none of numbers have one member: pushed to an empty list it would take room for seventeen.
      if (list === null) list = [value]
      else list.push(value)
      const byte = this.#skipSpace()
      this.#at++
      if (byte === CLOSE_BRACKET) return list
      if (byte !== COMMA) return NOT_PLAIN
    }
  }

  /** null: there is something else between them. */
  #numbers(): NumberList | null {
    const start = this.#used
    const block = this.#block
    for (;;) {
      if (!this.#number(block, this.#used)) break
      this.#used++
      let byte = this.#bytes[this.#at] as number
      if (byte === COMMA && this.#at + 1 < this.#end) {
        byte = this.#bytes[++this.#at] as number
        if (byte > SPACE) continue
        byte = this.#skipSpace()
        if (byte !== -1) continue
        break
      }
      byte = this.#skipSpace()
      this.#at++
      if (byte === CLOSE_BRACKET) return new NumberList(block, start, this.#used - start)
      if (byte !== COMMA) break
      this.#skipSpace()
    }
    this.#used = start
    return null
  }

  /**
   * Puts the number that begins where the reader stands into a list, where it needs no object of its own; false: there is
   * none, or none that is exact here. Every number of a file passes here.
   */
  #number(into: Float64Array, place: number): boolean {
    const bytes = this.#bytes
    const end = this.#end
    const start = this.#at
    let at = start
    const isNegative = bytes[at] === MINUS
    if (isNegative) at++
    const first = at
    let mantissa = 0
    let digit: number
    while (at < end && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      at++
    }
    let digits = at - first
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return false
    let decimals = 0
    if (at < end && bytes[at] === DOT) {
      const point = ++at
      while (at < end && (digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        at++
      }
      decimals = at - point
      if (decimals === 0) return false
      digits += decimals
    }
    if (at < end && ((bytes[at] as number) | SPACE) === 0x65) {
      at++
      if (bytes[at] === MINUS || bytes[at] === 0x2b) at++
      if (at >= end || !isDigit(bytes[at])) return false
      while (at < end && isDigit(bytes[at])) at++
      digits = Infinity
      decimals = Infinity
    }
    this.#at = at
    if (digits <= EXACT_DIGITS) {
      const value = decimals === 0 ? mantissa : mantissa / (POWERS[decimals] as number)
      into[place] = isNegative ? -value : value
      return true
    }
    const value = Number(String.fromCharCode(...bytes.subarray(start, at)))
    into[place] = value
    // Large integers keep their digits elsewhere, and what overflows is an error.
    return Number.isFinite(value) && (decimals > 0 || Number.isSafeInteger(value))
  }

  #word(word: string): boolean {
    for (let i = 0; i < word.length; i++)
      if (this.#at + i >= this.#end || this.#bytes[this.#at + i] !== word.charCodeAt(i)) return false
    this.#at += word.length
    return true
  }

  /** Where the text ends whose quote is at `at`: its closing quote; -1 when it is not plain. */
  #endOfText(at: number): number {
    for (let next = at + 1; next < this.#end; next++) {
      const byte = this.#bytes[next] as number
      if (byte === QUOTE) return next
      if (byte < SPACE || byte > 0x7f || byte === BACKSLASH) return -1
    }
    return -1
  }

  #text(): unknown {
    const start = this.#at + 1
    const end = this.#endOfText(this.#at)
    if (end === -1) return NOT_PLAIN
    this.#at = end + 1
    return textOf(this.#bytes, start, end)
  }

  /** As `#text`; the names of a file's fields are few, and each is made once. null: not plain. */
  #key(): string | null {
    const bytes = this.#bytes
    const start = this.#at + 1
    const end = this.#endOfText(this.#at)
    if (end === -1) return null
    this.#at = end + 1
    const length = end - start
    if (length === 0 || length > LONGEST_KEY) return textOf(bytes, start, end)
    const slot = (length * 31 + (bytes[start] as number) * 7 + (bytes[end - 1] as number)) % KEY_SLOTS
    const known = this.#keys[slot]
    if (known !== undefined && isSame(known.bytes, bytes, start, length)) return known.text
    const text = textOf(bytes, start, end)
    this.#keys[slot] = { bytes: bytes.slice(start, end), text }
    return text
  }
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (key.length !== length) return false
  for (let i = 0; i < length; i++) if (key[i] !== bytes[start + i]) return false
  return true
}

const LETTERS_AT_A_TIME = 4096

/** Of ASCII. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at += LETTERS_AT_A_TIME)
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, Math.min(end, at + LETTERS_AT_A_TIME)))
  return text
}

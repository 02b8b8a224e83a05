/**
 * @file Places in a text as other languages count them. Python counts code points, Rust and Go bytes of UTF-8; a
 * string here counts UTF-16 units. The three agree on ASCII only: “😀” is one, four and two long, “猫” one, three and one.
 */

export type TextUnit = 'code-point' | 'utf-8' | 'utf-16'

const bytesOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4

/** Offsets of one text in another unit; made once for each text. Linear in its length, then one look-up each. */
export class TextOffsets {
  /** Place in the other unit of each UTF-16 unit, and of the end; -1 inside a character. null: all are the same. */
  readonly #places: Int32Array | null
  #byPlace: Map<number, number> | null = null

  readonly text: string
  /** In the other unit. */
  readonly length: number

  constructor(text: string, unit: TextUnit) {
    this.text = text
    // eslint-disable-next-line no-control-regex
    if (unit === 'utf-16' || /^[\x00-\x7f]*$/.test(text)) {
      this.#places = null
      this.length = text.length
      return
    }
    const places = new Int32Array(text.length + 1).fill(-1)
    let place = 0
    for (let at = 0; at < text.length;) {
      const codePoint = text.codePointAt(at) ?? 0
      places[at] = place
      place += unit === 'utf-8' ? bytesOf(codePoint) : 1
      at += codePoint > 0xffff ? 2 : 1
    }
    places[text.length] = place
    this.#places = places
    this.length = place
  }

  /** null: beyond the end, before the beginning, no whole number, or inside a character. */
  toUtf16(place: number): number | null {
    if (!Number.isInteger(place) || place < 0 || place > this.length) return null
    if (this.#places === null) return place
    if (this.#byPlace === null) {
      this.#byPlace = new Map()
      for (let at = 0; at <= this.text.length; at++) {
        const there = this.#places[at] ?? -1
        if (there >= 0) this.#byPlace.set(there, at)
      }
    }
    return this.#byPlace.get(place) ?? null
  }

  /** `at` must not be inside a surrogate pair. */
  fromUtf16(at: number): number {
    return this.#places === null ? at : (this.#places[at] ?? this.length)
  }
}

const LETTER = /[A-Za-z0-9]/

/** Whether a span begins or ends inside a word, as one that counts in another unit does; UTF-16 offsets. */
export function cutsWord(text: string, start: number, end: number): boolean {
  const isInside = (at: number): boolean => LETTER.test(text[at - 1] ?? '') && LETTER.test(text[at] ?? '')
  return isInside(start) || isInside(end)
}

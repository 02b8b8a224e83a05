/**
 * @file Chance that can be had again: numbers that follow from a seed and an index alone, so that any input of a long
 * run is made again without those before it. sfc32 (Chris Doty-Humphrey's small fast counter, public domain).
 */
export class Chance {
  #a: number
  #b: number
  #c: number
  #d = 1

  constructor(seed: number, index: number) {
    this.#a = seed | 0
    this.#b = index | 0
    this.#c = Math.floor(index / 2 ** 32) | 0
    // Neighbours have nothing in common after these.
    for (let i = 0; i < 12; i++) this.next()
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }

  /** 0 and up to `end`, which is not among them; 0 for an end of 0. */
  below(end: number): number {
    return end === 0 ? 0 : this.next() % end
  }

  /** True once in `of` times. */
  once(of: number): boolean {
    return this.below(of) === 0
  }

  /** One of a list that is not empty. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}

/** @file Chance that comes back: the same seed and the same image give the same draws, whatever was built before. */

/** 53 bits of a text, well spread; two of them, with different salts, name a record. Not for secrets. */
export function hashOf(text: string, salt = 0): number {
  let high = 0xdeadbeef ^ salt
  let low = 0x41c6ce57 ^ salt
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    low = Math.imul(low ^ unit, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return 0x1_0000_0000 * (high & 0x1f_ffff) + (low >>> 0)
}

export class Random {
  #state: number

  constructor(seed: number, key: string) {
    this.#state = hashOf(`${seed} ${key}`) >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** `undefined` for an empty list. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }

  shuffled<T>(list: Iterable<T>): readonly T[] {
    const all = [...list]
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const [a, b] = [all[i] as T, all[j] as T]
      all[i] = b
      all[j] = a
    }
    return all
  }

  /** An index, each as likely as its weight; -1 when no weight is above zero. */
  weighted(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    if (total <= 0) return -1
    let left = this.next() * total
    for (const [i, weight] of weights.entries()) {
      if (weight <= 0) continue
      left -= weight
      if (left < 0) return i
    }
    return weights.findLastIndex((weight) => weight > 0)
  }
}

/**
 * @file Which region an item means: (image, key) → number of the region. Exact, in flat memory: the bytes of every key
 * once, and a table of numbers. A `Map` of strings needs four times as much, and a table of SQLite two microseconds
 * a region where this needs a tenth of one.
 */

const NONE = -1
/** Of an integer that is exact. */
const MOST_DIGITS = 16

export class RegionKeys {
  #bytes = new Uint8Array(1 << 16)
  #used = 0
  /** By number of the entry. */
  #ends = new Uint32Array(1 << 12)
  #images = new Int32Array(1 << 12)
  #regions = new Uint32Array(1 << 12)
  #count = 0
  #slots = new Int32Array(1 << 13).fill(NONE)
  readonly #encoder = new TextEncoder()

  /** A number is the key that is its text. false: the image has a region of that key already, and it stays the one that is meant. */
  add(image: number, key: string | number, region: number): boolean {
    const start = this.#used
    const end = this.#spell(key)
    const slot = this.#slotOf(image, start, end)
    if (this.#slots[slot] !== NONE) return false
    this.#used = end
    this.#slots[slot] = this.#count
    this.#ends[this.#count] = end
    this.#images[this.#count] = image
    this.#regions[this.#count] = region
    this.#count += 1
    return true
  }

  find(image: number, key: string | number): number | null {
    const start = this.#used
    const end = this.#spell(key)
    const entry = this.#slots[this.#slotOf(image, start, end)] ?? NONE
    return entry === NONE ? null : (this.#regions[entry] ?? null)
  }

  /** Writes the text of a key where the next one goes; where it ends. */
  #spell(key: string | number): number {
    if (typeof key === 'number' && Number.isSafeInteger(key) && key >= 0) return this.#spellDigits(key)
    const text = String(key)
    this.#makeRoom(text.length * 3)
    return this.#used + this.#encoder.encodeInto(text, this.#bytes.subarray(this.#used)).written
  }

  #spellDigits(key: number): number {
    this.#makeRoom(MOST_DIGITS)
    let digits = 1
    for (let power = 10; power <= key; power *= 10) digits += 1
    const end = this.#used + digits
    let rest = key
    for (let at = end - 1; at >= this.#used; at -= 1) {
      const tenth = Math.floor(rest / 10)
      this.#bytes[at] = 0x30 + (rest - tenth * 10)
      rest = tenth
    }
    return end
  }

  /** Of the entry that equals the bytes, or the free one where it belongs. */
  #slotOf(image: number, start: number, end: number): number {
    const mask = this.#slots.length - 1
    let hash = image | 0
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (this.#bytes[at] ?? 0), 0x01000193)
    hash ^= hash >>> 15
    hash = Math.imul(hash, 0x2c1b3c6d)
    hash ^= hash >>> 13
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? NONE
      if (entry === NONE || this.#isEqual(entry, image, start, end)) return slot
    }
  }

  #isEqual(entry: number, image: number, start: number, end: number): boolean {
    if (this.#images[entry] !== image) return false
    const from = entry === 0 ? 0 : (this.#ends[entry - 1] ?? 0)
    const length = (this.#ends[entry] ?? 0) - from
    if (length !== end - start) return false
    for (let i = 0; i < length; i += 1) if (this.#bytes[from + i] !== this.#bytes[start + i]) return false
    return true
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + bytes))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    if (this.#count < this.#ends.length) return
    const length = this.#ends.length * 2
    this.#ends = copied(this.#ends, new Uint32Array(length))
    this.#images = copied(this.#images, new Int32Array(length))
    this.#regions = copied(this.#regions, new Uint32Array(length))
    this.#slots = new Int32Array(length * 2).fill(NONE)
    for (let entry = 0; entry < this.#count; entry += 1) {
      const from = entry === 0 ? 0 : (this.#ends[entry - 1] ?? 0)
      this.#slots[this.#slotOf(this.#images[entry] ?? 0, from, this.#ends[entry] ?? 0)] = entry
    }
  }
}

function copied<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

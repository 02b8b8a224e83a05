/** @file Ids of COCO files: whole numbers of any size or texts; `7` and `"7"` are one id, as some converters mix them. */
import { nameValue } from '../kit/json-fields'

export type CocoId = number | string

/** null for anything that is no id. Numbers stay numbers where nothing is lost, which is cheapest to look up. */
export function cocoId(value: unknown): CocoId | null {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value + 0 : Number.isFinite(value) ? String(value) : null
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'string' || value === '') return null
  return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value
}

export const nameId = (value: unknown): string => (typeof value === 'bigint' ? String(value) : nameValue(value))

/** Below this an id is one bit: 16 MB for all of them, where a set needs thirty bytes for each. */
const MOST_BITS = 2 ** 27

/** Ids that were seen. Most files number their annotations from 1. */
export class IdSet {
  #bits = new Uint8Array(1 << 10)
  readonly #others = new Set<CocoId>()

  has(id: CocoId): boolean {
    return isBit(id) ? ((this.#bits[id >>> 3] ?? 0) & (1 << (id & 7))) !== 0 : this.#others.has(id)
  }

  add(id: CocoId): void {
    if (!isBit(id)) {
      this.#others.add(id)
      return
    }
    const at = id >>> 3
    if (at >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(this.#bits.length * 2, at + 1))
      larger.set(this.#bits)
      this.#bits = larger
    }
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (id & 7))
  }
}

const isBit = (id: CocoId): id is number => typeof id === 'number' && id >= 0 && id < MOST_BITS

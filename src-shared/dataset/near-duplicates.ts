/**
 * @file Which of many pictures look alike. Two do when their bits differ in at most `MOST_BITS` places and their colours
 * hardly; whoever looks like somebody of a cluster belongs to it, so that no pair of a split is torn apart.
 *
 * [Note: How pairs are found] 64 bits are four bands of 16. Of at most 7 differing bits one band has at most one, so a
 * picture is looked up in each band under its own 16 bits and the 16 that differ in one: 68 short lists instead of all
 * pictures, and no pair is missed. Pictures of equal bits are one entry of the index.
 */
import type { Fingerprint } from './perceptual-hash'

/**
 * Of 64. Measured on 26 565 pairs of 231 drawn scenes, no two of the same scene: none differed in fewer than 12 (median
 * 32). Copies of 119 of them differed in at most, 99 of 100: 2 (half as large, 160 px wide, blurred, gamma 1.3), 6 (JPEG
 * of quality 30, 15 % darker), 8 (10 % brighter), 10 (3 % cut off).
 */
export const MOST_BITS = 7
/** Mean difference of the 48 tints, once both pictures are equally light: their mean is 128. */
export const MOST_TINT = 16

const BANDS = 4
const BAND_BITS = 16

function ones(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

export const bitDistance = (a: readonly [number, number], b: readonly [number, number]): number =>
  ones(a[0] ^ b[0]) + ones(a[1] ^ b[1])

const DARKEST_MEAN = 16

/** As if the picture were as light as any other; in one that is nearly black the noise is not made colours. */
export function evenTints(tints: Uint8Array): Uint8Array {
  const mean = tints.reduce((sum, value) => sum + value, 0) / tints.length
  const factor = 128 / Math.max(DARKEST_MEAN, mean)
  return tints.map((value) => Math.min(255, Math.round(value * factor)))
}

/** Of two that `evenTints` made. */
export function tintDistance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0))
  return sum / a.length
}

const bandOf = ([high, low]: readonly [number, number], band: number): number =>
  ((band < 2 ? high : low) >>> (band % 2 === 0 ? BAND_BITS : 0)) & 0xffff

export class NearDuplicates {
  readonly #ids: string[] = []
  readonly #parent: number[] = []
  readonly #highs: number[] = []
  readonly #lows: number[] = []
  readonly #tints: Uint8Array[] = []
  readonly #bands: readonly Map<number, number[]>[] = Array.from({ length: BANDS }, () => new Map<number, number[]>())
  /** Pictures of the same bits, by these. */
  readonly #same = new Map<string, number[]>()

  /** A flat picture looks like too many to look like any; it is left alone. */
  add(id: string, print: Fingerprint): void {
    const { bits } = print
    if (bits === null) return
    const tints = evenTints(print.tints)
    const index = this.#ids.push(id) - 1
    this.#parent.push(index)
    this.#highs.push(bits[0])
    this.#lows.push(bits[1])
    this.#tints.push(tints)
    const key = `${bits[0]} ${bits[1]}`
    const known = this.#same.get(key)
    const group = known ?? []
    if (known === undefined) this.#same.set(key, group)
    this.#lookUp(index, bits, known === undefined)
    // A picture that is the same in everything is found by its twin.
    if (!group.some((other) => tintDistance(this.#tints[other] ?? tints, tints) === 0)) group.push(index)
  }

  #lookUp(index: number, bits: readonly [number, number], isNew: boolean): void {
    const [high, low] = bits
    for (const [band, table] of this.#bands.entries()) {
      const own = bandOf(bits, band)
      for (let flip = -1; flip < BAND_BITS; flip++) {
        for (const other of table.get(flip === -1 ? own : own ^ (1 << flip)) ?? []) {
          const theirs = [this.#highs[other] ?? 0, this.#lows[other] ?? 0] as const
          if (ones(high ^ theirs[0]) + ones(low ^ theirs[1]) > MOST_BITS) continue
          // Met in two bands, it is joined twice, which changes nothing.
          this.#join(index, this.#same.get(`${theirs[0]} ${theirs[1]}`) ?? [])
        }
      }
      if (!isNew) continue
      const list = table.get(own)
      if (list === undefined) table.set(own, [index])
      else list.push(index)
    }
  }

  /** Cluster of each picture that looks like another: the id of the first of them that was added. */
  clusters(): ReadonlyMap<string, string> {
    const sizes = new Map<number, number>()
    for (const index of this.#ids.keys()) {
      const root = this.#root(index)
      sizes.set(root, (sizes.get(root) ?? 0) + 1)
    }
    return new Map(
      this.#ids.flatMap((id, index) => {
        const root = this.#root(index)
        return (sizes.get(root) ?? 0) > 1 ? [[id, this.#ids[root] ?? id] as const] : []
      })
    )
  }

  #join(index: number, others: readonly number[]): void {
    const own = this.#tints[index]
    if (own === undefined) return
    for (const other of others) {
      const theirs = this.#tints[other]
      if (theirs === undefined || tintDistance(own, theirs) > MOST_TINT) continue
      const [a, b] = [this.#root(index), this.#root(other)]
      this.#parent[Math.max(a, b)] = Math.min(a, b)
    }
  }

  #root(index: number): number {
    let root = index
    while (this.#parent[root] !== root) root = this.#parent[root] ?? root
    for (let at = index; at !== root;) {
      const next = this.#parent[at] ?? root
      this.#parent[at] = root
      at = next
    }
    return root
  }
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bitDistance, evenTints, MOST_BITS, MOST_TINT, NearDuplicates, tintDistance } from './near-duplicates'
import { fingerprintFromText, fingerprintOf, FINGERPRINT_SIDE, fingerprintText } from './perceptual-hash'
import type { Fingerprint } from './perceptual-hash'

/** A picture of 32×32 by a function of its places, 0 to 1. */
function picture(colour: (x: number, y: number) => readonly [number, number, number]): Uint8Array {
  const rgb = new Uint8Array(FINGERPRINT_SIDE ** 2 * 3)
  for (let i = 0; i < FINGERPRINT_SIDE ** 2; i++) {
    const [x, y] = [(i % FINGERPRINT_SIDE) / FINGERPRINT_SIDE, Math.floor(i / FINGERPRINT_SIDE) / FINGERPRINT_SIDE]
    rgb.set(colour(x, y), 3 * i)
  }
  return rgb
}
/** Fields of grey that hang on `seed`. */
const fields = (seed: number, light = 0): Uint8Array =>
  picture((x, y) => {
    const field = Math.floor(5 * x) + 5 * Math.floor(5 * y) + 25 * seed
    const value = 40 + light + (((field + 1) * 2_654_435_761) >>> 25)
    return [value, value, value]
  })

const tints = new Uint8Array(48)

describe('a fingerprint', () => {
  test('hardly changes with light, and is another for another picture', () => {
    const [own, lighter, other] = [fingerprintOf(fields(0)), fingerprintOf(fields(0, 8)), fingerprintOf(fields(2))]
    const bits = (a: Fingerprint, b: Fingerprint): number => bitDistance(a.bits ?? [0, 0], b.bits ?? [0, 0])
    expect(bits(own, lighter)).toBeLessThanOrEqual(2)
    expect(bits(own, other)).toBeGreaterThan(MOST_BITS)
  })

  test('has the same colours in any light', () => {
    const [own, darker] = [
      [60, 120, 30],
      [40, 80, 20]
    ].map((rgb) => evenTints(tints.map((_, i) => rgb[i % 3] ?? 0)))
    expect(tintDistance(own ?? tints, darker ?? tints)).toBeLessThan(1)
    expect(tintDistance(own ?? tints, evenTints(tints.map((_, i) => [30, 120, 60][i % 3] ?? 0)))).toBeGreaterThan(
      MOST_TINT
    )
  })

  test('of a flat picture has no bits', () => {
    expect(fingerprintOf(picture((x) => [90 + x, 90, 90])).bits).toBeNull()
    expect(fingerprintOf(picture((x) => [90 + 90 * x, 90, 90])).bits).not.toBeNull()
  })

  test('comes back from its text; another text is none', () => {
    for (const rgb of [fields(1), picture(() => [1, 2, 3])]) {
      const print = fingerprintOf(rgb)
      expect(fingerprintFromText(fingerprintText(print))).toEqual(print)
      expect(fingerprintText(print)).toHaveLength(112)
    }
    for (const text of ['', 'x'.repeat(112), fingerprintText(fingerprintOf(fields(1))).slice(1)])
      expect(fingerprintFromText(text)).toBeNull()
    expect(() => fingerprintOf(new Uint8Array(3))).toThrow(RangeError)
  })
})

const word = fc.integer({ min: 0, max: 0xffffffff })

test('the distance is the number of bits that differ', () => {
  fc.assert(
    fc.property(word, word, word, word, (a, b, c, d) => {
      const text = (high: number, low: number): string =>
        high.toString(2).padStart(32, '0') + low.toString(2).padStart(32, '0')
      const [one, two] = [text(a, b), text(c, d)]
      expect(bitDistance([a, b], [c, d])).toBe([...one].filter((bit, i) => bit !== two[i]).length)
    })
  )
})

describe('clusters', () => {
  /** Every pair compared: what the index must find. */
  function slowly(prints: readonly Fingerprint[]): readonly (string | null)[] {
    const parent = prints.map((_, i) => i)
    const root = (i: number): number => (parent[i] === i ? i : root(parent[i] ?? i))
    prints.forEach((a, i) =>
      prints.slice(0, i).forEach((b, j) => {
        if (a.bits === null || b.bits === null) return
        if (bitDistance(a.bits, b.bits) > MOST_BITS || tintDistance(evenTints(a.tints), evenTints(b.tints)) > MOST_TINT)
          return
        const [x, y] = [root(i), root(j)]
        parent[Math.max(x, y)] = Math.min(x, y)
      })
    )
    return prints.map((_, i) => (prints.some((_, j) => j !== i && root(j) === root(i)) ? `p${root(i)}` : null))
  }

  /** Pictures made of few others by turning some bits, so that many are near and some just not. */
  const family = fc
    .tuple(
      fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 4 }),
      fc.array(
        fc.record({
          of: fc.nat(3),
          flips: fc.uniqueArray(fc.nat(63), { maxLength: 10 }),
          tint: fc.nat(3),
          isFlat: fc.integer({ min: 0, max: 19 }).map((value) => value === 0)
        }),
        { maxLength: 40 }
      )
    )
    .map(([seeds, members]) =>
      members.map(({ of, flips, tint, isFlat }): Fingerprint => {
        let [high, low] = seeds[of % seeds.length] ?? [0, 0]
        for (const bit of flips) {
          if (bit < 32) high = (high ^ (1 << bit)) >>> 0
          else low = (low ^ (1 << (bit - 32))) >>> 0
        }
        return { bits: isFlat ? null : [high, low], tints: tints.map((_, i) => (i % 3 === tint ? 180 : 100)) }
      })
    )

  test('are those of comparing every pair', () => {
    fc.assert(
      fc.property(family, (prints) => {
        const found = new NearDuplicates()
        prints.forEach((print, i) => found.add(`p${i}`, print))
        const clusters = found.clusters()
        expect(prints.map((_, i) => clusters.get(`p${i}`) ?? null)).toEqual(slowly(prints))
      }),
      { numRuns: 300 }
    )
  })

  test('pictures of other colours are others, however equal their shapes', () => {
    const found = new NearDuplicates()
    found.add('red', { bits: [1, 2], tints: tints.map((_, i) => (i % 3 === 0 ? 200 : 0)) })
    found.add('blue', { bits: [1, 2], tints: tints.map((_, i) => (i % 3 === 2 ? 200 : 0)) })
    expect(found.clusters()).toEqual(new Map())
  })
})

import { describe, expect, it } from 'vitest'
import {
  brierScore,
  calibratedChance,
  calibratedDeviation,
  calibrationError,
  fitConfidence,
  fitSpread,
  ONE_DEVIATION,
  reliability,
  shareWithin
} from './calibration'
import type { Placed, Scored } from './calibration'

/** Numbers from 0 to 1, the same every time. */
function numbers(): () => number {
  let seed = 7
  return () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
}

/** Answers whose chance is what `curve` says of their score. */
function answers(count: number, curve: { intercept: number; slope: number }): Scored[] {
  const random = numbers()
  return Array.from({ length: count }, () => {
    const score = Math.exp(-Math.exp(random() * 8 - 7))
    return { score, isRight: random() < calibratedChance(score, curve) }
  })
}

describe('confidence', () => {
  const truth = { intercept: -1, slope: 0.8 }

  it('finds the curve that answers were drawn from', () => {
    const found = fitConfidence(answers(20_000, truth))
    expect(found.intercept).toBeCloseTo(truth.intercept, 1)
    expect(found.slope).toBeCloseTo(truth.slope, 1)
  })

  it('is right about answers it was not fitted to, where the raw scores are not, and keeps their order', () => {
    const all = answers(8_000, truth)
    const curve = fitConfidence(all.slice(0, 4_000))
    const rest = all.slice(4_000)
    const after = rest.map(({ score, isRight }) => ({ score: calibratedChance(score, curve), isRight }))
    expect(calibrationError(rest)).toBeGreaterThan(0.1)
    expect(calibrationError(after)).toBeLessThan(0.03)
    expect(brierScore(after)).toBeLessThan(brierScore(rest))
    expect(calibratedChance(0.9, curve)).toBeGreaterThan(calibratedChance(0.8, curve))
  })

  it('stays a chance at both ends', () => {
    for (const score of [0, 1e-300, 1]) {
      const chance = calibratedChance(score, truth)
      expect(chance).toBeGreaterThanOrEqual(0)
      expect(chance).toBeLessThanOrEqual(1)
    }
  })

  it('cannot be learned where nothing was wrong', () => {
    expect(() => fitConfidence([{ score: 0.9, isRight: true }])).toThrow('right and wrong')
  })
})

describe('spread', () => {
  it('holds what a deviation should, on coordinates it was not fitted to', () => {
    const random = numbers()
    const samples = Array.from({ length: 6_000 }, (): Placed => {
      const side = 0.05 + random() * 0.4
      const deviation = random() * 0.01
      const scale = Math.hypot(deviation, 0.05 * side)
      return { side, deviation, error: scale * (random() + random() + random() - 1.5) * 2 }
    })
    const curve = fitSpread(samples.slice(0, 3_000))
    const share = shareWithin(samples.slice(3_000), curve)
    expect(share).toBeGreaterThan(ONE_DEVIATION - 0.04)
    expect(share).toBeLessThan(ONE_DEVIATION + 0.04)
    expect(calibratedDeviation(0, 0, curve)).toBe(0)
  })
})

describe('reliability', () => {
  it('counts by hand', () => {
    const samples = [
      { score: 0.95, isRight: true },
      { score: 1, isRight: false },
      { score: 0.15, isRight: false }
    ]
    expect(reliability(samples).map(({ from, count }) => [from, count])).toEqual([
      [0.1, 1],
      [0.9, 2]
    ])
    expect(calibrationError(samples)).toBeCloseTo((2 / 3) * (0.975 - 0.5) + (1 / 3) * 0.15, 10)
    expect(brierScore(samples)).toBeCloseTo((0.05 ** 2 + 1 + 0.15 ** 2) / 3, 10)
  })
})

import { describe, expect, test } from 'vitest'
import { maskFromBitmap } from '../geometry/mask'
import { pixelBox } from '../geometry/space'
import { matchedPairs, scoreGrec, scoreGres } from './generalized-rec'
import { scoreRelations } from './relations'
import type { Triple } from './relations'

const A = pixelBox(0, 0, 10, 10)
const B = pixelBox(20, 0, 30, 10)
const NEAR_A = pixelBox(0, 0, 10, 8)
/** Meets A by 0.5 exactly. */
const HALF_A = pixelBox(0, 0, 10, 5)

describe('boxes of any number', () => {
  test('a pair needs an overlap of one half, and a box stands in one pair only', () => {
    expect(matchedPairs({ truth: [A], said: [HALF_A] })).toBe(1)
    expect(matchedPairs({ truth: [A], said: [pixelBox(0, 0, 10, 4.9)] })).toBe(0)
    expect(matchedPairs({ truth: [A], said: [A, NEAR_A] })).toBe(1)
    expect(matchedPairs({ truth: [A, B], said: [NEAR_A, B] })).toBe(2)
  })

  test('a sample is right when nothing is left over on either side; none is an answer', () => {
    const score = scoreGrec([
      { truth: [A, B], said: [B, NEAR_A] },
      { truth: [A, B], said: [A] },
      { truth: [A], said: [A, B] },
      { truth: [], said: [] },
      { truth: [], said: [A] },
      { truth: [A], said: [] }
    ])
    expect(score).toEqual({
      samples: 6,
      withoutTarget: 2,
      noTargetAccuracy: 0.5,
      targetAccuracy: 0.75,
      precisionAtF1: 2 / 6
    })
    expect(scoreGrec([]).precisionAtF1).toBeNull()
  })
})

describe('masks', () => {
  const size = { width: 4, height: 1 }
  const mask = (...bits: readonly number[]) => maskFromBitmap(bits, size)
  test('a sample without a target is 1 when nothing was said; sums are over all', () => {
    const score = scoreGres([
      { truth: mask(1, 1, 0, 0), said: mask(1, 0, 0, 0) },
      { truth: mask(1, 1, 1, 1), said: mask(1, 1, 1, 1) },
      { truth: mask(0, 0, 0, 0), said: mask(0, 0, 0, 0) },
      { truth: mask(0, 0, 0, 0), said: mask(1, 0, 0, 0) }
    ])
    expect(score.gIou).toBeCloseTo((0.5 + 1 + 1 + 0) / 4, 12)
    expect(score.cIou).toBeCloseTo((1 + 4) / (2 + 4 + 0 + 1), 12)
    expect(score.precisionAt).toEqual({ '0.7': 0.5, '0.8': 0.5, '0.9': 0.5 })
    expect([score.noTargetAccuracy, score.targetAccuracy]).toEqual([0.5, 1])
  })
})

describe('relations', () => {
  const triple = (predicate: string, object = B, name = 'horse'): Triple => ({
    subject: { name: 'man', box: A },
    predicate,
    object: { name, box: object }
  })
  test('words and both boxes must meet, and a true triple is met once', () => {
    const score = scoreRelations([
      { truth: [triple('riding'), triple('near')], said: [triple(' Riding'), triple('riding'), triple('near', A)] },
      { truth: [triple('near')], said: [triple('near', B, 'cow')] }
    ])
    expect(score).toEqual({
      samples: 2,
      triples: 3,
      said: 4,
      recall: 1 / 3,
      meanRecall: 0.5,
      precision: 0.25,
      byPredicate: { near: { triples: 2, recall: 0 }, riding: { triples: 1, recall: 1 } }
    })
  })
  test('an overlap of exactly one half is too little, as the source has it', () => {
    const half: Triple = { ...triple('near'), subject: { name: 'man', box: HALF_A } }
    expect(scoreRelations([{ truth: [triple('near')], said: [half] }]).recall).toBe(0)
  })
  test('synonyms are the caller’s', () => {
    const same = (a: string, b: string): boolean => a === b || (a === 'on' && b === 'riding')
    expect(scoreRelations([{ truth: [triple('riding')], said: [triple('on')] }], same).recall).toBe(1)
  })
})

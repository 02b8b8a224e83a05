import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pixelBox } from '../geometry/space'
import { scoreRec } from './rec'

const truth = pixelBox(0, 0, 100, 100)

test('an IoU of exactly one half is right by ≥ and wrong by >', () => {
  expect(scoreRec([{ truth, predicted: pixelBox(0, 0, 100, 50) }])).toEqual({
    samples: 1,
    withoutBox: 0,
    accuracy: 1,
    accuracyAt50: 1,
    accuracyAbove50: 0,
    accuracyAt75: 0,
    meanIou: 0.5
  })
})

test('an answer without a box is wrong and stays in the denominator', () => {
  const score = scoreRec([
    { truth, predicted: truth },
    { truth, predicted: null },
    { truth, predicted: pixelBox(0, 0, 100, 80) },
    { truth, predicted: pixelBox(200, 0, 300, 80) }
  ])
  expect(score).toMatchObject({ samples: 4, withoutBox: 1, accuracyAt50: 0.5, accuracyAt75: 0.5 })
  expect(score.meanIou).toBeCloseTo((1 + 0.8) / 4, 12)
})

test('no samples give no score, and no NaN ever reaches an average', () => {
  expect(scoreRec([])).toMatchObject({ samples: 0, accuracyAt50: null, meanIou: null })
  const empty = pixelBox(5, 5, 5, 5)
  const score = scoreRec([
    { truth: empty, predicted: empty },
    { truth, predicted: pixelBox(NaN, 0, 1, 1) },
    { truth, predicted: pixelBox(100, 100, 0, 0) }
  ])
  expect(score).toMatchObject({ accuracyAt50: 0, meanIou: 0, withoutBox: 0 })
})

test('the shares are ordered and the mean lies between 0 and 1', () => {
  const boxes = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50)).map((q) => pixelBox(...q))
  const samples = fc.array(fc.record({ truth: boxes, predicted: fc.option(boxes) }), { minLength: 1 })
  fc.assert(
    fc.property(samples, (list) => {
      const { accuracyAt50, accuracyAbove50, accuracyAt75, meanIou } = scoreRec(list)
      expect(accuracyAt50).toBeGreaterThanOrEqual(accuracyAbove50 ?? NaN)
      expect(accuracyAbove50).toBeGreaterThanOrEqual(accuracyAt75 ?? NaN)
      expect(meanIou).toBeGreaterThanOrEqual(0)
      expect(meanIou).toBeLessThanOrEqual(1)
      expect(scoreRec([...list].reverse()).accuracyAt50).toBe(accuracyAt50)
    }),
    { numRuns: 1000 }
  )
})

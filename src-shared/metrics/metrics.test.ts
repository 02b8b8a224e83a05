import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pixelBox } from '../geometry/space'
import { scoreCaptions } from './captions'
import { firstInteger, scoreCounting } from './counting'
import { epsilonIou, exclusiveIou, inclusiveIou, mixedIou, torchIou } from './overlap-rules'
import { pairById } from './pairing'
import { scorePhraseGrounding } from './phrase-grounding'
import { normalizedAnswer, scorePointQa } from './point-qa'
import { popeAnswer, scorePope } from './pope'
import { REC_PROTOCOLS, scoreRec } from './rec'

const truth = pixelBox(0, 0, 100, 100)
const size = { width: 200, height: 200 }

describe('REC protocols', () => {
  test('half of the true box: right where ≥ counts, wrong where more is wanted, right by inclusive edges', () => {
    const half = [{ truth, predicted: pixelBox(0, 0, 100, 50), size }]
    expect(Object.fromEntries(REC_PROTOCOLS.map((name) => [name, scoreRec(half, name).accuracy]))).toEqual({
      ...{ studio: 1, torch: 1, 'all-seeing': 0, shikra: 0, pink: 0, 'minigpt-v2': 1, ofa: 1 }
    })
  })

  test('Shikra cannot be scored without the size of the picture', () => {
    expect(() => scoreRec([{ truth, predicted: truth }], 'shikra')).toThrow(/size of every image/)
  })

  test.each([exclusiveIou, torchIou, epsilonIou, inclusiveIou, mixedIou])(
    '%o is a number for any two boxes',
    (rule) => {
      const corner = fc.integer({ min: -20, max: 20 })
      const box = fc.tuple(corner, corner, corner, corner)
      fc.assert(fc.property(box, box, (a, b) => Number.isFinite(rule(a, b))))
      expect(rule([0, 0, 9, 9], [0, 0, 9, 9])).toBeCloseTo(1, 5)
    }
  )
})

describe('POPE', () => {
  test.each([
    ['No, there is no dog.', 'no'],
    ['no', 'no'],
    ['', 'yes'],
    ['NO', 'yes'],
    ['There is a cat. No dog', 'yes']
  ])('%j means %s', (reply, meaning) => expect(popeAnswer(reply)).toBe(meaning))

  test('where the script divides by zero the measure is 0 and named', () => {
    const score = scorePope([{ label: 'no', answer: 'no' }])
    expect(score).toMatchObject({ accuracy: 1, precision: 0, recall: 0, f1: 0, yesRatio: 0 })
    expect(score.zeroByDefinition).toEqual(['precision', 'recall', 'f1'])
    expect(scorePope([])).toMatchObject({ samples: 0, accuracy: null, f1: null, zeroByDefinition: [] })
  })
})

test('an answer without a number is wrong even when nothing is there, and counts as 0 in the errors', () => {
  const score = scoreCounting([
    { truth: 0, said: null },
    { truth: 3, said: null },
    { truth: 3, said: 4 },
    { truth: 2, said: 2 }
  ])
  expect(score).toEqual({
    ...{ samples: 4, withoutNumber: 2, exact: 0.25, offByOne: 0.5, meanAbsoluteError: 1 },
    rootMeanSquareError: Math.sqrt(10 / 4)
  })
  expect(firstInteger('9'.repeat(400))).toBeNull()
})

test('PointQA compares words, not case, width, spacing or the punctuation around', () => {
  expect(normalizedAnswer(' “Two\n  Dogs.” ')).toBe('two dogs')
  expect(normalizedAnswer('Ｒｅｄ。')).toBe('red')
  expect(
    scorePointQa(
      [
        { truth: 'red', answer: 'Red.' },
        { truth: '...', answer: '!' },
        { truth: 'red', answer: 'dark red' }
      ],
      'normalized'
    )
  ).toEqual({ samples: 3, unreadableAnswers: 1, unreadableTruths: 1, accuracy: 1 / 3 })
})

test('one box of a phrase with two: found by any-box, missed by merged-box', () => {
  const sample = { truth: [truth, pixelBox(300, 0, 400, 100)], said: [truth], types: ['people'] }
  const missed = { ...sample, said: [] }
  expect(scorePhraseGrounding([sample, missed], 'any-box')['people']).toMatchObject({ phrases: 2, recallAt1: 0.5 })
  expect(scorePhraseGrounding([sample], 'merged-box')['all']).toMatchObject({ recallAt1: 0, upperBound: 0 })
  expect(scorePhraseGrounding([], 'any-box')).toEqual({})
})

test('captions: a single sample has no rare words, no samples no score', () => {
  const sample = { caption: 'a red dog on the left', references: ['a red dog on the left'] }
  expect(scoreCaptions([sample])?.ciderD).toBe(0)
  expect(scoreCaptions([sample])?.bleu4).toBeCloseTo(1, 8)
  expect(scoreCaptions([])).toBeNull()
})

test('every id is paired, missing, surplus or repeated', () => {
  const line = (id: string) => ({ id })
  const { pairs, ...wrong } = pairById(['a', 'b', 'c', 'c'].map(line), ['x', 'c', 'a', 'a'].map(line))
  expect(pairs.map(([{ id }, other]) => [id, other.id])).toEqual([
    ['a', 'a'],
    ['c', 'c']
  ])
  expect(wrong).toEqual({ missing: ['b'], surplus: ['x'], repeated: ['c', 'a'] })
})

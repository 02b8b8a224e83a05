import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { boxesIn, countedIn, groundedPhrases, wordsOf } from './answer-text'
import { calibration, scoreEvaluation } from './evaluation'
import type { EvaluationAnswer, EvaluationQuestion, GroupScore } from './evaluation'

/** Made by models/train/make_scoring_fixture.py: damaged answers and what Python says of them. */
const fixture = JSON.parse(readFileSync(new URL('./fixtures/evaluation.json', import.meta.url), 'utf8')) as {
  readonly questions: readonly EvaluationQuestion[]
  readonly answers: readonly EvaluationAnswer[]
  readonly groups: Readonly<Record<string, GroupScore>>
}

const asked = (over: Partial<EvaluationQuestion>): EvaluationQuestion => ({
  ...{ id: 'q', split: 's', language: 'en', task: 'rec', image: '', width: 100, height: 50, history: [] },
  ...{ question: '', answer: '', box: null, name: null, attributes: [], count: null, objects: [] },
  ...over
})
const scoreOf = (
  question: Partial<EvaluationQuestion>,
  text: string,
  confidences: readonly number[] = []
): GroupScore => scoreEvaluation([asked(question)], [{ id: 'q', text, confidences }])['s/en'] ?? {}

test('agrees with the Python twin in every digit, on good and on broken answers', () => {
  expect(fixture.questions.length).toBeGreaterThan(100)
  expect(scoreEvaluation(fixture.questions, fixture.answers)).toEqual(fixture.groups)
})

test('the fixture holds right and wrong answers of most tasks', () => {
  const values = Object.values(fixture.groups).flatMap((group) => Object.values(group))
  expect(values.length).toBeGreaterThan(40)
  expect(values.some((task) => Object.values(task).includes(0))).toBe(true)
  expect(values.some((task) => Object.values(task).includes(1))).toBe(true)
})

test('an answer without a box is wrong, and says none where nothing is there', () => {
  const there = scoreOf({ answer: 'the dog [0.100,0.100,0.500,0.500]', box: [0.1, 0.1, 0.5, 0.5] }, 'there is no dog.')
  expect(there['rec']).toEqual({ n: 1, accuracyAt50: 0, accuracyAt75: 0, meanIou: 0, withBox: 0 })
  expect(there['none']).toEqual({ n: 1, precision: 0, recall: 0, f1: 0 })
  const gone = scoreOf({ task: 'absent', answer: 'there is no dog.' }, 'there is no dog.')
  expect(gone['none']).toEqual({ n: 1, precision: 1, recall: 1, f1: 1 })
})

test('finding all needs each box once: two boxes on one object are not two objects', () => {
  const answer = 'the dogs [0.100,0.100,0.300,0.300;0.600,0.600,0.900,0.900]'
  expect(scoreOf({ task: 'all', answer }, answer)['all']).toEqual({ n: 1, exactSet: 1 })
  const twice = 'the dogs [0.100,0.100,0.300,0.300;0.100,0.100,0.300,0.300]'
  expect(scoreOf({ task: 'all', answer }, twice)['all']).toEqual({ n: 1, exactSet: 0 })
})

test('counts by the number outside brackets, in any language', () => {
  expect(countedIn('there are 3 dogs [0.100,0.200,0.300,0.400]')).toBe(3)
  expect(countedIn('狗的数量是2 [0.1,0.2,0.3,0.4]')).toBe(2)
  expect(countedIn('there are no dogs.')).toBe(0)
  expect(countedIn('dogs [0.1,0.2,0.3,0.4]')).toBeNull()
})

test('a caption is scored by boxes that carry the right words', () => {
  const objects = [
    { name: 'dog', box: [0.1, 0.1, 0.3, 0.3] },
    { name: 'cat', box: [0.6, 0.6, 0.9, 0.9] }
  ] as const
  const text = 'a dog [0.1,0.1,0.3,0.3], a dog [0.6,0.6,0.9,0.9] and a cat [0.0,0.0,0.1,0.1].'
  expect(scoreOf({ task: 'caption', objects }, text)['caption']).toEqual({ n: 1, recall: 1 / 2, precision: 1 / 3 })
  expect(groundedPhrases('a dog [0.1,0.1,0.3,0.3]、猫 [0.6,0.6,0.9,0.9;0,1]').map(({ phrase }) => phrase)).toEqual([
    'a dog',
    '、猫'
  ])
})

test('calibration is the distance of confidence and accuracy, bin by bin', () => {
  const sure = [0.95, 0.95, 0.95, 0.95].map((confidence, i) => ({ confidence, isRight: i < 3 }))
  expect(calibration(sure).error).toBeCloseTo(0.2, 12)
  expect(calibration([{ confidence: 1, isRight: true }])).toEqual({ n: 1, error: 0 })
})

test('reads boxes and words of a torn text', () => {
  expect(boxesIn('the dog [0.100,0.200,0.300,0.400;0.5,0.6,0.7')).toEqual([[0.1, 0.2, 0.3, 0.4]])
  expect(wordsOf('the dog [0.1,0.2] sits')).toBe('the dog sits')
})

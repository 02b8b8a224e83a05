import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDialogues } from '../kit/conversation/read-dialogues'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { problemOf, spoken } from './problem'
import { scienceQa } from '.'

const problem = (patch: object = {}): object => ({
  question: 'Which is red?',
  choices: ['the mug', 'the table'],
  answer: 0,
  hint: '',
  image: 'a.jpg',
  task: 'closed choice',
  lecture: '',
  solution: '',
  ...patch
})
const file = (...problems: readonly object[]): Record<string, string> => ({
  'problems.json': JSON.stringify(Object.fromEntries(problems.map((each, i) => [`p${i + 1}`, each]))),
  'pid_splits.json': '{"train":["p1"],"val":[],"test":[]}'
})

testFormatLaws(scienceQa, { runs: 60 })
testDamagedFiles(scienceQa, [new Map(Object.entries(file(problem(), problem({ hint: 'Look.' }))))])

test('a problem is a question with its options, and the letter of the right one', async () => {
  const { turns, said } = await readDialogues(scienceQa, file(problem({ hint: 'Look.', answer: 1 })))
  expect(turns).toEqual([
    'user: Which is red?\nContext: Look.\nOptions: (A) the mug (B) the table',
    'assistant: The answer is B.'
  ])
  expect(said).toEqual([])
})

test('what is spoken as a problem is that problem again, and words of any kind come back', () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('a', '(B) b', 'x\nOptions: (A) y (B) z', 'x\nContext: y', ''))
  fc.assert(
    fc.property(
      words,
      words,
      fc.array(words, { minLength: 1, maxLength: 5 }),
      fc.nat(4),
      (question, hint, choices, n) => {
        const said = spoken({ question, hint, choices, answer: n % choices.length })
        expect(spoken(problemOf(said))).toEqual(said)
        expect(spoken(problemOf({ question, answer: hint }))).toEqual({ question, answer: hint })
      }
    )
  )
  const plain = { question: 'Which?', hint: 'Look.', choices: ['a', 'b c', 'd'], answer: 2 }
  expect(problemOf(spoken(plain))).toEqual(plain)
})

test.each<[what: string, patch: object, turns: number, said: readonly string[]]>([
  ['no question', { question: '' }, 0, ['skip import/bad-text']],
  ['a question that is a number', { question: 5 }, 0, ['skip import/bad-text']],
  ['a hint that is a list', { hint: [] }, 0, ['skip import/bad-text']],
  ['a hint that is null', { hint: null }, 2, []],
  ['no choices', { choices: [] }, 0, ['skip import/bad-record']],
  ['choices that are a text', { choices: 'ab' }, 0, ['skip import/bad-record']],
  ['a choice that is a number', { choices: ['a', 2] }, 0, ['skip import/bad-record']],
  ['27 choices', { choices: Array.from({ length: 27 }, () => 'a') }, 0, ['skip import/bad-record']],
  ['an answer beyond', { answer: 2 }, 0, ['skip import/bad-answer']],
  ['an answer before', { answer: -1 }, 0, ['skip import/bad-answer']],
  ['an answer that is a letter', { answer: 'A' }, 0, ['skip import/bad-answer']],
  ['half an answer', { answer: 0.5 }, 0, ['skip import/bad-answer']],
  ['no image', { image: null }, 0, ['skip import/no-image']],
  ['an image that is a folder', { image: './' }, 0, ['skip import/bad-image']],
  ['two images', { image: ['a.jpg', 'b.jpg'] }, 0, ['skip import/several-images']],
  ['a picture inside', { image: 'data:image/png;base64,AA' }, 0, ['skip import/embedded-image']],
  ['a lecture', { lecture: 'Red is a colour.' }, 2, ['note import/other-fields']]
])('%s', async (_what, patch, turns, said) => {
  const found = await readDialogues(scienceQa, file(problem(), problem(patch)))
  expect([found.turns.length - 2, found.said]).toEqual([turns, said])
})

test('image.png is the one of its split and id, never another problem’s', async () => {
  const files = { ...file(problem({ image: 'image.png', split: 'train' })), 'images/train/p1/image.png': '' }
  expect((await readDialogues(scienceQa, files)).references).toEqual(['images/train/p1/image.png'])
  const others = { ...file(problem({ image: 'image.png', split: 'train' })), 'images/train/p2/image.png': '' }
  expect((await readDialogues(scienceQa, others)).said).toEqual(['skip import/no-image'])
})

test('it is recognised by its problems, and refuses what is none', async () => {
  const of = (files: Record<string, string>) =>
    scienceQa.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))
  expect(await of(file(problem()))).toMatchObject({ score: 0.97, paths: ['problems.json'] })
  expect(await of({ 'a.json': '[{"question": "a", "choices": []}]' })).toBeNull()
  await expect(readDialogues(scienceQa, { 'a.json': '{"a": 1}' })).rejects.toMatchObject({
    code: 'import/not-this-format'
  })
  await expect(
    readDialogues(scienceQa, { 'problems.json': file(problem())['problems.json']?.slice(0, -2) ?? '' })
  ).rejects.toMatchObject({ code: 'import/json' })
})

import { expect, test } from 'vitest'
import { readDialogues, SIZE } from '../kit/conversation/read-dialogues'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { gpt4roiJson } from '.'

const human = (value: unknown): object => ({ from: 'human', value })
const gpt = (value: unknown): object => ({ from: 'gpt', value })
const record = (patch: object = {}): object => ({
  id: 'm1',
  image: 'a.jpg',
  conversations: [human('<image>\nIs region1 <bbox> near region2 <bbox>?'), gpt('yes')],
  bboxes: [
    [0.1, 0.2, 0.5, 0.6],
    [0.5, 0, 1, 1]
  ],
  ...patch
})
const read = (patch: object = {}) => readDialogues(gpt4roiJson, { 'a.json': JSON.stringify([record(patch)]) })

testFormatLaws(gpt4roiJson, { runs: 60 })
testDamagedFiles(
  gpt4roiJson,
  [new Map([['a.json', JSON.stringify([record(), record({ id: 2 })])]])],
  new Map([['a.jpg', SIZE]])
)

test('placeholders are the boxes in their order over all turns', async () => {
  const { turns, pixels, said } = await read({
    conversations: [human('<image>\nWhat is <bbox>?'), gpt('a mug'), human('And <roi>?'), gpt('a table')]
  })
  expect(turns).toEqual(['user: What is ‹1›?', 'assistant: a mug', 'user: And ‹2›?', 'assistant: a table'])
  expect([pixels, said]).toEqual([
    [
      [64, 96, 320, 288],
      [320, 0, 640, 480]
    ],
    []
  ])
})

test('a region with a number is that box wherever it is named', async () => {
  const { turns } = await read({ conversations: [human('<region2> or <region1> or <region2>?'), gpt('b')] })
  expect(turns[0]).toBe('user: ‹1› or ‹2› or ‹1›?')
})

test.each<[what: string, patch: object, turns: number, said: readonly string[]]>([
  ['one box too few', { bboxes: [[0.1, 0.2, 0.5, 0.6]] }, 0, ['skip import/bad-sequence']],
  ['one box too many', { conversations: [human('<bbox>'), gpt('b')] }, 0, ['skip import/bad-sequence']],
  ['a region nobody drew', { conversations: [human('<region3>'), gpt('b')] }, 0, ['skip import/bad-sequence']],
  ['region 0', { conversations: [human('<region0>'), gpt('b')] }, 0, ['skip import/bad-sequence']],
  ['both ways', { conversations: [human('<region1> <bbox>'), gpt('b')] }, 0, ['skip import/bad-sequence']],
  ['no list', { bboxes: 'x' }, 0, ['skip import/bad-sequence']],
  ['null', { bboxes: null }, 0, ['skip import/bad-sequence']],
  [
    'pixels',
    {
      bboxes: [
        [64, 96, 320, 288],
        [1, 2, 3, 4]
      ]
    },
    0,
    ['skip import/maybe-pixels']
  ],
  [
    'reversed corners',
    {
      bboxes: [
        [0.5, 0.2, 0.1, 0.6],
        [0, 0, 1, 1]
      ]
    },
    0,
    ['skip import/bad-box']
  ],
  [
    'no area',
    {
      bboxes: [
        [0.5, 0.2, 0.5, 0.6],
        [0, 0, 1, 1]
      ]
    },
    0,
    ['skip import/bad-box']
  ],
  [
    'three numbers',
    {
      bboxes: [
        [0.5, 0.2, 0.5],
        [0, 0, 1, 1]
      ]
    },
    0,
    ['skip import/bad-box']
  ],
  [
    'a text',
    {
      bboxes: [
        ['0.1', 0.2, 0.5, 0.6],
        [0, 0, 1, 1]
      ]
    },
    0,
    ['skip import/bad-box']
  ],
  [
    'outside',
    {
      bboxes: [
        [-0.1, 0.2, 0.5, 0.6],
        [0, 0, 1, 1]
      ]
    },
    2,
    ['doubt import/outside-image']
  ],
  ['no image', { image: undefined }, 0, ['skip import/no-image']],
  ['an image that is not there', { image: 'c.jpg' }, 0, ['skip import/no-size']],
  ['turns that are none', { conversations: [3], bboxes: [] }, 0, ['skip import/bad-turns']],
  ['other fields', { source: 'x' }, 2, ['note import/other-fields']]
])('%s', async (_what, patch, turns, said) => {
  const found = await read(patch)
  expect([found.turns.length, found.said]).toEqual([turns, said])
})

test('it is told from LLaVA by its boxes and placeholders', async () => {
  const of = (patch: object) =>
    gpt4roiJson.reader?.recognise(memorySource({ files: new Map([['a.json', JSON.stringify([record(patch)])]]) }))
  expect(await of({})).toMatchObject({ score: 0.97 })
  expect(await of({ conversations: [human('a'), gpt('b')] })).toMatchObject({ score: 0.6 })
  expect(await of({ bboxes: undefined })).toBeNull()
})

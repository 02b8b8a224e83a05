/** @file Ferret, prefix and suffix, captions and interleaved documents: their laws, and what each has of its own. */
import { describe, expect, test } from 'vitest'
import { qwen2Vl } from '../../../dialects/qwen-vl'
import { captionsJsonl } from '../../captions'
import { ferretJson } from '../../ferret-json'
import { interleavedJsonl } from '../../interleaved'
import { testDamagedFiles } from '../../law-damage'
import { testFormatLaws } from '../../law-kit'
import { prefixSuffix } from '../../prefix-suffix'
import { readDialogues, SIZE } from './read-dialogues'

const IMAGES = new Map([['a.jpg', SIZE]])
const json = (...records: readonly object[]): string => JSON.stringify(records)
const lines = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')

describe('Ferret', () => {
  const turn = (from: string, value: unknown): object => ({ from, value })
  const record = (patch: object = {}): object => ({
    id: 0,
    image: 'a.jpg',
    image_h: 480,
    image_w: 640,
    conversations: [
      turn('human', '<image>\nWhat is <bbox_location0>?'),
      turn('gpt', 'a <bbox_location0> mug <bbox_location1>')
    ],
    box_x1y1x2y2: [
      [[64, 96, 320, 288]],
      [
        [0, 0, 64, 48],
        [64, 96, 320, 288]
      ]
    ],
    ...patch
  })
  testFormatLaws(ferretJson, { runs: 40 })
  testDamagedFiles(ferretJson, [new Map([['a.json', json(record())]])], IMAGES)

  test('each turn has its own boxes, and a place said twice is one region', async () => {
    const { turns, pixels, said } = await readDialogues(ferretJson, { 'a.json': json(record()) })
    expect(turns).toEqual(['user: What is ‹1›?', 'assistant: a ‹2› mug ‹1›'])
    expect([pixels, said]).toEqual([
      [
        [64, 96, 320, 288],
        [0, 0, 64, 48]
      ],
      []
    ])
  })

  test.each<[what: string, patch: object, said: readonly string[]]>([
    ['a box that is not there', { box_x1y1x2y2: [[], []] }, ['skip import/bad-sequence']],
    ['boxes that are a number', { box_x1y1x2y2: 3 }, ['skip import/bad-sequence']],
    ['boxes of a turn that are a number', { box_x1y1x2y2: [3, []] }, ['skip import/bad-sequence']],
    [
      'a box of three numbers',
      {
        box_x1y1x2y2: [
          [[1, 2, 3]],
          [
            [0, 0, 1, 1],
            [0, 0, 2, 2]
          ]
        ]
      },
      ['skip import/bad-box']
    ],
    ['no image', { image: undefined }, ['skip import/no-image']],
    [
      'fractions',
      {
        box_x1y1x2y2: [
          [[0.1, 0.2, 0.5, 0.6]],
          [
            [0, 0, 0.5, 0.5],
            [0.1, 0.2, 0.5, 0.6]
          ]
        ]
      },
      ['doubt import/maybe-normalized']
    ],
    ['masks', { segs: [{}] }, ['note import/other-fields']]
  ])('%s', async (_what, patch, said) => {
    const found = await readDialogues(ferretJson, { 'a.json': json(record(patch), record()) })
    expect(found.said).toEqual(said)
  })
})

describe('prefix and suffix', () => {
  const record = (patch: object = {}): object => ({
    image: 'a.jpg',
    prefix: 'detect mug',
    suffix: '<loc0205><loc0102><loc0614><loc0512> mug',
    ...patch
  })
  testFormatLaws(prefixSuffix, { export: { dialect: qwen2Vl }, runs: 40 })
  testDamagedFiles(prefixSuffix, [new Map([['a.jsonl', lines(record())]])], IMAGES)

  test('the suffix is PaliGemma’s', async () => {
    const { turns, regions, said } = await readDialogues(prefixSuffix, { 'a.jsonl': lines(record()) })
    expect([turns, regions.length, said]).toEqual([['user: detect mug', 'assistant: {mug → 1}'], 1, []])
  })

  test.each<[what: string, patch: object, said: readonly string[]]>([
    ['a suffix that is a number', { suffix: 3 }, ['skip import/bad-turns']],
    ['an empty suffix', { suffix: '' }, ['doubt import/empty-turn']],
    ['no image', { image: null }, ['skip import/no-image']]
  ])('%s', async (_what, patch, said) => {
    expect((await readDialogues(prefixSuffix, { 'a.jsonl': lines(record(patch), record()) })).said).toEqual(said)
  })
})

describe('captions', () => {
  testFormatLaws(captionsJsonl, { runs: 40 })
  testDamagedFiles(captionsJsonl, [new Map([['metadata.jsonl', lines({ file_name: 'a.jpg', text: 'a mug' })]])], IMAGES)

  test('one or several to an image, under the names in use', async () => {
    const content = lines(
      { file_name: 'a.jpg', text: 'a mug' },
      { image: 'a.jpg', captions: ['one', 'two'] },
      { img_path: 'a.jpg', caption: 'three', rating: 5 },
      { image: 'a.jpg', caption: '' },
      { image: 'a.jpg', caption: 3 },
      { image: 'gone.jpg', caption: 'four' },
      { image: 'a.jpg', caption: null },
      { image: 'a.jpg' },
      { image: 'a.jpg', captions: ['five', null] },
      { image: 'a.jpg', captions: [] }
    )
    const { turns, titles, said } = await readDialogues(captionsJsonl, { 'metadata.jsonl': content })
    expect(turns).toEqual(['a mug', 'one', 'two', 'three'].map((words) => `assistant: ${words}`))
    expect(new Set(titles)).toEqual(new Set(['caption']))
    expect(said).toEqual([
      'note import/other-fields',
      'skip import/empty-caption',
      'skip import/bad-text',
      'skip import/no-size',
      ...Array<string>(4).fill('skip import/bad-text')
    ])
  })
})

describe('interleaved documents', () => {
  const mmc4 = (patch: object = {}): object => ({
    text_list: ['first', 'second', 'third'],
    image_info: [
      { image_name: 'a.jpg', matched_text_index: 2 },
      { image_name: 'b.jpg', matched_text_index: 0 }
    ],
    ...patch
  })
  testFormatLaws(interleavedJsonl, { runs: 40 })
  testDamagedFiles(
    interleavedJsonl,
    [
      new Map([['a.jsonl', lines(mmc4())]]),
      new Map([['a.jsonl', lines({ images: ['a.jpg', null], texts: [null, 'a mug'] })]])
    ],
    IMAGES
  )

  test('MMC4: each image has the text that was matched with it', async () => {
    const { turns, references, said } = await readDialogues(interleavedJsonl, { 'a.jsonl': lines(mmc4()) })
    expect(turns).toEqual(['assistant: third', 'assistant: first'])
    expect([references, said]).toEqual([['a.jpg', 'b.jpg'], ['note import/document-parts']])
  })

  test('OBELICS: each image has the text that follows it', async () => {
    const record = { images: [null, 'a.jpg', null, 'b.jpg', 'a.jpg'], texts: ['before', null, 'after', null, null] }
    const { turns, said } = await readDialogues(interleavedJsonl, { 'a.jsonl': lines(record) })
    expect(turns).toEqual(['assistant: after'])
    expect(said).toEqual([
      'skip import/image-without-text',
      'skip import/image-without-text',
      'note import/document-parts'
    ])
  })

  test.each<[what: string, record: object, said: readonly string[]]>([
    [
      'an index beyond the texts',
      mmc4({ image_info: [{ image_name: 'a.jpg', matched_text_index: 3 }] }),
      ['skip import/bad-document']
    ],
    ['texts that are a number', mmc4({ text_list: 3 }), ['skip import/bad-document']],
    ['images that are an object', mmc4({ image_info: {} }), ['skip import/bad-document']],
    [
      'a text that is null',
      mmc4({ text_list: ['a', 'b', null] }),
      ['skip import/bad-text', 'note import/document-parts']
    ],
    ['an image and a text at one place', { images: ['a.jpg'], texts: ['a'] }, ['skip import/bad-document']]
  ])('%s', async (_what, record, said) => {
    const found = await readDialogues(interleavedJsonl, {
      'a.jsonl': lines(record, mmc4({ text_list: ['a', 'b', 'c'] }))
    })
    expect(found.said.slice(0, said.length)).toEqual(said)
  })
})

import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import type { ReadFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { gritJson } from '.'

testFormatLaws(gritJson)

const record = (patch: object = {}): object => ({
  id: 'g1',
  url: 'http://example.invalid/a.jpg',
  caption: 'a 😀 mug on a 桌子',
  width: 640,
  height: 480,
  noun_chunks: [[0, 7, 0.1, 0.2, 0.5, 0.6, 0.93]],
  ref_exps: [
    [0, 15, 0.1, 0.2, 0.5, 0.6, 0.93],
    [13, 15, 0.0, 0.5, 1.0, 1.0, 0.7]
  ],
  clip_similarity_vitb32: 0.31,
  ...patch
})
const list = (...records: readonly unknown[]): Record<string, string> => ({ 'a.json': JSON.stringify(records) })

testDamagedFiles(gritJson, [
  new Map(Object.entries(list(record(), record({ id: 'g2' })))),
  new Map([['a.jsonl', `${JSON.stringify(record())}\n${JSON.stringify(record({ key: '7' }))}\n`]]),
  new Map([['00000/000000012.json', JSON.stringify(record())]])
])

const wordsOf = ({ items }: ReadFiles): readonly unknown[] =>
  items.flatMap((item) => (item.type === 'dialogue' ? item.turns.map(({ children }) => brief(children)) : []))
const brief = (nodes: readonly unknown[]): readonly unknown[] =>
  (
    nodes as readonly { type: string; value?: string; children?: readonly unknown[]; regionIds?: readonly string[] }[]
  ).map((node) => (node.type === 'text' ? node.value : [brief(node.children ?? []), ...(node.regionIds ?? [])]))

describe('reading', () => {
  test('spans count characters; a noun chunk lies in its expression, with the same region', async () => {
    const read = await readFiles(gritJson, list(record()))
    expect(wordsOf(read)).toEqual([[[[[['a 😀 mug'], '0.0'], ' on a ', [['桌子'], '0.1']], '0.0']]])
    expect(read.regions).toMatchObject([
      { shape: { type: 'box', box: [0.1, 0.2, 0.5, 0.6] }, confidence: 0.93, phrase: 'a 😀 mug on a 桌子' },
      { shape: { type: 'box', box: [0, 0.5, 1, 1] }, confidence: 0.7, phrase: '桌子' }
    ])
    expect(read.images).toMatchObject([{ reference: 'g1.jpg', size: { width: 640, height: 480 } }])
    expect(read.said).toEqual([])
  })

  test('a list, lines and a file of one record say the same', async () => {
    const one = JSON.stringify(record({ id: undefined }))
    const read = await Promise.all([
      readFiles(gritJson, { 'a.json': `[${one}]` }),
      readFiles(gritJson, { 'a.jsonl': `\ufeff${one}\r\n\r\n` }),
      readFiles(gritJson, { '00000/a.json': one })
    ])
    expect(
      new Set(read.map((each) => JSON.stringify(each.regions.map(({ shape, phrase }) => [shape, phrase])))).size
    ).toBe(1)
    expect(read.map(({ images }) => images[0]?.reference)).toEqual([
      'http://example.invalid/a.jpg',
      'http://example.invalid/a.jpg',
      '00000/a.jpg'
    ])
  })

  test('a span with several boxes is one phrase of all of them', async () => {
    const boxes = [
      [0, 1, 0.1, 0.1, 0.2, 0.2, 0.9],
      [0, 1, 0.3, 0.3, 0.4, 0.4, 0.8]
    ]
    const read = await readFiles(gritJson, list(record({ noun_chunks: [], ref_exps: boxes })))
    expect(wordsOf(read)).toEqual([[[['a'], '0.0', '0.1'], ' 😀 mug on a 桌子']])
  })

  test.each([
    [
      'pixels',
      { ref_exps: [[0, 7, 64, 96, 320, 288, 0.9]], noun_chunks: [] },
      ['doubt import/outside-image', 'doubt import/maybe-pixels'],
      1
    ],
    [
      'reversed corners',
      { ref_exps: [[0, 7, 0.5, 0.2, 0.1, 0.6, 0.9]], noun_chunks: [] },
      ['skip import/reversed-corners'],
      0
    ],
    ['no area', { ref_exps: [[0, 7, 0.5, 0.2, 0.5, 0.6, 0.9]], noun_chunks: [] }, ['skip import/empty-box'], 0],
    ['a text in a box', { ref_exps: [[0, 7, '0.1', 0.2, 0.5, 0.6, 0.9]], noun_chunks: [] }, ['skip import/bad-box'], 0],
    ['too few numbers', { ref_exps: [[0, 7, 0.1, 0.2]], noun_chunks: [] }, ['skip import/bad-record'], 0],
    [
      'a span beyond the end',
      { ref_exps: [[0, 99, 0.1, 0.2, 0.5, 0.6, 0.9]], noun_chunks: [] },
      ['doubt import/bad-span'],
      1
    ],
    [
      'a span that ends before it begins',
      { ref_exps: [[5, 2, 0.1, 0.2, 0.5, 0.6, 0.9]], noun_chunks: [] },
      ['doubt import/bad-span'],
      1
    ],
    [
      'half a character',
      { ref_exps: [[0, 2.5, 0.1, 0.2, 0.5, 0.6, 0.9]], noun_chunks: [] },
      ['doubt import/bad-span'],
      1
    ],
    [
      'a score beyond 1',
      { ref_exps: [[0, 7, 0.1, 0.2, 0.5, 0.6, 93]], noun_chunks: [] },
      ['doubt import/bad-score'],
      1
    ],
    [
      'six numbers: any of them may be lost',
      { ref_exps: [[0, 7, 0.1, 0.2, 0.5, 0.6]], noun_chunks: [] },
      ['skip import/bad-record'],
      0
    ],
    [
      'eight numbers',
      { ref_exps: [[0, 7, 0.1, 0.2, 0.5, 0.6, 0.9, 0.9]], noun_chunks: [] },
      ['skip import/bad-record'],
      0
    ],
    [
      'spans that cross',
      {
        ref_exps: [
          [0, 7, 0.1, 0.2, 0.5, 0.6, 0.9],
          [2, 9, 0, 0, 0.5, 0.5, 0.9]
        ],
        noun_chunks: []
      },
      ['doubt import/half-word', 'doubt import/crossing-phrases'],
      2
    ],
    ['a list that is none', { noun_chunks: {} }, ['doubt import/bad-record'], 2],
    ['no caption', { caption: null }, ['skip import/no-words'], 0],
    ['no name', { id: undefined, url: undefined }, ['skip import/no-image'], 0],
    ['a size that is none', { width: '640' }, ['doubt import/bad-size'], 2],
    ['other fields', { punsafe: 0.1 }, ['note import/other-fields'], 2]
  ])('%s', async (_, patch, said, regions) => {
    const read = await readFiles(gritJson, list(record(patch)))
    expect(read.said).toEqual(said)
    expect(read.regions.length).toBe(regions)
  })

  test('keys are unique over files, because two may be about one image', async () => {
    const { regions } = await readFiles(gritJson, {
      'a.json': JSON.stringify([record()]),
      'b.json': JSON.stringify([record()])
    })
    expect(new Set(regions.map(({ key }) => key)).size).toBe(4)
  })

  test('a bad line is left out by its number', async () => {
    const read = await readFiles(gritJson, { 'a.jsonl': `${JSON.stringify(record())}\n{"caption": NaN}\n[1]` })
    expect(read.issues).toMatchObject([
      { code: 'import/json', line: 2 },
      { code: 'import/bad-record', line: 3 }
    ])
  })

  test('it is recognised by its spans', async () => {
    const of = (files: Record<string, string>) =>
      gritJson.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))
    expect(await of(list(record()))).toMatchObject({ score: 0.97, paths: ['a.json'] })
    expect(await of({ 'a.json': '[{"caption": "a", "image": "b.jpg"}]' })).toBeNull()
    await expect(readFiles(gritJson, { 'a.json': '[]' })).rejects.toMatchObject({ code: 'import/not-this-format' })
  })
})

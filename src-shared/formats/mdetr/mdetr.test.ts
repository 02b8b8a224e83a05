import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import type { ReadFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { mdetrJson } from '.'

testFormatLaws(mdetrJson)

const image = (patch: object = {}): object => ({
  id: 0,
  file_name: '1000.jpg',
  width: 500,
  height: 375,
  caption: '😀 two mugs on 桌子',
  dataset_name: 'flickr',
  tokens_negative: [[0, 16]],
  ...patch
})
const annotation = (patch: object = {}): object => ({
  id: 0,
  image_id: 0,
  bbox: [10, 20, 100, 200],
  area: 20000,
  iscrowd: 0,
  category_id: 1,
  tokens_positive: [[2, 10]],
  ...patch
})
const file = (images: readonly unknown[], annotations: readonly unknown[]): Record<string, string> => ({
  'a.json': JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'object' }] })
})

testDamagedFiles(mdetrJson, [
  new Map(
    Object.entries(
      file(
        [
          image(),
          image({ id: 1, caption: 'a mug', sentence_id: 1 }),
          image({ id: 2, dataset_name: 'refcoco', file_name: 'b.jpg' })
        ],
        [
          annotation(),
          annotation({
            id: 1,
            tokens_positive: [
              [6, 10],
              [14, 16]
            ]
          }),
          annotation({ id: 2, image_id: 2 })
        ]
      )
    )
  )
])

const wordsOf = ({ items }: ReadFiles): readonly unknown[] =>
  items.flatMap((item) => (item.type === 'dialogue' ? item.turns.map(({ children }) => brief(children)) : []))
const brief = (nodes: readonly unknown[]): readonly unknown[] =>
  (
    nodes as readonly { type: string; value?: string; children?: readonly unknown[]; regionIds?: readonly string[] }[]
  ).map((node) => (node.type === 'text' ? node.value : [brief(node.children ?? []), ...(node.regionIds ?? [])]))

describe('captions', () => {
  test('spans count characters; boxes are corner and size', async () => {
    const read = await readFiles(
      mdetrJson,
      file([image()], [annotation(), annotation({ id: 1, bbox: [1, 1, 5, 5], tokens_positive: [[14, 16]] })])
    )
    expect(wordsOf(read)).toEqual([['😀 ', [['two mugs'], 'a0'], ' on ', [['桌子'], 'a1']]])
    expect(read.regions.map(({ phrase }) => phrase)).toEqual(['two mugs', '桌子'])
    expect(read.regions[0]?.shape).toEqual({ type: 'box', box: [10 / 500, 20 / 375, 110 / 500, 220 / 375] })
    expect(read.said).toEqual([])
  })

  test('captions of one photo are about one image, and a box that two of them name is one region', async () => {
    const read = await readFiles(
      mdetrJson,
      file(
        [image(), image({ id: 1, caption: 'a mug' })],
        [annotation(), annotation({ id: 1, image_id: 1, tokens_positive: [[2, 5]] })]
      )
    )
    expect(read.images.length).toBe(1)
    expect(read.regions.length).toBe(1)
    expect(wordsOf(read)).toEqual([
      ['😀 ', [['two mugs'], 'a0'], ' on 桌子'],
      ['a ', [['mug'], 'a0']]
    ])
  })

  test('annotations that come in any order, and before images, make the same captions', async () => {
    const images = [image(), image({ id: 1, file_name: 'b.jpg', caption: 'a mug' })]
    const annotations = [
      annotation(),
      annotation({ id: 1, image_id: 1, tokens_positive: [[2, 5]] }),
      annotation({ id: 2, bbox: [1, 1, 5, 5], tokens_positive: [[2, 5]] })
    ]
    const read = await readFiles(mdetrJson, { 'a.json': JSON.stringify({ annotations, images }) })
    expect(wordsOf(read)).toEqual([
      ['a ', [['mug'], 'a1']],
      ['😀 ', [[[['two'], 'a2'], ' mugs'], 'a0'], ' on 桌子']
    ])
  })

  test('expressions of RefCOCO: the first is the region’s phrase, a second one of it a dialogue', async () => {
    const read = await readFiles(
      mdetrJson,
      file(
        [
          image({ dataset_name: 'refcoco', caption: 'left mug' }),
          image({ id: 1, dataset_name: 'refcoco', caption: 'red one' })
        ],
        [annotation({ tokens_positive: [[0, 8]] }), annotation({ id: 1, image_id: 1, tokens_positive: [[0, 3]] })]
      )
    )
    expect(read.regions.map(({ phrase }) => phrase)).toEqual(['left mug'])
    expect(wordsOf(read)).toEqual([[[['red one'], 'a0']]])
  })

  test('a caption without annotations is a caption', async () => {
    expect(wordsOf(await readFiles(mdetrJson, file([image({ caption: 'nothing' })], [])))).toEqual([['nothing']])
  })

  test.each([
    ['no image of it', { image_id: 9 }, ['skip import/no-such-image'], 0],
    ['corners instead of a size', { bbox: [300, 200, 450, 370] }, ['doubt import/outside-image'], 1],
    ['a negative size', { bbox: [10, 20, -5, 10] }, ['skip import/bad-box'], 0],
    ['no area', { bbox: [10, 20, 0, 10] }, ['skip import/empty-box'], 0],
    ['no box', { bbox: null }, ['skip import/bad-box'], 0],
    ['a span beyond the end', { tokens_positive: [[2, 99]] }, ['doubt import/bad-span'], 1],
    ['a span without length', { tokens_positive: [[2, 2]] }, ['doubt import/bad-span'], 1],
    ['a span that is no pair', { tokens_positive: [[2]] }, ['doubt import/bad-span'], 1],
    ['a span from a thing', { tokens_positive: [[{}, 2]] }, ['doubt import/bad-span'], 1],
    ['no spans', { tokens_positive: undefined }, ['doubt import/bad-span'], 1],
    ['null for spans', { tokens_positive: null }, ['doubt import/bad-span'], 1],
    ['a list of no spans', { tokens_positive: [] }, [], 1],
    ['other fields', { phrase_ids: [1] }, ['note import/other-fields'], 1]
  ])('an annotation with %s', async (_, patch, said, regions) => {
    const read = await readFiles(mdetrJson, file([image()], [annotation(patch)]))
    expect(read.said).toEqual(said)
    expect(read.regions.length).toBe(regions)
    expect(wordsOf(read).length).toBe(1)
  })

  test.each([
    ['left out', undefined, 'doubt import/no-records'],
    ['null', null, 'doubt import/no-records'],
    ['a text', 'x', 'skip import/bad-record'],
    ['numbers', [1, 2], 'skip import/bad-record']
  ])('annotations that are %s are told', async (_, annotations, said) => {
    const content = JSON.stringify({ images: [image()], annotations, categories: [] })
    const read = await readFiles(mdetrJson, { 'a.json': content })
    expect([wordsOf(read).length, read.said]).toEqual([1, [said]])
  })

  test('two boxes outside that would fit as corners are doubted as a whole', async () => {
    const outside = [annotation({ bbox: [300, 200, 450, 370] }), annotation({ id: 1, bbox: [310, 210, 460, 365] })]
    expect((await readFiles(mdetrJson, file([image()], outside))).said).toContain('doubt import/maybe-corners')
  })

  test.each([
    ['two of one id', [image(), image({ file_name: 'b.jpg' })], ['skip import/ambiguous-id']],
    ['no name', [image({ file_name: 7 })], ['skip import/no-image', 'skip import/no-such-image']],
    ['no id', [image({ id: 0.5 }), image({ id: null })], ['skip import/bad-id', 'skip import/no-such-image']],
    ['no caption', [image({ caption: '' })], ['doubt import/no-words']],
    ['a size that is none', [image({ width: -1 })], ['doubt import/bad-size', 'skip import/no-size']],
    ['an image that is none', [image(), 5], ['skip import/bad-record']]
  ])('images: %s', async (_, images, said) => {
    const read = await readFiles(mdetrJson, file(images, [annotation()]))
    expect(read.said).toEqual(expect.arrayContaining(said))
    expect(new Set(read.said.filter((each) => each.startsWith('skip')))).toEqual(
      new Set(said.filter((each) => each.startsWith('skip')))
    )
  })

  test('it is told from COCO, instances and captions alike', async () => {
    const of = async (value: object) =>
      mdetrJson.reader?.recognise(memorySource({ files: new Map([['a.json', JSON.stringify(value)]]) }))
    const plain = { id: 0, file_name: 'a.jpg', width: 5, height: 5 }
    expect(await of({ images: [plain], annotations: [{ id: 1, image_id: 0, caption: 'a' }] })).toBeNull()
    expect(await of({ images: [{ ...plain, caption: 'a' }], annotations: [] })).toMatchObject({ score: 0.97 })
    expect(await of({ images: [plain], annotations: [annotation()] })).not.toBeNull()
    await expect(readFiles(mdetrJson, { 'a.json': '[]' })).rejects.toMatchObject({ code: 'import/not-this-format' })
  })
})

import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import type { ReadFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { refCoco } from '.'

testFormatLaws(refCoco)

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const sentence = (words: string, id: number): object => ({
  tokens: words.split(' '),
  raw: words,
  sent_id: id,
  sent: words
})
const ref = (patch: object = {}): object => ({
  ref_id: 1,
  ann_id: 10,
  category_id: 47,
  image_id: 100,
  file_name: 'COCO_train2014_000000000100_10.jpg',
  split: 'val',
  sent_ids: [1, 2],
  sentences: [sentence('left mug', 1), sentence('the red one', 2)],
  ...patch
})
const instances = (patch: object = {}): string =>
  JSON.stringify({
    images: [
      { id: 100, width: 640, height: 480, file_name: 'a.jpg' },
      { id: 101, width: 640, height: 480, file_name: 'b.jpg' }
    ],
    annotations: [
      { id: 10, image_id: 100, category_id: 47, bbox: [10, 20, 100, 200], area: 20000, iscrowd: 0 },
      { id: 11, image_id: 100, category_id: 47, bbox: [200, 20, 100, 200], area: 20000, iscrowd: 0 },
      { id: 12, image_id: 101, category_id: 47, bbox: [200, 20, 100, 200], area: 20000, iscrowd: 0 }
    ],
    categories: [{ id: 47, name: 'cup' }],
    ...patch
  })
const folder = (refs: unknown, name = 'refs(unc).json'): Record<string, string> => ({
  'instances.json': instances(),
  [name]: JSON.stringify(refs)
})
/** Protocol 0, as Python 2 wrote it. */
const PICKLED =
  "(lp1\n(dp2\nS'sent_ids'\np3\n(lp4\nI1\nasS'ann_id'\np5\nI10\nsS'ref_id'\np6\nI1\nsS'image_id'\np7\nI100\nsS'split'\np8\nS'testA'\np9\nsS'sentences'\np10\n(lp11\n(dp12\nS'sent'\np13\nS'left mug'\np14\nsS'sent_id'\np15\nI1\nsasa."

testDamagedFiles(refCoco, [
  new Map<string, string | Uint8Array>([
    ['instances.json', instances()],
    ['refs(umd).p', bytes(PICKLED)]
  ]),
  new Map([
    ['instances.json', instances()],
    ['grefs(unc).json', JSON.stringify([ref({ ann_id: [10, 11] }), ref({ ref_id: 2, ann_id: [-1], no_target: true })])],
    ['refs(unc).json', JSON.stringify([ref()])]
  ])
])

const wordsOf = ({ items }: ReadFiles): readonly unknown[] =>
  items.flatMap((item) =>
    item.type === 'dialogue'
      ? item.turns.map(({ children: [node], rawText }) => [
          item.title,
          item.imageKey,
          rawText,
          ...(node?.type === 'phrase' ? node.regionIds : ['none'])
        ])
      : []
  )

describe('refs', () => {
  test('the first expression is the phrase of its region, the others are dialogues; others have no words', async () => {
    const read = await readFiles(refCoco, folder([ref()]))
    expect(read.regions.map(({ key, phrase, label }) => [key, phrase, label])).toEqual([
      ['10', 'left mug', 'cup'],
      ['11', null, 'cup'],
      ['12', null, 'cup']
    ])
    expect(read.regions[0]?.attributes).toMatchObject({ ref_id: 1, split: 'val' })
    expect(wordsOf(read)).toEqual([['expression', '100', 'the red one', '10']])
    expect(read.said).toEqual([])
  })

  test('a pickle says the same, and nothing of it is run', async () => {
    const read = await readFiles(refCoco, { 'instances.json': instances(), 'refs(umd).p': bytes(PICKLED) })
    expect(read.regions[0]).toMatchObject({ phrase: 'left mug', attributes: { split: 'testA' } })
    const evil = bytes("cos\nsystem\n(S'echo ref_id'\ntR.")
    await expect(readFiles(refCoco, { 'instances.json': instances(), 'refs(umd).p': evil })).rejects.toMatchObject({
      code: 'import/pickle'
    })
  })

  test('an expression of several objects is one phrase of all of them, one of nothing a phrase of none', async () => {
    const read = await readFiles(
      refCoco,
      folder(
        [
          ref({ ann_id: [10, 11], sentences: [sentence('both mugs', 1)] }),
          ref({ ref_id: 2, ann_id: [-1], no_target: true, sentences: [sentence('the dog', 2)] }),
          ref({ ref_id: 3, ann_id: [11], sentences: [sentence('right mug', 3)] })
        ],
        'grefs(unc).json'
      )
    )
    expect(wordsOf(read)).toEqual([
      ['expression', '100', 'both mugs', '10', '11'],
      ['expression', '100', 'the dog']
    ])
    expect(read.regions[1]?.phrase).toBe('right mug')
    expect(read.said).toEqual(['note import/split-left-out'])
  })

  test.each([
    ['an annotation that is not there', { ann_id: 99 }, ['skip import/no-such-annotation']],
    ['one of two annotations missing', { ann_id: [10, 99] }, ['skip import/no-such-annotation']],
    ['annotations of two images', { ann_id: [10, 12] }, ['skip import/several-images']],
    ['nothing, on an image that is not there', { ann_id: [], image_id: 7 }, ['skip import/no-such-image']],
    ['another image than its annotation', { image_id: 101 }, ['doubt import/image-differs']],
    ['no annotation id', { ann_id: null }, ['skip import/bad-id']],
    ['an id that is none', { ann_id: { x: 1 } }, ['skip import/bad-id']],
    ['no sentences', { sentences: null }, ['skip import/bad-record']],
    ['an empty sentence', { sentences: [{ sent: ' ', raw: '' }] }, ['skip import/no-words']],
    ['a sentence with raw words only', { sentences: [{ raw: 'mug' }] }, []],
    ['a sentence that is a text', { sentences: ['mug'] }, []],
    ['an id as text', { ann_id: '10' }, []]
  ])('a ref with %s', async (_, patch, said) => {
    expect((await readFiles(refCoco, folder([ref(patch)]))).said).toEqual(said)
  })

  test('a ref that is no object is left out by its number, a second one of the same id is told', async () => {
    const read = await readFiles(refCoco, folder([ref(), 7, ref()]))
    expect(read.issues).toMatchObject([
      { severity: 'skip', code: 'import/bad-record', record: 'ref 1' },
      { severity: 'doubt', code: 'import/duplicate-id', record: '1' }
    ])
  })

  test('two refs of one object in two splits are told', async () => {
    const read = await readFiles(refCoco, folder([ref(), ref({ ref_id: 2, split: 'train' })]))
    expect(read.said).toEqual(['doubt import/split-differs'])
    expect(read.regions[0]?.attributes).toMatchObject({ split: 'val' })
  })

  test('of several lists for one data set the usual one is read, and the others are named', async () => {
    const read = await readFiles(refCoco, {
      'g/instances.json': instances(),
      'g/refs(google).json': JSON.stringify([ref({ sentences: [sentence('google', 1)] })]),
      'g/refs(umd).json': JSON.stringify([ref({ sentences: [sentence('umd', 1)] })])
    })
    expect(read.regions[0]?.phrase).toBe('umd')
    expect(read.issues).toMatchObject([{ code: 'import/other-split', file: 'g/refs(google).json' }])
  })

  test('folders do not mix', async () => {
    const read = await readFiles(refCoco, {
      'plus/instances.json': instances(),
      'plus/refs(unc).json': JSON.stringify([ref({ sentences: [sentence('plus', 1)] })]),
      'usual/instances.json': instances(),
      'usual/refs(unc).json': JSON.stringify([ref({ sentences: [sentence('usual', 1)] })])
    })
    expect(read.regions.flatMap(({ phrase, imageKey }) => (phrase === null ? [] : [`${imageKey} ${phrase}`]))).toEqual([
      '1/100 plus',
      '2/100 usual'
    ])
    // Both may be about one image of the project, where a key means one region.
    expect(new Set(read.regions.map(({ key }) => key)).size).toBe(read.regions.length)
  })

  test('refs without instances are refused', async () => {
    const lone = { 'refs(unc).json': JSON.stringify([ref()]) }
    await expect(readFiles(refCoco, lone)).rejects.toMatchObject({ code: 'import/no-instances' })
    await expect(readFiles(refCoco, { 'instances.json': instances() })).rejects.toMatchObject({
      code: 'import/not-this-format'
    })
  })

  test('it is told from COCO by the refs beside it', async () => {
    const files = new Map([...Object.entries(folder([ref()])), ['train/other.json', instances()]])
    expect(await refCoco.reader?.recognise(memorySource({ files }))).toMatchObject({
      score: 0.98,
      paths: ['instances.json', 'refs(unc).json']
    })
    expect(await refCoco.reader?.recognise(memorySource({ files: new Map([['a.json', instances()]]) }))).toBeNull()
  })
})

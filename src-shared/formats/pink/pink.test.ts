import { expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { pinkJsonl } from '.'

const object = (patch: object = {}): object => ({ id: 1, bbox: [10, 20, 110, 220], category_name: 'cup', ...patch })
const prediction = (patch: object = {}): object => ({
  object_id: 0,
  caption: 'red mug',
  bbox: [12.8, 19.2, 108.8, 220.8],
  format_error: 0,
  ...patch
})
const record = (patch: object = {}): object => ({
  id: 9,
  image_id: 'p/a.jpg',
  height: 480,
  width: 640,
  anno: [object()],
  pred: [prediction()],
  ...patch
})
const lines = (...records: readonly object[]): Record<string, string> => ({
  'a.jsonl': records.map((each) => `${JSON.stringify(each)}\n`).join('')
})
const EXPRESSION = { exp_id: 3, image_id: 7, sentence: 'left mug', bbox: [1, 2, 30, 40] }
const imageSizes = new Map([['7.jpg', { width: 100, height: 50 }]])

testFormatLaws(pinkJsonl, { runs: 60 })
testDamagedFiles(
  pinkJsonl,
  [
    new Map(Object.entries(lines(record(), record({ image_id: 'b.jpg' })))),
    new Map([['b.json', JSON.stringify([EXPRESSION, EXPRESSION])]])
  ],
  imageSizes
)

test('the box is the object’s, the words are the model’s', async () => {
  const { regions, said, images } = await readFiles(pinkJsonl, lines(record()))
  expect(regions).toMatchObject([
    { label: 'cup', phrase: 'red mug', shape: { box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] } }
  ])
  expect(images).toMatchObject([{ reference: 'p/a.jpg', size: { width: 640, height: 480 } }])
  expect(said).toEqual([])
})

test('a sentence with a box is a region with a phrase; a number names the image', async () => {
  const { regions, images } = await readFiles(pinkJsonl, { 'a.json': JSON.stringify([EXPRESSION]) }, { imageSizes })
  expect(regions).toMatchObject([{ phrase: 'left mug', shape: { box: [0.01, 0.04, 0.3, 0.8] } }])
  expect(images).toMatchObject([{ reference: '7.jpg' }])
})

test('a second caption of an object is an expression of its own', async () => {
  const pred = [prediction(), prediction({ caption: 'the cup' }), prediction()]
  const { items, regions } = await readFiles(pinkJsonl, lines(record({ pred })))
  expect(regions).toMatchObject([{ phrase: 'red mug' }])
  expect(items.filter(({ type }) => type === 'dialogue')).toMatchObject([
    { title: 'expression', turns: [{ children: [{ type: 'phrase', regionIds: ['0.0'] }] }] }
  ])
})

test.each<[what: string, patch: object, phrases: readonly (string | null)[], said: readonly string[]]>([
  ['another object', { pred: [prediction({ bbox: [300, 20, 400, 220] })] }, [null], ['skip import/low-overlap']],
  ['a number nobody has', { pred: [prediction({ object_id: 4 })] }, [null], ['skip import/no-such-region']],
  ['a text for a number', { pred: [prediction({ object_id: '0' })] }, [null], ['skip import/no-such-region']],
  ['an answer out of form', { pred: [prediction({ format_error: 1 })] }, [null], ['skip import/bad-format']],
  ['no words', { pred: [prediction({ caption: ' ' })] }, [null], ['skip import/no-words']],
  ['no box of it', { pred: [prediction({ bbox: null })] }, [null], ['skip import/bad-box']],
  ['a prediction that is none', { pred: [7] }, [null], ['skip import/bad-record']],
  ['predictions that are none', { pred: 'x' }, [null], ['doubt import/bad-record']],
  ['no predictions', { pred: undefined }, [null], []],
  ['objects that are none', { anno: [null] }, [], ['skip import/bad-record', 'skip import/no-such-region']],
  [
    'a size for a corner',
    { anno: [object({ bbox: [300, 20, 110, 220] })], pred: [] },
    [],
    ['skip import/reversed-corners']
  ],
  ['no area', { anno: [object({ bbox: [10, 20, 10, 220] })], pred: [] }, [], ['skip import/empty-box']],
  ['five numbers', { anno: [object({ bbox: [1, 2, 3, 4, 5] })], pred: [] }, [], ['skip import/bad-box']],
  ['outside', { anno: [object({ bbox: [10, 20, 900, 220] })], pred: [] }, [null], ['doubt import/outside-image']],
  [
    'fractions',
    { anno: [object({ bbox: [0.1, 0.2, 0.5, 0.6] })], pred: [] },
    [null],
    ['doubt import/maybe-normalized']
  ],
  ['a label that is a number', { anno: [object({ category_name: 4 })], pred: [] }, [null], ['doubt import/bad-label']],
  ['a label that is null', { anno: [object({ category_name: null })], pred: [] }, [null], ['doubt import/no-label']],
  ['no label', { anno: [object({ category_name: undefined })], pred: [] }, [null], ['doubt import/no-label']],
  [
    'other fields',
    { grounding_caption: 'a', anno: [object({ is_occluded: 0 })] },
    ['red mug'],
    ['note import/other-fields']
  ],
  ['the end of a phrase behind the words', { pred: [prediction({ caption: 'red mug <ph_ed> ' })] }, ['red mug'], []],
  ['the end of a phrase alone', { pred: [prediction({ caption: ' <ph_ed>' })] }, [null], ['skip import/no-words']],
  [
    'an area that no corners have',
    { anno: [object({ bbox: [10, 20, 100, 200], area: 20000 })], pred: [] },
    [null],
    ['doubt import/maybe-xywh']
  ],
  ['the area of a mask', { anno: [object({ area: 13000.5 })], pred: [] }, [null], []],
  ['no size', { width: undefined }, [], ['skip import/no-size']],
  ['no image', { image_id: null }, [], ['skip import/no-image']]
])('%s', async (_what, patch, phrases, said) => {
  const read = await readFiles(pinkJsonl, lines(record(), record(patch)))
  expect(read.regions.slice(1).map(({ phrase }) => phrase)).toEqual(phrases)
  expect(read.said).toEqual(said)
})

test('a crowd, a picture of an object and a reflection are told as attributes', async () => {
  const anno = [object({ iscrowd: 1, ignore: 0, isfake: true })]
  const { regions, said } = await readFiles(pinkJsonl, lines(record({ anno })))
  expect(regions).toMatchObject([{ attributes: { iscrowd: true, isfake: true } }])
  expect(regions[0]?.attributes).not.toHaveProperty('ignore')
  expect(said).toEqual([])
})

test('it is recognised by anno, and refuses what is something else', async () => {
  const of = (files: Record<string, string>) =>
    pinkJsonl.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))
  expect(await of(lines(record()))).toMatchObject({ score: 1 })
  expect(await of(lines(EXPRESSION))).toMatchObject({ score: 0.85 })
  expect(await of({ 'a.json': '[{"image_id": 1, "caption": "a"}]' })).toBeNull()
  await expect(readFiles(pinkJsonl, { 'a.json': '[{"a": 1}]' })).rejects.toMatchObject({
    code: 'import/not-this-format'
  })
})

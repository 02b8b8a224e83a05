import { describe, expect, test } from 'vitest'
import { AppError } from '../../errors'
import { shikra } from '../../dialects/shikra'
import type { ImageDocument, RegionRecord } from '../../document/records'
import { documentRecord, imageRecord, regionRecord } from '../../document/testing'
import { normalizedBox, normalizedPoint } from '../../geometry/space'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { cocoJson } from '.'

const image = (patch: object = {}): object => ({ id: 1, width: 640, height: 480, file_name: 'a.jpg', ...patch })
const annotation = (patch: object = {}): object => ({
  id: 1,
  image_id: 1,
  category_id: 3,
  bbox: [10, 20, 100, 200],
  area: 20000,
  iscrowd: 0,
  segmentation: [],
  ...patch
})
const CUP = { id: 3, name: 'cup', supercategory: '' }
const file = (annotations: unknown, patch: object = {}): string =>
  JSON.stringify({ images: [image()], annotations, categories: [CUP], ...patch })
const read = async (annotations: unknown, patch: object = {}) =>
  readFiles(cocoJson, { 'coco.json': file(annotations, patch) })
const readOne = async (patch: object, top: object = {}) => read([annotation(patch)], top)

const TRIANGLE = [10, 20, 110, 20, 110, 220]
const square = (x: number, y: number, side: number): readonly number[] => [
  ...[x, y, x + side, y],
  ...[x + side, y + side, x, y + side]
]
const PERSON = {
  id: 1,
  name: 'person',
  keypoints: ['nose', 'left_eye'],
  skeleton: [[1, 2]]
}

testFormatLaws(cocoJson)
testDamagedFiles(cocoJson, [
  new Map([
    [
      'coco.json',
      JSON.stringify({
        info: { description: 'x' },
        licenses: [{ id: 1 }],
        images: [image({ license: 1 }), image({ id: 2, file_name: 'b.jpg' })],
        annotations: [
          annotation(),
          annotation({ id: 2, segmentation: [TRIANGLE] }),
          annotation({ id: 3, segmentation: [square(1, 1, 9), square(50, 50, 9)], attributes: { occluded: true } }),
          annotation({ id: 4, iscrowd: 1, segmentation: { size: [480, 640], counts: [5, 5, 307190] } }),
          annotation({ id: 5, category_id: 1, keypoints: [15, 25, 2, 0, 0, 0], num_keypoints: 1 }),
          annotation({ id: 6, image_id: 2, caption: 'the red cup', score: 0.5 })
        ],
        categories: [CUP, PERSON]
      })
    ]
  ]),
  new Map([
    [
      'train/_annotations.coco.json',
      JSON.stringify({ categories: [CUP], annotations: [annotation()], images: [image()] })
    ],
    ['captions.json', JSON.stringify({ images: [image()], annotations: [{ id: 1, image_id: 1, caption: 'A cup.' }] })]
  ])
])

test('a class that only a later annotation names is found, wherever the categories stand', async () => {
  const content = {
    images: [{ id: 1, file_name: 'a.jpg', width: 640, height: 480 }],
    annotations: [1, 2].map((id) => ({ id, image_id: 1, bbox: [1, 2, 3, 4], ...(id === 2 ? { category_id: 3 } : {}) })),
    categories: [{ id: 3, name: 'cup' }]
  }
  const { regions, said } = await readFiles(cocoJson, { 'coco.json': JSON.stringify(content) })
  expect([regions.map(({ label }) => label), said]).toEqual([[null, 'cup'], ['doubt import/no-category']])
})

test.each(['null', 'left out'])('annotations that are %s are told', async (what) => {
  const content = {
    images: [{ id: 1, file_name: 'a.jpg', width: 640, height: 480 }],
    ...(what === 'null' ? { annotations: null } : {}),
    categories: []
  }
  const { said } = await readFiles(cocoJson, { 'coco.json': JSON.stringify(content) })
  expect(said).toEqual(['doubt import/no-records'])
})

describe('reading', () => {
  test('what the quick parser leaves to the exact one reads the same', async () => {
    const text = file([
      annotation({ segmentation: [TRIANGLE] }),
      annotation({ id: 2, segmentation: [square(1, 1, 9), [...square(50, 50, 9), 50, 50]], iscrowd: 1 }),
      annotation({ id: 3, segmentation: TRIANGLE, bbox: [0, 0, 1, 1], more: [1, 2] }),
      annotation({ id: 4, segmentation: [[1, 2, 3], TRIANGLE], image_id: 9 }),
      annotation({ id: 4, segmentation: [[1, 2, 3], TRIANGLE], attributes: [1, 2], score: [3] }),
      annotation({ id: 5, category_id: 9, segmentation: { size: [480, 640], counts: [5, 5, 307190] } }),
      annotation({ id: 6, segmentation: [[1, 2, 'x', 4, 5, 6], TRIANGLE], keypoints: [1, 2, 2] }),
      annotation({ id: 7, segmentation: [[0, 0, 0, 1e-300, -0, 3]], bbox: [[1, 2], 3] })
    ])
    const quick = await readFiles(cocoJson, { 'coco.json': text })
    const exact = await readFiles(cocoJson, { 'coco.json': text.replaceAll('"iscrowd"', '"iscr\\u006fwd"') })
    expect(quick.items).toEqual(exact.items)
    expect(quick.regions.length).toBeGreaterThan(5)
  })

  test('a bbox is left, top, width, height in pixels', async () => {
    const { regions, issues, images } = await readOne({})
    expect(regions).toEqual([
      {
        type: 'region',
        imageKey: '1',
        key: '1',
        shape: { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] },
        label: 'cup',
        phrase: null
      }
    ])
    expect([images, issues]).toEqual([
      [{ type: 'image', imageKey: '1', reference: 'a.jpg', size: { width: 640, height: 480 } }],
      []
    ])
  })

  test('one outline is a polygon, several are a multipolygon, a closing corner goes', async () => {
    const rings = [square(10, 20, 30), square(60, 100, 50)]
    const { regions, issues } = await read([
      annotation({ id: 1, segmentation: [TRIANGLE] }),
      annotation({ id: 2, segmentation: [[...TRIANGLE, 10, 20]] }),
      annotation({ id: 3, segmentation: rings })
    ])
    const triangle = [
      [10 / 640, 20 / 480],
      [110 / 640, 20 / 480],
      [110 / 640, 220 / 480]
    ]
    expect(issues).toEqual([])
    expect(regions.map(({ shape }) => shape)).toEqual([
      { type: 'polygon', points: triangle },
      { type: 'polygon', points: triangle },
      {
        type: 'multipolygon',
        rings: rings.map((ring) =>
          Array.from({ length: 4 }, (_, i) => [(ring[2 * i] ?? NaN) / 640, (ring[2 * i + 1] ?? NaN) / 480])
        )
      }
    ])
  })

  test('run lengths, plain and compressed, are the same mask; a crowd says so', async () => {
    const top = { images: [image({ width: 4, height: 3 })] }
    const mask = { bbox: [1, 0, 2, 3], iscrowd: 1 }
    const { regions, issues } = await read(
      [
        annotation({ ...mask, id: 1, segmentation: { size: [3, 4], counts: [3, 2, 2, 1, 4] } }),
        annotation({ ...mask, id: 2, segmentation: { size: [3, 4], counts: '322O2' } })
      ],
      top
    )
    expect(issues).toEqual([])
    expect(regions.map(({ shape, attributes }) => [shape, attributes])).toEqual(
      Array(2).fill([{ type: 'mask', size: { width: 4, height: 3 }, counts: '322O2' }, { iscrowd: true }])
    )
  })

  test('annotations may come before images and categories', async () => {
    const { regions, labels, images, issues } = await readFiles(cocoJson, {
      'coco.json': JSON.stringify({ annotations: [annotation()], images: [image()], categories: [CUP] })
    })
    expect([regions[0]?.label, labels, images.length, issues]).toEqual(['cup', ['cup'], 1, []])
  })

  test('classes keep the order of the file, whatever their ids', async () => {
    const categories = ['zebra', 'ant', 'cup'].map((name, i) => ({ id: 90 - i * 30, name }))
    const { labels, regions } = await readOne({ category_id: 60 }, { categories })
    expect([labels, regions[0]?.label]).toEqual([['zebra', 'ant', 'cup'], 'ant'])
  })

  test('ids of 64 bits and texts keep their value; a number and its text are one id', async () => {
    const big = '9007199254740993'
    const text = file([], {})
      .replace('"images":[', `"images":[{"id":${big},"width":640,"height":480,"file_name":"b.jpg"},`)
      .replace('"annotations":[', `"annotations":[${JSON.stringify(annotation({ image_id: 0, id: 'x-1' }))}`)
      .replace('"image_id":0', `"image_id":"${big}"`)
    const { regions } = await readFiles(cocoJson, { 'a.json': text })
    expect(regions.map(({ imageKey, key }) => [imageKey, key])).toEqual([[big, 'x-1']])
    const mixed = await readOne({ image_id: '1', category_id: '3' })
    expect([mixed.regions[0]?.imageKey, mixed.regions[0]?.label, mixed.issues]).toEqual(['1', 'cup', []])
  })

  test('keypoints with the names and skeleton of their category', async () => {
    const person = { category_id: 1, keypoints: [64, 48, 2, 0, 0, 0], num_keypoints: 1 }
    const { regions, said } = await readOne(person, { categories: [PERSON] })
    expect(said).toEqual([])
    expect(regions).toMatchObject([
      {
        key: '1',
        label: 'person',
        attributes: { keypoints: 'nose,left_eye', skeleton: '1-2' },
        shape: {
          type: 'keypoints',
          points: [
            { point: [0.1, 0.1], visibility: 2 },
            { point: [0, 0], visibility: 0 }
          ],
          box: [10 / 640, 20 / 480, 110 / 640, 220 / 480]
        }
      }
    ])
    const both = await readOne({ ...person, segmentation: [TRIANGLE] }, { categories: [PERSON] })
    expect(both.regions.map(({ key, shape }) => [key, shape.type])).toEqual([
      ['1', 'polygon'],
      ['1 keypoints', 'keypoints']
    ])
    expect(both.said).toEqual(['note import/keypoints-apart'])
    const none = { ...person, keypoints: [0, 0, 0, 0, 0, 0], segmentation: [TRIANGLE] }
    expect((await readOne(none, { categories: [PERSON] })).regions.map(({ shape }) => shape.type)).toEqual(['polygon'])
  })

  test('captions are what was said about the image', async () => {
    const { items, issues } = await readFiles(cocoJson, {
      'captions_val.json': JSON.stringify({
        images: [image()],
        annotations: [{ id: 5, image_id: 1, caption: 'Two cups.' }]
      })
    })
    expect(issues).toEqual([])
    expect(items.find(({ type }) => type === 'dialogue')).toEqual({
      type: 'dialogue',
      imageKey: '1',
      title: 'caption',
      turns: [{ role: 'assistant', children: [{ type: 'text', value: 'Two cups.' }], rawText: 'Two cups.' }]
    })
  })

  test('the caption of a box is its phrase, a score its confidence, other scalars attributes', async () => {
    const { regions, said } = await readOne({
      caption: 'the left cup',
      score: 0.25,
      ignore: 0,
      attributes: { occluded: true, colour: 'red' }
    })
    expect(said).toEqual([])
    expect(regions[0]).toMatchObject({
      phrase: 'the left cup',
      confidence: 0.25,
      attributes: { ignore: 0, occluded: true, colour: 'red' }
    })
  })

  test('splits of Roboflow: each file means the images beside it, and ids of one are not those of another', async () => {
    const split = (name: string): [string, string] => [`${name}/_annotations.coco.json`, file([annotation()])]
    const { images, regions } = await readFiles(cocoJson, {
      ...Object.fromEntries([split('train'), split('valid')]),
      'train/a.jpg': '',
      'valid/a.jpg': ''
    })
    expect(images.map(({ reference }) => reference)).toEqual(['train/a.jpg', 'valid/a.jpg'])
    expect(regions.map(({ imageKey }) => imageKey)).toEqual(images.map(({ imageKey }) => imageKey))
    expect(new Set(images.map(({ imageKey }) => imageKey)).size).toBe(2)
  })

  test('LVIS names an image by its address alone', async () => {
    const address = 'http://images.cocodataset.org/train2017/a.jpg'
    const top = { images: [{ id: 1, width: 640, height: 480, coco_url: address }] }
    const { images, regions, said } = await readFiles(cocoJson, { 'coco.json': file([annotation()], top) })
    expect([images[0]?.reference, regions.length, said]).toEqual([address, 1, []])
  })

  test('the size of the image is asked for where the file does not say it', async () => {
    const top = { images: [{ id: 1, file_name: 'a.jpg' }] }
    const { regions, images } = await readFiles(
      cocoJson,
      { 'coco.json': file([annotation()], top) },
      { imageSizes: new Map([['a.jpg', { width: 200, height: 400 }]]) }
    )
    expect([images[0]?.size, regions[0]?.shape]).toEqual([null, { type: 'box', box: [0.05, 0.05, 0.55, 0.55] }])
  })

  test('what a project has no place for is told once', async () => {
    const { issues } = await read([annotation(), annotation({ id: 2, extra: { a: 1 } })], {
      images: [image({ license: 3, flickr_url: 'x' })],
      categories: [{ ...CUP, supercategory: 'kitchen' }],
      tags: [{ id: 1 }]
    })
    expect(issues.map(({ severity, code, message }) => [severity, code, /: (.*)\.$/.exec(message)?.[1]])).toEqual([
      ['note', 'import/other-fields', 'extra (1)'],
      ['note', 'import/other-fields', 'license (1), flickr_url (1)'],
      ['note', 'import/other-fields', 'supercategory (1)'],
      ['note', 'import/other-fields', 'tags (1)']
    ])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  test.each<[what: string, patch: object, regions: number, said: readonly string[]]>([
    ['the box is no list', { bbox: 'no' }, 0, ['skip import/bad-box']],
    ['the box has three numbers', { bbox: [1, 2, 3] }, 0, ['skip import/bad-box']],
    ['a number of the box is a text', { bbox: [1, 2, '3', 4] }, 0, ['skip import/bad-box']],
    ['a number of the box is null', { bbox: [1, 2, null, 4] }, 0, ['skip import/bad-box']],
    ['the box has no width', { bbox: [1, 2, 0, 4] }, 0, ['skip import/bad-box']],
    ['the box has hardly a width', { bbox: [0, 0, 5e-323, 4] }, 0, ['skip import/bad-box']],
    ['its height is lost so far away', { bbox: [10, 9007199254740991, 30, 1] }, 0, ['skip import/bad-box']],
    ['the box has a negative height', { bbox: [10, 20, 30, -4] }, 0, ['skip import/bad-box']],
    ['there is nothing', { bbox: undefined }, 0, ['skip import/no-shape']],
    ['the image is unknown', { image_id: 9 }, 0, ['skip import/no-such-image']],
    ['no image is named', { image_id: undefined }, 0, ['skip import/no-such-image']],
    ['the image is named by a list', { image_id: [1] }, 0, ['skip import/no-such-image']],
    ['the category is unknown', { category_id: 9 }, 1, ['doubt import/no-such-category']],
    ['the category is `__proto__`', { category_id: '__proto__' }, 1, ['doubt import/no-such-category']],
    ['there is no category', { category_id: undefined }, 1, ['doubt import/no-category']],
    ['the category is null', { category_id: null }, 1, ['doubt import/no-category']],
    ['there is no id', { id: undefined }, 1, ['doubt import/bad-id']],
    ['the id is a list', { id: [1] }, 1, ['doubt import/bad-id']],
    ['it lies outside the image', { bbox: [600, 20, 100, 20] }, 1, ['doubt import/outside-image']],
    ['it lies between 0 and 1', { bbox: [0.1, 0.2, 0.3, 0.4] }, 1, ['doubt import/maybe-normalized']],
    ['the outline has two corners', { segmentation: [[1, 2, 3, 4]] }, 1, ['doubt import/bad-outline']],
    ['the outline has an odd number', { segmentation: [[1, 2, 3, 4, 5, 6, 7]] }, 1, ['doubt import/bad-outline']],
    ['a number of the outline is a text', { segmentation: [[1, 2, '3', 4, 5, 6]] }, 1, ['doubt import/bad-outline']],
    ['the outline is a text', { segmentation: 'x' }, 1, ['doubt import/bad-outline']],
    ['one outline of two is broken', { segmentation: [TRIANGLE, [1]] }, 1, ['doubt import/bad-outline']],
    ['the outline is not in a list', { segmentation: TRIANGLE }, 1, ['doubt import/flat-outline']],
    ['outline and box are apart', { segmentation: [square(400, 300, 50)] }, 1, ['doubt import/box-and-outline-differ']],
    [
      'a run of the mask is a thing',
      { segmentation: { size: [480, 640], counts: [1, {}] } },
      1,
      ['doubt import/bad-mask']
    ],
    ['the mask has no size', { segmentation: { counts: [1] } }, 1, ['doubt import/bad-mask']],
    ['the mask is too short', { segmentation: { size: [480, 640], counts: [1, 2] } }, 1, ['doubt import/bad-mask']],
    [
      'a run of the mask is negative',
      { segmentation: { size: [480, 640], counts: [-1, 307201] } },
      1,
      ['doubt import/bad-mask']
    ],
    ['the mask is empty', { segmentation: { size: [480, 640], counts: [307200] } }, 1, ['doubt import/bad-mask']],
    [
      'the string of the mask is none',
      { segmentation: { size: [480, 640], counts: '!' } },
      1,
      ['doubt import/bad-mask']
    ],
    ['the mask is enormous', { segmentation: { size: [1e9, 1e9], counts: [1e18] } }, 1, ['doubt import/bad-mask']],
    [
      'the mask has width and height swapped',
      { bbox: undefined, segmentation: { size: [640, 480], counts: [0, 307200] } },
      1,
      ['doubt import/mask-size']
    ],
    ['keypoints are null', { keypoints: null }, 1, []],
    ['keypoints are an empty list', { keypoints: [] }, 1, []],
    ['CVAT says that the box is turned', { attributes: { rotation: 30 } }, 1, ['doubt import/maybe-turned']],
    ['CVAT says that it is not', { attributes: { rotation: 0, occluded: false } }, 1, []],
    ['keypoints are no triples', { keypoints: [1, 2] }, 1, ['doubt import/bad-keypoints']],
    ['a visibility is 3', { keypoints: [1, 2, 3] }, 1, ['doubt import/bad-keypoints']],
    ['iscrowd is 2', { iscrowd: 2 }, 1, ['doubt import/bad-crowd']],
    ['the score is above one', { score: 42 }, 1, ['doubt import/bad-score']],
    ['an attribute is a list', { attributes: { a: [] } }, 1, ['note import/other-fields']]
  ])('%s', async (_, patch, count, said) => {
    const result = await readOne(patch)
    expect([result.regions.length, result.said]).toEqual([count, said])
    expect(result.issues.every(({ file: where }) => where === 'coco.json')).toBe(true)
  })

  test.each<[what: string, top: object, said: readonly string[]]>([
    [
      'an image has no name',
      { images: [image({ file_name: '' })] },
      ['skip import/no-image', 'skip import/no-such-image']
    ],
    ['an image has no id', { images: [image({ id: null })] }, ['skip import/bad-id', 'skip import/no-such-image']],
    ['an image is a number', { images: [image(), 5] }, ['skip import/bad-record']],
    ['two images have one id', { images: [image(), image({ file_name: 'b.jpg' })] }, ['skip import/ambiguous-id']],
    ['an image stands there twice', { images: [image(), image()] }, ['doubt import/duplicate-id']],
    ['nobody knows the size', { images: [image({ width: undefined, height: null })] }, ['skip import/no-size']],
    ['the size is a text', { images: [image({ width: '640' })] }, ['doubt import/bad-size', 'skip import/no-size']],
    ['the size is negative', { images: [image({ width: -640 })] }, ['doubt import/bad-size', 'skip import/no-size']],
    ['a category has no name', { categories: [{ id: 3 }] }, ['skip import/bad-label', 'doubt import/no-such-category']],
    ['the name is a number', { categories: [{ id: 3, name: 5 }] }, ['doubt import/bad-label']],
    ['two categories have one id', { categories: [CUP, { id: 3, name: 'mug' }] }, ['doubt import/ambiguous-id']],
    ['two categories have one name', { categories: [CUP, { id: 4, name: 'cup' }] }, ['doubt import/duplicate-name']],
    ['a category stands there twice', { categories: [CUP, CUP] }, ['doubt import/duplicate-id']]
  ])('%s', async (_, top, said) => {
    expect((await readOne({}, top)).said).toEqual(said)
  })

  test('regions of an ambiguous category get no class, and none moves to another', async () => {
    const { regions, labels } = await readOne({}, { categories: [CUP, { id: 3, name: 'mug' }] })
    expect([regions[0]?.label, labels]).toEqual([null, ['cup', 'mug']])
  })

  test('an id that two annotations have is told, and both are read', async () => {
    const { regions, said, issues } = await read([annotation(), annotation({ bbox: [1, 2, 3, 4] })])
    expect([regions.length, new Set(regions.map(({ key }) => key)).size, said]).toEqual([
      2,
      2,
      ['doubt import/duplicate-id']
    ])
    expect(issues[0]?.record).toBe('1')
  })

  test('an integer beyond 2^53 is no coordinate, and is told as it stands there', async () => {
    const text = file([annotation()]).replace('[10,20,', '[12345678901234567890,20,')
    const { regions, issues } = await readFiles(cocoJson, { 'coco.json': text })
    expect([regions.length, issues[0]?.message]).toEqual([0, expect.stringContaining('[12345678901234567890, 20')])
  })

  test('swapped axes and corners instead of sizes are named once', async () => {
    const tall = await read([annotation({ bbox: [20, 500, 90, 100] }), annotation({ id: 2, bbox: [5, 550, 10, 60] })])
    expect(tall.said).toEqual(['doubt import/outside-image', 'doubt import/maybe-swapped-axes'])
    const corners = await read([
      annotation({ bbox: [300, 250, 500, 400] }),
      annotation({ id: 2, bbox: [320, 100, 640, 480] })
    ])
    expect(corners.said).toEqual(['doubt import/outside-image', 'doubt import/maybe-corners'])
  })

  test.each<[what: string, text: string, code: string]>([
    ['it is cut off', file([annotation()]).slice(0, -30), 'import/json'],
    ['it holds NaN', file([annotation()]).replace('10,20', 'NaN,20'), 'import/json'],
    ['annotations are an object', file({}), 'import/not-this-format'],
    ['images are a text', file([], { images: 'x' }), 'import/not-this-format'],
    ['it is another JSON', '{"a":1}', 'import/not-this-format'],
    [
      'it is panoptic',
      file([{ image_id: 1, file_name: 'a.png', segments_info: [{ id: 1, category_id: 3 }] }]),
      'import/panoptic'
    ]
  ])('%s: the whole is refused', async (_, text, code) => {
    await expect(readFiles(cocoJson, { 'coco.json': text })).rejects.toMatchObject({ code })
  })
})

describe('recognising', () => {
  const recognise = (files: Readonly<Record<string, string>>) =>
    cocoJson.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))

  test('its files are named, others are not', async () => {
    const found = await recognise({ 'a.json': file([]), 'package.json': '{"name":"x"}', 'a.jpg': '' })
    expect([found?.score, found?.paths]).toEqual([0.9, ['a.json']])
  })
  test('a head that shows one section only is enough', async () => {
    const images = Array.from({ length: 2000 }, (_, id) => image({ id }))
    expect((await recognise({ 'a.json': JSON.stringify({ info: {}, licenses: [], images }) }))?.score).toBe(0.8)
  })
  test.each([
    '[]',
    '{}',
    '{"shapes":[],"imagePath":"a.jpg","imageData":null}',
    '[{"image_id":1,"regions":[]}]',
    '{"images":[]}',
    'no json'
  ])('%s is not', async (text) => {
    expect(await recognise({ 'a.json': text })).toBeNull()
  })
})

const documentOf = (regions: readonly RegionRecord[], patch: Partial<ImageDocument['image']> = {}): ImageDocument =>
  documentRecord({ image: imageRecord({ relativePath: 'scans/a "1".jpg', ...patch }), regions })
const labels = [
  { id: 'cat', name: 'cat', colour: '#ff0000', order: 7 },
  { id: 'dog', name: 'dog "big"', colour: '#00ff00', order: 2 }
]

describe('writing', () => {
  const write = async (
    documents: readonly ImageDocument[],
    { includeProposals = false, classes = labels }: { includeProposals?: boolean; classes?: typeof labels } = {}
  ) => {
    const source = { labels: classes, documents: () => documents }
    const run = cocoJson.encode(source, { dialect: shikra, includeProposals })
    let text = ''
    for await (const chunk of run.chunks) text += chunk.text
    const coco = JSON.parse(text) as {
      readonly categories: readonly { readonly id: number; readonly name: string }[]
      readonly annotations: readonly Readonly<Record<string, unknown>>[]
    }
    const { skipped, losses, counts } = run.summary()
    const reasons = Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]))
    return { ...coco, reasons, losses, counts }
  }

  test('categories follow the label order; one for regions without a label is there only when they are', async () => {
    const regions = [regionRecord('a', { labelId: 'cat' }), regionRecord('b', { labelId: 'dog' })]
    const some = await write([documentOf(regions)])
    expect(some.categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'dog "big"'],
      [2, 'cat']
    ])
    const all = await write([documentOf([...regions, regionRecord('c', { phrase: 'the "x"' })])])
    expect(all.categories[2]).toMatchObject({ id: 3, name: 'unlabelled' })
    expect(all.annotations.map(({ id, category_id, iscrowd }) => [id, category_id, iscrowd])).toEqual([
      [1, 2, 0],
      [2, 1, 0],
      [3, 3, 0]
    ])
    expect(all.annotations[2]).toMatchObject({ caption: 'the "x"', eyrie: { origin: 'human' } })
    expect(all.counts).toEqual({ images: 1, regions: 3, dialogues: 0, turns: 0, records: 3 })
  })

  test('a label named as the spare category does not become it', async () => {
    const classes = [{ id: 'u', name: 'unlabelled', colour: '#000000', order: 0 }]
    const { categories } = await write([documentOf([regionRecord('a')])], { classes })
    expect(categories.map(({ name }) => name)).toEqual(['unlabelled', 'unlabelled (no label)'])
  })

  test('proposals leave only when asked for, and then marked; rejected ones never; points are counted', async () => {
    const documents = [
      documentOf([
        regionRecord('a'),
        regionRecord('b', { state: 'proposed', confidence: 0.25, provenance: { origin: 'model' } }),
        regionRecord('c', { state: 'rejected' }),
        regionRecord('d', { shape: { type: 'point', point: normalizedPoint(0.5, 0.5) } })
      ])
    ]
    const without = await write(documents)
    expect([without.annotations.length, without.reasons]).toEqual([
      1,
      { 'region-proposed': 1, 'region-rejected': 1, point: 1 }
    ])
    const marked = await write(documents, { includeProposals: true })
    expect(marked.annotations[1]).toMatchObject({ score: 0.25, eyrie: { origin: 'model', state: 'proposed' } })
    expect(marked.reasons).toEqual({ 'region-rejected': 1, point: 1 })
  })

  test('boxes outside the image and boxes without area are written and stated, once per code', async () => {
    const outside = regionRecord('a', { shape: { type: 'box', box: normalizedBox(-0.1, 0, 1, 1) } })
    const thin = regionRecord('b', { shape: { type: 'box', box: normalizedBox(0.5, 0, 0.5, 1.5) } })
    const { annotations, losses } = await write([documentOf([outside, thin])])
    expect((annotations[0]?.['bbox'] as number[])[0]).toBeCloseTo(-64, 9)
    expect(losses.map(({ code }) => code)).toEqual(['format/outside-image', 'format/degenerate'])
    expect(losses[0]?.message).toContain('2 times; first in scans/a "1".jpg')
  })

  test('documents that change between the passes are an error, not a wrong file', async () => {
    let pass = 0
    const documents = (): ImageDocument[] => [documentOf([regionRecord('a')], { id: `i${pass++}` })]
    const run = cocoJson.encode({ labels, documents }, { dialect: shikra, includeProposals: false })
    const all = async (): Promise<void> => {
      for await (const chunk of run.chunks) expect(chunk.fileName).toBe('coco.json')
    }
    await expect(all()).rejects.toThrow(AppError)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskFromBitmap, maskFromCompressed } from '../../geometry/mask'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { writeToMemory } from '../law-projects'
import { memorySource } from '../reading/memory-source'
import { brushFromMask, maskFromBrush } from './brush-rle'
import { labelStudioJson } from '.'

const size = { original_width: 640, original_height: 480, image_rotation: 0 }
const result = (patch: object = {}): object => ({
  id: 'r1',
  type: 'rectanglelabels',
  from_name: 'label',
  to_name: 'image',
  origin: 'manual',
  ...size,
  value: { x: 10, y: 20, width: 30, height: 40, rotation: 0, rectanglelabels: ['cup'] },
  ...patch
})
const shaped = (type: string, value: object, patch: object = {}): object =>
  result({ type, value: { ...value, [type]: ['cup'] }, ...patch })
const task = (results: readonly unknown[], patch: object = {}): object => ({
  id: 7,
  data: { image: 'a.jpg' },
  annotations: [{ id: 1, result: results, was_cancelled: false }],
  predictions: [],
  ...patch
})
const read = (tasks: unknown, more: Parameters<typeof readFiles>[2] = {}) =>
  readFiles(labelStudioJson, { 'export.json': typeof tasks === 'string' ? tasks : JSON.stringify(tasks) }, more)
const readResults = (...results: readonly unknown[]) => read([task(results)])

testFormatLaws(labelStudioJson)

// label-studio-sdk 2.1.2, converter.brush.mask2rle of a picture of 5 × 3 pixels: 1 to 3 of the first row, 4 of the
// second, 0 of the third.
const SDK_BRUSH = [0, 0, 0, 60, 57, 27, 252, 96, 22, 255, 240, 152, 4, 255, 247, 192, 0]
const small = maskFromBitmap([0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0], { width: 5, height: 3 })

testDamagedFiles(
  labelStudioJson,
  [
    new Map([
      [
        'export.json',
        JSON.stringify([
          task([
            result(),
            result({
              type: 'textarea',
              from_name: 'words',
              value: { x: 10, y: 20, width: 30, height: 40, text: ['the left cup'] }
            }),
            shaped(
              'polygonlabels',
              {
                points: [
                  [1, 2],
                  [30, 4],
                  [5, 60]
                ]
              },
              { id: 'p' }
            ),
            shaped('keypointlabels', { x: 5, y: 6, width: 0.5 }, { id: 'k' }),
            shaped('ellipselabels', { x: 50, y: 50, radiusX: 10, radiusY: 5, rotation: 30 }, { id: 'e' }),
            { type: 'relation', from_id: 'r1', to_id: 'p', direction: 'right', labels: ['on'] }
          ]),
          task([], {
            predictions: [{ id: 2, model_version: 'm1', score: 0.5, result: [result({ id: 'q', score: 0.25 })] }]
          }),
          {
            id: 3,
            image: 'b.jpg',
            annotator: 1,
            annotation_id: 4,
            label: [{ x: 1, y: 2, width: 3, height: 4, rectanglelabels: ['cup'] }]
          }
        ])
      ]
    ]),
    new Map([
      [
        'mask.json',
        JSON.stringify([
          task([
            shaped('brushlabels', { format: 'rle', rle: SDK_BRUSH }, { original_width: 5, original_height: 3 }),
            shaped(
              'vectorlabels',
              {
                vertices: [
                  { x: 1, y: 2 },
                  { x: 3, y: 4 }
                ],
                closed: false
              },
              { id: 'v' }
            )
          ])
        ])
      ]
    ])
  ],
  new Map([['a.jpg', { width: 640, height: 480 }]])
)

describe('reading what Label Studio exports', () => {
  test('a rectangle is percent of the image', async () => {
    const { regions, issues, images } = await readResults(result())
    expect(regions[0]).toMatchObject({ label: 'cup', shape: { type: 'box', box: [0.1, 0.2, 0.4, 0.6] } })
    expect([images, issues]).toEqual([
      [
        {
          type: 'image',
          imageKey: 'export.json#0.0',
          reference: 'a.jpg',
          size: { width: 640, height: 480 },
          done: true
        }
      ],
      []
    ])
  })

  test('a turned rectangle turns clockwise about its top-left corner, in pixels', async () => {
    // HumanSignal/label-studio#2293: 300 × 100 pixels at (200, 100), turned by 90 degrees in an image of 1000 × 500.
    const value = { x: 20, y: 20, width: 30, height: 20, rotation: 90, rectanglelabels: ['a'] }
    const { regions } = await readResults(result({ value, original_width: 1000, original_height: 500 }))
    const { shape } = regions[0] ?? {}
    if (shape?.type !== 'quad') throw new Error('expected four corners')
    const pixels = shape.points.map(([x, y]) => [x * 1000, y * 500].map((number) => Math.round(number * 1e6) / 1e6))
    expect(pixels).toEqual([
      [200, 100],
      [200, 400],
      [100, 400],
      [100, 100]
    ])
  })

  test.each<[type: string, value: object, expected: string]>([
    [
      'polygonlabels',
      {
        points: [
          [1, 2],
          [30, 4],
          [5, 60]
        ],
        closed: true
      },
      'polygon'
    ],
    [
      'polygonlabels',
      {
        points: [
          [1, 2],
          [30, 4],
          [5, 60],
          [1, 2]
        ]
      },
      'polygon'
    ],
    ['keypointlabels', { x: 5, y: 6, width: 1 }, 'point'],
    [
      'vectorlabels',
      {
        vertices: [
          { x: 1, y: 2 },
          { x: 3, y: 4 }
        ],
        closed: false
      },
      'polyline'
    ],
    [
      'vectorlabels',
      {
        vertices: [
          { x: 1, y: 2 },
          { x: 3, y: 4 },
          { x: 9, y: 1 }
        ],
        closed: true
      },
      'polygon'
    ],
    ['RectangleLabels', { x: 1, y: 2, width: 3, height: 4 }, 'box']
  ])('%s %j becomes a %s', async (type, value, expected) => {
    const { regions, issues } = await readResults(shaped(type, value))
    expect([regions[0]?.shape.type, issues]).toEqual([expected, []])
  })

  test('an ellipse is a polygon on its outline, in pixels, turned with it', async () => {
    const { regions, issues } = await readResults(
      shaped('ellipselabels', { x: 50, y: 50, radiusX: 25, radiusY: 12.5, rotation: 90 })
    )
    const { shape } = regions[0] ?? {}
    if (shape?.type !== 'polygon') throw new Error('expected a polygon')
    // Half as tall as wide before the turn: 160 × 60 pixels of radius; after it, 60 × 160.
    const far = shape.points.map(([x, y]) => ((x * 640 - 320) / 60) ** 2 + ((y * 480 - 240) / 160) ** 2)
    expect(Math.max(...far.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-9)
    expect(issues.map(({ code }) => code)).toEqual(['import/ellipse-as-polygon'])
  })

  test('a brush mask of the tool’s own coding is read to the pixel', async () => {
    const patch = { original_width: 5, original_height: 3 }
    const { regions, issues } = await readResults(shaped('brushlabels', { format: 'rle', rle: SDK_BRUSH }, patch))
    const { shape } = regions[0] ?? {}
    expect(issues).toEqual([])
    expect(shape?.type === 'mask' ? maskFromCompressed(shape.counts, shape.size).mask : null).toEqual(small)
    expect(brushFromMask(small)).toEqual(SDK_BRUSH.slice(0, brushFromMask(small).length))
  })

  test('words, choices and ratings of a region share its id and are its phrase and attributes', async () => {
    const place = { x: 10, y: 20, width: 30, height: 40, rotation: 0 }
    const { regions, issues } = await readResults(
      result({ meta: { text: ['check this'] }, parentID: 'k9' }),
      result({ type: 'textarea', from_name: 'words', value: { ...place, text: ['the left cup'] } }),
      result({ type: 'choices', from_name: 'colour', value: { ...place, choices: ['red', 'dark'] } }),
      result({ type: 'rating', from_name: 'clear', value: { ...place, rating: 4 } })
    )
    expect(issues).toEqual([])
    expect(regions).toHaveLength(1)
    expect(regions[0]).toMatchObject({
      phrase: 'the left cup',
      attributes: { colour: 'red, dark', clear: 4, 'meta.text': 'check this', parentID: 'k9' }
    })
  })

  test('words about the image are a caption, choices about it are told', async () => {
    const { items, said } = await readResults(
      result({ id: 'c', type: 'textarea', from_name: 'story', value: { text: ['Two cups.'] } }),
      result({ id: 'd', type: 'choices', from_name: 'scene', value: { choices: ['kitchen'] } })
    )
    expect(items.filter(({ type }) => type === 'dialogue')).toMatchObject([
      { title: 'story', turns: [{ role: 'assistant', children: [{ type: 'text', value: 'Two cups.' }] }] }
    ])
    expect(said).toEqual(['note import/image-answer'])
  })

  test('predictions are proposals with their score and model', async () => {
    const predictions = [
      { id: 2, model_version: 'yolo-1', score: 0.5, result: [result({ id: 'q', score: 0.25 }), result({ id: 'p' })] }
    ]
    const { regions, images } = await read([task([], { annotations: [], predictions })])
    expect(regions.map(({ state, origin, confidence, attributes }) => [state, origin, confidence, attributes])).toEqual(
      [
        ['proposed', 'model', 0.25, { model_version: 'yolo-1' }],
        ['proposed', 'model', 0.5, { model_version: 'yolo-1' }]
      ]
    )
    expect(images[0]?.done).toBeUndefined()
  })

  test('what a person took over from a model is not proposed again, and says where it came from', async () => {
    const annotations = [
      { id: 1, result: [result({ origin: 'prediction' }), result({ id: 'x', origin: 'prediction-changed' })] }
    ]
    const predictions = [{ id: 2, model_version: 'm', result: [result(), result({ id: 'x' }), result({ id: 'new' })] }]
    const { regions, said } = await read([task([], { annotations, predictions })])
    expect(regions.map(({ state, origin }) => [state, origin])).toEqual([
      ['accepted', 'model'],
      ['corrected', 'model'],
      ['proposed', 'model']
    ])
    expect(said).toEqual(['note import/accepted-prediction'])
  })

  test('of several annotations the ground truth counts, else the latest', async () => {
    const one = (id: number, label: string, patch: object) => ({
      id,
      result: [
        shaped(
          'rectanglelabels',
          { x: 1, y: 1, width: 2, height: 2 },
          { value: { x: 1, y: 1, width: 2, height: 2, rectanglelabels: [label] } }
        )
      ],
      ...patch
    })
    const early = { updated_at: '2026-01-01T00:00:00Z' }
    const late = { updated_at: '2026-02-01T00:00:00Z' }
    const latest = await read([task([], { annotations: [one(1, 'old', early), one(2, 'new', late)] })])
    expect([latest.regions.map(({ label }) => label), latest.said]).toEqual([['new'], ['skip import/other-annotation']])
    const truth = await read([
      task([], { annotations: [one(1, 'old', { ...early, ground_truth: true }), one(2, 'new', late)] })
    ])
    expect(truth.regions.map(({ label }) => label)).toEqual(['old'])
  })

  test('a relation points from one region to the other, either way or both', async () => {
    const relations = ['right', 'left', 'bi'].map((direction) => ({
      type: 'relation',
      from_id: 'r1',
      to_id: 'r2',
      direction,
      labels: [direction]
    }))
    const { items } = await readResults(result(), result({ id: 'r2' }), ...relations, {
      type: 'relation',
      from_id: 'r1',
      to_id: 'r2'
    })
    const tied = items.flatMap((item) =>
      item.type === 'relation' ? [[item.subject, item.predicate, item.object]] : []
    )
    expect(tied).toEqual([
      ['r0', 'right', 'r1'],
      ['r1', 'left', 'r0'],
      ['r0', 'bi', 'r1'],
      ['r1', 'bi', 'r0'],
      ['r0', 'related to', 'r1']
    ])
  })

  test.each<[written: string, there: string, reference: string]>([
    ['/data/local-files/?d=train/a%20b.jpg', 'train/a b.jpg', 'train/a b.jpg'],
    ['/data/local-files/?d=100%.jpg', '100%.jpg', '100%.jpg'],
    ['/data/upload/3/0a1b2c3d-cat.jpg', 'cat.jpg', 'cat.jpg'],
    ['/data/upload/3/0a1b2c3d-cat.jpg', 'images/0a1b2c3d-cat.jpg', '/data/upload/3/0a1b2c3d-cat.jpg'],
    ['https://a.example/b/c.jpg?x=1', 'c.jpg', 'https://a.example/b/c.jpg?x=1'],
    ['s3://bucket/c.jpg', 'c.jpg', 's3://bucket/c.jpg']
  ])('%s with %s in the folder means %s', async (written, there, reference) => {
    const { images } = await read([task([result()], { data: { image: written } })], {
      imageSizes: new Map([[there, { width: 640, height: 480 }]])
    })
    expect(images[0]?.reference).toBe(reference)
  })

  test('the image is found whatever the data calls it', async () => {
    const datas = [{ text: 'words', photo_1: 'x/a.png' }, { ocr: 's3://b/noextension' }, { anything: '/files/12' }]
    const found = await Promise.all(datas.map(async (data) => (await read([task([], { data })])).images[0]?.reference))
    expect(found).toEqual(['x/a.png', 's3://b/noextension', '/files/12'])
  })

  test('several images of one task are told apart by item_index', async () => {
    const { images, regions, said } = await read([
      task([result({ item_index: 0 }), result({ id: 'b', item_index: 1 }), result({ id: 'c', item_index: 2 })], {
        data: { images: ['a.jpg', 'b.jpg'] }
      })
    ])
    expect(images.map(({ reference }) => reference)).toEqual(['a.jpg', 'b.jpg'])
    expect([regions.map(({ imageKey }) => imageKey), said]).toEqual([
      ['export.json#0.0', 'export.json#0.1'],
      ['skip import/no-image']
    ])
  })

  test('in JSON-MIN a place beyond 2^53 is told, not fallen over', async () => {
    const label = [{ x: 10, y: 20, width: 30, height: 40, rectanglelabels: ['cup'] }]
    const text = JSON.stringify([{ image: 'a.jpg', id: 7, label, annotation_id: 1 }]).replace('10', '9007199254740993')
    const { regions, said } = await readFiles(labelStudioJson, { 'a.json': text })
    expect([regions.length, said]).toEqual([0, ['skip import/bad-shape']])
  })

  test('JSON-MIN, a task alone and an annotation with its task are read too', async () => {
    const min = {
      image: 'a.jpg',
      id: 7,
      label: [
        {
          x: 10,
          y: 20,
          width: 30,
          height: 40,
          rotation: 0,
          rectanglelabels: ['cup'],
          original_width: 640,
          original_height: 480
        }
      ],
      annotator: 1,
      annotation_id: 1,
      lead_time: 3
    }
    const stored = { id: 1, result: [result()], task: { id: 7, data: { image: 'a.jpg' } } }
    for (const content of [[min], task([result()]), stored]) {
      const { regions, images, issues } = await read(content)
      expect([regions[0]?.shape, regions[0]?.label, images[0]?.reference, issues]).toEqual([
        { type: 'box', box: [0.1, 0.2, 0.4, 0.6] },
        'cup',
        'a.jpg',
        []
      ])
    }
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  const value = (patch: object): object =>
    result({ value: { x: 10, y: 20, width: 30, height: 40, rectanglelabels: ['cup'], ...patch } })
  test.each<[what: string, entry: unknown, regions: number, said: readonly string[]]>([
    ['a result is a text', 'r1', 0, ['skip import/bad-record']],
    ['there is no type', result({ type: undefined }), 0, ['skip import/bad-record']],
    ['there is no value', result({ value: undefined }), 0, ['skip import/bad-record']],
    ['the type is unknown', result({ type: 'videorectangle' }), 0, ['skip import/shape-type']],
    ['the type is a word of JavaScript', result({ type: 'constructor' }), 0, ['skip import/shape-type']],
    ['x is a text', value({ x: '10' }), 0, ['skip import/bad-shape']],
    ['it has no label', value({ rectanglelabels: [] }), 1, ['doubt import/no-label']],
    ['its labels are a text', value({ rectanglelabels: 'cup' }), 1, ['doubt import/no-label']],
    [
      'it is a rectangle without labels',
      result({ type: 'rectangle', value: { x: 1, y: 2, width: 3, height: 4 } }),
      1,
      []
    ],
    ['the width is missing', value({ width: undefined }), 0, ['skip import/bad-shape']],
    ['the width is zero', value({ width: 0 }), 0, ['skip import/bad-shape']],
    [
      'an ellipse is larger than any number',
      result({
        type: 'ellipselabels',
        value: { x: 1e308, y: 1, radiusX: 1e308, radiusY: 1e308, ellipselabels: ['cup'] }
      }),
      0,
      ['note import/ellipse-as-polygon', 'skip import/bad-shape']
    ],
    ['the width is nothing beside x', value({ width: 5e-324 }), 0, ['skip import/bad-shape']],
    ['the height is negative', value({ height: -5 }), 0, ['skip import/bad-shape']],
    ['the rotation is a text', value({ rotation: 'left' }), 0, ['skip import/bad-shape']],
    [
      'it is turned and nobody knows the size',
      result({ original_width: undefined, value: { x: 1, y: 1, width: 5, height: 5, rotation: 10 } }),
      0,
      ['skip import/bad-shape']
    ],
    [
      'a polygon has two points',
      shaped('polygonlabels', {
        points: [
          [1, 2],
          [3, 4]
        ]
      }),
      0,
      ['skip import/bad-shape']
    ],
    [
      'a point of a polygon is null',
      shaped('polygonlabels', { points: [[1, 2], null, [5, 6]] }),
      0,
      ['skip import/bad-shape']
    ],
    [
      'a polygon was never closed',
      shaped('polygonlabels', {
        points: [
          [1, 2],
          [3, 4]
        ],
        closed: false
      }),
      1,
      ['doubt import/open-polygon']
    ],
    [
      'a vector has curves',
      shaped('vectorlabels', {
        vertices: [
          { x: 1, y: 2, isBezier: true },
          { x: 3, y: 4 }
        ]
      }),
      0,
      ['skip import/bad-shape']
    ],
    [
      'an ellipse has no radius',
      shaped('ellipselabels', { x: 5, y: 5, radiusX: 0, radiusY: 3 }),
      0,
      ['skip import/bad-shape']
    ],
    ['a mask is cut off', shaped('brushlabels', { format: 'rle', rle: [0, 0, 0] }), 0, ['skip import/bad-shape']],
    [
      'a mask is of another size',
      shaped('brushlabels', { format: 'rle', rle: SDK_BRUSH }),
      0,
      ['skip import/bad-shape']
    ],
    ['a mask has numbers that are no bytes', shaped('brushlabels', { rle: [300, -1] }), 0, ['skip import/bad-shape']],
    ['a mask has another coding', shaped('brushlabels', { format: 'png', rle: [] }), 0, ['skip import/bad-shape']],
    ['it lies outside', value({ x: 90 }), 1, ['doubt import/outside-image']],
    ['numbers are fractions', value({ x: 0.1, y: 0.2, width: 0.3, height: 0.4 }), 1, ['doubt import/maybe-normalized']],
    [
      'numbers are pixels',
      value({ x: 300, y: 200, width: 100, height: 90 }),
      1,
      ['doubt import/maybe-pixels', 'doubt import/outside-image']
    ],
    ['there are two labels', value({ rectanglelabels: ['cup', 'mug'] }), 1, ['note import/several-labels']],
    ['the score is above one', result({ score: 97 }), 1, ['doubt import/bad-score']],
    ['it was looked at turned', result({ image_rotation: 90 }), 1, ['note import/view-turned']],
    ['a relation dangles', { type: 'relation', from_id: 'r1', to_id: 'gone' }, 0, ['skip import/loose-link']]
  ])('%s', async (_, entry, count, said) => {
    const { regions, said: found } = await readResults(entry)
    expect([regions.length, found]).toEqual([count, said])
  })

  test.each<[what: string, content: unknown, images: number, said: readonly string[]]>([
    ['a task is null', [null], 0, ['skip import/bad-record']],
    ['there is no data', [{ id: 1, annotations: [] }], 0, ['skip import/bad-record']],
    ['the data names an empty image', [task([result()], { data: { image: '' } })], 0, ['skip import/no-image']],
    ['the data names no image', [task([], { data: { a: 'x', b: 'y' } })], 0, ['skip import/no-image']],
    [
      'the image is inside the task',
      [task([], { data: { image: 'data:image/png;base64,AAAA' } })],
      0,
      ['skip import/no-image']
    ],
    ['the data holds more', [task([], { data: { image: 'a.jpg', text: 'x' } })], 1, ['note import/task-data']],
    [
      'the annotation was cancelled',
      [task([], { annotations: [{ id: 1, was_cancelled: true, result: [result()] }] })],
      1,
      ['skip import/cancelled']
    ],
    ['annotations hold a text', [task([], { annotations: ['x'] })], 1, ['skip import/bad-record']],
    ['predictions hold null', [task([], { predictions: [null] })], 1, ['skip import/bad-record']],
    [
      'the labels of a relation are a number',
      [task([result(), result({ id: 'r2' }), { type: 'relation', from_id: 'r1', to_id: 'r2', labels: 5 }])],
      1,
      ['doubt import/bad-label']
    ],
    ['annotations is an object', [task([], { annotations: {} })], 1, ['skip import/bad-record']],
    ['a result list is missing', [task([], { annotations: [{ id: 1 }] })], 1, ['skip import/bad-record']],
    [
      'a width that no image has',
      [task([result(), result({ id: 'b', original_width: -5 }), result({ id: 'c', original_width: 'wide' })])],
      1,
      ['doubt import/bad-size']
    ],
    [
      'results disagree about the size',
      [task([result(), result({ id: 'b', original_width: 5 })])],
      1,
      ['doubt import/two-sizes']
    ],
    ['there are drafts', [task([], { drafts: [{ result: [] }] })], 1, ['note import/draft']],
    ['it is an object of something else', { images: [] }, 0, ['skip import/not-this-format']],
    ['null', null, 0, ['skip import/not-this-format']],
    ['a text', '"x"', 0, ['skip import/not-this-format']],
    ['a list of numbers', [1, 2], 0, ['skip import/bad-record']],
    ['an empty list', [], 0, []]
  ])('%s', async (_, content, count, said) => {
    const { images, said: found } = await read(content)
    expect([images.length, found]).toEqual([count, said])
  })

  test('a file that is cut off is refused by name and line', async () => {
    await expect(read(JSON.stringify([task([result()])]).slice(0, -9))).rejects.toMatchObject({ code: 'import/json' })
  })
})

test('any mask survives the coding of brushes', () => {
  const masks = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })).chain(([width, height]) =>
    fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 900 })), { maxLength: 20 }).map((runs) => {
      const pixels = runs.flatMap(([isInside, length]) => Array<number>(length).fill(isInside ? 1 : 0))
      return maskFromBitmap(
        Array.from({ length: width * height }, (_, i) => pixels[i] ?? 0),
        { width, height }
      )
    })
  )
  fc.assert(
    fc.property(masks, (mask) => {
      expect(maskFromBrush(brushFromMask(mask), mask.size).mask).toEqual(mask)
    })
  )
})

test('values one by one are read as well as runs', () => {
  // Two values of eight bits, as a literal of class 0: 0 000 … then 7 and 255; the alpha of one pixel is the last of four.
  const bits = [4, 32, 7, 5, 2, 4, 3, 4, 7, 4, 15, 4, 0, 1, 0, 2, 3, 3, 7, 8, 7, 8, 7, 8, 255, 8]
  let text = ''
  for (let i = 0; i < bits.length; i += 2) text += (bits[i] ?? 0).toString(2).padStart(bits[i + 1] ?? 0, '0')
  const bytes = Array.from({ length: Math.ceil(text.length / 8) }, (_, i) =>
    parseInt(text.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2)
  )
  expect(maskFromBrush(bytes, { width: 1, height: 1 }).mask).toEqual({ size: { width: 1, height: 1 }, counts: [0, 1] })
})

describe('writing and recognising', () => {
  test('a labelling configuration beside the tasks gives the order and the colours of classes', async () => {
    const config =
      '<View><Image name="image" value="$image"/><View><RectangleLabels name="label" toName="image"><Label value="plate" background="#00FF00"/><Label value="cup" background="red"/></RectangleLabels></View><Choices name="c" toName="image"><Choice value="x"/></Choices></View>'
    const files = {
      'export.json': JSON.stringify([task([result()])]),
      'config.xml': config,
      'other.xml': '<annotation/>'
    }
    const { items, issues } = await readFiles(labelStudioJson, files)
    expect(items.filter(({ type }) => type === 'label')).toEqual([
      { type: 'label', name: 'plate', colour: '#00ff00' },
      { type: 'label', name: 'cup' }
    ])
    expect(issues).toEqual([])
    const broken = await readFiles(labelStudioJson, { ...files, 'config.xml': config.slice(0, -8) })
    expect([broken.regions.length, broken.said]).toEqual([1, ['skip import/xml']])
  })

  test('relations of one speaker are ties of the tool, others are counted', async () => {
    const region = (id: string, state: 'accepted' | 'proposed') => ({
      id,
      imageId: 'i',
      shape: { type: 'point' as const, point: [0.1, 0.2] as never },
      labelId: null,
      phrase: null,
      state,
      original: null,
      confidence: null,
      provenance: { origin: 'human' as const },
      createdAtMs: 0
    })
    const relation = (id: string, subject: string, object: string) => ({
      id,
      imageId: 'i',
      subject,
      predicate: 'on',
      object,
      provenance: { origin: 'human' as const },
      createdAtMs: 0
    })
    const image = {
      id: 'i',
      relativePath: 'a.jpg',
      contentHash: null,
      sizeBytes: 1,
      size: { width: 10, height: 10 },
      orientation: 1,
      status: 'ok' as const,
      statusReason: null
    }
    const regions = [region('a', 'accepted'), region('b', 'accepted'), region('c', 'proposed')]
    const relations = [relation('1', 'a', 'b'), relation('2', 'a', 'c')]
    const document = { image, regions, dialogues: [], turns: [], relations, review: { id: 'i', done: false } }
    const { files, summary } = await writeToMemory(labelStudioJson, { labels: [], documents: [document] })
    const { items } = await readFiles(labelStudioJson, { 'x.json': String(files.get('label-studio.json')) })
    expect(items.filter(({ type }) => type === 'relation')).toMatchObject([
      { subject: 'r0', predicate: 'on', object: 'r1' }
    ])
    expect(summary.skipped).toEqual([{ reason: 'relation', count: 1 }])
  })

  test('the labelling configuration has every label once in each control, escaped', async () => {
    const labels = [{ id: 'a', name: 'a "b" <c> & d', colour: '#00ff00', order: 1 }]
    const { files } = await writeToMemory(labelStudioJson, { labels, documents: [] })
    const config = String(files.get('label-studio-config.xml'))
    expect(config.match(/<Label value="a &quot;b&quot; &lt;c&gt; &amp; d" background="#00ff00"\/>/g)).toHaveLength(5)
    expect(files.get('label-studio.json')).toBe('[]\n')
  })

  test.each<[score: number | undefined, content: unknown]>([
    [0.98, [task([result()])]],
    [0.7, [{ data: { image: 'a.jpg' }, annotations: [], predictions: [] }]],
    [undefined, [{ id: 'm1', image: 'a.jpg', conversations: [] }]],
    [undefined, { images: [], annotations: [], categories: [] }]
  ])('recognised with %s', async (score, content) => {
    const source = memorySource({ files: new Map([['x.json', JSON.stringify(content)]]) })
    expect((await labelStudioJson.reader?.recognise(source))?.score).toBe(score)
  })
})

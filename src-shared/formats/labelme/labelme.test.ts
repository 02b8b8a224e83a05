import { describe, expect, test } from 'vitest'
import { bytesFromBase64, base64FromBytes } from '../kit/base64'
import { bitmapFromPng, pngFromBitmap } from '../kit/png-bitmap'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { labelmeJson } from '.'

const ONE_BIT_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAACAQAAAABJGnB9AAAADklEQVR4nGNocGAQYAAAA6YA0Q6hSI0AAAAASUVORK5CYII='

const corners = [
  [10, 20],
  [110, 220]
]
const shape = (patch: object = {}): object => ({
  label: 'cup',
  points: corners,
  group_id: null,
  description: '',
  shape_type: 'rectangle',
  flags: {},
  mask: null,
  ...patch
})
const file = (shapes: unknown, patch: object = {}): string =>
  JSON.stringify({
    version: '5.5.0',
    flags: {},
    shapes,
    imagePath: 'a.jpg',
    imageData: null,
    imageHeight: 480,
    imageWidth: 640,
    ...patch
  })
const readOne = async (patch: object, top: object = {}) =>
  readFiles(labelmeJson, { 'a.json': file([shape(patch)], top) })
const maskOf = (size: { width: number; height: number }, pixels: readonly number[]): string =>
  base64FromBytes(pngFromBitmap({ size, pixels: Uint8Array.from(pixels) }))
const placed = (shapeOf: { type: string; points?: readonly unknown[] } | undefined): string =>
  shapeOf === undefined
    ? 'none'
    : shapeOf.points === undefined
      ? shapeOf.type
      : `${shapeOf.type} ${shapeOf.points.length}`

const TRIANGLE = [
  [1, 2],
  [30, 4],
  [5, 60]
]

testFormatLaws(labelmeJson)

const example = file([
  shape(),
  shape({
    shape_type: 'polygon',
    points: [
      [1, 1],
      [50, 1],
      [50, 60.5]
    ],
    group_id: 3,
    flags: { blurred: true }
  }),
  shape({
    shape_type: 'circle',
    points: [
      [100, 100],
      [110, 100]
    ],
    description: 'the round one'
  }),
  shape({ shape_type: 'point', points: [[5, 5]], score: 0.5 }),
  shape({
    shape_type: 'linestrip',
    points: [
      [5, 5],
      [6, 7],
      [8, 9]
    ],
    attributes: { colour: 'red' }
  }),
  shape({
    shape_type: 'oriented_rectangle',
    points: [
      [5, 5],
      [25, 5],
      [25, 15],
      [5, 15]
    ]
  }),
  shape({
    shape_type: 'mask',
    points: [
      [3, 4],
      [4, 5]
    ],
    mask: maskOf({ width: 2, height: 2 }, [1, 0, 0, 1])
  })
])
testDamagedFiles(labelmeJson, [
  new Map([['a.json', example]]),
  new Map([
    ['labels.txt', '__ignore__\n_background_\ncup\n'],
    ['a/b.json', file([shape()], { imageData: 'AAAA' })],
    ['a/c.json', file([], { imagePath: '..\\c.jpg' })]
  ])
])

describe('reading what LabelMe writes', () => {
  test('two opposite corners in any order are the same box', async () => {
    const boxes = await Promise.all(
      [
        corners,
        corners.toReversed(),
        [
          [10, 220],
          [110, 20]
        ]
      ].map(async (points) => (await readOne({ points })).regions[0]?.shape)
    )
    expect(boxes).toEqual(Array(3).fill({ type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] }))
  })

  test.each([
    [
      'polygon',
      [
        [0, 0],
        [5, 0],
        [5, 5]
      ],
      'polygon 3'
    ],
    [
      'polygon',
      [
        [0, 0],
        [5, 0],
        [5, 5],
        [0, 0]
      ],
      'polygon 3'
    ],
    [
      'line',
      [
        [0, 0],
        [5, 5]
      ],
      'polyline 2'
    ],
    [
      'linestrip',
      [
        [0, 0],
        [5, 5],
        [9, 5]
      ],
      'polyline 3'
    ],
    ['point', [[3, 4]], 'point'],
    [
      'points',
      [
        [3, 4],
        [5, 6]
      ],
      'keypoints 2'
    ],
    [
      'oriented_rectangle',
      [
        [5, 0],
        [10, 5],
        [5, 10],
        [0, 5]
      ],
      'quad 4'
    ],
    [
      undefined,
      [
        [0, 0],
        [5, 0],
        [5, 5]
      ],
      'polygon 3'
    ]
  ])('a %s of %j is read', async (shape_type, points, expected) => {
    // Before 3.3 shapes had no type.
    const { regions, issues } = await readOne(
      { shape_type, points },
      shape_type === undefined ? { version: '3.2.1' } : {}
    )
    expect([placed(regions[0]?.shape), issues]).toEqual([expected, []])
  })

  test('corners that run against the clock are turned, and the first one stays', async () => {
    const { regions } = await readOne({
      shape_type: 'oriented_rectangle',
      points: [
        [64, 0],
        [0, 0],
        [0, 48],
        [64, 48]
      ]
    })
    expect(regions[0]?.shape).toEqual({
      type: 'quad',
      points: [
        [0.1, 0],
        [0.1, 0.1],
        [0, 0.1],
        [0, 0]
      ]
    })
  })

  test('a circle becomes a polygon on its outline, and its note says how far it is off', async () => {
    const { regions, issues } = await readOne({
      shape_type: 'circle',
      points: [
        [320, 240],
        [320, 140]
      ]
    })
    const { shape: ring } = regions[0] ?? {}
    if (ring?.type !== 'polygon') throw new Error('expected a polygon')
    const radii = ring.points.map(([x, y]) => Math.hypot(x * 640 - 320, y * 480 - 240))
    expect(Math.max(...radii.map((radius) => Math.abs(radius - 100)))).toBeLessThan(1e-9)
    const sagitta = 100 * (1 - Math.cos(Math.PI / radii.length))
    expect(sagitta).toBeLessThanOrEqual(0.1)
    expect(issues.map(({ severity, code, message }) => [severity, code, message])).toEqual([
      [
        'note',
        'import/circle-as-polygon',
        expect.stringContaining(`${radii.length} corners, at most ${sagitta.toPrecision(2)} pixels`)
      ]
    ])
  })

  test('a mask lies where its first corner says, in the image’s own raster', async () => {
    const mask = maskOf({ width: 2, height: 3 }, [1, 0, 1, 1, 0, 1])
    const patch = {
      shape_type: 'mask',
      points: [
        [1, 0],
        [2, 2]
      ],
      mask
    }
    const { regions, issues } = await readOne(patch, { imageWidth: 4, imageHeight: 3 })
    // Columns: ...  ##.  .##  ...
    expect([regions[0]?.shape, issues]).toEqual([{ type: 'mask', size: { width: 4, height: 3 }, counts: '32201' }, []])
  })

  test('description is the phrase, flags and group are attributes, a score is a confidence', async () => {
    const { regions } = await readOne({
      description: 'the left cup',
      group_id: 7,
      flags: { occluded: true, crowd: false },
      score: 0.25,
      attributes: { colour: 'red', count: 2 }
    })
    expect(regions[0]).toMatchObject({
      label: 'cup',
      phrase: 'the left cup',
      confidence: 0.25,
      attributes: { group_id: 7, 'flags.occluded': true, 'flags.crowd': false, colour: 'red', count: 2 }
    })
  })

  test('a group beyond 2^53 keeps its digits', async () => {
    const files = { 'a.json': file([shape({ group_id: 5 })]).replace('"group_id":5', '"group_id":9007199254740993') }
    const { regions } = await readFiles(labelmeJson, files)
    expect(regions[0]?.attributes).toEqual({ group_id: '9007199254740993' })
  })

  test('each file finds its own image where two folders have one of the same name', async () => {
    const files = {
      'a/1.json': file([], { imagePath: '1.jpg' }),
      'b/1.json': file([], { imagePath: '..\\img\\1.jpg' })
    }
    const { images } = await readFiles(labelmeJson, files)
    expect(images.map(({ reference }) => reference)).toEqual(['a/1.jpg', 'img/1.jpg'])
  })

  test('labels.txt fixes the order of classes', async () => {
    const files = { 'labels.txt': '__ignore__\r\n_background_\r\nzebra\r\n\r\ncup\r\n', 'a.json': file([shape()]) }
    expect((await readFiles(labelmeJson, files)).labels).toEqual(['zebra', 'cup'])
  })

  test('the size of the image is asked for where the file does not say it', async () => {
    const files = { 'a.json': file([shape()], { imageWidth: undefined, imageHeight: null }) }
    const { regions, images } = await readFiles(labelmeJson, files, {
      imageSizes: new Map([['a.jpg', { width: 200, height: 400 }]])
    })
    expect([images[0]?.size, regions[0]?.shape]).toEqual([null, { type: 'box', box: [0.05, 0.05, 0.55, 0.55] }])
  })

  test('a byte order mark, CRLF and UTF-16 change nothing', async () => {
    const text = file([shape({ label: '猫' })]).replaceAll(',', ',\r\n')
    const utf16 = Uint8Array.from(
      [0xfeff, ...[...text].map((letter) => letter.charCodeAt(0))].flatMap((unit) => [unit & 255, unit >> 8])
    )
    for (const content of [`\ufeff${text}`, utf16]) {
      const { regions, issues } = await readFiles(labelmeJson, { 'a.json': content })
      expect([regions[0]?.label, issues]).toEqual(['猫', []])
    }
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  const empty = maskOf({ width: 2, height: 2 }, [0, 0, 0, 0])
  test.each<[what: string, patch: object, regions: number, said: readonly string[]]>([
    ['points are no list', { points: 'no' }, 0, ['skip import/bad-points']],
    ['points are missing', { points: undefined }, 0, ['skip import/bad-points']],
    [
      'a coordinate is a text',
      {
        points: [
          ['1', 2],
          [3, 4]
        ]
      },
      0,
      ['skip import/bad-points']
    ],
    [
      'a coordinate is null',
      {
        points: [
          [null, 2],
          [3, 4]
        ]
      },
      0,
      ['skip import/bad-points']
    ],
    [
      'a point has three numbers',
      {
        points: [
          [1, 2, 3],
          [3, 4, 5]
        ]
      },
      0,
      ['skip import/bad-points']
    ],
    ['a rectangle has one corner', { points: [[1, 2]] }, 0, ['skip import/bad-shape']],
    [
      'a rectangle has no width',
      {
        points: [
          [5, 2],
          [5, 9]
        ]
      },
      0,
      ['skip import/bad-shape']
    ],
    [
      'the width of a rectangle is lost so far away',
      {
        points: [
          [9007199254740987, 2],
          [9007199254740988, 9]
        ]
      },
      0,
      ['skip import/bad-shape']
    ],
    ['a polygon has two points', { shape_type: 'polygon' }, 0, ['skip import/bad-shape']],
    [
      'a circle has no radius',
      {
        shape_type: 'circle',
        points: [
          [5, 5],
          [5, 5]
        ]
      },
      0,
      ['skip import/bad-shape']
    ],
    ['a point has two points', { shape_type: 'point' }, 0, ['skip import/bad-shape']],
    ['a line has one point', { shape_type: 'line', points: [[1, 1]] }, 0, ['skip import/bad-shape']],
    ['there are no points of points', { shape_type: 'points', points: [] }, 0, ['skip import/bad-shape']],
    ['the type is unknown', { shape_type: 'cuboid' }, 0, ['skip import/shape-type']],
    ['the type is a word of JavaScript', { shape_type: 'constructor' }, 0, ['skip import/shape-type']],
    ['the type is missing', { shape_type: undefined, points: TRIANGLE }, 1, ['doubt import/no-shape-type']],
    ['the type is null', { shape_type: null, points: TRIANGLE }, 1, ['doubt import/no-shape-type']],
    ['the label is null', { label: null }, 1, ['doubt import/no-label']],
    ['the label is empty', { label: '' }, 1, ['doubt import/no-label']],
    ['the label is a number', { label: 3 }, 0, ['skip import/bad-label']],
    ['the label is missing', { label: undefined }, 0, ['skip import/bad-label']],
    ['a mask has no picture', { shape_type: 'mask' }, 0, ['skip import/bad-shape']],
    ['a mask is not base64', { shape_type: 'mask', mask: '!!' }, 0, ['skip import/bad-shape']],
    ['a mask is no PNG', { shape_type: 'mask', mask: 'AAAA' }, 0, ['skip import/bad-shape']],
    [
      'a mask is empty',
      {
        shape_type: 'mask',
        mask: empty,
        points: [
          [1, 1],
          [2, 2]
        ]
      },
      0,
      ['skip import/bad-shape']
    ],
    [
      'a mask lies partly outside',
      {
        shape_type: 'mask',
        mask: maskOf({ width: 2, height: 1 }, [1, 1]),
        points: [
          [639, 5],
          [640, 5]
        ]
      },
      1,
      ['doubt import/mask-cut']
    ],
    [
      'a mask is larger than its corners say',
      {
        shape_type: 'mask',
        mask: maskOf({ width: 9, height: 1 }, Array(9).fill(1)),
        points: [
          [1, 1],
          [2, 1]
        ]
      },
      1,
      ['doubt import/mask-size']
    ],
    [
      'it lies outside the image',
      {
        points: [
          [600, 20],
          [700, 90]
        ]
      },
      1,
      ['doubt import/outside-image']
    ],
    [
      'x and y are swapped',
      {
        points: [
          [20, 500],
          [90, 620]
        ]
      },
      1,
      ['doubt import/maybe-swapped-axes', 'doubt import/outside-image']
    ],
    [
      'numbers are fractions',
      {
        points: [
          [0.1, 0.2],
          [0.5, 0.9]
        ]
      },
      1,
      ['doubt import/maybe-normalized']
    ],
    ['the score is above one', { score: 42 }, 1, ['doubt import/bad-score']],
    ['the description is a number', { description: 5 }, 1, ['note import/bad-description']],
    ['a flag is a list', { flags: { a: [] } }, 1, ['note import/other-fields']],
    ['there is a field of another tool', { track: 5 }, 1, ['note import/other-fields']],
    [
      'four corners are askew',
      {
        points: [
          [0, 0],
          [9, 1],
          [9, 9],
          [0, 8]
        ]
      },
      1,
      ['doubt import/turned-rectangle']
    ]
  ])('%s', async (_, patch, count, said) => {
    const result = await readOne(patch)
    expect([result.regions.length, result.said]).toEqual([count, said])
    const isAboutAll = (code: string): boolean => code.startsWith('import/maybe-')
    for (const { file: where, record, code } of result.issues)
      expect([where, record]).toEqual(['a.json', isAboutAll(code) ? undefined : 'shape 0'])
  })

  test.each<[what: string, content: string, said: readonly string[]]>([
    ['it is cut off', file([shape()]).slice(0, -30), ['skip import/json']],
    ['it holds NaN', file([shape()]).replace('10,20', 'NaN,20'), ['skip import/json']],
    ['it is a list', '[]', ['skip import/not-this-format']],
    ['it has no shapes', '{"images":[]}', ['skip import/not-this-format']],
    ['shapes is an object', file({}), ['skip import/not-this-format']],
    ['an entry is a number', file([5]), ['skip import/bad-record']],
    ['it names no image', file([shape()], { imagePath: undefined }), ['skip import/no-image']],
    ['nobody knows the size', file([shape()], { imageWidth: null, imageHeight: null }), ['skip import/no-size']],
    ['the size is negative', file([shape()], { imageWidth: -640 }), ['doubt import/bad-size', 'skip import/no-size']],
    ['it holds the picture', file([], { imageData: 'AAAA' }), ['note import/embedded-image']],
    ['it has flags of the image', file([], { flags: { night: true, day: false } }), ['note import/image-flags']],
    [
      'it has other fields',
      file([], { text: 'x', lineColor: [0, 255, 0, 128], empty: [] }),
      ['note import/other-fields']
    ]
  ])('%s', async (_, content, said) => {
    const result = await readFiles(labelmeJson, { 'a.json': content })
    expect(result.said).toEqual(said)
    expect(result.issues.every(({ file: where }) => where === 'a.json')).toBe(true)
    const isLost = said.some((line) => line.startsWith('skip') && line !== 'skip import/bad-record')
    expect(result.images.length).toBe(isLost ? 0 : 1)
  })

  test('a damaged file costs itself only', async () => {
    const files = { 'a.json': '{', 'b.json': file([shape()], { imagePath: 'b.jpg' }) }
    const { regions, said } = await readFiles(labelmeJson, files)
    expect([regions.length, said]).toEqual([1, ['skip import/json']])
  })

  test('`__proto__` and `constructor` are names like others', async () => {
    const { regions } = await readFiles(labelmeJson, {
      'a.json': file([shape({ label: '__proto__', attributes: JSON.parse('{"__proto__":1,"constructor":"x"}') })])
    })
    expect(regions[0]).toMatchObject({ label: '__proto__', attributes: { constructor: 'x' } })
    expect(Object.getPrototypeOf(regions[0]?.attributes)).toBe(Object.prototype)
  })
})

describe('pictures of masks', () => {
  test('bytes survive base64 of every length', () => {
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 83 + length) % 256)
      expect(base64FromBytes(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(bytesFromBase64(base64FromBytes(bytes))).toEqual(bytes)
    }
  })

  test('one bit a pixel is read as eight are', () => {
    // Pillow 12.3.0: Image.new('1', (10, 2)), pixels (0, 0), (9, 0) and (3, 1) set, saved as PNG.
    const png = bytesFromBase64(ONE_BIT_PNG)
    const { bitmap } = bitmapFromPng(png ?? new Uint8Array(), 1000)
    const inside = [...(bitmap?.pixels ?? [])].flatMap((value, i) => (value === 1 ? [i] : []))
    expect([bitmap?.size, inside]).toEqual([{ width: 10, height: 2 }, [0, 9, 13]])
  })

  test('a picture that holds more than its header says is refused before it is held', () => {
    const bomb = pngFromBitmap({ size: { width: 4000, height: 4000 }, pixels: new Uint8Array(16_000_000) })
    bomb.set([0, 0, 0, 4, 0, 0, 0, 4], 16)
    expect(bitmapFromPng(bomb, 1000).problem).toBe('it holds more than its header says')
    expect(
      bitmapFromPng(pngFromBitmap({ size: { width: 50, height: 50 }, pixels: new Uint8Array(2500) }), 100).problem
    ).toMatch(/at most 100/)
  })
})

describe('recognising', () => {
  const recognise = (files: Readonly<Record<string, string>>) =>
    labelmeJson.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))

  test('files with shapes are its own, others are not among its paths', async () => {
    const found = await recognise({
      'a.json': example,
      'package.json': '{"name":"x","version":"1"}',
      'labels.txt': 'cup\n'
    })
    expect([found?.score, found?.paths]).toEqual([0.95, ['labels.txt', 'a.json']])
  })
  test('COCO, lists and other JSON are not', async () => {
    const others = ['{"images":[],"annotations":[],"categories":[]}', '[{"image":"a.jpg"}]', '{}', 'no json']
    expect(await Promise.all(others.map((text) => recognise({ 'a.json': text })))).toEqual([null, null, null, null])
  })
  test('files of X-AnyLabeling are better read as such', async () => {
    expect((await recognise({ 'a.json': file([shape({ difficult: false })]) }))?.score).toBe(0.6)
  })
})

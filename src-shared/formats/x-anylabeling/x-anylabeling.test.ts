import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { writeToMemory } from '../law-projects'
import { normalizedPoint } from '../../geometry/space'
import { xAnyLabelingJson } from '.'

const box = [
  [10, 20],
  [110, 20],
  [110, 220],
  [10, 220]
]
const shape = (patch: object = {}): object => ({
  label: 'cup',
  score: null,
  points: box,
  group_id: null,
  description: '',
  difficult: false,
  shape_type: 'rectangle',
  flags: {},
  attributes: {},
  kie_linking: [],
  ...patch
})
const file = (shapes: unknown, patch: object = {}): string =>
  JSON.stringify({
    version: '4.2.1',
    flags: {},
    checked: false,
    shapes,
    imagePath: 'a.jpg',
    imageData: null,
    imageHeight: 480,
    imageWidth: 640,
    ...patch
  })
const read = async (shapes: readonly object[], top: object = {}) =>
  readFiles(xAnyLabelingJson, { 'a.json': file(shapes, top) })

testFormatLaws(xAnyLabelingJson)
testDamagedFiles(xAnyLabelingJson, [
  new Map([
    ['classes.txt', 'cup\nplate\n'],
    [
      'a.json',
      file([
        shape({ group_id: 1, kie_linking: [[1, 2]] }),
        shape({ group_id: 2, shape_type: 'rotation', direction: 1.5, difficult: true, score: 0.5 }),
        shape({ shape_type: 'quadrilateral', attributes: { colour: 'red' }, description: 'words' })
      ])
    ]
  ])
])

describe('reading what X-AnyLabeling writes', () => {
  const upright = { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] }
  test('a rectangle is four corners since 2.2.0 and two before', async () => {
    const { regions, issues } = await read([
      shape(),
      shape({ points: [box[0], box[2]] }),
      shape({ points: [box[1], box[2], box[3], box[0]] })
    ])
    expect([regions.map(({ shape: read }) => read), issues]).toEqual([[upright, upright, upright], []])
  })

  test.each(['rotation', 'quadrilateral'])('a %s is four corners', async (shape_type) => {
    const { regions, issues } = await read([shape({ shape_type, direction: 0 })])
    expect([regions[0]?.shape.type, issues]).toEqual(['quad', []])
  })

  test('difficult, score, description and attributes are kept', async () => {
    const { regions } = await read([
      shape({ difficult: true, score: 0.5, description: 'the left cup', attributes: { colour: 'red' }, group_id: 4 })
    ])
    expect(regions[0]).toMatchObject({
      phrase: 'the left cup',
      confidence: 0.5,
      attributes: { difficult: true, colour: 'red', group_id: 4 }
    })
  })

  test('links between groups of one region each are relations, once', async () => {
    const { items, issues } = await read([
      shape({ group_id: 1, kie_linking: [[1, 2]] }),
      shape({ group_id: 2, kie_linking: [[1, 2]] }),
      shape({ group_id: 3 })
    ])
    const relation = { type: 'relation', imageKey: 'a.json', subject: '0', predicate: 'links to', object: '1' }
    expect([items.filter(({ type }) => type === 'relation'), issues]).toEqual([[relation], []])
  })

  test.each([
    [true, true, []],
    [false, undefined, []],
    ['failed', undefined, ['note import/image-failed']]
  ])('checked %j', async (checked, done, said) => {
    const result = await read([shape()], { checked })
    expect([result.images[0]?.done, result.said]).toEqual([done, said])
  })

  test.each<[what: string, shapes: readonly object[], top: object, regions: number, said: readonly string[]]>([
    [
      'a link to a group of two',
      [shape({ group_id: 1, kie_linking: [[1, 2]] }), shape({ group_id: 2 }), shape({ group_id: 2 })],
      {},
      3,
      ['note import/loose-link']
    ],
    ['a link to no group', [shape({ group_id: 1, kie_linking: [[1, 9]] })], {}, 1, ['note import/loose-link']],
    ['links that are no pairs', [shape({ kie_linking: [1, 'a', [1]] })], {}, 1, ['note import/bad-links']],
    ['a cuboid', [shape({ shape_type: 'cuboid', points: [...box, ...box] })], {}, 0, ['skip import/shape-type']],
    ['three corners', [shape({ points: box.slice(0, 3) })], {}, 0, ['skip import/bad-shape']],
    [
      'a rotation of two',
      [shape({ shape_type: 'rotation', points: box.slice(0, 2) })],
      {},
      0,
      ['skip import/bad-shape']
    ],
    ['a score of a hundred', [shape({ score: 97 })], {}, 1, ['doubt import/bad-score']],
    ['an attribute of many', [shape({ attributes: { a: ['x', 'y'] } })], {}, 1, ['note import/other-fields']],
    ['tags of the image', [], { tags: ['night'] }, 0, ['note import/other-fields']],
    ['a size it does not know', [shape()], { imageWidth: -1, imageHeight: -1 }, 0, ['skip import/no-size']]
  ])('%s is told', async (_, shapes, top, count, said) => {
    const result = await read(shapes, top)
    expect([result.regions.length, result.said]).toEqual([count, said])
  })
})

describe('writing for X-AnyLabeling', () => {
  test('a turned rectangle is a rotation with its direction, four other corners are a quadrilateral', async () => {
    const quad = (points: readonly (readonly [number, number])[]) => ({
      type: 'quad',
      points: points.map(([x, y]) => normalizedPoint(x / 100, y / 100))
    })
    const region = (id: string, points: readonly (readonly [number, number])[]) => ({
      id,
      imageId: 'i',
      shape: quad(points) as never,
      labelId: null,
      phrase: null,
      state: 'accepted' as const,
      original: null,
      confidence: null,
      provenance: { origin: 'human' as const },
      createdAtMs: 0
    })
    const size = { width: 100, height: 100 }
    const image = {
      id: 'i',
      relativePath: 'a.jpg',
      contentHash: null,
      sizeBytes: 1,
      size,
      orientation: 1,
      status: 'ok' as const,
      statusReason: null
    }
    const regions = [
      region('1', [
        [50, 10],
        [90, 50],
        [50, 90],
        [10, 50]
      ]),
      region('2', [
        [0, 0],
        [90, 10],
        [80, 90],
        [5, 80]
      ])
    ]
    const { files } = await writeToMemory(xAnyLabelingJson, {
      labels: [],
      documents: [{ image, regions, dialogues: [], turns: [], relations: [], review: { id: 'i', done: true } }]
    })
    const written = JSON.parse(String(files.get('x-anylabeling/a.json'))) as {
      checked: boolean
      shapes: { shape_type: string; direction?: number }[]
    }
    expect(written.checked).toBe(true)
    expect(written.shapes.map(({ shape_type, direction }) => [shape_type, direction])).toEqual([
      ['rotation', expect.closeTo(Math.PI / 4, 12)],
      ['quadrilateral', undefined]
    ])
  })
})

test('it is recognised by the fields it adds', async () => {
  const recognise = (text: string) =>
    xAnyLabelingJson.reader?.recognise(memorySource({ files: new Map([['a.json', text]]) }))
  expect((await recognise(file([shape()])))?.score).toBe(0.95)
  const plain = { version: '5.5.0', flags: {}, shapes: [], imagePath: 'a.jpg', imageData: null }
  expect(await recognise(JSON.stringify(plain))).toBeNull()
})

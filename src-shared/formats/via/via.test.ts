import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { viaJson } from '.'

const size = { width: 640, height: 480 }
const imageSizes = new Map([['a.jpg', size]])
const region = (shape: object, attributes: unknown = { label: 'cup' }): object => ({
  shape_attributes: shape,
  region_attributes: attributes
})
const rect = { name: 'rect', x: 10, y: 20, width: 100, height: 200 }
const images = (regions: unknown, patch: object = {}): object => ({
  'a.jpg123': { filename: 'a.jpg', size: 123, regions, file_attributes: {}, ...patch }
})
const project = (regions: unknown, patch: object = {}): object => ({
  _via_settings: { project: { name: 'x' } },
  _via_img_metadata: images(regions, patch),
  _via_attributes: { region: { label: { type: 'dropdown', options: { plate: '', cup: '' } } }, file: {} }
})
const read = (content: unknown, sizes = imageSizes) =>
  readFiles(viaJson, { 'via.json': JSON.stringify(content) }, { imageSizes: sizes })

testFormatLaws(viaJson)
testDamagedFiles(
  viaJson,
  [
    new Map([
      [
        'via.json',
        JSON.stringify(
          project([
            region(rect, { label: 'cup', colour: 'red', kind: { a: true, b: false } }),
            region({ name: 'polygon', all_points_x: [1, 30, 5], all_points_y: [2, 4, 60] }),
            region({ name: 'ellipse', cx: 50, cy: 60, rx: 20, ry: 10, theta: 0.5 }),
            region({ name: 'point', cx: 5, cy: 6 }, { eyrie: '{"state":"proposed"}' })
          ])
        )
      ]
    ])
  ],
  imageSizes
)

describe('reading what VIA writes', () => {
  const upright = { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] }
  test.each<[what: string, content: object]>([
    ['a project', project([region(rect)])],
    ['an export', images([region(rect)])],
    ['an export of version 1', images({ 0: region(rect) })]
  ])('%s', async (_, content) => {
    const { regions, images: found, issues } = await read(content)
    expect([regions[0]?.shape, regions[0]?.label, found[0]?.reference, issues]).toEqual([upright, 'cup', 'a.jpg', []])
  })

  test('the options of the class attribute are the classes, in their order', async () => {
    expect((await read(project([]))).labels).toEqual(['plate', 'cup'])
  })

  test.each<[shape: object, kind: string, said: readonly string[]]>([
    [{ name: 'polygon', all_points_x: [1, 30, 5, 1], all_points_y: [2, 4, 60, 2] }, 'polygon', []],
    [{ name: 'polyline', all_points_x: [1, 30], all_points_y: [2, 4] }, 'polyline', []],
    [{ name: 'point', cx: 1, cy: 2 }, 'point', []],
    [{ name: 'circle', cx: 100, cy: 100, r: 50 }, 'polygon', ['note import/ellipse-as-polygon']],
    [{ name: 'ellipse', cx: 100, cy: 100, rx: 50, ry: 20 }, 'polygon', ['note import/ellipse-as-polygon']]
  ])('%j becomes a %s', async (shape, kind, said) => {
    const { regions, said: found } = await read(project([region(shape)]))
    expect([regions[0]?.shape.type, found]).toEqual([kind, said])
  })

  test.each<[attributes: object, label: string | null, rest: object | undefined, said: readonly string[]]>([
    [{ class: 'cup', colour: 'red' }, 'cup', { colour: 'red' }, []],
    [{ fruit: 'apple' }, 'apple', undefined, []],
    [{ kind: { cup: true, plate: false } }, 'cup', undefined, []],
    [{ a: 'x', b: 'y' }, null, { a: 'x', b: 'y' }, ['doubt import/no-class']],
    [{}, null, undefined, ['doubt import/no-label']],
    [{ label: 'cup', list: [1] }, 'cup', undefined, ['note import/other-fields']]
  ])('%j is the class %s', async (attributes, label, rest, said) => {
    const { regions, said: found } = await read(project([region(rect, attributes)]))
    expect([regions[0]?.label, regions[0]?.attributes, found]).toEqual([label, rest, said])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  test.each<[what: string, content: unknown, regions: number, said: readonly string[]]>([
    ['x is a text', project([region({ ...rect, x: '1' })]), 0, ['skip import/bad-shape']],
    ['the width is zero', project([region({ ...rect, width: 0 })]), 0, ['skip import/bad-shape']],
    ['the width is nothing beside x', project([region({ ...rect, width: 1e-300 })]), 0, ['skip import/bad-shape']],
    ['it is farther away than it is high', project([region({ ...rect, y: -1e300 })]), 0, ['skip import/bad-shape']],
    [
      'a circle is larger than any number',
      project([region({ name: 'circle', cx: 1e308, cy: 1, r: 1e308 })]),
      0,
      ['note import/ellipse-as-polygon', 'skip import/bad-shape']
    ],
    ['the height is negative', project([region({ ...rect, height: -3 })]), 0, ['skip import/bad-shape']],
    ['the shape is unknown', project([region({ name: 'spline' })]), 0, ['skip import/bad-shape']],
    ['the shape is a word of JavaScript', project([region({ name: 'constructor' })]), 0, ['skip import/bad-shape']],
    [
      'x and y are not as many',
      project([region({ name: 'polygon', all_points_x: [1, 2, 3], all_points_y: [1, 2] })]),
      0,
      ['skip import/bad-shape']
    ],
    [
      'a polygon has two points',
      project([region({ name: 'polygon', all_points_x: [1, 2], all_points_y: [1, 2] })]),
      0,
      ['skip import/bad-shape']
    ],
    ['a circle has no radius', project([region({ name: 'circle', cx: 1, cy: 1, r: 0 })]), 0, ['skip import/bad-shape']],
    [
      'theta is a text',
      project([region({ name: 'ellipse', cx: 9, cy: 9, rx: 5, ry: 5, theta: 'x' })]),
      0,
      ['skip import/bad-shape']
    ],
    ['a region is null', project([null]), 0, ['skip import/bad-record']],
    ['there is no shape', project([{ region_attributes: {} }]), 0, ['skip import/bad-record']],
    [
      'the attributes are a text',
      project([region(rect, 'cup')]),
      1,
      ['doubt import/bad-label', 'doubt import/no-label']
    ],
    ['the attributes are null', project([region(rect, null)]), 1, ['doubt import/bad-label', 'doubt import/no-label']],
    ['the class is empty', project([region(rect, { label: '' })]), 1, ['doubt import/no-label']],
    ['the class is true', project([region(rect, { label: true })]), 1, ['doubt import/bad-label']],
    ['the project has classes and it none', project([region(rect, {})]), 1, ['doubt import/no-label']],
    ['nothing has classes', images([region(rect, {})]), 1, []],
    ['regions is a text', project('none'), 0, ['skip import/bad-record']],
    ['there is no file name', project([region(rect)], { filename: 5 }), 0, ['skip import/no-image']],
    ['the image is not there', project([region(rect)], { filename: 'gone.jpg' }), 0, ['skip import/no-size']],
    [
      'the image has attributes',
      project([region(rect)], { file_attributes: { caption: 'x', note: '' } }),
      1,
      ['note import/image-answer']
    ],
    ['it lies outside', project([region({ ...rect, x: 600 })]), 1, ['doubt import/outside-image']],
    [
      'numbers are fractions',
      project([region({ name: 'rect', x: 0.1, y: 0.1, width: 0.5, height: 0.5 })]),
      1,
      ['doubt import/maybe-normalized']
    ],
    ['it is a list', [], 0, ['skip import/not-this-format']],
    ['it is something else', { images: [] }, 0, ['skip import/not-this-format']]
  ])('%s', async (_, content, count, said) => {
    const { regions, said: found } = await read(content)
    expect([regions.length, found]).toEqual([count, said])
  })
})

test.each<[score: number | undefined, content: object]>([
  [0.97, project([])],
  [0.97, images([region(rect)])],
  [undefined, { images: [], annotations: [], categories: [] }]
])('recognised with %s', async (score, content) => {
  const source = memorySource({ files: new Map([['x.json', JSON.stringify(content)]]) })
  expect((await viaJson.reader?.recognise(source))?.score).toBe(score)
})

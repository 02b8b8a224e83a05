import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Format } from '../format'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { YOLO_FORMATS } from '.'
import { parseYaml, yamlText } from './yaml'

const [detect, segment, obb, pose] = YOLO_FORMATS as unknown as readonly [Format, Format, Format, Format]

const YAML = 'path: .\ntrain: images/train\nnames: [cup, mug]\n'
const files = (rows: string, yaml = YAML): Record<string, string> => ({
  'data.yaml': yaml,
  'images/train/a.jpg': '',
  'labels/train/a.txt': rows
})
const read = (format: Format, rows: string, yaml?: string) => readFiles(format, files(rows, yaml))

for (const format of YOLO_FORMATS) testFormatLaws(format, { runs: 60 })
const damaged = (rows: string, yaml = YAML): Map<string, string> => new Map(Object.entries(files(rows, yaml)))
testDamagedFiles(detect, [
  damaged('0 0.5 0.5 0.2 0.2\r\n1 0.1 0.1 0.1 0.1 0.9\r\n'),
  damaged('1 0.5 0.5 0.2 0.2 0.6 0.9\n'),
  new Map([
    ['classes.txt', 'cup\nmug\n'],
    ['a.txt', '0 0.5 0.5 0.2 0.2\n']
  ])
])
testDamagedFiles(segment, [
  damaged('0 0.1 0.1 0.2 0.1 0.2 0.2\r\n1 0.5 0.5 0.2 0.2\r\n'),
  damaged('1 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2 0.9\n')
])
testDamagedFiles(obb, [damaged('0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n')])
testDamagedFiles(pose, [damaged('0 0.5 0.5 0.2 0.2 0.5 0.5 2 0.4 0.4 0\n', `${YAML}kpt_shape: [2, 3]\n`)])

describe('a list of classes that the person gives', () => {
  const bare = { 'labels/train/a.txt': '1 0.5 0.25 0.2 0.1\n', 'images/train/a.jpg': '' }
  test('names classes that no file names, each by its number', async () => {
    const { regions, labels, issues } = await readFiles(detect, bare, {}, { classNames: ['cup', 'mug', 'pot'] })
    expect([labels, regions.map(({ label }) => label), issues]).toEqual([['cup', 'mug', 'pot'], ['mug'], []])
  })
  test('that is too short leaves a region without a class, and says so', async () => {
    const { regions, issues } = await readFiles(detect, bare, {}, { classNames: ['cup'] })
    expect(regions.map(({ label }) => label)).toEqual([null])
    expect(issues.map(({ code }) => code)).toEqual(['import/no-such-class'])
  })
  test('does not stand against the one of the files, and that is said', async () => {
    const { labels, issues } = await readFiles(
      detect,
      files('1 0.5 0.25 0.2 0.1\n'),
      {},
      { classNames: ['pot', 'pan'] }
    )
    expect(labels).toEqual(['cup', 'mug'])
    expect(issues.map(({ code }) => code)).toEqual(['import/several-class-lists'])
  })
})

describe('reading', () => {
  test('a box is its middle and its size in fractions', async () => {
    const { regions, images, labels, issues } = await read(detect, '1 0.5 0.25 0.2 0.1\n')
    expect([images, labels, issues]).toEqual([
      [{ type: 'image', imageKey: 'labels/train/a.txt', reference: 'images/train/a.jpg', size: null }],
      ['cup', 'mug'],
      []
    ])
    expect(regions).toEqual([
      {
        type: 'region',
        imageKey: 'labels/train/a.txt',
        key: '0',
        shape: { type: 'box', box: [0.4, 0.2, 0.6, 0.3] },
        label: 'mug',
        phrase: null
      }
    ])
  })

  test.each([
    [detect, '0 0.5 0.5 0.2 0.2 0.75', 'box', 0.75],
    [detect, '0.0 0.5 0.5 2e-1 .2', 'box', undefined],
    [segment, '0 0.1 0.1 0.2 0.1 0.2 0.2', 'polygon', undefined],
    [segment, '0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2', 'polygon', undefined],
    [segment, '0 0.1 0.1 0.2 0.1 0.2 0.2 0.5', 'polygon', 0.5],
    [obb, '0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2', 'quad', undefined],
    [obb, '0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2 0.25', 'quad', 0.25]
  ])('columns %#', async (format, row, type, confidence) => {
    const { regions, issues } = await read(format, row)
    expect([regions[0]?.shape.type, regions[0]?.confidence]).toEqual([type, confidence])
    // It may as well be half of a corner, or an angle.
    const isDoubted = confidence !== undefined
    expect(issues.map(({ code }) => code)).toEqual(isDoubted ? ['import/maybe-confidence'] : [])
  })

  test.each([
    [obb, '0 0.1 0.1 0.2 0.1 0.2 0.2', 'polygon', ['doubt import/bad-outline']],
    [obb, '0 0.1 0.1 0.2 0.1 0.2 0.2 0.1', 'polygon', ['doubt import/bad-outline']],
    [segment, '0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2 0.1', 'polygon', ['doubt import/maybe-confidence']]
  ])('a row that lost a number: %#', async (format, row, type, said) => {
    const read = await readFiles(format, files(row))
    expect([read.regions[0]?.shape.type, read.said]).toEqual([type, said])
  })

  test('a box among the outlines of other files is told', async () => {
    const outline = { ...files('0 0.1 0.1 0.2 0.1 0.2 0.2\n'), 'labels/train/b.txt': '0 0.5 0.5 0.2 0.2\n' }
    expect((await readFiles(segment, outline)).said).toEqual(['doubt import/mixed-rows'])
  })

  test('a box without its keypoints, and keypoints outside the image, are told', async () => {
    const yaml = `${YAML}kpt_shape: [1, 3]\n`
    expect((await read(pose, '0 0.5 0.25 0.2 0.1\n', yaml)).said).toEqual(['doubt import/no-keypoints'])
    expect((await read(pose, '0 0.5 0.25 0.2 0.1 7 0.5 2\n', yaml)).said).toEqual([
      'doubt import/outside-image',
      'doubt import/maybe-pixels'
    ])
  })

  test.each([
    ['kpt_shape: [2, 3]', '0.5 0.5 2 0.4 0.3 0', [2, 0], undefined],
    ['kpt_shape: [2, 2]', '0.5 0.5 0 0', [2, 0], undefined],
    ['kpt_shape: [2, 2]', '0.5 0.5 0.1 0.1 0.75', [2, 2], 0.75]
  ])('keypoints: %s', async (shape, row, visibilities, confidence) => {
    const { regions, issues } = await read(pose, `0 0.5 0.25 0.2 0.1 ${row}`, `${YAML}${shape}\n`)
    const [region] = regions
    if (region?.shape.type !== 'keypoints') throw new Error('expected keypoints')
    expect([region.shape.box, region.shape.points.map(({ visibility }) => visibility), region.confidence]).toEqual([
      [0.4, 0.2, 0.6, 0.3],
      visibilities,
      confidence
    ])
    expect(issues).toEqual([])
  })

  test('blank lines, CR and a byte order mark change no class', async () => {
    const { regions, issues } = await read(detect, '\ufeff\r\n1 0.5 0.5 0.2 0.2\r\r\n0 0.5 0.5 0.2 0.2')
    expect([regions.map(({ label }) => label), issues]).toEqual([['mug', 'cup'], []])
  })

  test.each([
    ['names: [no, yes, ~, 1.0, 0x1]', ['no', 'yes', '~', '1.0', '0x1']],
    ['names:\n  0: cup\n  1: "a: b"\n', ['cup', 'a: b']],
    ['names:\n  2: mug\n  0: cup\n', ['cup', 'class_1', 'mug']],
    ['names: [cup, cup]', ['cup', 'cup (class_1)']],
    ["names: ['', __proto__]", ['class_0', '__proto__']],
    ['names: &a [cup]\nother: *a', ['cup']],
    ['names: [!!python/object:os.system cup]', ['cup']]
  ])('%s', async (yaml, names) => {
    expect((await read(detect, '', yaml)).labels).toEqual(names)
  })

  test('a list of classes keeps the place of a blank line', async () => {
    const { labels, regions, said } = await readFiles(detect, {
      'classes.txt': 'cup\r\n\r\nmug\r\n\r\n',
      'a.txt': '2 0.5 0.5 0.2 0.2',
      'a.png': ''
    })
    expect([labels, regions[0]?.label, said]).toEqual([
      ['cup', 'class_1', 'mug'],
      'mug',
      ['doubt import/class-without-name']
    ])
  })

  test('without a list, classes are told in the order of their numbers', async () => {
    const { labels, regions, said } = await readFiles(detect, {
      'labels/a.txt': '2 0.5 0.5 0.2 0.2\n0 0.5 0.5 0.1 0.1'
    })
    expect([labels, regions.map(({ label }) => label), said]).toEqual([
      ['class_0', 'class_1', 'class_2'],
      ['class_2', 'class_0'],
      ['doubt import/no-class-names']
    ])
  })

  test.each([
    ['labels/train/a.txt', ['images/train/a.PNG', 'images/val/a.jpg'], 'images/train/a.PNG'],
    ['x/labels/a.txt', ['x/images/a.jpg'], 'x/images/a.jpg'],
    ['train/labels/a.txt', ['train/images/a.jpg'], 'train/images/a.jpg'],
    ['labels/a.txt', ['elsewhere/a.jpg'], 'elsewhere/a.jpg'],
    ['labels/a.txt', ['b/a.jpg', 'c/a.jpg'], 'a.jpg']
  ])('%s among %j means %s', async (path, images, reference) => {
    const held = { ...Object.fromEntries(images.map((image) => [image, ''])), [path]: '', 'data.yaml': YAML }
    expect((await readFiles(detect, held)).images.map((image) => image.reference)).toEqual([reference])
  })

  test('a list of images names those without labels too', async () => {
    const { images } = await readFiles(detect, {
      'data.yaml': 'names: [cup]\ntrain: train.txt\n',
      'train.txt': './images/a.jpg\n\n./images/b.png\n',
      'labels/a.txt': '0 0.5 0.5 0.2 0.2'
    })
    expect(images.map(({ reference }) => reference)).toEqual(['images/a.jpg', 'images/b.png'])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  test.each<[format: Format, row: string, regions: number, said: readonly string[]]>([
    [detect, '0 0.5 0.5 0.2', 0, ['skip import/bad-columns']],
    [detect, '0', 0, ['skip import/bad-columns']],
    [detect, '0 0.5 0.5 0.2 NaN', 0, ['skip import/bad-number']],
    [detect, '0 0.5 0.5 0.2 0,2', 0, ['skip import/bad-number']],
    [detect, '0,0.5,0.5,0.2,0.2', 0, ['skip import/bad-class']],
    [detect, '-1 0.5 0.5 0.2 0.2', 0, ['skip import/bad-class']],
    [detect, '0.5 0.5 0.5 0.2 0.2', 0, ['skip import/bad-class']],
    [detect, 'cup 0.5 0.5 0.2 0.2', 0, ['skip import/bad-class']],
    [detect, '2 0.5 0.5 0.2 0.2', 1, ['doubt import/no-such-class']],
    [detect, '99999999999 0.5 0.5 0.2 0.2', 0, ['skip import/bad-class']],
    [detect, '0 0.5 0.5 -0.2 0.2', 0, ['skip import/bad-box']],
    [detect, '0 0.5 0.5 0 0.2', 0, ['skip import/empty-box']],
    [detect, '0 0.5 0.5 0.2 0.2 7', 0, ['skip import/bad-columns']],
    [detect, '0 0.95 0.5 0.2 0.2', 1, ['doubt import/outside-image']],
    [detect, '0 320 240 100 100', 1, ['doubt import/outside-image', 'doubt import/maybe-pixels']],
    [detect, '0 0.5 0.5 0.2 0.2\n0 0.1 0.1 0.2 0.1 0.2 0.2', 2, ['doubt import/mixed-rows']],
    [segment, '0 0.1 0.1 0.2 0.2 0.1 0.1', 0, ['skip import/bad-outline']],
    [obb, '0 1 1 2 1 2', 0, ['skip import/bad-columns']]
  ])('row %#', async (format, row, count, said) => {
    const result = await read(format, row)
    expect([result.regions.length, result.said]).toEqual([count, said])
    expect(result.issues[0]?.file).toBe('labels/train/a.txt')
  })

  test('the line is named', async () => {
    const { issues } = await read(detect, '\n0 0.5 0.5 0.2 0.2\n\nx\n')
    expect(issues.map(({ line }) => line)).toEqual([4])
  })

  test.each([
    ['kpt_shape: [2, 3]', '0 0.5 0.5 0.2 0.2 0.5 0.5 2', ['skip import/bad-columns']],
    ['kpt_shape: [1, 3]', '0 0.5 0.5 0.2 0.2 0.5 0.5 7', ['skip import/bad-keypoints']]
  ])('pose: %s, %s', async (shape, row, said) => {
    expect((await read(pose, row, `${YAML}${shape}\n`)).said).toEqual(said)
  })

  test.each([
    ['names: [cup]\nnc: 3', ['doubt import/class-count']],
    ['names: [cup]\ndownload: |\n  import os', ['note import/download']],
    ['names: [cup]\nkpt_shape: [17]', ['doubt import/bad-keypoints']]
  ])('%j', async (yaml, said) => {
    expect((await read(detect, '', yaml)).said).toEqual(said)
  })

  test.each([
    ['names: [cup', 'import/yaml'],
    [`names: ${'['.repeat(200_000)}`, 'import/yaml'],
    [`names: ${'{"a":'.repeat(40_000)}`, 'import/yaml'],
    ['- '.repeat(100_000), 'import/yaml'],
    ['a'.repeat(300_000), 'import/too-large'],
    ['names: 5', 'import/bad-classes'],
    ['names:\n  - [a]\n', 'import/bad-classes'],
    ['names:\n  cup: 0\n', 'import/bad-classes'],
    ['names:\n  65535: cup\n', 'import/bad-classes'],
    ['names: ["a\\ud800"]\n', 'import/yaml'],
    ['names: [a]\nnames: [b]\n', 'import/yaml'],
    [
      `a: &a [x,x,x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nnames: [${'*c,'.repeat(9)}*c]`,
      'import/yaml'
    ]
  ])('%j refuses the whole', async (yaml, code) => {
    await expect(read(detect, '0 0.5 0.5 0.2 0.2', yaml)).rejects.toMatchObject({ code })
  })

  test.each([
    ['cup\nmug\npot\n', []],
    ['cup\n', []],
    ['mug\ncup\n', ['doubt import/several-class-lists']]
  ])('a list %j beside data.yaml', async (list, said) => {
    const result = await readFiles(detect, { ...files('0 0.5 0.5 0.2 0.2'), 'labels/train/classes.txt': list })
    expect([result.regions[0]?.label, result.said]).toEqual(['cup', said])
  })

  test('two lists in which a number means two classes are a doubt', async () => {
    const held = { 'train/a.txt': '0 0.5 0.5 0.2 0.2', 'train/classes.txt': 'cup\nmug', 'val/classes.txt': 'mug' }
    expect((await readFiles(detect, held)).said).toEqual(['doubt import/several-class-lists'])
  })

  test('each folder has the classes of its own list', async () => {
    const row = '0 0.5 0.5 0.2 0.2'
    const lists = {
      'train/classes.txt': 'cup\nmug',
      'val/classes.txt': 'pot\nmug',
      'test/classes.txt': 'cup\nmug\npan'
    }
    const { regions, said } = await readFiles(detect, {
      ...lists,
      'train/labels/a.txt': row,
      'val/labels/b.txt': row,
      'test/labels/c.txt': row
    })
    expect(Object.fromEntries(regions.map(({ imageKey, label }) => [imageKey, label]))).toEqual({
      'train/labels/a.txt': 'cup',
      'val/labels/b.txt': 'pot',
      'test/labels/c.txt': 'cup'
    })
    expect(said).toEqual(['doubt import/several-class-lists'])
  })

  test.each([
    ['0 0.5 0.5 0.1 0.2 0.87 1', ['doubt import/maybe-track']],
    ['0 0.5 0.5 0.1 0.2 0.87 1\n0 0.1 0.1 0.2 0.1 0.2 0.2 0.3 0.3', []],
    ['0 0.5 0.5 0.1 0.2 0.87 0.5', []]
  ])('%j, a box with a confidence and a track', async (rows, said) => {
    expect((await read(segment, rows)).said).toEqual(said)
  })

  const corners = Array.from({ length: 8 }, (_, i) => `0 0.2 0.2 0.${i + 25} 0.4`).join('\n')
  test.each([
    ['0 0.6 0.6 0.9 0.9\n0 0.7 0.5 0.95 0.8', ['doubt import/outside-image', 'doubt import/maybe-corners']],
    [corners, ['doubt import/maybe-corners']],
    [`${corners}\n0 0.5 0.5 0.1 0.1`, []]
  ])('%j, boxes that may be corners', async (rows, said) => {
    expect((await read(detect, rows)).said).toEqual(said)
  })

  test('two images that differ in their extension only are a doubt', async () => {
    const held = { ...files('0 0.5 0.5 0.2 0.2'), 'images/train/a.png': '' }
    const result = await readFiles(detect, held)
    expect([result.images[0]?.reference, result.said]).toEqual(['images/train/a.jpg', ['doubt import/image-ambiguous']])
  })

  test('two descriptions with other classes are a doubt, and data.yaml wins', async () => {
    const result = await readFiles(detect, { ...files('0 0.5 0.5 0.2 0.2'), 'a.yaml': 'names: [other]' })
    expect([result.regions[0]?.label, result.said]).toEqual(['cup', ['doubt import/several-class-lists']])
  })

  test('keypoints that nobody counted are refused', async () => {
    await expect(read(pose, '0 0.5 0.5 0.2 0.2 0.5 0.5 2')).rejects.toMatchObject({ code: 'import/no-keypoint-shape' })
  })
})

describe('recognising', () => {
  const scores = async (held: Readonly<Record<string, string>>) =>
    Promise.all(
      YOLO_FORMATS.map(async ({ reader }) =>
        ((await reader?.recognise(memorySource({ files: new Map(Object.entries(held)) })))?.score ?? 0).toFixed(2)
      )
    )
  test.each([
    ['0 0.5 0.5 0.2 0.2', YAML, ['0.90', '0.00', '0.00', '0.00']],
    ['0 0.1 0.1 0.2 0.1 0.2 0.2', YAML, ['0.45', '0.90', '0.36', '0.00']],
    ['0 0.1 0.2 0.2 0.1 0.3 0.2 0.2 0.3', YAML, ['0.45', '0.72', '0.90', '0.00']],
    ['0 0.5 0.5 0.2 0.2 0.5 0.5 2', `${YAML}kpt_shape: [1, 3]\n`, ['0.00', '0.00', '0.00', '0.90']]
  ])('%s', async (rows, yaml, expected) => {
    expect(await scores(files(rows, yaml))).toEqual(expected)
  })
  test('texts beside images are no labels', async () => {
    expect(await scores({ 'a.jpg': '', 'a.txt': 'a cup', 'README.txt': 'hello' })).toEqual(Array(4).fill('0.00'))
    const found = await detect.reader?.recognise(
      memorySource({ files: new Map(Object.entries(files('0 0.5 0.5 0.2 0.2'))) })
    )
    expect(found?.paths).toEqual(['data.yaml', 'labels/train/a.txt'])
  })
})

test('any text comes back from YAML as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseYaml('a', `names: [${yamlText(text)}]`)).toEqual(new Map([['names', [text]]]))
    }),
    { numRuns: 2000 }
  )
})

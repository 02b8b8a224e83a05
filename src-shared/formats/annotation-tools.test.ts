/**
 * @file Eyrie's files as the annotation tools' own code sees them, and theirs as Eyrie does. The other side is
 * fixtures/reference/annotation-tools.py, whose output and versions are annotation-tools.json; it reads the exports of
 * the project below, which `EYRIE_WRITE_REFERENCE=1` writes beside it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ImageDocument, RegionRecord } from '../document/records'
import { documentRecord, imageRecord, regionRecord } from '../document/testing'
import { bitmapFromMask, maskFromBitmap, maskFromCompressed } from '../geometry/mask'
import type { AnnotationShape } from '../geometry/region-shape'
import { normalizedPoint } from '../geometry/space'
import type { NormalizedPoint } from '../geometry/space'
import { cvatXml } from './cvat'
import { maskShapeOf } from './kit/mask-shapes'
import { readFiles } from './kit/read-files'
import { labelStudioJson } from './label-studio'
import { labelmeJson } from './labelme'
import { writeToMemory } from './law-projects'
import type { Format } from './format'

const at = (name: string): URL => new URL(`./fixtures/reference/${name}`, import.meta.url)
const [WIDTH, HEIGHT] = [64, 48]
const size = { width: WIDTH, height: HEIGHT }
type Pixel = readonly [x: number, y: number]

const point = ([x, y]: Pixel): NormalizedPoint => normalizedPoint(x / WIDTH, y / HEIGHT)
const points = (list: readonly Pixel[]): readonly NormalizedPoint[] => list.map(point)

const OUTLINE: readonly Pixel[] = [
  [5.5, 6],
  [40, 8.25],
  [20, 44]
]
const STROKE: readonly Pixel[] = [
  [1, 2],
  [30.5, 4],
  [60, 47]
]
const RINGS: readonly (readonly Pixel[])[] = [
  [
    [1, 1],
    [9, 1],
    [9, 9]
  ],
  [
    [20, 20],
    [30, 20],
    [30, 31]
  ]
]
/** 20 × 10 about (30, 20), turned clockwise by 36.87 degrees: sides along (0.8, 0.6). */
const TURNED: readonly Pixel[] = [
  [25, 10],
  [41, 22],
  [35, 30],
  [19, 18]
]
const SKEW: readonly Pixel[] = [
  [2, 3],
  [50, 5],
  [40, 40],
  [4, 30]
]
const isInMask = (x: number, y: number): boolean => (x - 30) ** 2 + (y - 20) ** 2 < 150 && (x + y) % 7 !== 0
const MASK = maskFromBitmap(
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => (isInMask(i % WIDTH, Math.floor(i / WIDTH)) ? 1 : 0)),
  size
)
const MASK_PIXELS = insideOf(bitmapFromMask(MASK))

function insideOf(bitmap: Uint8Array): readonly Pixel[] {
  return [...bitmap].flatMap((value, i): Pixel[] => (value === 1 ? [[i % WIDTH, Math.floor(i / WIDTH)]] : []))
}

const SHAPES: readonly AnnotationShape[] = [
  { type: 'box', box: [10.25 / WIDTH, 5.5 / HEIGHT, 40.75 / WIDTH, 30 / HEIGHT] as never },
  { type: 'quad', points: points(TURNED) as never },
  { type: 'quad', points: points(SKEW) as never },
  { type: 'polygon', points: points(OUTLINE) },
  { type: 'polyline', points: points(STROKE) },
  { type: 'point', point: point([7.5, 8]) },
  { type: 'multipolygon', rings: RINGS.map(points) },
  maskShapeOf(MASK)
]

const regions = SHAPES.map((shape, i) =>
  regionRecord(`r${i}`, {
    imageId: 'a',
    shape: shape as RegionRecord['shape'],
    labelId: i % 2 === 0 ? 'cat' : 'dog',
    phrase: i === 0 ? 'the left "cat" & <dog>' : null,
    ...(i === 3 ? { state: 'proposed', confidence: 0.75, provenance: { origin: 'model' } } : {})
  })
)
const documentOf = (id: string, width: number, height: number, list: readonly RegionRecord[]): ImageDocument =>
  documentRecord({ image: imageRecord({ id, relativePath: `${id}.png`, size: { width, height } }), regions: list })
const project = {
  labels: [
    { id: 'cat', name: 'cat', colour: '#ff0000', order: 0 },
    { id: 'dog', name: 'dog <&> "2"', colour: '#00ff00', order: 1 }
  ],
  documents: [documentOf('a', WIDTH, HEIGHT, regions), documentOf('b', 20, 30, [])]
}
const NAMES = ['cat', 'dog <&> "2"']
const labelAt = (index: number): string => NAMES[index % 2] ?? ''

const FORMATS: Readonly<Record<string, Format>> = {
  labelme: labelmeJson,
  cvat: cvatXml,
  'label-studio': labelStudioJson
}

async function exportAll(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const entries = Object.entries(FORMATS).map(async ([name, format]) => {
    const { files } = await writeToMemory(format, project)
    return [name, Object.fromEntries([...files].map(([path, content]) => [path, String(content)]))] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

test('the exports that the tools have read are those of today', async () => {
  const exported = `${JSON.stringify(await exportAll(), null, 1)}\n`
  if (process.env['EYRIE_WRITE_REFERENCE'] === '1') writeFileSync(at('annotation-tools-exports.json'), exported)
  expect(exported).toBe(readFileSync(at('annotation-tools-exports.json'), 'utf8'))
})

interface LabelMeShape {
  readonly label: string
  readonly type: string
  readonly points: readonly Pixel[]
  readonly description: string
  readonly mask: readonly Pixel[] | null
}
interface DatumaroShape {
  readonly label: string
  readonly kind: string
  readonly points?: readonly number[]
  readonly mask?: readonly Pixel[]
  readonly attributes: Readonly<Record<string, unknown>>
}
interface Seen {
  readonly labelme: Readonly<Record<string, { readonly image: string; readonly shapes: readonly LabelMeShape[] }>>
  readonly cvat: {
    readonly labels: readonly string[]
    readonly items: Readonly<Record<string, readonly DatumaroShape[]>>
  }
  readonly 'label-studio': {
    readonly problems: readonly string[]
    readonly labels: readonly string[]
    readonly results: readonly { readonly id: string; readonly bounds: readonly number[] }[]
    readonly masks: readonly (readonly Pixel[])[]
  }
  readonly made: {
    readonly mask: readonly Pixel[]
    readonly labelme: string
    readonly cvat: Readonly<Record<string, string | null>>
    readonly labelStudio: unknown
  }
}
const seen = JSON.parse(readFileSync(at('annotation-tools.json'), 'utf8')) as Seen

function expectNear(found: readonly number[] | undefined, expected: readonly number[], withinPx: number): void {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, i) => expect(Math.abs((found?.[i] ?? NaN) - value)).toBeLessThanOrEqual(withinPx))
}
/** Six decimals are in the file. */
const EXACT_PX = 1e-6
/** Datumaro keeps two decimals. */
const DATUMARO_PX = 0.005 + 1e-9

describe('what the tools see in our files', () => {
  test('LabelMe opens them and sees the same shapes, labels, words and mask pixels', () => {
    const { image, shapes } = seen.labelme['labelme/a.json'] ?? { image: '', shapes: [] }
    expect(image).toBe('a.png')
    expect(shapes.map(({ type }) => type)).toEqual([
      ...['rectangle', 'oriented_rectangle', 'polygon', 'polygon', 'linestrip', 'point', 'polygon', 'polygon', 'mask']
    ])
    const expected = [
      [
        [10.25, 5.5],
        [40.75, 30]
      ],
      TURNED,
      SKEW,
      OUTLINE,
      STROKE,
      [[7.5, 8]],
      RINGS[0],
      RINGS[1]
    ]
    expected.forEach((list, i) => expectNear(shapes[i]?.points.flat(), (list ?? []).flat(), EXACT_PX))
    expect(shapes.map(({ label }) => label)).toEqual([0, 1, 0, 1, 0, 1, 0, 0, 1].map(labelAt))
    expect(shapes[0]?.description).toBe('the left "cat" & <dog>')
    expect(shapes.at(-1)?.mask).toEqual(MASK_PIXELS)
    expect(seen.labelme['labelme/b.json']?.shapes).toEqual([])
  })

  test('Datumaro sees the same in CVAT’s file', () => {
    const { labels, items } = seen.cvat
    expect(labels).toEqual(NAMES)
    const shapes = items['a'] ?? []
    expect(shapes.map(({ kind }) => kind)).toEqual([
      ...['Bbox', 'RotatedBbox', 'Polygon', 'Polygon', 'PolyLine', 'Points', 'Polygon', 'Polygon', 'Mask']
    ])
    const turned = [30, 20, 20, 10, (Math.atan2(0.6, 0.8) * 180) / Math.PI]
    const lists = [SKEW, OUTLINE, STROKE, [[7.5, 8]], RINGS[0], RINGS[1]].map((list) => (list ?? []).flat())
    const expected = [[10.25, 5.5, 40.75, 30], turned, ...lists]
    expected.forEach((list, i) => expectNear(shapes[i]?.points, list, DATUMARO_PX))
    expect(shapes.map(({ label }) => label)).toEqual([0, 1, 0, 1, 0, 1, 0, 0, 1].map(labelAt))
    expect(shapes[0]?.attributes['phrase']).toBe('the left "cat" & <dog>')
    expect(shapes.at(-1)?.mask).toEqual(MASK_PIXELS)
    expect(items['b']).toEqual([])
  })

  test('Label Studio’s own checks accept tasks and configuration, and its code sees the same boxes and mask pixels', () => {
    const { problems, labels, results, masks } = seen['label-studio']
    expect([problems, labels]).toEqual([[], NAMES])
    const bounds = [
      [10.25, 5.5, 40.75, 30],
      [19, 10, 41, 30]
    ]
    expect(results.map(({ id }) => id)).toEqual(['r1', 'r2'])
    bounds.forEach((box, i) => expectNear(results[i]?.bounds, box, EXACT_PX))
    expect(masks).toEqual([MASK_PIXELS])
  })
})

describe('what we see in the tools’ files', () => {
  const { made } = seen
  const pixelsOf = (shape: AnnotationShape | undefined): readonly number[] => {
    if (shape?.type === 'box') return shape.box.map((value, i) => value * (i % 2 === 0 ? WIDTH : HEIGHT))
    if (shape?.type === 'keypoints') return shape.points.flatMap(({ point: [x, y] }) => [x * WIDTH, y * HEIGHT])
    return shape !== undefined && 'points' in shape ? shape.points.flatMap(([x, y]) => [x * WIDTH, y * HEIGHT]) : []
  }
  const insideShape = (shape: AnnotationShape | undefined): readonly Pixel[] => {
    const mask = shape?.type === 'mask' ? maskFromCompressed(shape.counts, shape.size).mask : null
    return mask === null ? [] : insideOf(bitmapFromMask(mask))
  }

  test('LabelMe’s', async () => {
    const { regions: read, issues } = await readFiles(labelmeJson, { 'a.json': made.labelme })
    expect(issues).toEqual([])
    expectNear(pixelsOf(read[0]?.shape), [10, 5.5, 40.5, 30.25], EXACT_PX)
    expectNear(pixelsOf(read[1]?.shape), [1.5, 2, 30, 4, 5, 40], EXACT_PX)
    expect(insideShape(read[2]?.shape)).toEqual(made.mask)
    expect(read.map(({ label }) => label)).toEqual(['cat', 'dog', 'cat'])
  })

  test.each<[kind: string, expected: readonly number[]]>([
    ['Bbox', [10, 5.5, 40.5, 30.25]],
    ['Polygon', [1.5, 2, 30, 4, 5, 40]],
    ['PolyLine', [1.5, 2, 30, 4]],
    ['Points', [3, 4, 5.5, 6]]
  ])('Datumaro’s CVAT file with a %s', async (kind, expected) => {
    const { regions: read, issues } = await readFiles(cvatXml, { 'a.xml': made.cvat[kind] ?? '' })
    expect(issues).toEqual([])
    expectNear(pixelsOf(read[0]?.shape), expected, DATUMARO_PX)
    if (kind === 'Bbox') expect(read[0]?.attributes).toEqual({ occluded: true, z_order: 2, group_id: 4 })
  })

  test('Datumaro’s CVAT file with a turned box and with a mask', async () => {
    const turned = await readFiles(cvatXml, { 'a.xml': made.cvat['RotatedBbox'] ?? '' })
    const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]
    const corners = [
      [-10, -5],
      [10, -5],
      [10, 5],
      [-10, 5]
    ].map(([u = 0, v = 0]) => [30 + u * cos - v * sin, 20 + u * sin + v * cos])
    expectNear(pixelsOf(turned.regions[0]?.shape), corners.flat(), DATUMARO_PX)
    const masked = await readFiles(cvatXml, { 'a.xml': made.cvat['Mask'] ?? '' })
    expect(insideShape(masked.regions[0]?.shape)).toEqual(made.mask)
  })

  test('Label Studio’s brush', async () => {
    const { regions: read, issues } = await readFiles(labelStudioJson, { 'a.json': JSON.stringify(made.labelStudio) })
    expect([issues, read[0]?.label]).toEqual([[], 'cat'])
    expect(insideShape(read[0]?.shape)).toEqual(made.mask)
  })
})

/**
 * @file YOLO exports against OpenCV (pixels) and torchvision (overlaps): tiny random graphs with the output layouts of the
 * exporters, made by `models/export/make_yolo.py` with what the reference makes of them.
 */
import { copyFile, link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groundedText } from '../../../../src-shared/grounded/build'
import {
  bitmapFromMask,
  maskArea,
  maskFromBitmap,
  maskFromOutlines,
  polygonsOfMask
} from '../../../../src-shared/geometry/mask'
import { boundsOfShape } from '../../../../src-shared/geometry/shape'
import { pixelPoint } from '../../../../src-shared/geometry/space'
import { toPlanes } from '../../image/raster'
import { readRaster } from '../../image/read-pixels'
import { Message } from '../../onnx/message'
import { readMetadata } from '../../onnx/metadata'
import { bringIn } from '../../../model-store/bring-in'
import { listCatalogue } from '../../repo/catalogue'
import { loadRuntime } from '../../runtime'
import { readToolFolder } from '../registry'
import type { Finding, OpenTool } from '../tool'
import { BadDescription, describe as describeModel, readNames } from './describe'
import { readHead, UnknownHead } from './heads'
import type { Output } from './heads'
import { letterboxed } from './letterbox'
import { maskOf } from './masks'
import { withFewerPoints } from './outline'
import { likeness, withoutRepeats } from './overlap'
import { yolo } from './index'
import { folderOf } from './one-file'

const FIXTURES = resolve(import.meta.dirname, '../../../../models/export/fixtures')
const fileOf = (name: string): string => resolve(FIXTURES, 'yolo', `${name}.onnx`)
const pictureOf = (name: string): string => resolve(FIXTURES, 'pictures', `${name}.png`)

interface Found {
  readonly label: string
  readonly score: number
  /** Fractions of the picture, cut off at its edges. */
  readonly box: readonly [number, number, number, number]
  /** Centre, size and direction in the input, of models that turn boxes. */
  readonly turned?: readonly number[]
  /** Bits of the input's pixels, of models with masks; for some only. */
  readonly mask?: string
}
interface Reference {
  readonly models: Readonly<
    Record<
      string,
      {
        readonly records: readonly {
          readonly picture: string
          readonly pixels: {
            readonly dims: readonly number[]
            readonly samples: readonly (readonly [number, number])[]
          }
          readonly placed: readonly [scale: number, left: number, top: number]
          readonly found: readonly Found[]
          readonly hidden: number
        }[]
      }
    >
  >
}
const { models } = JSON.parse(readFileSync(resolve(FIXTURES, 'yolo/reference.json'), 'utf8')) as Reference

const inputOf = ({ dims }: { readonly dims: readonly number[] }) => ({ height: dims[2] ?? 0, width: dims[3] ?? 0 })
/** Floats of two runtimes part in the last digits; float16 has few. */
const isSame = (a: { readonly label: string; readonly score: number }, b: typeof a, close = 1e-4): boolean =>
  a.label === b.label && Math.abs(a.score - b.score) < close
const about = ({ label, score }: { readonly label: string; readonly score: number }): string =>
  `${label} ${score.toFixed(3)}`

/** Asked through the door of the tools, as the app does. */
const ask = async (tool: OpenTool, picture: string, text = 'Find all objects'): Promise<readonly Finding[]> =>
  tool.answer({ text, tree: groundedText([]), image: await readRaster(pictureOf(picture)) }, () => undefined)

async function withTool<T>(name: string, use: (tool: OpenTool) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'eyrie-yolo-'))
  try {
    const folder = await readToolFolder(await folderOf(fileOf(name), scratch))
    if (folder?.tool !== yolo) throw new Error(`expected a detector in ${name}`)
    const tool = await yolo.open(await loadRuntime(), folder, { providers: ['cpu'], threads: 1 })
    try {
      return await use(tool)
    } finally {
      await tool.release()
    }
  } finally {
    await rm(scratch, { recursive: true })
  }
}

describe.each(Object.entries(models))('%s', (name, { records }) => {
  it('is shown the pixels of OpenCV', async () => {
    for (const { picture, pixels, placed } of records) {
      const shown = letterboxed(await readRaster(pictureOf(picture)), inputOf(pixels))
      const planes = toPlanes(shown.view, { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] })
      const worst = pixels.samples.reduce((max, [at, value]) => Math.max(max, Math.abs((planes[at] ?? 9) - value)), 0)
      expect(worst, picture).toBeLessThan(1e-6)
      expect([shown.placed.scale, shown.placed.left, shown.placed.top]).toEqual(placed)
    }
  })

  it('finds what the reference finds, and nothing twice', async () => {
    expect(records.reduce((sum, { hidden }) => sum + hidden, 0)).toBeGreaterThan(5)
    const close = name === 'half' ? 2e-3 : 1e-4
    await withTool(name, async (tool) => {
      for (const { picture, found } of records) {
        const ours = await ask(tool, picture)
        expect(ours, picture).toHaveLength(found.length)
        for (const one of ours)
          expect(
            found.some((their) => isSame(one, their, close)),
            `${picture} ${about(one)}`
          ).toBe(true)
        for (const their of found.filter(({ turned }) => turned === undefined)) {
          const distances = ours
            .filter((one) => isSame(one, their, close))
            .map(({ shape }) =>
              // An outline keeps inside of its box, to the cell of a mask.
              shape.type === 'box' ? Math.max(...their.box.map((value, i) => Math.abs(value - (shape.box[i] ?? 9)))) : 0
            )
          expect(Math.min(...distances), `${picture} ${about(their)}`).toBeLessThan(close)
        }
      }
    })
  })
})

describe('turned boxes', () => {
  it('have the corners of the reference', async () => {
    const records = models['obb']?.records ?? []
    await withTool('obb', async (tool) => {
      for (const { picture, found, placed, pixels } of records) {
        const ours = await ask(tool, picture)
        const image = await readRaster(pictureOf(picture))
        const [scale, left, top] = placed
        for (const { turned = [], ...their } of found) {
          const [x = 0, y = 0, width = 0, height = 0, angle = 0] = turned
          const corner = (u: number, v: number): readonly [number, number] => [
            (x + (u * width * Math.cos(angle) - v * height * Math.sin(angle)) / 2 - left) / scale / image.size.width,
            (y + (u * width * Math.sin(angle) + v * height * Math.cos(angle)) / 2 - top) / scale / image.size.height
          ]
          const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)].map(([a, b]) =>
            [a, b].map((value) => Math.max(0, Math.min(1, value)))
          )
          // From whichever corner on, the way round is the same.
          const distances = ours
            .filter((one) => isSame(one, their))
            .flatMap(({ shape }) =>
              shape.type === 'quad'
                ? [0, 1, 2, 3].map((turn) =>
                    Math.max(
                      ...corners.flatMap((point, at) =>
                        point.map((value, axis) => Math.abs(value - (shape.points[(at + turn) % 4]?.[axis] ?? 9)))
                      )
                    )
                  )
                : []
            )
          expect(Math.min(...distances), `${picture} ${about(their)}`).toBeLessThan(1e-3)
        }
        expect(inputOf(pixels)).toEqual({ width: 64, height: 64 })
      }
    })
  })

  it('are as alike as they are near', () => {
    const box = { x: 10, y: 10, width: 8, height: 4, angle: 0.3 }
    expect(likeness(box, box)).toBeGreaterThan(0.99)
    expect(likeness(box, { ...box, x: 12 })).toBeLessThan(likeness(box, { ...box, x: 11 }))
    expect(likeness(box, { ...box, x: 90 })).toBeLessThan(0.01)
    expect(likeness(box, { ...box, angle: 0.3 + Math.PI })).toBeGreaterThan(0.99)
  })
})

it('draws the masks of the reference to the pixel', async () => {
  const runtime = await loadRuntime()
  const session = await runtime.open(fileOf('segment'), { provider: 'cpu', threads: 1 })
  const description = describeModel(await readMetadata(fileOf('segment')))
  let compared = 0
  for (const { picture, pixels, found } of models['segment']?.records ?? []) {
    const { view } = letterboxed(await readRaster(pictureOf(picture)), inputOf(pixels))
    const planes = toPlanes(view, { scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] })
    const result = await session.run({ images: runtime.float32(planes, [1, 3, 64, 64]) }, ['output0', 'output1'])
    const [table, prototypes] = ['output0', 'output1'].map((name): Output => ({
      dims: result[name]?.dims ?? [],
      data: result[name]?.data as Float32Array
    }))
    if (table === undefined || prototypes === undefined) throw new Error('expected two outputs')
    const head = readHead([table], description, { threshold: 0.25, masks: 8 })
    for (const { label, score, mask } of found) {
      if (mask === undefined) continue
      const seen = head.seen.find((one) =>
        isSame({ label: description.names?.[one.label] ?? '', score: one.score }, { label, score })
      )
      if (seen === undefined) throw new Error(`expected ${label} ${score}`)
      const ours = maskOf(seen, prototypes, { width: 64, height: 64 })
      const bits = Buffer.from(mask, 'base64')
      const theirs = Array.from({ length: 64 * 64 }, (_, at) => ((bits[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
      expect(ours.filter((value, at) => value !== theirs[at]).length, `${picture} ${label}`).toBe(0)
      compared += theirs.reduce((sum, value) => sum + value, 0)
    }
  }
  await session.release()
  expect(compared).toBeGreaterThan(1_000)
})

it('answers outlines that lie in their boxes, and only classes that are asked for', async () => {
  await withTool('segment', async (tool) => {
    const all = await ask(tool, 'square')
    expect(all.some(({ shape }) => shape.type === 'polygon' && shape.points.length > 4)).toBe(true)
    for (const { shape } of all) {
      const [left, top, right, bottom] = boundsOfShape(shape)
      expect(left >= 0 && top >= 0 && right <= 1 && bottom <= 1).toBe(true)
    }
    const boats = await ask(tool, 'square', "Where is the fisherman's boat?")
    expect(boats.length).toBeGreaterThan(0)
    expect(new Set(boats.map(({ label }) => label))).toEqual(new Set(["fisherman's boat"]))
  })
})

describe('an outline with fewer points', () => {
  const circle = maskFromBitmap(
    Uint8Array.from({ length: 4_096 }, (_, at) =>
      Math.hypot((at % 64) - 31.5, Math.floor(at / 64) - 31.5) < 25 ? 1 : 0
    ),
    { width: 64, height: 64 }
  )
  const ring = polygonsOfMask(circle)[0]?.[0] ?? []

  it('goes around nearly the same pixels', () => {
    const fewer = withFewerPoints(ring, 1)
    expect(ring.length).toBeGreaterThan(100)
    expect(fewer.length).toBeLessThan(ring.length / 3)
    expect(fewer.every((point) => ring.includes(point))).toBe(true)
    const again = bitmapFromMask(maskFromOutlines([fewer], { width: 64, height: 64 }))
    const other = bitmapFromMask(circle).filter((value, at) => value !== again[at]).length
    expect(other / maskArea(circle)).toBeLessThan(0.05)
  })

  it('keeps corners, and what is thinner than the tolerance', () => {
    const square = [pixelPoint(0, 0), pixelPoint(9, 0), pixelPoint(9, 9), pixelPoint(0, 9)]
    expect(withFewerPoints(square, 1)).toEqual(square)
    const thin = [pixelPoint(0, 0), pixelPoint(9, 0), pixelPoint(9, 0.5), pixelPoint(0, 0.5)]
    expect(withFewerPoints(thin, 1)).toEqual(thin)
    expect(withFewerPoints([], 1)).toEqual([])
  })
})

describe('what a file says of itself', () => {
  it('is read without its graph', async () => {
    const said = describeModel(await readMetadata(fileOf('v8')))
    expect(said).toEqual({
      task: 'detect',
      names: ['cat', 'dog', "fisherman's boat", 'a "red" circle', 'traffic light'],
      size: { width: 64, height: 64 },
      keypoints: null,
      isFinal: null,
      licence: 'none: random weights'
    })
    expect(describeModel(await readMetadata(fileOf('v5'))).size).toEqual({ width: 64, height: 48 })
    expect(describeModel(await readMetadata(fileOf('pose'))).keypoints).toEqual({ count: 3, values: 3 })
  })

  it.each([
    ["{0: 'person', 1: 'bicycle'}", ['person', 'bicycle']],
    ["{0: \"it's\", 1: 'say \\'\"hi\"\\''}", ["it's", 'say \'"hi"\'']],
    ["{1: 'b', 0: 'a'}", ['a', 'b']],
    ["{2: 'c'}", ['class 0', 'class 1', 'c']],
    ["['x', 'y',]", ['x', 'y']],
    ["{0: 'caf\\xe9 \\u732b', 1: '狗'}", ['café 猫', '狗']],
    ['{}', []],
    ["{0: '__proto__'}", ['__proto__']]
  ])('reads the names %s', (source, names) => {
    expect(readNames(source)).toEqual(names)
  })

  it.each([
    '',
    'person',
    "{0: 'person'",
    "{0: 'person}",
    "{'a': 'b'}",
    "{0: 'a', 0: 'b'}",
    "{0: 'a'} x",
    "{9999999: 'a'}",
    "{999999: 'a'}",
    '{0: None}',
    "{-1: 'a'}"
  ])('refuses the names %s', (source) => {
    expect(() => readNames(source)).toThrow(BadDescription)
  })

  it('refuses tasks that find no places, and sizes that are none', () => {
    expect(() => describeModel(new Map([['task', 'classify']]))).toThrow(/find no places/)
    expect(() => describeModel(new Map([['imgsz', '640']]))).toThrow(/imgsz/)
  })
})

describe('layouts', () => {
  const table = (rows: readonly (readonly number[])[]): Output => ({
    dims: [1, rows.length, rows[0]?.length ?? 0],
    data: Float32Array.from(rows.flat())
  })
  const flipped = (rows: readonly (readonly number[])[]): Output =>
    table((rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? 0)))
  const said = (names: readonly string[] | null, more: Record<string, string> = {}) => ({
    ...describeModel(new Map(Object.entries(more))),
    names
  })
  const read = (output: Output, names: readonly string[] | null, more: Record<string, string> = {}) =>
    readHead([output], said(names, more), { threshold: 0.25, masks: 0 })
  const filler = (row: readonly number[], count: number) => Array.from({ length: count }, () => row.map(() => 0))

  it('tells a chance of anything from scores by the number of classes', () => {
    const old = [[50, 40, 20, 10, 0.5, 0.8, 0.1], ...filler([0, 0, 0, 0, 0, 0, 0], 20)]
    expect(read(table(old), ['a', 'b'])).toMatchObject({ classes: 2, leastOverlap: 0.45, isFinal: false })
    expect(read(table(old), ['a', 'b']).seen).toMatchObject([
      { label: 0, box: { x: 50, y: 40, width: 20, height: 10 } }
    ])
    expect(read(table(old), ['a', 'b']).seen[0]?.score).toBeCloseTo(0.4)
    const flat = [[50, 40, 20, 10, 0.1, 0.8], ...filler([0, 0, 0, 0, 0, 0], 20)]
    expect(read(flipped(flat), ['a', 'b'])).toMatchObject({ classes: 2, leastOverlap: 0.7 })
    expect(read(flipped(flat), null).seen).toMatchObject([{ label: 1 }])
  })

  it('reads final boxes where the layout has them, one class of the old kind not among them', () => {
    const final = [[10, 20, 30, 60, 0.9, 1], ...filler([0, 0, 0, 0, 0, 0], 299)]
    expect(read(table(final), ['a', 'b'])).toMatchObject({
      isFinal: true,
      seen: [{ label: 1, box: { x: 20, y: 40, width: 20, height: 40 } }]
    })
    const single = [[20, 40, 20, 40, 0.9, 0.5], ...filler([0, 0, 0, 0, 0, 0], 25_199)]
    expect(read(table(single), ['a'])).toMatchObject({ isFinal: false, classes: 1, leastOverlap: 0.45 })
    expect(read(table(final), ['a', 'b'], { end2end: 'True' }).isFinal).toBe(true)
  })

  it('refuses what fits no layout', () => {
    const row = [50, 40, 20, 10, 0.5, 0.8, 0.1, 0.1, 0.1]
    expect(() => read(table([row, ...filler(row, 20)]), ['a', 'b'])).toThrow(UnknownHead)
    expect(() => read({ dims: [12, 7], data: new Float32Array(84) }, ['a'])).toThrow(/\[12, 7\]/)
    expect(() => read({ dims: [2, 84, 8400], data: new Float32Array(0) }, null)).toThrow(UnknownHead)
    expect(() => readHead([], said(null), { threshold: 0.25, masks: 0 })).toThrow(UnknownHead)
    expect(() => read(table([row, ...filler(row, 20)]), ['a'], { task: 'pose' })).toThrow(/how many points/)
    const pair = [table(filler([0, 0, 0, 0, 0], 3)), table(filler([0, 0], 3))]
    expect(() => readHead(pair, said(null), { threshold: 0.25, masks: 0 })).toThrow(UnknownHead)
  })

  it('keeps boxes of other classes, and never more than 300', () => {
    const box = { x: 5, y: 5, width: 4, height: 4, angle: 0 }
    const more = new Float32Array(0)
    const seen = [
      { box, label: 0, score: 0.5, more },
      { box, label: 1, score: 0.6, more },
      { box: { ...box, x: 5.1 }, label: 0, score: 0.9, more }
    ]
    expect(withoutRepeats(seen, 0.7, false).map(({ score }) => score)).toEqual([0.9, 0.6])
    const many = Array.from({ length: 400 }, (_, at) => ({ box: { ...box, x: at * 10 }, label: 0, score: 0.5, more }))
    expect(withoutRepeats(many, 0.7, false)).toHaveLength(300)
  })
})

describe('adding one file', () => {
  let root: string
  const add = async (file: string, store: string) => {
    const staged = await bringIn(file, { storeDir: store, places: [], onProgress: () => undefined })
    try {
      return await staged.keep()
    } finally {
      await staged.drop()
    }
  }
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'eyrie-yolo-'))
  })
  afterAll(() => rm(root, { recursive: true }))

  it('puts it into the store with a card of what it says', async () => {
    const store = join(root, 'store')
    const file = join(root, 'my boats.onnx')
    await copyFile(fileOf('v8'), file)
    const added = await add(file, store)
    expect(added).toMatchObject({ id: 'my-boats', leftOut: [] })
    const [entry] = await listCatalogue([store])
    expect(entry?.summary).toMatchObject({
      id: 'my-boats',
      name: 'my boats',
      licence: 'none: random weights',
      state: 'ready',
      classes: ['cat', 'dog', "fisherman's boat", 'a "red" circle', 'traffic light']
    })
    expect(await readdir(store)).toEqual(['my-boats'])
    await expect(add(file, store)).rejects.toMatchObject({ code: 'model/exists' })
  })

  it.each([
    ['bytes.onnx', 'model/corrupt-graph', () => Promise.resolve(Buffer.from('no model at all'))],
    ['empty.onnx', 'model/corrupt-graph', () => Promise.resolve(Buffer.alloc(0))],
    ['cut.onnx', 'model/corrupt-graph', async () => (await readFile(fileOf('v8'))).subarray(0, 20_000)],
    [
      'nameless.onnx',
      'model/unsupported-graph',
      () => Promise.resolve(new Message().message(7, new Message()).finish())
    ],
    [
      'classes.onnx',
      'model/unsupported-graph',
      () =>
        Promise.resolve(
          new Message()
            .message(7, new Message())
            .message(14, new Message().text(1, 'task').text(2, 'classify'))
            .finish()
        )
    ]
  ])('refuses %s', async (name, code, bytes) => {
    await writeFile(join(root, name), await bytes())
    await expect(add(join(root, name), join(root, 'other'))).rejects.toMatchObject({ code })
  })

  it('refuses a file that is linked from elsewhere', async () => {
    await copyFile(fileOf('v8'), join(root, 'one.onnx'))
    await link(join(root, 'one.onnx'), join(root, 'two.onnx'))
    await expect(add(join(root, 'two.onnx'), join(root, 'other'))).rejects.toMatchObject({
      code: 'model/linked-file'
    })
  })
})

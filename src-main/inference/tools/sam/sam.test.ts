/**
 * @file SAM and SAM 2 against transformers: tiny random models made by `models/export/make_fixture.py`, whose
 * reference.json holds the pixels, the prompts and the masks of the reference implementation.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bitmapFromMask, maskFromCompressed } from '../../../../src-shared/geometry/mask'
import { normalizedBox, normalizedPoint } from '../../../../src-shared/geometry/space'
import { maskPromptSchema } from '../../../../src-shared/prompts/mask-prompt-schema'
import type { MaskPrompt } from '../../../../src-shared/prompts/mask-prompt'
import type { AnswerHooks } from '../../decode/answer'
import { readRaster } from '../../image/read-pixels'
import { loadRuntime } from '../../runtime'
import type { GraphSession, Runtime } from '../../runtime'
import { maskWithTool, WORTH_KEEPING_MS } from '../mask-with-tool'
import { readToolFolder } from '../registry'
import { createSceneCache, createSceneStore } from '../scene-store'
import type { MadeMask, OpenMasker } from '../tool'
import { promptArrays } from './prompt'
import { shownSize, VIEW_SCHEMAS, viewPlanes } from './view'
import type { ViewSettings } from './view'

const FIXTURES = resolve(import.meta.dirname, '../../../../models/export/fixtures')
const readJson = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(resolve(FIXTURES, name, file), 'utf8'))
const pictureOf = (name: string): string => resolve(FIXTURES, 'pictures', `${name}.png`)

interface Sampled {
  readonly dims: readonly number[]
  readonly samples: readonly (readonly [number, number])[]
}
interface Packed {
  readonly dims: readonly number[]
  readonly float32: string
}
interface Reference {
  readonly segments: readonly {
    readonly picture: string
    readonly points: readonly (readonly [number, number, 0 | 1])[]
    readonly box: readonly [number, number, number, number] | null
    readonly feeds: { readonly pixel_values: Sampled }
    readonly prompt: { readonly input_points?: Packed; readonly input_boxes?: Packed }
    /** uint8 `[canvas height, canvas width, 3]`: what the reference saw; only where its resizing depends on the processor it runs on. */
    readonly pixels?: string
    readonly scores: readonly number[]
    /** Pixels row by row, eight a byte, the first in the highest bit. */
    readonly masks: { readonly dims: readonly [number, number, number]; readonly bits: string }
  }[]
  readonly preprocessing: readonly {
    readonly config: Readonly<Record<string, unknown>>
    readonly pictures: Readonly<Record<string, { readonly pixel_values: Sampled }>>
  }[]
}
type Segment = Reference['segments'][number]

const promptOf = ({ points, box }: Pick<Segment, 'points' | 'box'>): MaskPrompt => ({
  points: points.map(([x, y, label]) => ({ point: normalizedPoint(x, y), isInside: label === 1 })),
  box: box === null ? null : normalizedBox(...box)
})
const floats = ({ float32 }: Packed): Float32Array => {
  const bytes = Buffer.from(float32, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}
const quiet: AnswerHooks = {
  isCancelled: () => false,
  phase: () => undefined,
  token: () => undefined,
  alive: () => undefined
}

describe.each(['sam', 'sam2'] as const)('%s', (name) => {
  const reference = readJson(name, 'reference.json') as Reference
  const viewOf = (config: unknown): ViewSettings => VIEW_SCHEMAS[name].parse(config)
  const config = readJson(name, 'preprocessor_config.json') as { readonly image_std: readonly number[] }
  let tool: OpenMasker
  beforeAll(async () => {
    const folder = await readToolFolder(resolve(FIXTURES, name))
    if (folder?.tool.makes !== 'masks') throw new Error(`expected a model that makes masks in ${name}`)
    tool = await folder.tool.open(await loadRuntime(), folder, { providers: ['cpu'], threads: 1 })
  })
  afterAll(() => tool.release())

  async function expectSamePixels(picture: string, settings: ViewSettings, stored: Sampled): Promise<void> {
    const { width, height } = settings.canvas
    expect([1, 3, height, width], picture).toEqual(stored.dims)
    const planes = viewPlanes(await readRaster(pictureOf(picture)), settings)
    const worst = Math.max(...stored.samples.map(([place, value]) => Math.abs((planes[place] ?? NaN) - value)))
    // One step of 255 after division by the smallest deviation.
    expect(worst, picture).toBeLessThanOrEqual(1.001 / 255 / Math.min(...config.image_std))
  }

  it('sees the pixels of the reference within one step of 255, also with the settings of real models', async () => {
    for (const { picture, feeds } of reference.segments)
      await expectSamePixels(picture, viewOf(config), feeds.pixel_values)
    for (const { config: real, pictures } of reference.preprocessing) {
      for (const [picture, feeds] of Object.entries(pictures))
        await expectSamePixels(picture, viewOf(real), feeds.pixel_values)
    }
  })

  it('places points and boxes where the reference does', async () => {
    for (const segment of reference.segments) {
      const { size } = await readRaster(pictureOf(segment.picture))
      const { points, boxes } = promptArrays(promptOf(segment), shownSize(size, viewOf(config)))
      const expected = segment.prompt
      const pairs = [
        [points, expected.input_points],
        [boxes, expected.input_boxes]
      ] as const
      for (const [ours, stored] of pairs) {
        const theirs = stored === undefined ? new Float32Array(0) : floats(stored)
        expect(ours.length, segment.picture).toBe(theirs.length)
        ours.forEach((value, at) => expect(Math.abs(value - (theirs[at] ?? NaN)), segment.picture).toBeLessThan(1e-4))
      }
    }
  })

  /** How many pixels of each mask are not the reference's, in its order; the order of ours must be that of its scores. */
  function differing({ masks, picture, scores }: Segment, made: readonly MadeMask[]): readonly number[] {
    const [count, height, width] = masks.dims
    const bits = Buffer.from(masks.bits, 'base64')
    const order = scores.map((score, at) => ({ score, at })).sort((a, b) => b.score - a.score)
    expect(made.length, picture).toBe(count)
    return order.map(({ at }, rank) => {
      const { mask } = made[rank]!
      expect(mask.size, picture).toEqual({ width, height })
      return bitmapFromMask(mask).reduce((sum, pixel, i) => {
        const place = at * width * height + i
        return sum + (pixel === (((bits[place >> 3] ?? 0) >> (7 - (place & 7))) & 1) ? 0 : 1)
      }, 0)
    })
  }

  it('makes the masks of the reference, pixel for pixel, the surest first', async () => {
    for (const segment of reference.segments) {
      const image = await readRaster(pictureOf(segment.picture))
      const { canvas } = viewOf(config)
      const shown = segment.pixels === undefined ? image : { size: canvas, data: Buffer.from(segment.pixels, 'base64') }
      const made = await tool.mask({ ...(await tool.see(shown)), size: image.size }, promptOf(segment), () => undefined)
      const scores = [...segment.scores].sort((a, b) => b - a)
      made.forEach(({ predictedIou }, at) =>
        expect(Math.abs(predictedIou - (scores[at] ?? NaN)), segment.picture).toBeLessThan(1e-4)
      )
      expect(differing(segment, made), segment.picture).toEqual([0, 0, 0])
    }
  })

  it('makes nearly the same masks where its resizing rounds another way than the reference on that computer', async () => {
    for (const segment of reference.segments) {
      const image = await readRaster(pictureOf(segment.picture))
      const made = await tool.mask(await tool.see(image), promptOf(segment), () => undefined)
      const most = segment.pixels === undefined ? 0 : 0.02 * image.size.width * image.size.height
      expect(Math.max(...differing(segment, made)), segment.picture).toBeLessThanOrEqual(most)
    }
  })

  it('looks at a picture once, whatever it is shown of it, within the bytes it may keep', async () => {
    let looks = 0
    const counting: OpenMasker = {
      ...tool,
      see: (image) => {
        looks++
        return tool.see(image)
      }
    }
    const prompt = promptOf(reference.segments[0]!)
    const ask = (scenes: ReturnType<typeof createSceneCache>, picture: string) =>
      maskWithTool(counting, scenes, { imagePath: pictureOf(picture), prompt }, quiet)
    const roomy = createSceneCache(10_000_000)
    const first = await ask(roomy, 'wide')
    const again = await ask(roomy, 'wide')
    expect([first.answer.prefixReused, again.answer.prefixReused, looks]).toEqual([false, true, 1])
    expect(again.masks).toEqual(first.masks)
    expect(roomy.memory.sizeBytes).toBeGreaterThan(0)
    const narrow = createSceneCache(1_000)
    await ask(narrow, 'wide')
    await ask(narrow, 'wide')
    expect([looks, narrow.memory.sizeBytes]).toEqual([3, 0])
    const [best] = first.masks
    expect(maskFromCompressed(best?.counts ?? '', best?.size ?? { width: 1, height: 1 }).mask?.size).toEqual({
      width: 61,
      height: 37
    })
  })

  /** Opens the model over a runtime whose decoder is another one. */
  async function openWith(change: (decoder: GraphSession, runtime: Runtime) => GraphSession): Promise<OpenMasker> {
    const folder = await readToolFolder(resolve(FIXTURES, name))
    if (folder?.tool.makes !== 'masks') throw new Error(`expected a model that makes masks in ${name}`)
    const runtime = await loadRuntime()
    const changed: Runtime = {
      ...runtime,
      async open(graph, options) {
        const session = await runtime.open(graph, options)
        return String(graph).includes('decoder') ? change(session, runtime) : session
      }
    }
    return folder.tool.open(changed, folder, { providers: ['cpu'], threads: 1 })
  }

  it('gives an export without boxes points only, and says that it takes no box', async () => {
    const pointsOnly = await openWith((decoder, runtime) => ({
      ...decoder,
      inputs: decoder.inputs.filter((input) => input.name !== 'input_boxes'),
      run: (feeds, outputs) =>
        decoder.run({ ...feeds, input_boxes: runtime.float32(new Float32Array(0), [1, 0, 4]) }, outputs)
    }))
    const scene = await pointsOnly.see(await readRaster(pictureOf('wide')))
    const byPoints = promptOf(reference.segments.find(({ box }) => box === null)!)
    const byBox = promptOf(reference.segments.find(({ box }) => box !== null)!)
    const masks = await pointsOnly.mask(scene, byPoints, () => undefined)
    expect(masks).toEqual(await tool.mask(scene, byPoints, () => undefined))
    await expect(pointsOnly.mask(scene, byBox, () => undefined)).rejects.toMatchObject({
      code: 'inference/cannot-mask'
    })
    await pointsOnly.release()
  })

  it('refuses numbers that are none, and graphs that do not fit together', async () => {
    const broken = await openWith((decoder) => ({
      ...decoder,
      async run(feeds, outputs) {
        const result = await decoder.run(feeds, outputs)
        ;(result['pred_masks']?.data as Float32Array)[7] = NaN
        return result
      }
    }))
    const scene = await broken.see(await readRaster(pictureOf('wide')))
    const masking = broken.mask(scene, promptOf(reference.segments[0]!), () => undefined)
    await expect(masking).rejects.toMatchObject({ code: 'inference/bad-output' })
    await broken.release()
    const foreign = openWith((decoder) => ({
      ...decoder,
      inputs: [...decoder.inputs, { name: 'high_res_feats', type: 'float32', dims: [1, 32, 16, 16] }]
    }))
    await expect(foreign).rejects.toMatchObject({
      code: 'model/unsupported-graph',
      message: expect.stringContaining('high_res_feats') as string
    })
  })

  it('knows a picture after a restart, from a file that is whole and was written for these weights', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'eyrie-scenes-'))
    try {
      let looks = 0
      const slow: OpenMasker = {
        ...tool,
        async see(image) {
          looks++
          await new Promise((resolve) => setTimeout(resolve, WORTH_KEEPING_MS + 10))
          return tool.see(image)
        }
      }
      const request = { imagePath: pictureOf('wide'), prompt: promptOf(reference.segments[0]!) }
      const ask = (identity: string) =>
        maskWithTool(
          slow,
          createSceneCache(10_000_000, { store: createSceneStore(dir, 10_000_000), identity }),
          request,
          quiet
        )
      const first = await ask('these')
      await expect.poll(async () => (await readdir(dir)).length).toBe(1)
      const later = await ask('these')
      expect([later.masks, later.answer.prefixReused, looks]).toEqual([first.masks, true, 1])
      await ask('others')
      expect(looks).toBe(2)
      for (const file of await readdir(dir)) await truncate(join(dir, file), 500)
      const again = await ask('these')
      expect([again.masks, again.answer.prefixReused, looks]).toEqual([first.masks, false, 3])
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    }
  })

  it('ends without masks when nobody wants them any more', async () => {
    const scenes = createSceneCache(10_000_000)
    const request = { imagePath: pictureOf('wide'), prompt: promptOf(reference.segments[0]!) }
    const { answer, masks } = await maskWithTool(tool, scenes, request, { ...quiet, isCancelled: () => true })
    expect([answer.stop, masks]).toEqual(['cancelled', []])
  })
})

describe('what a mask is made of', () => {
  it.each([
    [{ points: [], box: null }],
    [{ points: [{ point: [0.5, 0.5], isInside: false }], box: null }],
    [{ points: [{ point: [0.5, 1.5], isInside: true }], box: null }],
    [{ points: [], box: [0.5, 0.1, 0.5, 0.9] }],
    [{ points: [], box: [0.1, 0.1, Number.NaN, 0.9] }]
  ])('%j names no place of an object', (prompt) => {
    expect(maskPromptSchema.safeParse(prompt).success).toBe(false)
  })
  it('is points inside and outside, or a box, or both', () => {
    const prompt = { points: [{ point: [0.5, 0.5], isInside: false }], box: [0, 0, 1, 1] }
    expect(maskPromptSchema.parse(prompt)).toEqual(prompt)
  })
})

/**
 * @file OWL-ViT and OWLv2 against transformers: tiny random models made by `models/export/make_fixture.py`, whose
 * reference.json holds the pixels, the token ids and the boxes with their labels.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Tokenizer } from '@huggingface/tokenizers'
import { beforeAll, describe, expect, it } from 'vitest'
import { pixelFromNormalized } from '../../../../src-shared/geometry/convert'
import { groundedText } from '../../../../src-shared/grounded/build'
import { blurredSquare } from '../../image/blurred-resize'
import { readRaster } from '../../image/read-pixels'
import { loadRuntime } from '../../runtime'
import { openAnsweringTool } from '../../testing/open-tool'
import { openWords } from '../worded/open-words'
import { labelTokens, owlFindings } from './index'
import { OWL_VIEWS, owlPlanes } from './view'
import type { OwlView } from './view'

const FIXTURES = resolve(import.meta.dirname, '../../../../models/export/fixtures')
const pictureOf = (name: string): string => resolve(FIXTURES, 'pictures', `${name}.png`)

interface Sampled {
  readonly dims: readonly number[]
  readonly samples: readonly (readonly [number, number])[]
}
interface Reference {
  readonly worded: readonly {
    readonly picture: string
    readonly labels: readonly string[]
    readonly threshold: number
    readonly promptIds: readonly (readonly number[])[]
    /** Tokens of each label that are looked at. */
    readonly attention: readonly number[]
    readonly feeds: { readonly pixel_values: Sampled }
    /** Boxes in pixels of the picture. */
    readonly found: readonly { readonly label: string; readonly score: number; readonly box: readonly number[] }[]
  }[]
  readonly preprocessing: readonly {
    readonly label: string
    readonly config: Readonly<Record<string, unknown>>
    readonly pictures: Readonly<Record<string, { readonly pixel_values: Sampled }>>
  }[]
}

describe.each(['owlvit', 'owlv2'] as const)('%s', (name) => {
  const folder = resolve(FIXTURES, name)
  const readJson = (file: string): unknown => JSON.parse(readFileSync(resolve(folder, file), 'utf8'))
  const reference = readJson('reference.json') as Reference
  const viewOf = (config: unknown): OwlView => OWL_VIEWS[name].parse(config)
  const view = viewOf(readJson('preprocessor_config.json'))
  let tokenizer: Tokenizer
  beforeAll(async () => {
    tokenizer = await openWords(folder, name)
  })

  async function planesOf(settings: OwlView, picture: string, stored: Sampled): Promise<Float32Array> {
    expect([1, 3, settings.to.height, settings.to.width], picture).toEqual(stored.dims)
    const planes = owlPlanes(await readRaster(pictureOf(picture)), settings)
    const worst = Math.max(...stored.samples.map(([place, value]) => Math.abs((planes[place] ?? NaN) - value)))
    // OWLv2 is resized in floats: nothing is rounded. Else one step of 255 after division by the smallest deviation.
    expect(worst, picture).toBeLessThanOrEqual(name === 'owlv2' ? 1e-4 : 1.001 / 255 / 0.2613)
    return planes
  }

  it('sees the pixels of the reference, also with the settings of real models and smaller than the picture', async () => {
    for (const { picture, feeds } of reference.worded) await planesOf(view, picture, feeds.pixel_values)
    for (const { config, pictures } of reference.preprocessing) {
      for (const [picture, feeds] of Object.entries(pictures))
        await planesOf(viewOf(config), picture, feeds.pixel_values)
    }
  })

  it('reads labels as the reference does', () => {
    for (const { labels, promptIds, attention } of reference.worded) {
      const length = promptIds[0]?.length ?? 0
      const { ids, mask } = labelTokens(labels, tokenizer, { length, padId: 0, name })
      expect([...ids].map(Number)).toEqual(promptIds.flat())
      const looked = labels.map((_, row) => mask.slice(row * length, (row + 1) * length).reduce((a, b) => a + b, 0n))
      expect(looked.map(Number)).toEqual(attention)
    }
    const long = 'a small red circle on the left of the boat'
    expect(() => labelTokens([long], tokenizer, { length: 16, padId: 0, name })).toThrow(/labels of 16 tokens/)
  })

  it('finds the boxes of the reference, each with its label', async () => {
    const runtime = await loadRuntime()
    const session = await runtime.open(resolve(folder, 'onnx/model.onnx'), { provider: 'cpu', threads: 1 })
    for (const { picture, labels, feeds, threshold, found } of reference.worded) {
      const { ids, mask } = labelTokens(labels, tokenizer, { length: 16, padId: 0, name })
      const { size } = await readRaster(pictureOf(picture))
      const { logits, pred_boxes: boxes } = await session.run(
        {
          pixel_values: runtime.float32(await planesOf(view, picture, feeds.pixel_values), feeds.pixel_values.dims),
          input_ids: runtime.int64(ids, [labels.length, 16]),
          attention_mask: runtime.int64(mask, [labels.length, 16])
        },
        ['logits', 'pred_boxes']
      )
      const output = {
        logits: logits?.data as Float32Array,
        boxes: boxes?.data as Float32Array,
        patches: logits?.dims[1] ?? 0
      }
      const ours = owlFindings(output, labels, view, size, threshold)
      expect(
        ours.map(({ label }) => label),
        picture
      ).toEqual(found.map(({ label }) => label))
      for (const [at, { score, box }] of ours.entries()) {
        expect(Math.abs(score - (found[at]?.score ?? NaN)), picture).toBeLessThan(2e-3)
        const off = [...pixelFromNormalized(box, size)].map((value, i) => Math.abs(value - (found[at]?.box[i] ?? NaN)))
        expect(Math.max(...off) / Math.max(size.width, size.height), picture).toBeLessThan(2e-3)
      }
    }
    await session.release()
  })

  it('answers through the door of the tools, with boxes inside the picture and labels that were asked', async () => {
    const tool = await openAnsweringTool(folder)
    const image = await readRaster(pictureOf('tall'))
    const findings = await tool.answer({ text: 'a cat . a dog .', tree: groundedText([]), image }, () => undefined)
    expect(findings.length).toBeGreaterThan(0)
    for (const { label, score, shape } of findings) {
      expect(['a cat', 'a dog']).toContain(label)
      expect(score).toBeGreaterThan(0.1)
      expect(shape.type === 'box' && shape.box.every((value) => value >= 0 && value <= 1)).toBe(true)
    }
    await tool.release()
  })
})

describe('settings of early files', () => {
  it.each([768, [768, 768], { height: 768, width: 768 }])('name the size as %j', (size) => {
    const early = { crop_size: 768, do_center_crop: false, do_resize: true, resample: 3, size }
    expect(OWL_VIEWS.owlvit.parse(early)).toMatchObject({ to: { height: 768, width: 768 }, resample: 'bicubic' })
  })
  it('cannot ask for a cut of another size', () => {
    expect(OWL_VIEWS.owlvit.safeParse({ size: 768, do_center_crop: true, crop_size: 700 }).success).toBe(false)
  })
})

describe('a picture in a grey square', () => {
  it('is as it was where nothing is made larger or smaller, with grey beside it', () => {
    const data = Uint8Array.from([0, 51, 102, 153, 204, 255])
    const planes = blurredSquare({ data, size: { width: 2, height: 1 } }, { width: 2, height: 2 }, 0.5)
    const expected = [0, 0.6, 0.5, 0.5, 0.2, 0.8, 0.5, 0.5, 0.4, 1, 0.5, 0.5]
    planes.forEach((value, at) => expect(value).toBeCloseTo(expected[at] ?? NaN, 6))
  })
  it('of one pixel is that pixel', () => {
    const data = Uint8Array.from([255, 0, 51])
    const planes = blurredSquare({ data, size: { width: 1, height: 1 } }, { width: 2, height: 2 }, 0.5)
    expect([...planes].map((value) => Number(value.toFixed(6)))).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2])
  })
})

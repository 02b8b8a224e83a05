/**
 * @file Detectors against transformers: tiny random models made by `models/export/make_fixture.py`, whose
 * reference.json holds the pixels and the boxes of the reference implementation.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { groundedText } from '../../../../src-shared/grounded/build'
import { toPlanes } from '../../image/raster'
import { readRaster } from '../../image/read-pixels'
import { loadRuntime } from '../../runtime'
import { openAnsweringTool } from '../../testing/open-tool'
import { readToolFolder } from '../registry'
import { findingsOf, namedClasses } from './boxes'
import { detectorView, parsePicture } from './index'

const FIXTURES = resolve(import.meta.dirname, '../../../../models/export/fixtures')
const readJson = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(resolve(FIXTURES, name, file), 'utf8'))
const pictureOf = (name: string): string => resolve(FIXTURES, 'pictures', `${name}.png`)

interface Sampled {
  readonly dims: readonly number[]
  readonly samples: readonly (readonly [number, number])[]
}
interface Reference {
  readonly detections: readonly {
    readonly picture: string
    readonly threshold: number
    readonly feeds: { readonly pixel_values: Sampled }
    readonly found: readonly { readonly label: string; readonly score: number; readonly box: readonly number[] }[]
  }[]
  readonly preprocessing: readonly {
    readonly config: Readonly<Record<string, unknown>>
    readonly pictures: Readonly<Record<string, { readonly pixel_values: Sampled }>>
  }[]
}
const names = readdirSync(FIXTURES).filter(
  (name) => name !== 'pictures' && 'detections' in (readJson(name, 'reference.json') as object)
)

/** One step of 255 after division by the smallest deviation. */
const tolerance = (config: Readonly<Record<string, unknown>>): number =>
  1.001 / 255 / (config['do_normalize'] === false ? 1 : Math.min(...(config['image_std'] as readonly number[])))

async function expectSamePixels(
  config: Readonly<Record<string, unknown>>,
  picture: string,
  stored: Sampled
): Promise<Float32Array> {
  const settings = parsePicture(config)
  const view = detectorView(await readRaster(pictureOf(picture)), settings)
  expect([1, 3, view.size.height, view.size.width], picture).toEqual(stored.dims)
  const planes = toPlanes(view, settings)
  const worst = stored.samples.reduce(
    (max, [place, value]) => Math.max(max, Math.abs((planes[place] ?? NaN) - value)),
    0
  )
  expect(worst, picture).toBeLessThanOrEqual(tolerance(config))
  return planes
}

describe.each(names)('%s', (name) => {
  const reference = readJson(name, 'reference.json') as Reference
  const config = readJson(name, 'preprocessor_config.json') as Readonly<Record<string, unknown>>

  it('sees the pixels of the reference within one step of 255, also with the settings of real models', async () => {
    for (const { picture, feeds } of reference.detections) await expectSamePixels(config, picture, feeds.pixel_values)
    for (const { config: real, pictures } of reference.preprocessing) {
      for (const [picture, feeds] of Object.entries(pictures)) await expectSamePixels(real, picture, feeds.pixel_values)
    }
  })

  it('finds the boxes of the reference', async () => {
    const folder = await readToolFolder(resolve(FIXTURES, name))
    if (folder === null) throw new Error(`expected a detector in ${name}`)
    const session = await (
      await loadRuntime()
    ).open(resolve(FIXTURES, name, 'onnx/model.onnx'), { provider: 'cpu', threads: 1 })
    const { id2label } = readJson(name, 'config.json') as { id2label: Readonly<Record<string, string>> }
    for (const { picture, threshold, feeds, found } of reference.detections) {
      const planes = await expectSamePixels(config, picture, feeds.pixel_values)
      const runtime = await loadRuntime()
      const { logits, pred_boxes: boxes } = await session.run(
        { pixel_values: runtime.float32(planes, feeds.pixel_values.dims) },
        ['logits', 'pred_boxes']
      )
      const ours = findingsOf(
        {
          logits: logits?.data as Float32Array,
          boxes: boxes?.data as Float32Array,
          queries: logits?.dims[1] ?? 0,
          classes: logits?.dims[2] ?? 0
        },
        { scoring: name === 'yolos' ? 'softmax' : 'sigmoid', threshold, labels: Object.values(id2label) }
      )
      const place = ({ label, score }: { readonly label: string; readonly score: number }): string =>
        `${label} ${score.toFixed(3)}`
      expect(ours.map(place).sort(), picture).toEqual(found.map(place).sort())
      for (const their of found) {
        const box = their.box.map((value) => Math.max(0, Math.min(1, value)))
        const distances = ours
          .filter(({ label, score }) => label === their.label && Math.abs(score - their.score) < 2e-3)
          .map(({ shape }) =>
            Math.max(...box.map((value, i) => Math.abs(value - (shape.type === 'box' ? (shape.box[i] ?? 9) : 9))))
          )
        expect(Math.min(...distances), `${picture} ${place(their)}`).toBeLessThan(2e-3)
      }
    }
    await session.release()
  })

  it('answers through the door of the tools, and only what is sure', async () => {
    const tool = await openAnsweringTool(resolve(FIXTURES, name))
    const findings = await tool.answer(
      { text: 'Find all objects', tree: groundedText([]), image: await readRaster(pictureOf('wide')) },
      () => undefined
    )
    expect(findings.every(({ score, shape }) => score > 0.5 && shape.type === 'box')).toBe(true)
    await tool.release()
  })
})

describe('classes a question names', () => {
  const classes = ['cat', 'dog', 'traffic light', 'bus', 'box']
  it.each([
    ['Where is the cat?', ['cat']],
    ['find all dogs and traffic lights', ['dog', 'traffic light']],
    ['two buses, three boxes', ['bus', 'box']],
    ['a category of its own', classes],
    ['Find all objects.', classes]
  ])('%s', (question, expected) => {
    expect([...namedClasses(question, classes)]).toEqual(expected)
  })
})

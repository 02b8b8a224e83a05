/** @file A detector in both engines: pixels, the graph's numbers, and the boxes made of them. */
import { resized, toPlanes } from '../../src-main/inference/image/raster'
import { readRaster } from '../../src-main/inference/image/read-pixels'
import { loadRuntime } from '../../src-main/inference/runtime'
import { findingsOf } from '../../src-main/inference/tools/detr/boxes'
import { detectorView, parsePicture } from '../../src-main/inference/tools/detr'
import type { Row } from '../lib/row'
import { judged, pixelRow, UNRESIZED } from './explained'
import { pictureOf, stepOf } from './fixtures'
import type { Fixture } from './fixtures'
import type { Peer, PeerFound } from './peer'

/** Numbers of one graph run twice are the same to the last bit; boxes are rounded for comparing. */
const DIGITS = 4

const written = (found: readonly { label: string; score: number; box: readonly number[] }[]): string =>
  found
    .map(({ label, score, box }) => [label, ...[score, ...box].map((value) => value.toFixed(DIGITS))].join(' '))
    .sort()
    .join('; ')

const clamp = (value: number): number => Math.max(0, Math.min(1, value))

const largest = (a: ArrayLike<number>, b: ArrayLike<number | bigint>): number =>
  a.length === b.length
    ? Array.from(a).reduce((max, value, at) => Math.max(max, Math.abs(value - Number(b[at]))), 0)
    : NaN

export async function compareDetector(
  { name, dir, config, preprocessor, reference }: Fixture,
  peer: Peer
): Promise<readonly Row[]> {
  const runtime = await loadRuntime()
  const session = await runtime.open(`${dir}/onnx/model.onnx`, { provider: 'cpu', threads: 1 })
  const settings = parsePicture(preprocessor)
  const labels = Object.values(config['id2label'] as Readonly<Record<string, string>>)
  const scoring = config['model_type'] === 'yolos' ? 'softmax' : 'sigmoid'
  const named = ({ boxes, classes, scores }: PeerFound) =>
    boxes.map((box, at) => ({
      label: labels[classes[at] ?? -1] ?? `class ${classes[at]}`,
      score: scores[at] ?? NaN,
      box: box.map(clamp)
    }))
  const differences: string[] = []
  let [pixels, unresized, numbers, boxes] = [0, 0, 0, 0]
  const step = stepOf(preprocessor)
  try {
    for (const { picture, threshold } of reference.detections ?? []) {
      const image = await readRaster(pictureOf(picture))
      const view = detectorView(image, settings)
      const planes = toPlanes(view, settings)
      const dims = [1, 3, view.size.height, view.size.width]
      const run = await session.run({ pixel_values: runtime.float32(planes, dims) }, ['logits', 'pred_boxes'])
      const [logits, predicted] = [run['logits'], run['pred_boxes']]
      const [, queries = 0, classes = 0] = logits?.dims ?? []
      const output = { logits: logits?.data as Float32Array, boxes: predicted?.data as Float32Array, queries, classes }
      const ours = findingsOf(output, { scoring, threshold, labels }).map(({ label, score, shape }) => ({
        label,
        score,
        box: shape.type === 'box' ? [...shape.box] : []
      }))
      const { raw, found } = await peer.detect({ type: 'float32', data: planes, dims }, threshold)
      numbers = Math.max(
        numbers,
        largest(output.logits, raw['logits']?.data ?? []),
        largest(output.boxes, raw['pred_boxes']?.data ?? [])
      )
      boxes += ours.length
      const theirs = named(found)
      if (written(ours) !== written(theirs))
        differences.push(`${picture}: ${ours.length} boxes, its own code finds ${theirs.length}`)
      pixels = Math.max(pixels, largest(planes, (await peer.look(image))?.data ?? []) / step)
      const fitting = resized(image, view.size, 'bilinear')
      const seen = toPlanes(detectorView(fitting, settings), settings)
      unresized = Math.max(unresized, largest(seen, (await peer.look(fitting))?.data ?? []) / step)
    }
  } finally {
    await session.release()
  }
  return [
    judged(
      name,
      'numbers of the graph',
      "as transformers.js's",
      'no difference',
      numbers === 0 ? null : `largest ${numbers}`
    ),
    judged(name, 'boxes', "as its processor's", `${boxes} boxes, all the same`, differences[0] ?? null),
    pixelRow(name, UNRESIZED, unresized),
    pixelRow(name, 'pixels', pixels)
  ]
}

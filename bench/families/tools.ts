/** @file Detectors that are told words, and models that make masks, in both engines: words, pixels, numbers, results. */
import { bitmapFromMask } from '../../src-shared/geometry/mask'
import { groundedText } from '../../src-shared/grounded/build'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { resized, toPlanes } from '../../src-main/inference/image/raster'
import type { Raster } from '../../src-main/inference/image/raster'
import { readRaster } from '../../src-main/inference/image/read-pixels'
import { loadRuntime } from '../../src-main/inference/runtime'
import type { RuntimeTensor } from '../../src-main/inference/runtime'
import { detectorView, parsePicture } from '../../src-main/inference/tools/detr'
import { captionOf, spokenBy } from '../../src-main/inference/tools/grounding-dino'
import { groundedBoxes } from '../../src-main/inference/tools/grounding-dino/boxes'
import { labelTokens, owlFindings } from '../../src-main/inference/tools/owl'
import { OWL_VIEWS, owlPlanes } from '../../src-main/inference/tools/owl/view'
import { promptArrays } from '../../src-main/inference/tools/sam/prompt'
import { createMaskReader } from '../../src-main/inference/tools/sam/read-masks'
import { shownSize, VIEW_SCHEMAS, viewPlanes } from '../../src-main/inference/tools/sam/view'
import { openWords } from '../../src-main/inference/tools/worded/open-words'
import { wantedIn } from '../../src-main/inference/tools/worded/wanted'
import type { Row } from '../lib/row'
import { judged, pixelRow, UNRESIZED } from './explained'
import { pictureOf, stepOf } from './fixtures'
import type { Fixture } from './fixtures'
import type { PeerTensors, ToolPeer } from './tool-peer'

const DIGITS = 4

interface Found {
  readonly label: string
  readonly score: number
  readonly box: readonly number[]
}
const written = (found: readonly Found[]): string =>
  found
    .map(({ label, score, box }) => [label, ...[score, ...box].map((value) => value.toFixed(DIGITS))].join(' '))
    .sort()
    .join('; ')

function largest(a: ArrayLike<number> | undefined, b: ArrayLike<number | bigint> | undefined): number {
  if (a === undefined || b?.length !== a.length) return NaN
  return Array.from(a).reduce((max, value, at) => {
    const other = Number(b[at])
    return value === other ? max : Math.max(max, Math.abs(value - other))
  }, 0)
}

/** What is compared of every picture; the worst of each is told. */
class Tally {
  numbers = 0
  pixels = 0
  unresized = 0
  count = 0
  words: string | null = null
  results: string | null = null

  async see(peer: ToolPeer, image: Raster, planesOf: (image: Raster) => Float32Array, fit: Raster, step: number) {
    this.pixels = Math.max(this.pixels, largest(planesOf(image), (await peer.look(image))['pixel_values']?.data) / step)
    this.unresized = Math.max(
      this.unresized,
      largest(planesOf(fit), (await peer.look(fit))['pixel_values']?.data) / step
    )
  }

  compareRuns(ours: Readonly<Record<string, RuntimeTensor>>, theirs: PeerTensors): void {
    for (const [name, tensor] of Object.entries(ours))
      this.numbers = Math.max(this.numbers, largest(tensor.data as Float32Array, theirs[name]?.data))
  }

  rows(name: string, what: 'boxes' | 'masks'): readonly Row[] {
    const { numbers } = this
    const told = what === 'boxes' ? [judged(name, 'words', "as its tokenizer's", 'same ids', this.words)] : []
    return [
      ...told,
      judged(
        name,
        'numbers of the graph',
        "as transformers.js's",
        'no difference',
        numbers === 0 ? null : `largest ${numbers}`
      ),
      judged(name, what, "as its processor's", `${this.count} ${what}, all the same`, this.results),
      pixelRow(name, UNRESIZED, this.unresized),
      pixelRow(name, 'pixels', this.pixels)
    ]
  }
}

async function compareGrounded(
  { name, dir, preprocessor, reference }: Fixture,
  peer: ToolPeer
): Promise<readonly Row[]> {
  const runtime = await loadRuntime()
  const session = await runtime.open(`${dir}/onnx/model.onnx`, { provider: 'cpu', threads: 1 })
  const settings = parsePicture(preprocessor)
  const tokenizer = await openWords(dir, name)
  const tally = new Tally()
  const planesOf = (image: Raster): Float32Array => toPlanes(detectorView(image, settings), settings)
  for (const { picture, text, threshold, textThreshold } of reference.grounded ?? []) {
    const image = await readRaster(pictureOf(picture))
    const { ids } = tokenizer.encode(captionOf(wantedIn({ text, tree: groundedText([]) }, name)))
    if (JSON.stringify([ids]) !== JSON.stringify(peer.words(text))) tally.words = `of "${text}"`
    const { width, height } = detectorView(image, settings).size
    const count = ids.length
    const arrays = {
      pixel_values: [planesOf(image), [1, 3, height, width]],
      pixel_mask: [new BigInt64Array(height * width).fill(1n), [1, height, width]],
      input_ids: [BigInt64Array.from(ids, BigInt), [1, count]],
      token_type_ids: [new BigInt64Array(count), [1, count]],
      attention_mask: [new BigInt64Array(count).fill(1n), [1, count]]
    } as const
    const made = <T>(tools: {
      float32: (data: Float32Array, dims: readonly number[]) => T
      int64: (data: BigInt64Array, dims: readonly number[]) => T
    }): Record<string, T> =>
      Object.fromEntries(
        Object.entries(arrays).map(([key, [data, dims]]) => [
          key,
          data instanceof Float32Array ? tools.float32(data, dims) : tools.int64(data, dims)
        ])
      )
    const ours = await session.run(made(runtime), ['logits', 'pred_boxes'])
    const given = made(peer)
    const theirs = await peer.run(given)
    tally.compareRuns(ours, theirs)
    const [, queries = 0, length = 0] = ours['logits']?.dims ?? []
    const output = {
      logits: ours['logits']?.data as Float32Array,
      boxes: ours['pred_boxes']?.data as Float32Array,
      queries,
      length
    }
    const compareAt = (least: number): string | null => {
      const mine = groundedBoxes(output, ids, { threshold, textThreshold: least }).map(({ tokenIds, score, box }) => ({
        label: spokenBy(tokenizer, tokenIds),
        score,
        box: [...box]
      }))
      tally.count += mine.length
      const [found] = peer.processor.post_process_grounded_object_detection(theirs, given['input_ids'], {
        box_threshold: threshold,
        text_threshold: least,
        target_sizes: [[1, 1]]
      })
      const its = (found?.labels ?? []).map((label, at) => ({
        label,
        score: found?.scores[at] ?? NaN,
        box: found?.boxes[at] ?? []
      }))
      return written(mine) === written(its) ? null : `${picture}: ${mine.length} boxes, it finds others`
    }
    try {
      tally.results ??= compareAt(textThreshold)
    } catch (error) {
      // Every box has words at 0.
      tally.results =
        compareAt(0) ?? tally.results ?? `${picture}: "${(error as Error).message}"; with all words the same`
    }
    await tally.see(peer, image, planesOf, resized(image, { width, height }, 'bilinear'), stepOf(preprocessor))
  }
  await session.release()
  return tally.rows(name, 'boxes')
}

async function compareOwl(
  { name, dir, config, preprocessor, reference }: Fixture,
  peer: ToolPeer
): Promise<readonly Row[]> {
  const runtime = await loadRuntime()
  const session = await runtime.open(`${dir}/onnx/model.onnx`, { provider: 'cpu', threads: 1 })
  const view = OWL_VIEWS[config['model_type'] === 'owlv2' ? 'owlv2' : 'owlvit'].parse(preprocessor)
  const tokenizer = await openWords(dir, name)
  const tally = new Tally()
  const { width, height } = view.to
  for (const { picture, labels, threshold, promptIds } of reference.worded ?? []) {
    const image = await readRaster(pictureOf(picture))
    const length = promptIds[0]?.length ?? 0
    const { ids, mask } = labelTokens(labels, tokenizer, { length, padId: 0, name })
    const dims = [labels.length, length]
    if (JSON.stringify(Array.from(ids, Number)) !== JSON.stringify(peer.words(labels).flat()))
      tally.words = `of "${labels.join('", "')}"`
    const planes = owlPlanes(image, view)
    const ours = await session.run(
      {
        pixel_values: runtime.float32(planes, [1, 3, height, width]),
        input_ids: runtime.int64(ids, dims),
        attention_mask: runtime.int64(mask, dims)
      },
      ['logits', 'pred_boxes']
    )
    const theirs = await peer.run({
      pixel_values: peer.float32(planes, [1, 3, height, width]),
      input_ids: peer.int64(ids, dims),
      attention_mask: peer.int64(mask, dims)
    })
    tally.compareRuns(ours, theirs)
    const output = {
      logits: ours['logits']?.data as Float32Array,
      boxes: ours['pred_boxes']?.data as Float32Array,
      patches: ours['logits']?.dims[1] ?? 0
    }
    const mine = owlFindings(output, labels, view, image.size, threshold).map((found) => ({
      ...found,
      box: [...found.box]
    }))
    tally.count += mine.length
    const [found] = peer.processor.image_processor.post_process_object_detection(theirs, threshold, [[1, 1]], true)
    const its = (found?.boxes ?? []).map((box, at) => ({
      label: labels[found?.classes[at] ?? -1] ?? '',
      score: found?.scores[at] ?? NaN,
      box
    }))
    if (written(mine) !== written(its)) tally.results ??= `${picture}: ${mine.length} boxes, it finds ${its.length}`
    const fit = resized(image, { width, height }, 'bilinear')
    await tally.see(peer, image, (shown) => owlPlanes(shown, view), fit, stepOf(preprocessor))
  }
  await session.release()
  return tally.rows(name, 'boxes')
}

async function compareMasks(
  { name, dir, config, preprocessor, reference }: Fixture,
  peer: ToolPeer
): Promise<readonly Row[]> {
  const runtime = await loadRuntime()
  const open = (graph: string) => runtime.open(`${dir}/onnx/${graph}.onnx`, { provider: 'cpu', threads: 1 })
  const [encoder, decoder] = [await open('vision_encoder'), await open('prompt_encoder_mask_decoder')]
  const view = VIEW_SCHEMAS[config['model_type'] === 'sam2' ? 'sam2' : 'sam'].parse(preprocessor)
  const tally = new Tally()
  const { width, height } = view.canvas
  for (const { picture, points, box } of reference.segments ?? []) {
    const image = await readRaster(pictureOf(picture))
    const shown = shownSize(image.size, view)
    const planes = viewPlanes(image, view)
    const prompt = promptArrays(
      {
        points: points.map(([x, y, label]) => ({ point: normalizedPoint(x, y), isInside: label === 1 })),
        box: box === null ? null : normalizedBox(...box)
      },
      shown
    )
    const count = prompt.labels.length
    const boxes = prompt.boxes.length / 4
    const names = encoder.outputs.map((output) => output.name)
    const seen = await encoder.run({ pixel_values: runtime.float32(planes, [1, 3, height, width]) }, names)
    const ours = await decoder.run(
      {
        ...seen,
        input_points: runtime.float32(prompt.points, [1, 1, count, 2]),
        input_labels: runtime.int64(prompt.labels, [1, 1, count]),
        input_boxes: runtime.float32(prompt.boxes, [1, boxes, 4])
      },
      ['iou_scores', 'pred_masks']
    )
    // Sam2Model gives what a prompt has not; SamModel passes on what it is given.
    const givesRest = config['model_type'] === 'sam2'
    const theirs = await peer.run({
      pixel_values: peer.float32(planes, [1, 3, height, width]),
      ...(givesRest && count === 0
        ? {}
        : {
            input_points: peer.float32(prompt.points, [1, 1, count, 2]),
            input_labels: peer.int64(prompt.labels, [1, 1, count])
          }),
      ...(givesRest && boxes === 0 ? {} : { input_boxes: peer.float32(prompt.boxes, [1, boxes, 4]) })
    })
    tally.compareRuns(ours, theirs)
    const maps = ours['pred_masks']
    const [, , masks = 0, rows = 0, columns = 0] = maps?.dims ?? []
    const read = createMaskReader(
      { grid: { width: columns, height: rows }, canvas: view.canvas, shown, image: image.size },
      view.longestEdge === null
    )
    const [its] = await peer.processor.image_processor.post_process_masks(
      theirs['pred_masks'],
      [[image.size.height, image.size.width]],
      [[shown.height, shown.width]]
    )
    const area = image.size.width * image.size.height
    for (let at = 0; at < masks; at++) {
      const logits = (maps?.data as Float32Array).subarray(at * rows * columns, (at + 1) * rows * columns)
      const bitmap = bitmapFromMask(read(logits))
      const differing = bitmap.reduce((sum, pixel, i) => sum + (pixel === Number(its?.data[at * area + i]) ? 0 : 1), 0)
      tally.count++
      if (differing > 0) tally.results ??= `${picture}: ${differing} of ${area} pixels`
    }
    const fit = resized(image, shown, 'bilinear')
    await tally.see(peer, image, (given) => viewPlanes(given, view), fit, stepOf(preprocessor))
  }
  await encoder.release()
  await decoder.release()
  return tally.rows(name, 'masks')
}

export function compareTool(fixture: Fixture, peer: ToolPeer): Promise<readonly Row[]> {
  if (fixture.reference.grounded !== undefined) return compareGrounded(fixture, peer)
  return fixture.reference.worded === undefined ? compareMasks(fixture, peer) : compareOwl(fixture, peer)
}

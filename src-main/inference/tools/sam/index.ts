/**
 * @file SAM and SAM 2: a graph that looks at a picture once, and a small one that makes masks of the places it is
 * shown. Folder layout of transformers.js: `vision_encoder` and `prompt_encoder_mask_decoder`.
 * Source: the processors of sam and sam2 in transformers 4.57; which inputs such graphs have, and what they are fed
 * where a prompt has no points or no box, in transformers.js 4.3.
 */
import { z } from 'zod'
import { AppError } from '../../../../src-shared/errors'
import { badOutput } from '../../decode/bad-output'
import type { ModelCard } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { readJson, readObject } from '../../repo/read-json'
import { findGraphs } from '../../repo/weights'
import type { GraphSession, RuntimeTensor } from '../../runtime'
import { openToolSessions } from '../open-sessions'
import { toolCard } from '../tool-card'
import type { MadeMask, MaskingTool, SeenScene } from '../tool'
import { promptArrays } from './prompt'
import { createMaskReader } from './read-masks'
import { shownSize, VIEW_SCHEMAS, viewPlanes } from './view'
import type { ViewSettings } from './view'

const KINDS: Readonly<Record<string, { readonly name: string; readonly view: keyof typeof VIEW_SCHEMAS }>> = {
  sam: { name: 'SAM', view: 'sam' },
  sam2: { name: 'SAM 2', view: 'sam2' },
  sam2_video: { name: 'SAM 2', view: 'sam2' }
}
const configSchema = z.object({ model_type: z.string() })

async function readView(dir: string, model: string, view: keyof typeof VIEW_SCHEMAS): Promise<ViewSettings> {
  return view === 'sam'
    ? readJson(dir, model, 'preprocessor_config.json', VIEW_SCHEMAS.sam)
    : readJson(dir, model, 'preprocessor_config.json', VIEW_SCHEMAS.sam2)
}

const cardOf = (dir: string, kind: string): Promise<ModelCard> =>
  toolCard(dir, { id: 'sam', kind, asks: [], cannot: ['words: it makes masks of boxes and points'] })

/** Inputs of the decoder that say what is masked; all others are what the encoder gave. */
const PROMPT_INPUTS: ReadonlySet<string> = new Set(['input_points', 'input_labels', 'input_boxes'])

/** Names that the decoder takes from the encoder. Throws `model/unsupported-graph`. */
function passedOn(model: string, encoder: GraphSession, decoder: GraphSession): readonly string[] {
  const given = new Set(encoder.outputs.map(({ name }) => name))
  const wanted = decoder.inputs.map(({ name }) => name).filter((name) => !PROMPT_INPUTS.has(name))
  const missing = wanted.find((name) => !given.has(name))
  const unknown = encoder.inputs.find(({ name }) => name !== 'pixel_values')
  if (missing !== undefined || unknown !== undefined || wanted.length === 0) {
    throw modelProblem(
      'model/unsupported-graph',
      model,
      unknown === undefined
        ? `its decoder asks for "${missing ?? 'nothing'}", which its encoder does not give`
        : `its encoder asks for "${unknown.name}", which this version cannot give`
    )
  }
  return wanted
}

function sceneOf(
  model: string,
  size: SeenScene['size'],
  names: readonly string[],
  outputs: Readonly<Record<string, RuntimeTensor>>
): SeenScene {
  const embeddings = names.map((name) => {
    const tensor = outputs[name]
    if (tensor?.type !== 'float32') throw badOutput(model, name, `float32 was expected, ${tensor?.type} came`)
    const data = tensor.data as Float32Array
    if (!data.every(Number.isFinite)) throw badOutput(model, name, 'it contains values that are not numbers')
    return [name, { data, dims: tensor.dims }] as const
  })
  return { size, embeddings: Object.fromEntries(embeddings) }
}

function readMasks(
  model: string,
  size: SeenScene['size'],
  view: ViewSettings,
  outputs: Readonly<Record<string, RuntimeTensor>>,
  between: () => void
): readonly MadeMask[] {
  const { iou_scores: scores, pred_masks: maps } = outputs
  const [width = 0, height = 0] = [maps?.dims.at(-1), maps?.dims.at(-2)]
  const count = scores?.size ?? 0
  if (
    scores?.type !== 'float32' ||
    maps?.type !== 'float32' ||
    count === 0 ||
    width * height === 0 ||
    maps.size !== count * width * height
  ) {
    throw badOutput(
      model,
      'pred_masks',
      `float32 [1, 1, masks, height, width] and as many scores were expected, ${maps?.type} [${maps?.dims.join(', ')}] and [${scores?.dims.join(', ')}] came`
    )
  }
  const [logits, ious] = [maps.data as Float32Array, scores.data as Float32Array]
  if (![...ious].every(Number.isFinite) || !logits.every(Number.isFinite))
    throw badOutput(model, 'pred_masks', 'it contains values that are not numbers')
  const read = createMaskReader(
    { grid: { width, height }, canvas: view.canvas, shown: shownSize(size, view), image: size },
    view.longestEdge === null
  )
  const masks = Array.from(ious, (predictedIou, at): MadeMask => {
    const mask = read(logits.subarray(at * width * height, (at + 1) * width * height))
    between()
    return { mask, predictedIou }
  })
  return masks.sort((a, b) => b.predictedIou - a.predictedIou)
}

export const sam: MaskingTool = {
  id: 'sam',
  makes: 'masks',
  async recognise(dir, names) {
    if (!names.has('config.json') || !names.has('onnx')) return null
    const raw = await readObject(dir, 'model', 'config.json')
    const kind = typeof raw?.['model_type'] === 'string' ? KINDS[raw['model_type']] : undefined
    if (kind === undefined) return null
    const card = await cardOf(dir, kind.name)
    await readView(dir, card.id, kind.view)
    const found = await findGraphs(dir, card.id, ['vision_encoder', 'prompt_encoder_mask_decoder'])
    return {
      dir,
      card,
      sizeBytes: [...found.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      tool: sam,
      graphs: Object.fromEntries([...found].map(([name, { file }]) => [name, file]))
    }
  },
  async open(runtime, folder, options) {
    const { dir, card } = folder
    const model = card.id
    const { model_type: type } = await readJson(dir, model, 'config.json', configSchema)
    const view = await readView(dir, model, KINDS[type]?.view ?? 'sam')
    const { sessions, provider, providerNotes, release } = await openToolSessions(runtime, folder, options)
    const { vision_encoder: encoder, prompt_encoder_mask_decoder: decoder } = sessions
    try {
      if (encoder === undefined || decoder === undefined)
        throw modelProblem('model/corrupt-graph', model, 'a graph is missing')
      const names = passedOn(model, encoder, decoder)
      const takes = new Set(decoder.inputs.map(({ name }) => name))
      return {
        provider,
        providerNotes,
        release,
        async see(image) {
          const { width, height } = view.canvas
          const pixels = runtime.float32(viewPlanes(image, view), [1, 3, height, width])
          return sceneOf(model, image.size, names, await encoder.run({ pixel_values: pixels }, names))
        },
        async mask({ size, embeddings }, prompt, between) {
          if (prompt.box !== null && !takes.has('input_boxes')) {
            throw new AppError('inference/cannot-mask', `The decoder of ${card.name} takes points only, no box.`, {
              nextStep: 'Show it a point inside, or use an export whose decoder has the input "input_boxes".',
              data: { modelId: model }
            })
          }
          const { points, labels, boxes } = promptArrays(prompt, shownSize(size, view))
          const prompts: Readonly<Record<string, RuntimeTensor>> = {
            input_points: runtime.float32(points, [1, 1, labels.length, 2]),
            input_labels: runtime.int64(labels, [1, 1, labels.length]),
            input_boxes: runtime.float32(boxes, [1, boxes.length / 4, 4])
          }
          const feeds: Record<string, RuntimeTensor> = {}
          for (const [name, tensor] of Object.entries(prompts)) if (takes.has(name)) feeds[name] = tensor
          for (const [name, { data, dims }] of Object.entries(embeddings)) feeds[name] = runtime.float32(data, dims)
          const outputs = await decoder.run(feeds, ['iou_scores', 'pred_masks'])
          between()
          return readMasks(model, size, view, outputs, between)
        }
      }
    } catch (error) {
      await release()
      throw error
    }
  }
}

/**
 * @file Masks of a place in a picture, from a model that makes them (SAM, SAM 2). Used by the window's requests and by
 * the command line; knows no project.
 */
import { AppError } from '../../src-shared/errors'
import type { AnswerTimings } from '../../src-shared/document/records'
import { boundsOfMaskShape } from '../../src-shared/geometry/mask-shape'
import type { MaskShape } from '../../src-shared/geometry/region-shape'
import type { ModelSummary } from '../../src-shared/ipc/contract'
import type { MaskPrompt } from '../../src-shared/prompts/mask-prompt'
import type { AskObserver, InferenceService } from './ports'

const HOW_TO_ADD =
  'Import the folder of a SAM or SAM 2 model in the layout of transformers.js (vision_encoder.onnx and ' +
  'prompt_encoder_mask_decoder.onnx below onnx/): eyrie models add DIR.'

/**
 * `wanted`, or the first model that makes masks and is ready. Rejects with `model/no-masker`, `model/not-found`,
 * `inference/cannot-mask`, or the model's own problem.
 */
export async function chooseMasker(inference: InferenceService, wanted: string | null): Promise<ModelSummary> {
  const models = await inference.listModels()
  const maskers = models.filter(({ makesMasks }) => makesMasks === true)
  const model =
    wanted === null
      ? (maskers.find(({ state }) => state === 'ready') ?? maskers[0])
      : models.find(({ id }) => id === wanted)
  if (model === undefined) {
    const choice = maskers.map(({ id }) => id).join(', ')
    throw wanted === null
      ? new AppError('model/no-masker', 'There is no model that makes masks.', { nextStep: HOW_TO_ADD })
      : new AppError('model/not-found', `There is no model ${wanted}.`, {
          nextStep: choice === '' ? HOW_TO_ADD : `Choose one of ${choice}.`,
          data: { modelId: wanted }
        })
  }
  if (model.problem !== null) {
    const { code, message, nextStep } = model.problem
    throw new AppError(code, message, { nextStep, data: { modelId: model.id } })
  }
  if (model.makesMasks === true) return model
  throw new AppError('inference/cannot-mask', `${model.name} makes no masks.`, {
    nextStep: maskers.length === 0 ? HOW_TO_ADD : `Choose one of ${maskers.map(({ id }) => id).join(', ')}.`,
    data: { modelId: model.id }
  })
}

export interface ShapedMask {
  readonly shape: MaskShape
  /** Overlap with the truth as the model expects it: about 0 to 1, not held to it. */
  readonly predictedIou: number
}

export interface MaskAnswer {
  /** The surest first; each has at least one pixel. Empty only when it was cancelled. */
  readonly masks: readonly ShapedMask[]
  readonly isCancelled: boolean
  readonly provider: string
  /** Said when a preferred provider was given up. */
  readonly notes: readonly string[]
  readonly timings: AnswerTimings
}

export interface MaskQuestion {
  readonly requestId: string
  readonly model: ModelSummary
  readonly imagePath: string
  readonly prompt: MaskPrompt
  readonly providers?: readonly string[]
}

/** Rejects with `inference/no-mask` when no pixel is inside, and with the codes of `InferenceService.ask`. */
export async function makeMasks(
  { requestId, model, imagePath, prompt, providers }: MaskQuestion,
  inference: InferenceService,
  observer?: AskObserver
): Promise<MaskAnswer> {
  const {
    stop,
    masks = [],
    provider,
    providerNotes,
    timings
  } = await inference.ask(
    {
      requestId,
      modelId: model.id,
      imagePath,
      messages: [],
      mask: prompt,
      ...(providers === undefined ? {} : { providers })
    },
    observer
  )
  const shaped = masks
    .map(({ size, counts, predictedIou }): ShapedMask => ({ shape: { type: 'mask', size, counts }, predictedIou }))
    .filter(({ shape }) => boundsOfMaskShape(shape) !== null)
  const isCancelled = stop === 'cancelled'
  if (shaped.length === 0 && !isCancelled) {
    throw new AppError('inference/no-mask', `${model.name} sees no object there.`, {
      nextStep: 'Draw the box closer around the object, or point at its middle.',
      data: { modelId: model.id }
    })
  }
  return { masks: shaped, isCancelled, provider, notes: providerNotes, timings }
}

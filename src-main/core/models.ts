/** @file Which model answers, and which dialect it speaks. */
import { AppError } from '../../src-shared/errors'
import type { Dialect } from '../../src-shared/dialects/dialect'
import { findDialect } from '../../src-shared/dialects/registry'
import type { ModelSummary } from '../../src-shared/ipc/contract'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import type { InferenceService } from './ports'

export interface ChosenModel {
  readonly model: ModelSummary
  readonly dialect: Dialect
}

/**
 * `wanted`, or the first model that is ready when nobody wants one. A wanted model that is missing or
 * broken is never replaced by another. Rejects with `model/none`, `model/not-found`, `model/...` of the
 * model's own problem, `inference/masks-only`, `dialect/unknown`.
 */
export async function chooseModel(inference: InferenceService, wanted: string | null): Promise<ChosenModel> {
  const models = await inference.listModels()
  const answering = models.filter(({ makesMasks }) => makesMasks !== true)
  const model =
    wanted === null
      ? (answering.find(({ state }) => state === 'ready') ?? answering[0])
      : models.find(({ id }) => id === wanted)
  if (model === undefined) {
    throw wanted === null
      ? new AppError('model/none', 'There is no model to ask.', {
          nextStep: 'Add a model folder: eyrie models add DIR.'
        })
      : new AppError('model/not-found', `There is no model ${wanted}.`, {
          nextStep:
            answering.length === 0
              ? 'Add a model folder.'
              : `Choose one of ${answering.map(({ id }) => id).join(', ')}.`,
          data: { modelId: wanted }
        })
  }
  if (model.problem !== null) {
    const { code, message, nextStep } = model.problem
    throw new AppError(code, message, { nextStep, data: { modelId: model.id } })
  }
  if (model.makesMasks === true) {
    throw new AppError(
      'inference/masks-only',
      `${model.name} makes masks of boxes and points; it answers no questions.`,
      {
        nextStep:
          'Choose another model to ask; in the studio, "Mask from box" uses this one, on the command line eyrie segment.',
        data: { modelId: model.id }
      }
    )
  }
  return { model, dialect: needDialect(model.dialect) }
}

/** Before anything is written or asked. Throws `inference/cannot-constrain`, `inference/no-alternatives`. */
export function checkForm(model: ModelSummary, form: AnswerForm | null, nBest = 1): void {
  if (nBest > 1 && (model.forms.length === 0 || model.endpoint !== undefined)) {
    throw new AppError('inference/no-alternatives', `${model.name} gives one answer to a question.`, {
      nextStep: 'Ask without --n-best, or choose a language model of this computer.',
      data: { modelId: model.id }
    })
  }
  if (form === null || model.forms.includes(form.kind)) return
  throw new AppError(
    'inference/cannot-constrain',
    model.forms.length === 0
      ? `Answers of ${model.name} cannot be held to a form.`
      : `Answers of ${model.name} cannot be held to the form "${form.kind}".`,
    {
      nextStep:
        model.forms.length === 0
          ? 'Let it answer freely, or choose a language model of this computer.'
          : `Let it answer freely, or choose one of ${model.forms.join(', ')}.`,
      data: { modelId: model.id, form: form.kind }
    }
  )
}

export function needDialect(id: string): Dialect {
  const dialect = findDialect(id)
  if (dialect !== null) return dialect
  throw new AppError('dialect/unknown', `This version of the app does not know the dialect ${id}.`, {
    nextStep: 'Choose another dialect, or update the app.',
    data: { dialect: id }
  })
}

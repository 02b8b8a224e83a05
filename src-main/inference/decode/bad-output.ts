import { AppError } from '../../../src-shared/errors'

/** The model computed something that cannot be used (G5). */
export const badOutput = (model: string, output: string, reason: string): AppError =>
  new AppError('inference/bad-output', `Model ${model} gave an unusable "${output}": ${reason}.`, {
    nextStep: 'Try another provider or the full-precision files of the model; if it stays, the model is damaged.',
    data: { model, output }
  })

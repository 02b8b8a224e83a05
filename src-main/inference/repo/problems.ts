/** @file The errors of a model folder. Each names the model, the file, the reason and the next step. */
import { AppError } from '../../../src-shared/errors'

const AGAIN = 'Copy or download the model again, then add it once more.'

export function modelProblem(
  code: string,
  model: string,
  message: string,
  options: { readonly file?: string; readonly nextStep?: string; readonly cause?: unknown } = {}
): AppError {
  const { file, nextStep = AGAIN, cause } = options
  return new AppError(code, `Model ${model}: ${message}.`, {
    nextStep,
    data: { model, ...(file === undefined ? {} : { file }) },
    ...(cause === undefined ? {} : { cause })
  })
}

export const missingFile = (model: string, file: string): AppError =>
  modelProblem('model/missing-file', model, `the file ${file} is missing`, {
    file,
    nextStep: `Put ${file} into the model's folder, or copy the whole model again.`
  })

export const modelNotFound = (model: string): AppError =>
  new AppError('model/not-found', `There is no model "${model}".`, {
    nextStep: 'Choose one of the listed models, or add its folder first.',
    data: { model }
  })

/** @file What every data source says when a file is not there or too large. */
import { AppError } from '../../errors'

/** What a file may weigh where the reader names no other cap. */
export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024

export const tooLarge = (path: string, sizeBytes: number, maxBytes: number): AppError =>
  new AppError('import/too-large', `${path} has ${sizeBytes} bytes; at most ${maxBytes} are read at once.`, {
    nextStep: 'Check that it is the file you mean.',
    data: { file: path, sizeBytes, maxBytes }
  })

export const noSuchFile = (path: string): AppError =>
  new AppError('import/no-such-file', `There is no file ${path}.`, {
    nextStep: 'Choose the folder or file again.',
    data: { file: path }
  })

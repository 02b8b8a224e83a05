import { AppError } from '../../../src-shared/errors'

/** An error as the window keeps it: what happened and what to do next. */
export interface ErrorInfo {
  readonly code: string
  readonly message: string
  readonly nextStep: string | null
}

/** Turns whatever a promise rejected with into something a person can be shown. */
export function describeError(reason: unknown): ErrorInfo {
  if (reason instanceof AppError) {
    return { code: reason.code, message: reason.message, nextStep: reason.nextStep ?? null }
  }
  if (reason instanceof Error) return { code: 'app/unexpected', message: reason.message, nextStep: null }
  return { code: 'app/unexpected', message: String(reason), nextStep: null }
}

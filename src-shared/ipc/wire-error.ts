/**
 * @file How an error crosses a process. `AppError` (and its subclasses) keep their code, message,
 * next step and data; everything else becomes `app/unexpected`, because its message was written
 * for nobody. No stack and no absolute path ever leaves the core (K7).
 */
import { AppError } from '../errors'
import type { ErrorData } from '../errors'

export interface WireError {
  readonly code: string
  readonly message: string
  readonly nextStep: string | null
  readonly data: ErrorData
}

export const UNEXPECTED_CODE = 'app/unexpected'
const UNEXPECTED_MESSAGE = 'Something went wrong inside the app.'
const UNEXPECTED_NEXT_STEP =
  'Try again; if it happens again, restart the app and report what you did before it happened.'

const MAX_TEXT_LENGTH = 2_000
const MAX_DATA_ENTRIES = 32

/**
 * An absolute path, with or without `file://`: POSIX with at least two segments, a drive letter, or
 * UNC. Quoted ones may hold spaces. Relative paths (`scans/a.jpg`) and asset URLs of one segment stay.
 */
const QUOTED_PATH = /(["'`])((?:file:\/\/)?(?:\/[^/\n"'`]+\/|[A-Za-z]:[\\/]|\\\\)[^\n"'`]*)\1/g
const BARE_PATH = /(^|[\s(=:,[])(?:file:\/\/)?((?:\/[^\s/"'`]+\/|[A-Za-z]:[\\/]|\\\\)[^\s"'`)\]]*)/g

const baseName = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== '') ?? ''

/** Replaces every absolute path by its last segment. */
export function withoutAbsolutePaths(text: string): string {
  return text
    .replace(QUOTED_PATH, (_whole, quote: string, path: string) => quote + baseName(path) + quote)
    .replace(BARE_PATH, (_whole, before: string, path: string) => before + baseName(path))
}

const safeText = (text: string): string => {
  const clean = withoutAbsolutePaths(text)
  return clean.length > MAX_TEXT_LENGTH ? `${clean.slice(0, MAX_TEXT_LENGTH - 1)}…` : clean
}

function safeData(data: unknown): ErrorData {
  const entries: [string, string | number | boolean | null][] = []
  if (typeof data === 'object' && data !== null) {
    for (const [key, value] of Object.entries(data)) {
      if (entries.length === MAX_DATA_ENTRIES) break
      if (typeof value === 'string') entries.push([key, safeText(value)])
      else if (typeof value === 'boolean' || value === null) entries.push([key, value])
      else if (typeof value === 'number' && Number.isFinite(value)) entries.push([key, value])
    }
  }
  return Object.fromEntries(entries)
}

/** Total: anything may have been thrown. Log the original before calling this; it does not survive. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof AppError) {
    return {
      code: thrown.code,
      message: safeText(thrown.message),
      nextStep: thrown.nextStep === undefined ? null : safeText(thrown.nextStep),
      data: safeData(thrown.data)
    }
  }
  return { code: UNEXPECTED_CODE, message: UNEXPECTED_MESSAGE, nextStep: UNEXPECTED_NEXT_STEP, data: {} }
}

/** The other end: back to an `AppError` that can be thrown and shown. Total. */
export function fromWireError(wire: unknown): AppError {
  const { code, message, nextStep, data } = (typeof wire === 'object' && wire !== null ? wire : {}) as Record<
    string,
    unknown
  >
  if (typeof code !== 'string' || typeof message !== 'string') {
    return new AppError(UNEXPECTED_CODE, UNEXPECTED_MESSAGE, { nextStep: UNEXPECTED_NEXT_STEP })
  }
  return new AppError(code, message, {
    ...(typeof nextStep === 'string' ? { nextStep } : {}),
    data: safeData(data)
  })
}

/**
 * @file The errors every layer speaks. Bad data is a value (`Diagnostic`); a bad program throws
 * `InvariantError`; a bad world (a missing file, a dead process, a full disk) throws `AppError`.
 * A code is API: it is tested, and the renderer translates by it.
 */

export type Severity = 'error' | 'warning' | 'info'

/** Half-open UTF-16 offsets into a source text. */
export interface SourceRange {
  readonly start: number
  readonly end: number
}

/** A finding in data: an import row, a model's answer, a dialect's source. Never thrown. */
export interface Diagnostic {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly position?: SourceRange
}

/** JSON-safe details of an error; names and numbers only, never image content, keys or stacks. */
export type ErrorData = Readonly<Record<string, string | number | boolean | null>>

export interface AppErrorOptions {
  /** What the person can do next, one sentence. */
  readonly nextStep?: string
  readonly data?: ErrorData
  readonly cause?: unknown
}

/**
 * Something outside the program went wrong. `code` is `area/what` (`image/corrupt`), `message` names
 * the thing and the reason, `nextStep` says what to do.
 */
export class AppError extends Error {
  override readonly name: string = 'AppError'
  readonly code: string
  readonly nextStep: string | undefined
  readonly data: ErrorData

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.nextStep = options.nextStep
    this.data = options.data ?? {}
  }
}

/** The program is wrong. Not for data, not for the world. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Throws `InvariantError` unless `condition` holds; `message` says what was expected. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}

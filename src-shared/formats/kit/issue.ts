/** @file Making `ImportIssue`s. */
import { AppError } from '../../errors'
import type { ImportIssue } from '../reading/item'

/** Where in a file: what every issue about it shares. */
export interface Whereabouts {
  readonly file: string
  /** From 1. */
  readonly line?: number
  /** The id the file gives the record; else its number, as `shape 3`. */
  readonly record?: string
}

const make =
  (severity: ImportIssue['severity']) =>
  // One by one: a place may make its words only when it is asked for them.
  ({ file, line, record }: Whereabouts, code: `import/${string}`, message: string): ImportIssue => ({
    type: 'issue',
    severity,
    code,
    message,
    file,
    ...(line === undefined ? {} : { line }),
    ...(record === undefined ? {} : { record })
  })

export const skipped = make('skip')
export const doubted = make('doubt')
export const noted = make('note')

/**
 * For formats with a file for each image: a file that cannot be read at all is one record left out. Anything but an
 * `import/…` error is thrown on.
 */
export function skippedFile(file: string, error: unknown): ImportIssue {
  if (!(error instanceof AppError) || !error.code.startsWith('import/')) throw error
  return skipped({ file }, error.code as `import/${string}`, error.message)
}

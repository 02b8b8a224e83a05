/** @file What SQLite's errors mean to a person. One table, used wherever a statement may fail. */
import { AppError } from '../../src-shared/errors'

interface Meaning {
  readonly code: string
  readonly reason: string
  readonly nextStep: string
}

const meanings: readonly (readonly [prefix: string, Meaning])[] = [
  [
    'SQLITE_FULL',
    {
      code: 'store/disk-full',
      reason: 'the disk is full; the change was not saved',
      nextStep: 'Make room on the disk (about 16 MB), then do it again.'
    }
  ],
  [
    'SQLITE_IOERR',
    {
      code: 'store/io-error',
      reason: 'the disk reported an error; the change was not saved',
      nextStep: 'Check the disk or the network drive, then do it again.'
    }
  ],
  [
    'SQLITE_CORRUPT',
    { code: 'store/corrupt', reason: 'the file is damaged', nextStep: 'Open a backup of the project.' }
  ],
  [
    'SQLITE_NOTADB',
    { code: 'store/not-a-project', reason: 'it is not a project file', nextStep: 'Choose a file made by this app.' }
  ],
  [
    'SQLITE_BUSY',
    {
      code: 'store/busy',
      reason: 'another program kept it locked; the change was not saved',
      nextStep: 'Close the other program or wait, then do it again.'
    }
  ],
  [
    'SQLITE_LOCKED',
    {
      code: 'store/busy',
      reason: 'another connection kept it locked; the change was not saved',
      nextStep: 'Wait a moment, then do it again.'
    }
  ],
  [
    'SQLITE_READONLY',
    {
      code: 'store/read-only',
      reason: 'it may not be written',
      nextStep: 'Allow writing to the file and its folder, then open the project again.'
    }
  ],
  [
    'SQLITE_CANTOPEN',
    {
      code: 'store/cannot-open',
      reason: 'it or its log could not be opened',
      nextStep: 'Check that the file and its folder may be read and written.'
    }
  ],
  ['SQLITE_TOOBIG', { code: 'store/too-big', reason: 'a text is too large', nextStep: 'Split it into smaller parts.' }],
  [
    'SQLITE_NOMEM',
    {
      code: 'store/out-of-memory',
      reason: 'there is not enough memory',
      nextStep: 'Close other programs, then do it again.'
    }
  ]
]

/** SQLite's own code (`SQLITE_IOERR_FSYNC`), or null when the error is not SQLite's. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'SqliteError') return null
  const code = (error as Error & { code?: unknown }).code
  return typeof code === 'string' ? code : null
}

/** The same failure as an `AppError` that names the file; other errors come back unchanged. */
export function explainSqliteError(path: string, error: unknown): unknown {
  const code = sqliteCode(error)
  if (code === null) return error
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))?.[1] ?? {
    code: 'store/sqlite',
    reason: (error as Error).message,
    nextStep: 'Open the project again; if it happens once more, report it with this message.'
  }
  return new AppError(meaning.code, `${path}: ${meaning.reason} (${code}).`, {
    nextStep: meaning.nextStep,
    data: { path, sqlite: code },
    cause: error
  })
}

/** After these the state of the connection is not to be trusted: it is opened anew (B2). */
export function needsNewConnection(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== null && ['SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_NOMEM'].some((prefix) => code.startsWith(prefix))
}

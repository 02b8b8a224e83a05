/**
 * @file The only importer of better-sqlite3. Connections that are hardened before their first
 * statement (C1), and the versions below which nothing is opened. Runs in the store's worker threads.
 *
 * [Note: One process, one SQLite, no other reader of the file]
 * POSIX locks belong to a process: closing *any* descriptor of a file drops all locks the process
 * holds on it. While a project is open, no code of this process may open the project file other
 * than through SQLite (a `stat` is fine).
 */
import { createRequire } from 'node:module'
import type BetterSqlite3 from 'better-sqlite3'
import { AppError } from '../../src-shared/errors'

export type Database = BetterSqlite3.Database
export type Statement = BetterSqlite3.Statement<unknown[]>

/** `EYRE` in ASCII; bytes 68..71 of the file. */
export const applicationId = 0x45595245
export const pageSizeBytes = 8192
const minimumNodeMajor = 22
/** A race that could corrupt WAL databases was fixed here. */
const minimumSqlite = '3.51.3'
const cacheSizeKib = 65_536

let loaded: typeof BetterSqlite3 | null = null

/** better-sqlite3 ends older Node processes with a segmentation fault, which explains nothing: refuse first. */
export function assertNodeCanRunSqlite(nodeVersion: string): void {
  const major = Number.parseInt(nodeVersion, 10)
  if (major >= minimumNodeMajor) return
  throw new AppError(
    'store/node-too-old',
    `The project store needs Node ${minimumNodeMajor} or later, this is ${nodeVersion}.`,
    {
      nextStep: 'Start the app with `npm start`, which finds or installs a suitable Node.',
      data: { nodeVersion, minimum: minimumNodeMajor }
    }
  )
}

/** Refuses an SQLite that may damage what it writes (A3). */
export function assertSqliteIsSafe(version: string): void {
  const parts = (text: string): number[] => text.split('.').map(Number)
  const [major = 0, minor = 0, patch = 0] = parts(version)
  const [minMajor = 0, minMinor = 0, minPatch = 0] = parts(minimumSqlite)
  const order = major - minMajor || minor - minMinor || patch - minPatch
  if (order >= 0) return
  throw new AppError(
    'store/sqlite-too-old',
    `SQLite ${version} can damage project files; ${minimumSqlite} or later is needed.`,
    {
      nextStep: 'Install the app again with its locked dependencies (`npm ci`).',
      data: { version, minimum: minimumSqlite }
    }
  )
}

function sqlite(): typeof BetterSqlite3 {
  if (loaded) return loaded
  assertNodeCanRunSqlite(process.versions.node)
  // Required only now: an import at the top would load the native part before the check above.
  loaded = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3
  return loaded
}

/** `create`: the file must not exist yet. `memory`: for comparing schemas. */
export type ConnectionMode = 'read' | 'write' | 'create' | 'memory'

export interface ConnectionOptions {
  /** How long a statement waits for another program's lock before it fails with `store/busy`. */
  readonly busyTimeoutMs?: number
}

/** Opens a connection; the caller closes it. Throws `SqliteError`s, see `sqlite-errors.ts`. */
export function connect(path: string, mode: ConnectionMode, options: ConnectionOptions = {}): Database {
  if (path !== path.trim()) {
    throw new AppError('store/bad-path', `The path ${JSON.stringify(path)} begins or ends with a space.`, {
      nextStep: 'Rename the file.'
    })
  }
  const Constructor = sqlite()
  const database = new Constructor(mode === 'memory' ? ':memory:' : path, {
    readonly: mode === 'read',
    fileMustExist: mode === 'read' || mode === 'write',
    timeout: options.busyTimeoutMs ?? 5_000
  })
  try {
    // C1. `defensive` is set and extension loading unset by better-sqlite3 itself.
    database.pragma('trusted_schema = OFF')
    database.pragma('cell_size_check = ON')
    database.pragma('mmap_size = 0')
    database.pragma('foreign_keys = ON')
    if (mode === 'read') database.pragma('query_only = ON')
    if (mode === 'create') database.pragma(`page_size = ${pageSizeBytes}`)
    // Reads the file for the first time: whatever is wrong with opening it is said here.
    database.pragma(`cache_size = -${cacheSizeKib}`)
    assertSqliteIsSafe(String(database.prepare('SELECT sqlite_version()').pluck().get()))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** WAL with a sync at every commit (A2). Verified, since SQLite answers with what it did, not with an error. */
export function writeAheadWithFullSync(database: Database): void {
  const mode = database.pragma('journal_mode = WAL', { simple: true })
  database.pragma('synchronous = FULL')
  const synchronous = database.pragma('synchronous', { simple: true })
  if (mode !== 'wal' || synchronous !== 2) {
    throw new AppError(
      'store/no-wal',
      `The file system of ${database.name} does not allow a write-ahead log (journal mode ${String(mode)}).`,
      {
        nextStep: 'Move the project to a local disk.',
        data: { mode: String(mode), synchronous: Number(synchronous) }
      }
    )
  }
}

const statements = new WeakMap<Database, Map<string, Statement>>()

/** A statement prepared once per connection. `sql` is always a constant of the program (C4). */
export function prepared(database: Database, sql: string): Statement {
  let known = statements.get(database)
  if (!known) statements.set(database, (known = new Map()))
  let statement = known.get(sql)
  if (!statement) known.set(sql, (statement = database.prepare<unknown[]>(sql)))
  return statement
}

/** All or nothing, holding the write lock from the start. Synchronous: nothing may await inside. */
export function inTransaction<T>(database: Database, work: () => T): T {
  return database.transaction(work).immediate()
}

/**
 * @file How a project file is opened: looked at first through a connection that cannot write, and
 * only when everything about it is sound opened for writing. Decides between writing, reading only
 * and refusing, and says why. Runs in the store's worker.
 */
import { copyFileSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { livenessOf, ownIdentity } from '../files/process-identity'
import { removeStaleTemporaryFiles } from '../files/temporary-files'
import { connect, inTransaction, prepared, writeAheadWithFullSync } from './database'
import type { Database } from './database'
import { migrations as released } from './migrations'
import type { Migration } from './migrations/migration'
import { createProjectFile, inspectFile, resolvedImageRoot, whyNotWritable } from './project-file'
import type { NewProject, StoredImageRoot } from './project-file'
import type { OpeningNotice } from './protocol'
import { readLabels } from './queries/documents'
import type { Row } from './rows'
import { sqliteCode } from './sqlite-errors'
import { assertKnownSchema, latestVersion, migrate, versionOf } from './schema'
import { isHeldByOther, lockedError, readHolder, takeWriterLock } from './writer-lock'
import type { Holder } from './writer-lock'

export interface OpenRequest {
  readonly path: string
  /** Used only when there is no file at `path`. */
  readonly create: NewProject | null
  /** What to do when another process has the project open. */
  readonly whenLocked: 'refuse' | 'read-only' | 'take-over'
  /** Name of this session in the writer lock; the same for all workers of one session. */
  readonly token: string
  readonly busyTimeoutMs: number
}

export interface OpenedProject {
  readonly database: Database
  /** What SQLite has open: the project, or a temporary copy of it. */
  readonly databasePath: string
  readonly imageRoot: string
  readonly readOnlyReason: string | null
  readonly notices: readonly OpeningNotice[]
  /** Removes the temporary copy; to be called after the connection is closed. */
  readonly discardCopy: () => void
}

export async function openProjectFile(request: OpenRequest): Promise<OpenedProject> {
  if (request.create && !existsSync(request.path)) await createProjectFile(request.path, request.create, Date.now())
  const header = inspectFile(request.path)
  const notWritable = whyNotWritable(request.path)
  if (notWritable !== null) {
    return header.writeAheadLog || existsSync(`${request.path}-journal`)
      ? openCopy(request, notWritable)
      : openForReading(request, request.path, notWritable)
  }
  const holder = look(request)
  if (isHeldByOther(holder, request.token)) {
    if (request.whenLocked === 'refuse') throw lockedError(request.path, holder)
    if (request.whenLocked === 'read-only') {
      return openForReading(request, request.path, `process ${holder.pid} has it open for writing`)
    }
  }
  return openForWriting(request)
}

/** Every check that can refuse a file, through a connection that cannot change it. */
function look(request: OpenRequest): Holder | null {
  const database = connectForReading(request.path, request)
  try {
    assertSound(database, request.path)
    return readHolder(database)
  } finally {
    database.close()
  }
}

/**
 * A process killed while it switched its log on or off leaves a rollback journal. Until that is
 * rolled back the file is not to be read, and a connection for reading cannot do it.
 */
function connectForReading(path: string, request: OpenRequest): Database {
  try {
    return connect(path, 'read', request)
  } catch (error) {
    if (sqliteCode(error) !== 'SQLITE_READONLY_ROLLBACK') throw error
  }
  // Opening for writing makes SQLite roll back first.
  connect(path, 'write', request).close()
  return connect(path, 'read', request)
}

function assertSound(database: Database, path: string): void {
  const version = versionOf(database)
  if (version > latestVersion()) {
    throw new AppError(
      'store/newer-version',
      `${path} was not opened: it has format ${version}, this version of the app knows formats up to ${latestVersion()}.`,
      {
        nextStep: 'Update the app, then open it again.',
        data: { path, version }
      }
    )
  }
  assertKnownSchema(database, path)
  const finding = String(database.pragma('quick_check(1)', { simple: true }))
  if (finding !== 'ok') {
    throw new AppError('store/corrupt', `${path} was not opened and is unchanged: the file is damaged (${finding}).`, {
      nextStep: 'Open a backup of the project.',
      data: { path }
    })
  }
}

/**
 * The writer lock and a newer format are one step: a file that somebody else took meanwhile keeps
 * its format, and a format that could not be brought up leaves no lock.
 */
export async function openForWriting(
  request: OpenRequest,
  migrations: readonly Migration[] = released
): Promise<OpenedProject> {
  const database = connect(request.path, 'write', request)
  try {
    writeAheadWithFullSync(database)
    const replaced = inTransaction(database, () => {
      const force = request.whenLocked === 'take-over'
      const holder = takeWriterLock(database, request.path, request.token, force, Date.now())
      migrate(database, migrations)
      return holder
    })
    const recovered = replaced !== null && replaced.token !== request.token
    if (recovered) await removeStaleTemporaryFiles(dirname(request.path))
    return opened(request, database, request.path, null, recovered)
  } catch (error) {
    database.close()
    throw error
  }
}

function openForReading(
  request: OpenRequest,
  databasePath: string,
  reason: string,
  discardCopy = (): void => undefined
): OpenedProject {
  const database = connectForReading(databasePath, request)
  try {
    assertSound(database, request.path)
    const holder = readHolder(database)
    const unclean = holder !== null && livenessOf(holder) === 'dead'
    return {
      ...opened(
        request,
        database,
        databasePath,
        `${basename(request.path)} is open for reading only: ${reason}.`,
        unclean
      ),
      discardCopy
    }
  } catch (error) {
    database.close()
    throw error
  }
}

const copyPrefix = 'eyrie-read-only-'

/**
 * A project that was not closed keeps changes in its log or its rollback journal, which SQLite
 * cannot read where it may not write: all are copied to the system's temporary folder and read there.
 */
function openCopy(request: OpenRequest, reason: string): OpenedProject {
  removeStaleCopies()
  const folder = mkdtempSync(join(tmpdir(), `${copyPrefix}${ownIdentity().pid}-${ownIdentity().started}-`))
  const discard = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, basename(request.path))
    for (const suffix of ['', '-wal', '-journal']) {
      if (existsSync(request.path + suffix))
        copyFileSync(request.path + suffix, copy + suffix, constants.COPYFILE_FICLONE)
    }
    return openForReading(request, copy, `${reason}; this is a copy of its last state`, discard)
  } catch (error) {
    discard()
    throw error
  }
}

function removeStaleCopies(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(copyPrefix)) continue
    const [pid = '', started = ''] = name.slice(copyPrefix.length).split('-')
    if (livenessOf({ ...ownIdentity(), pid: Number(pid), started }) === 'dead') {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    }
  }
}

function opened(
  request: OpenRequest,
  database: Database,
  databasePath: string,
  readOnlyReason: string | null,
  unclean: boolean
): OpenedProject {
  const project = prepared(database, 'SELECT * FROM project').get() as Row | undefined
  if (!project) {
    throw new AppError('store/corrupt', `${request.path} was not opened: it holds no project.`, {
      nextStep: 'Open a backup of the project.'
    })
  }
  const notices: OpeningNotice[] = []
  if (unclean) {
    notices.push({
      code: 'store/recovered',
      message: `The last session of ${basename(request.path)} did not close. Every change it reported as saved is here.`,
      nextStep: null
    })
  }
  for (const finding of readLabels(database).damage) {
    notices.push({ code: finding.code, message: finding.message, nextStep: 'Open a backup to get the label back.' })
  }
  const root: StoredImageRoot = {
    kind: project['image_root_kind'] === 'below' ? 'below' : 'absolute',
    path: String(project['image_root'])
  }
  return {
    database,
    databasePath,
    imageRoot: resolvedImageRoot(request.path, root),
    readOnlyReason,
    notices,
    discardCopy: () => undefined
  }
}

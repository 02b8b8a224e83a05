/**
 * @file The project file as a file: is it one of ours, may it be written, and how a new one comes to
 * be. Looking happens before SQLite touches anything, so that what is refused stays byte-identical (B5).
 * Only for files that no SQLite connection of this process has open (see database.ts).
 */
import { randomUUID } from 'node:crypto'
import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { putInPlace } from '../files/atomic-write'
import { removeStaleTemporaryFiles, syncFolder, temporaryPathFor } from '../files/temporary-files'
import { emptyChecksum } from './checksum'
import { applicationId, connect, inTransaction } from './database'
import { latestVersion, migrate } from './schema'

const headerBytes = 100
const magic = Buffer.from('SQLite format 3\0', 'latin1')

export interface FileHeader {
  readonly version: number
  /** The file asks for a write-ahead log: it was not closed, or is open. */
  readonly writeAheadLog: boolean
  readonly sizeBytes: number
}

/** Throws `store/not-found`, `store/not-a-file`, `store/empty-file`, `store/not-a-project`, `store/newer-version` or `store/not-readable`. */
export function inspectFile(path: string): FileHeader {
  const bytes = Buffer.alloc(headerBytes)
  const sizeBytes = readStart(path, bytes)
  const refuse = (code: string, reason: string, nextStep: string): AppError =>
    new AppError(code, `${path} was not opened and is unchanged: ${reason}.`, { nextStep, data: { path } })
  if (sizeBytes === 0) {
    throw refuse(
      'store/empty-file',
      'it is empty (0 bytes), which a project never is',
      'Open a backup, or delete this file to begin a new project.'
    )
  }
  if (
    sizeBytes < headerBytes ||
    !bytes.subarray(0, magic.length).equals(magic) ||
    bytes.readUInt32BE(68) !== applicationId
  ) {
    throw refuse(
      'store/not-a-project',
      'it is not a project file of this app',
      'Choose a file that ends in .eyrie and was made by this app.'
    )
  }
  const version = bytes.readUInt32BE(60)
  if (version > latestVersion()) {
    throw refuse(
      'store/newer-version',
      `it has format ${version}, this version of the app knows formats up to ${latestVersion()}`,
      'Update the app, then open it again.'
    )
  }
  if (version < 1) throw refuse('store/not-a-project', 'it has no format version', 'Open a backup.')
  return { version, writeAheadLog: bytes[18] === 2, sizeBytes }
}

function readStart(path: string, into: Buffer): number {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) {
      throw new AppError('store/not-a-file', `${path} is not a file.`, {
        nextStep: 'Choose a project file.',
        data: { path }
      })
    }
    const handle = openSync(path, 'r')
    try {
      readSync(handle, into, 0, into.length, 0)
    } finally {
      closeSync(handle)
    }
    return stat.size
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (error instanceof AppError) throw error
    const missing = code === 'ENOENT' || code === 'ENOTDIR'
    throw new AppError(
      missing ? 'store/not-found' : 'store/not-readable',
      `${path} ${missing ? 'does not exist' : `cannot be read (${code})`}.`,
      {
        nextStep: missing ? 'Choose another project, or make a new one.' : 'Allow reading the file, then try again.',
        data: { path },
        cause: error
      }
    )
  }
}

/** Why the file cannot be written, in words; null when it can. */
export function whyNotWritable(path: string): string | null {
  for (const [target, what] of [
    [path, 'the file'],
    [dirname(path), 'its folder']
  ] as const) {
    try {
      accessSync(target, constants.W_OK)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      return code === 'EROFS' ? `${what} is on a read-only disk (${code})` : `${what} may not be written (${code})`
    }
  }
  return null
}

export interface NewProject {
  readonly name: string
  /** Absolute folder of the images. */
  readonly imageRoot: string
}

/**
 * Makes a project file in one step: until it is complete and synced it has a temporary name, so a
 * killed creation leaves no half project. Rejects with `store/exists` when the name is taken meanwhile.
 */
export async function createProjectFile(path: string, project: NewProject, nowMs: number): Promise<void> {
  const folder = dirname(path)
  const notWritable = existsSync(folder) ? whyNotWritableFolder(folder) : 'its folder does not exist'
  if (notWritable) {
    throw new AppError('store/cannot-create', `${path} was not made: ${notWritable}.`, {
      nextStep: 'Choose a folder you may write to.',
      data: { path }
    })
  }
  await removeStaleTemporaryFiles(folder)
  const temporary = temporaryPathFor(path)
  try {
    const database = connect(temporary, 'create')
    try {
      migrate(database)
      inTransaction(database, () => {
        const root = storedImageRoot(path, project.imageRoot)
        database
          .prepare(
            'INSERT INTO project (seq, id, name, image_root_kind, image_root, created_at_ms, label_checksum) VALUES (1, ?, ?, ?, ?, ?, ?)'
          )
          .run(randomUUID(), project.name, root.kind, root.path, nowMs, emptyChecksum)
        database.exec('INSERT INTO tally VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0)')
      })
    } finally {
      database.close()
    }
    syncFile(temporary)
    await putInPlace(temporary, path, false)
    syncFolder(folder)
  } catch (error) {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(temporary + suffix, { force: true })
    if (error instanceof AppError && error.code === 'file/exists') {
      throw new AppError('store/exists', `${path} was made by somebody else meanwhile.`, {
        nextStep: 'Open it.',
        data: { path },
        cause: error
      })
    }
    throw error
  }
}

function whyNotWritableFolder(folder: string): string | null {
  try {
    accessSync(folder, constants.W_OK)
    return null
  } catch (error) {
    return `its folder may not be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
  }
}

/** A file no connection has open. */
export function syncFile(path: string): void {
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export interface StoredImageRoot {
  readonly kind: 'below' | 'absolute'
  readonly path: string
}

/** Images in or below the folder of the project are found again after the folder was moved or mounted elsewhere. */
export function storedImageRoot(projectPath: string, imageRoot: string): StoredImageRoot {
  const below = relative(dirname(resolve(projectPath)), resolve(imageRoot))
  const outside = below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)
  return outside ? { kind: 'absolute', path: resolve(imageRoot) } : { kind: 'below', path: below.split(sep).join('/') }
}

export function resolvedImageRoot(projectPath: string, stored: StoredImageRoot): string {
  return stored.kind === 'absolute' ? stored.path : resolve(dirname(resolve(projectPath)), stored.path)
}

/**
 * @file The one way to write a file outside the database (A6): a temporary name in the same
 * folder, synced, then put in place in one step, and the folder synced. A failed write leaves the
 * old file as it was and no temporary file behind.
 */
import { createHash } from 'node:crypto'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { removeStaleTemporaryFiles, syncFolder, temporaryPathFor } from './temporary-files'

/** Strings are written as UTF-8. */
export type FileContent = string | Uint8Array | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>

export interface WriteOptions {
  /** Without it an existing file is refused with `file/exists`. */
  readonly overwrite?: boolean
  /** Permissions of the new file, before the umask; 0o666 by default. */
  readonly mode?: number
}

export interface WrittenFile {
  /** Absolute. */
  readonly path: string
  readonly sizeBytes: number
  /** Hex, of the bytes as written. */
  readonly sha256: string
}

/**
 * Writes `content` to `path`, all or nothing; durable when it resolves.
 * Rejects with `file/exists`, `file/disk-full`, `file/not-writable`, `file/no-folder` or
 * `file/write-failed`; an error thrown by an iterable comes through as it is.
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  options: WriteOptions = {}
): Promise<WrittenFile> {
  const target = resolve(path)
  const folder = dirname(target)
  const overwrite = options.overwrite ?? false
  if (!overwrite && (await exists(target))) throw alreadyThere(target)
  await asFileError(target, () => removeStaleTemporaryFiles(folder))

  const temporary = temporaryPathFor(target)
  const handle = await asFileError(target, () => open(temporary, 'wx', options.mode ?? 0o666))
  try {
    const written = await writeAll(handle, content, target)
    await asFileError(target, async () => {
      await handle.sync()
      await handle.close()
      await putInPlace(temporary, target, overwrite)
      syncFolder(folder)
    })
    return { path: target, ...written }
  } catch (error) {
    // Closing twice is harmless here; the first error is the one to tell.
    await handle.close().catch((closeError: unknown) => void closeError)
    await rm(temporary, { force: true })
    throw error
  }
}

/** Moves a finished temporary file to `target`; without `overwrite` an existing file wins, even one made meanwhile. */
export async function putInPlace(temporary: string, target: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, target)
  try {
    await link(temporary, target)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') throw alreadyThere(target)
    // FAT and some network file systems have no hard links: look, then rename.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error
    if (await exists(target)) throw alreadyThere(target)
    return rename(temporary, target)
  }
  await rm(temporary)
}

async function writeAll(
  handle: FileHandle,
  content: FileContent,
  target: string
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk
    hash.update(bytes)
    sizeBytes += bytes.byteLength
    await asFileError(target, () => writeFully(handle, bytes))
  }
  if (typeof content === 'string' || content instanceof Uint8Array) await write(content)
  else for await (const chunk of inBlocks(content)) await write(chunk)
  return { sizeBytes, sha256: hash.digest('hex') }
}

/** A write may take fewer bytes than given (nearly full disk, signal): go on until all are taken. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let offset = 0
  while (offset < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, offset, bytes.byteLength - offset)
    offset += bytesWritten
  }
}

const blockBytes = 1 << 18

/** Joins small chunks, so that a file of many short lines is not as many system calls. */
async function* inBlocks(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>
): AsyncIterable<Uint8Array> {
  let pending: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    // Copied: a producer may reuse its buffer before the block is written.
    const bytes = Buffer.from(chunk as Uint8Array)
    pending.push(bytes)
    size += bytes.byteLength
    if (size < blockBytes) continue
    yield Buffer.concat(pending)
    pending = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(pending)
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw fileError(path, error)
  }
}

export function alreadyThere(path: string): AppError {
  return new AppError('file/exists', `${path} exists already and was left as it is.`, {
    nextStep: 'Choose another name, or allow it to be replaced.',
    data: { path }
  })
}

export async function asFileError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fileError(path, error)
  }
}

function fileError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (error instanceof AppError || typeof code !== 'string') return error
  const say = (kind: string, reason: string, nextStep: string): AppError =>
    new AppError(kind, `${path} was not written: ${reason} (${code}).`, {
      nextStep,
      data: { path, reason: code },
      cause: error
    })
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return say(
        'file/disk-full',
        'there is no room for it',
        'Make room on the disk or choose another folder, then try again.'
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return say('file/not-writable', 'this folder or file may not be written', 'Choose a folder you may write to.')
    case 'ENOENT':
    case 'ENOTDIR':
      return say('file/no-folder', 'its folder does not exist', 'Make the folder first or choose another one.')
    default:
      return say('file/write-failed', 'the system reported an error', 'Check the disk and try again.')
  }
}

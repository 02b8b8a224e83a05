/**
 * @file Files of one export, written below a fresh temporary folder beside where they go, and put in place together
 * once they are whole, synced and checked (A6). Until then nothing of the target folder changes.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError, assert } from '../../src-shared/errors'
import { alreadyThere, asFileError, exists, putInPlace, writeFully } from './atomic-write'
import { removeStaleTemporaryFiles, syncFolder, temporaryPathFor } from './temporary-files'

export interface StagedFile {
  /** `/` separated, below the folder of the export. */
  readonly path: string
  readonly sizeBytes: number
  /** Hex, of the bytes as written. */
  readonly sha256: string
}
export interface StagedChunk {
  readonly fileName: string
  readonly text: string
  readonly bytes?: Uint8Array
}

const BLOCK_BYTES = 1 << 18
/** Formats of one file for each image come back to none of them; those of few files have no more than these. */
const MOST_OPEN = 8
/** Whole files on their way to the disk: a disk takes many at once in little more time than one. */
const MOST_SYNCING = 32

interface OpenFile {
  readonly handle: FileHandle
  readonly hash: Hash
  parts: Uint8Array[]
  pendingBytes: number
  sizeBytes: number
}

/** A path of a format's own making. What leads out of the folder is refused (E10), whoever named the image so. */
function checkPath(path: string): void {
  const parts = path.split('/')
  const isSafe = !path.includes('\0') && parts.every((part) => part !== '' && part !== '.' && part !== '..')
  const isForWindows = process.platform !== 'win32' || !/[\\:]/.test(path)
  if (isSafe && isForWindows) return
  throw new AppError('export/unsafe-name', `A file of the export would be named ${JSON.stringify(path)}.`, {
    nextStep: 'Give the image another name, look at the folder again and export once more.',
    data: { path }
  })
}

export class StagedFiles {
  readonly #folder: string
  readonly #overwrite: boolean
  readonly #root: string
  readonly #open = new Map<string, OpenFile>()
  readonly #syncing = new Set<Promise<void>>()
  #syncError: unknown = null
  readonly #files = new Map<string, StagedFile>()
  readonly #folders = new Set<string>()
  readonly #areas = new Set<string>()
  #scratches = 0
  /** Names at the top of the folder that were looked for. */
  readonly #tops = new Set<string>()

  private constructor(folder: string, overwrite: boolean, root: string) {
    this.#folder = folder
    this.#overwrite = overwrite
    this.#root = root
  }

  /** `folder` exists; without `overwrite` nothing in it is ever replaced. */
  static async begin(folder: string, options: { readonly overwrite: boolean }): Promise<StagedFiles> {
    const root = temporaryPathFor(join(folder, 'export'))
    await asFileError(folder, async () => {
      await removeStaleTemporaryFiles(folder)
      await mkdir(root)
    })
    return new StagedFiles(folder, options.overwrite, root)
  }

  /** Where the files of an area are until they are placed: that area's and no others. */
  folderOf(area: string): string {
    return join(this.#root, area)
  }

  /** A fresh place for what is needed while the files are checked; gone with the staging. */
  scratch(): string {
    return join(this.#root, '.scratch', String(this.#scratches++))
  }

  /** In the order they were finished. */
  get files(): readonly StagedFile[] {
    return [...this.#files.values()]
  }

  /**
   * Files of `chunks` go below `below`, '' being the top. An area keeps the files of one writer together until they are
   * placed; two of them may not write the same file. Rejects with the error of the chunks or `file/…`.
   */
  async write(chunks: AsyncIterable<StagedChunk> | Iterable<StagedChunk>, area: string, below = ''): Promise<void> {
    const prefix = below === '' ? '' : `${below}/`
    this.#areas.add(area)
    await asFileError(this.#folder, () => mkdir(join(this.#root, area, ...below.split('/')), { recursive: true }))
    for await (const { fileName, text, bytes } of chunks) {
      const block = bytes ?? (text === '' ? null : Buffer.from(text, 'utf8'))
      if (block === null) continue
      const path = prefix + fileName
      const file = this.#open.get(path) ?? (await this.#begin(area, path))
      // Copied: a producer may reuse its memory before the block is written.
      file.parts.push(bytes === undefined ? block : Uint8Array.from(block))
      file.pendingBytes += block.byteLength
      if (file.pendingBytes >= BLOCK_BYTES) await this.#flush(path, file)
    }
    await this.#finishAll()
  }

  async #begin(area: string, path: string): Promise<OpenFile> {
    assert(!this.#files.has(path), `expected all of ${path} in one run of chunks of one format`)
    checkPath(path)
    const [top = path] = path.split('/')
    if (!this.#tops.has(top)) {
      if (!this.#overwrite && (await exists(join(this.#folder, top)))) throw alreadyThere(join(this.#folder, top))
      this.#tops.add(top)
    }
    const target = join(this.#root, area, ...path.split('/'))
    if (this.#open.size >= MOST_OPEN) {
      const [oldest = ''] = this.#open.keys()
      await this.#finish(oldest)
    }
    return asFileError(join(this.#folder, path), async () => {
      const parent = dirname(target)
      if (!this.#folders.has(parent)) {
        await mkdir(parent, { recursive: true })
        this.#folders.add(parent)
      }
      const handle = await open(target, 'wx')
      const file = { handle, hash: createHash('sha256'), parts: [], pendingBytes: 0, sizeBytes: 0 }
      this.#open.set(path, file)
      return file
    })
  }

  async #flush(path: string, file: OpenFile): Promise<void> {
    if (file.pendingBytes === 0) return
    const block = file.parts.length === 1 ? (file.parts[0] as Uint8Array) : Buffer.concat(file.parts)
    file.parts = []
    file.pendingBytes = 0
    file.sizeBytes += block.byteLength
    file.hash.update(block)
    await asFileError(join(this.#folder, path), () => writeFully(file.handle, block))
  }

  /** The file is whole when this resolves, and on the disk when `#finishAll` does. */
  async #finish(path: string): Promise<void> {
    const file = this.#open.get(path)
    if (file === undefined) return
    await this.#flush(path, file)
    this.#open.delete(path)
    this.#files.set(path, { path, sizeBytes: file.sizeBytes, sha256: file.hash.digest('hex') })
    const syncing = this.#sync(path, file.handle)
    this.#syncing.add(syncing)
    void syncing.then(() => this.#syncing.delete(syncing))
    if (this.#syncing.size >= MOST_SYNCING) await Promise.race(this.#syncing)
  }

  /** Never rejects: the first error is kept for `#finishAll`. */
  async #sync(path: string, handle: FileHandle): Promise<void> {
    try {
      await asFileError(join(this.#folder, path), async () => {
        try {
          await handle.sync()
        } finally {
          await handle.close()
        }
      })
    } catch (error) {
      this.#syncError ??= error
    }
  }

  async #finishAll(): Promise<void> {
    for (const path of [...this.#open.keys()]) await this.#finish(path)
    await Promise.all(this.#syncing)
    if (this.#syncError !== null) throw this.#syncError
  }

  /**
   * Puts everything in place and ends the staging. A folder that is not there yet comes as a whole; into one that is,
   * files go one by one, and what it holds besides stays. `stale`: files of an earlier export to take away.
   */
  async place(stale: readonly string[] = []): Promise<void> {
    await this.#finishAll()
    for (const folder of this.#folders) syncFolder(folder)
    const placed = new Set<string>()
    try {
      for (const area of this.#areas) {
        for (const top of await readdir(join(this.#root, area))) {
          const isNew = !placed.has(top) && !(await exists(join(this.#folder, top)))
          await this.#placeTop(area, top, placed.has(top))
          if (isNew) placed.add(top)
        }
      }
    } catch (error) {
      // What was not there before goes again; a file that was replaced is whole, and stays.
      for (const top of placed) await rm(join(this.#folder, top), { recursive: true, force: true })
      throw error
    }
    for (const path of stale) await this.#removeStale(path)
    await this.discard()
    syncFolder(this.#folder)
  }

  async #placeTop(area: string, top: string, isOurs: boolean): Promise<void> {
    const [from, to] = [join(this.#root, area, top), join(this.#folder, top)]
    await asFileError(to, async () => {
      if ((await lstat(from)).isFile()) return putInPlace(from, to, this.#overwrite)
      if (!(await exists(to))) return rename(from, to)
      if (!this.#overwrite && !isOurs) throw alreadyThere(to)
      await this.#merge(from, to)
    })
  }

  async #merge(from: string, to: string): Promise<void> {
    await mkdir(to, { recursive: true })
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)]
      if (entry.isDirectory()) await this.#merge(source, target)
      else await putInPlace(source, target, this.#overwrite)
    }
    syncFolder(to)
  }

  async #removeStale(path: string): Promise<void> {
    if (this.#files.has(path) || path.split('/').some((part) => part === '' || part === '.' || part === '..')) return
    const target = join(this.#folder, ...path.split('/'))
    await asFileError(target, () => rm(target, { force: true }))
  }

  /** Leaves nothing behind; harmless after `place`. */
  async discard(): Promise<void> {
    await Promise.all(this.#syncing)
    for (const { handle } of this.#open.values()) {
      // The first error is the one to tell; a handle that does not close is closed with the process.
      await handle.close().catch((error: unknown) => void error)
    }
    this.#open.clear()
    await rm(this.#root, { recursive: true, force: true })
  }
}

/** Rejects with the error of the chunks or of the first write that failed; then no file is there or changed. */
export async function writeTogether(
  folder: string,
  chunks: AsyncIterable<StagedChunk>,
  options: { readonly overwrite: boolean }
): Promise<readonly StagedFile[]> {
  const staged = await StagedFiles.begin(folder, options)
  try {
    await staged.write(chunks, 'all')
    await staged.place()
    return staged.files
  } finally {
    await staged.discard()
  }
}

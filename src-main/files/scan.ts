/**
 * @file Finds the images below a folder. Looks at names and kinds of entries only; what a file really
 * is, the media host says. Never opens a file, so a FIFO or a device cannot hold it up (B19).
 */
import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { AppError } from '../../src-shared/errors'
import { sortNaturally } from '../../src-shared/document/natural-order'
import { decodeName } from './list-folder'
import { hasImageExtension } from './sniff'

export interface ScannedFile {
  /** `/` separated, below the scanned root, exactly as the file system names it. */
  readonly relativePath: string
  readonly sizeBytes: number
}

/** What was passed over, by reason. */
export interface SkippedEntries {
  /** Names that begin with a dot. */
  readonly hidden: number
  /** Symbolic links: one that leaves the root is not followed, one inside it leads to what is found anyway. */
  readonly links: number
  /** FIFOs, sockets, devices. */
  readonly special: number
  /** Names that are not UTF-8 and could not be written to any format. */
  readonly unreadableNames: number
  /** Folders that may not be read. */
  readonly lockedFolders: number
}

export interface ScanResult {
  /** Real path of the root. */
  readonly root: string
  readonly files: readonly ScannedFile[]
  readonly otherFiles: number
  readonly skipped: SkippedEntries
}

export interface ScanOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly folders: number; readonly images: number }) => void
}

/** Our own folders inside a project: what they hold must not come back as input. */
const OWN_FOLDERS: ReadonlySet<string> = new Set(['exports', 'backups'])
const BATCH = 512

async function readFolder(path: string): Promise<Dirent<Buffer>[] | null> {
  try {
    return await readdir(path, { withFileTypes: true, encoding: 'buffer' })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    // Locked, or removed while we were looking: said in the counts, the rest goes on.
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') return null
    throw new AppError('files/unreadable-folder', `The folder ${path} cannot be read (${code ?? 'unknown reason'}).`, {
      nextStep: 'Check that the disk is connected and that you may read the folder.',
      cause
    })
  }
}

/**
 * Images below `root`, folder by folder in natural order. Each real folder is visited once, because
 * links are never followed. Rejects with `files/no-such-folder`, and with `files/scan-cancelled`
 * after `signal`.
 */
export async function scanFolder(root: string, options: ScanOptions = {}): Promise<ScanResult> {
  let realRoot: string
  try {
    realRoot = await realpath(root)
    if (!(await lstat(realRoot)).isDirectory()) throw new Error('not a folder')
  } catch (cause) {
    throw new AppError('files/no-such-folder', `There is no folder ${root}.`, {
      nextStep: 'Choose a folder that exists; a disk or a share may have to be connected first.',
      cause
    })
  }
  const files: ScannedFile[] = []
  const skipped = { hidden: 0, links: 0, special: 0, unreadableNames: 0, lockedFolders: 0 }
  let otherFiles = 0
  let folders = 0

  const checkCancelled = (): void => {
    if (options.signal?.aborted === true) {
      throw new AppError('files/scan-cancelled', `Looking for images in ${root} was cancelled.`, {
        nextStep: 'Nothing was changed; open the folder again to look once more.'
      })
    }
  }

  async function addFiles(names: readonly string[], folder: string, prefix: string): Promise<void> {
    for (let start = 0; start < names.length; start += BATCH) {
      checkCancelled()
      const batch = names.slice(start, start + BATCH)
      const sizes = await Promise.all(
        batch.map(async (name) => {
          try {
            return (await lstat(join(folder, name))).size
          } catch (cause) {
            // Gone since the folder was read: it is not an image of this folder any more.
            if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
            // A folder that may be listed but not entered: the file is named, reading it will say why not.
            if ((cause as NodeJS.ErrnoException).code === 'EACCES') return 0
            throw cause
          }
        })
      )
      batch.forEach((name, i) => {
        const sizeBytes = sizes[i]
        if (typeof sizeBytes === 'number') files.push({ relativePath: prefix + name, sizeBytes })
      })
      options.onProgress?.({ folders, images: files.length })
    }
  }

  async function visit(folder: string, prefix: string): Promise<void> {
    checkCancelled()
    const entries = await readFolder(folder)
    if (entries === null) {
      skipped.lockedFolders++
      return
    }
    folders++
    const images: string[] = []
    const below: string[] = []
    for (const entry of entries) {
      const name = decodeName(entry.name)
      if (name === null) skipped.unreadableNames++
      else if (entry.isSymbolicLink()) skipped.links++
      else if (name.startsWith('.')) skipped.hidden++
      else if (entry.isDirectory()) {
        if (!(prefix === '' && OWN_FOLDERS.has(name))) below.push(name)
      } else if (!entry.isFile()) skipped.special++
      else if (hasImageExtension(name)) images.push(name)
      else otherFiles++
    }
    await addFiles(
      sortNaturally(images, (name) => name),
      folder,
      prefix
    )
    options.onProgress?.({ folders, images: files.length })
    await yieldToOthers()
    for (const name of sortNaturally(below, (n) => n)) await visit(join(folder, name), `${prefix}${name}/`)
  }

  await visit(realRoot, '')
  return { root: realRoot, files, otherFiles, skipped }
}

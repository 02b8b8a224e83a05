/**
 * @file Every regular file below a folder, in one pass, for reading a data set. Links are never followed, so each real
 * folder is visited once and nothing outside is found (B19, E9); nothing is opened.
 */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { sortNaturally } from '../../src-shared/document/natural-order'
import type { SourceFile } from '../../src-shared/formats/reading/source'

/** What was passed over, by reason. */
export interface PassedOver {
  /** Names that begin with a dot, and `__MACOSX`. */
  readonly hidden: number
  readonly links: number
  /** FIFOs, sockets, devices. */
  readonly special: number
  /** Names that are not UTF-8. */
  readonly unreadableNames: number
  readonly lockedFolders: number
}
export interface FolderListing {
  /** Folder by folder in natural order, files before folders. */
  readonly files: readonly SourceFile[]
  readonly passedOver: PassedOver
}

const BATCH = 512
const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX'

/** The name as text; null where it is not UTF-8 and could be written to no format. */
export function decodeName(name: Buffer): string | null {
  const text = name.toString('utf8')
  return Buffer.from(text, 'utf8').equals(name) ? text : null
}

export const cancelled = (): AppError =>
  new AppError('import/cancelled', 'The import was cancelled.', {
    nextStep: 'Nothing was changed; import again at any time.'
  })

async function sizeOf(path: string): Promise<number | null> {
  try {
    const stats = await lstat(path)
    return stats.isFile() ? stats.size : null
  } catch (cause) {
    // Gone since the folder was read, or in a folder that may be listed and not entered: nothing that can be read.
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES') return null
    throw cause
  }
}

/** `root` is a real path. Rejects with `import/unreadable` and, after `signal`, `import/cancelled`. */
export async function listFolder(root: string, signal?: AbortSignal): Promise<FolderListing> {
  const files: SourceFile[] = []
  const passedOver = { hidden: 0, links: 0, special: 0, unreadableNames: 0, lockedFolders: 0 }

  const stopWhenCancelled = (): void => {
    if (signal?.aborted === true) throw cancelled()
  }

  async function visit(folder: string, prefix: string): Promise<void> {
    stopWhenCancelled()
    let entries
    try {
      entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' })
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (prefix !== '' && (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT')) {
        passedOver.lockedFolders++
        return
      }
      throw new AppError('import/unreadable', `The folder ${folder} cannot be read (${code ?? 'unknown reason'}).`, {
        nextStep: 'Check that the disk is connected and that you may read the folder.',
        cause
      })
    }
    const [names, below]: [string[], string[]] = [[], []]
    for (const entry of entries) {
      const name = decodeName(entry.name)
      if (name === null) passedOver.unreadableNames++
      else if (entry.isSymbolicLink()) passedOver.links++
      else if (isHidden(name)) passedOver.hidden++
      else if (entry.isDirectory()) below.push(name)
      else if (entry.isFile()) names.push(name)
      else passedOver.special++
    }
    const sorted = sortNaturally(names, (name) => name)
    for (let start = 0; start < sorted.length; start += BATCH) {
      stopWhenCancelled()
      const batch = sorted.slice(start, start + BATCH)
      const sizes = await Promise.all(batch.map((name) => sizeOf(join(folder, name))))
      batch.forEach((name, i) => {
        const sizeBytes = sizes[i]
        if (typeof sizeBytes === 'number') files.push({ path: prefix + name, sizeBytes })
      })
    }
    for (const name of sortNaturally(below, (one) => one)) await visit(join(folder, name), `${prefix}${name}/`)
  }

  await visit(root, '')
  return { files, passedOver }
}

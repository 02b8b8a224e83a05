/** @file The person's own copy of the sample's pictures: made once and all at once, theirs from then on. */
import { cp, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { removeStaleTemporaryFiles, temporaryPathFor } from '../files/temporary-files'

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown reason'

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/**
 * Path of the copy in `dataDir`; `shownDir` is that folder as messages name it. Another start may make
 * it at the same time: whoever is first wins. Rejects with `project/no-sample`.
 */
export async function sampleCopy(sampleDir: string, dataDir: string, shownDir: string): Promise<string> {
  const copy = join(dataDir, 'Sample')
  if (await isFolder(copy)) return copy
  const temporary = temporaryPathFor(copy)
  try {
    await mkdir(dataDir, { recursive: true })
    // What a start that was killed in the middle left behind.
    await removeStaleTemporaryFiles(dataDir)
    await cp(sampleDir, temporary, { recursive: true })
    await rename(temporary, copy)
  } catch (cause) {
    if ((codeOf(cause) === 'ENOTEMPTY' || codeOf(cause) === 'EEXIST') && (await isFolder(copy))) return copy
    throw new AppError(
      'project/no-sample',
      `The sample project could not be copied to ${shownDir} (${codeOf(cause)}).`,
      {
        nextStep: 'Make room there, or open a folder of your own images.',
        cause
      }
    )
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return copy
}

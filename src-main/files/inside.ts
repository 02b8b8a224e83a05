/** @file Is a path really inside a folder? Asked of every path that came out of a project file (D7, E9). */
import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AppError } from '../../src-shared/errors'

/**
 * Real path of `relativePath` below `root`, links resolved on both sides. Rejects with
 * `image/outside-root` when it leads elsewhere, and with `image/missing` when there is nothing.
 */
export async function resolveInside(root: string, relativePath: string): Promise<string> {
  if (relativePath.includes('\0')) throw outside(relativePath)
  let realRoot: string
  let real: string
  try {
    realRoot = await realpath(root)
    real = await realpath(join(realRoot, ...relativePath.split('/')))
  } catch (cause) {
    throw new AppError('image/missing', `${relativePath} is not where it was when the folder was last looked at.`, {
      nextStep: 'Put the file back or connect the disk, then look at the folder again. Its labels are kept.',
      data: { relativePath },
      cause
    })
  }
  const prefix = realRoot.endsWith(sep) ? realRoot : realRoot + sep
  if (!real.startsWith(prefix)) throw outside(relativePath)
  return real
}

const outside = (relativePath: string): AppError =>
  new AppError('image/outside-root', `${relativePath} leads out of the project's image folder and is not opened.`, {
    nextStep: 'Copy the image into the folder, then look at the folder again.',
    data: { relativePath }
  })

/**
 * @file Where the project file of an image folder is, or will be: inside the folder; in the app's own
 * folder when the images are on a disk that may not be written (B3).
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { PROJECT_EXTENSION } from './folders'

export interface ProjectPlace {
  readonly path: string
  readonly exists: boolean
  /** Why it is not inside the folder; null when it is. */
  readonly elsewhereReason: string | null
}

async function canWrite(folder: string): Promise<string | null> {
  try {
    await access(folder, constants.W_OK)
    return null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'EROFS'
      ? 'the folder is on a read-only disk'
      : `the folder may not be written (${code ?? 'unknown reason'})`
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** A name people recognise, that is one project per folder and never leaves `projects/`. */
function elsewherePath(dataDir: string, folder: string): string {
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const stem = Buffer.from(basename(folder) || 'images')
    .subarray(0, 150)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '')
  return join(dataDir, 'projects', `${stem}-${key}${PROJECT_EXTENSION}`)
}

/**
 * `folder` is a real path. A project of another name is taken when it is the only one, so that a
 * renamed folder keeps its labels; of several, none is guessed: `project/several`.
 */
export async function findProjectPlace(folder: string, dataDir: string): Promise<ProjectPlace> {
  const own = join(folder, `${basename(folder) || 'images'}${PROJECT_EXTENSION}`)
  if (await isFile(own)) return { path: own, exists: true, elsewhereReason: null }
  const others = (await readdir(folder)).filter((name) => name.endsWith(PROJECT_EXTENSION) && !name.startsWith('.'))
  const [only] = others
  if (only !== undefined && others.length === 1)
    return { path: join(folder, only), exists: true, elsewhereReason: null }
  if (others.length > 1) {
    throw new AppError(
      'project/several',
      `${basename(folder)} holds ${others.length} projects: ${others.slice(0, 5).join(', ')}.`,
      {
        nextStep: 'Open the project file you mean instead of the folder.',
        data: { count: others.length }
      }
    )
  }
  const reason = await canWrite(folder)
  if (reason === null) return { path: own, exists: false, elsewhereReason: null }
  const elsewhere = elsewherePath(dataDir, folder)
  return { path: elsewhere, exists: await isFile(elsewhere), elsewhereReason: reason }
}

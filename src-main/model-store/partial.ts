/**
 * @file What has come of a download so far: a hidden folder in the store, kept over restarts so that a later try goes on
 * there. It belongs to one commit of one repository and one choice of weights; of another it begins anew.
 */
import { mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'
import { asFileError, writeFileAtomically } from '../files/atomic-write'
import { livenessOf, ownIdentity } from '../files/process-identity'

const PREFIX = '.partial-'
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const stateSchema = z.object({
  format: z.literal(1),
  repository: z.string(),
  revision: z.string(),
  weights: z.string(),
  files: z.record(
    z.string(),
    z.object({
      etag: z.string().nullable(),
      /** Once it is whole. */
      done: z.object({ bytes: z.number().int().min(0), sha256 }).nullable()
    })
  )
})
type PartialState = z.output<typeof stateSchema>
type PartialFile = PartialState['files'][string]

const ownerSchema = z.object({ pid: z.number(), started: z.string(), host: z.string(), boot: z.string() })

export interface Belonging {
  readonly repository: string
  readonly revision: string
  readonly weights: string
}

/** The name a downloaded model has in the store. */
export const downloadedId = (manifestId: string, weights: string): string => `${manifestId}-${weights}`

export const partialDir = (storeDir: string, id: string): string => join(storeDir, `${PREFIX}${id}`)

/** Bytes that have come so far; 0 when nothing has. */
export async function partialBytes(storeDir: string, id: string): Promise<number> {
  let total = 0
  const visit = async (dir: string): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    for (const entry of entries) {
      if (entry.isDirectory()) await visit(join(dir, entry.name))
      else if (entry.isFile()) total += (await stat(join(dir, entry.name))).size
    }
  }
  await visit(join(partialDir(storeDir, id), 'model'))
  return total
}

export const removePartial = (storeDir: string, id: string): Promise<void> =>
  rm(partialDir(storeDir, id), { recursive: true, force: true })

export class PartialDownload {
  /** The model's files, in their layout. */
  readonly modelDir: string
  readonly #dir: string
  #state: PartialState

  private constructor(dir: string, state: PartialState) {
    this.#dir = dir
    this.#state = state
    this.modelDir = join(dir, 'model')
  }

  /**
   * Goes on with what is there, or begins; `onDiscard` hears why what was there is of no use. Rejects with `model-store/busy`
   * when another program is at it.
   */
  static async open(
    storeDir: string,
    id: string,
    belonging: Belonging,
    onDiscard: (reason: string) => void
  ): Promise<PartialDownload> {
    const dir = partialDir(storeDir, id)
    await asFileError(dir, () => mkdir(dir, { recursive: true }))
    await takeLock(dir, id)
    const fresh: PartialState = { format: 1, ...belonging, files: {} }
    let state = fresh
    const text = await readFile(join(dir, 'download.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (text !== null) {
      const found = parseState(text)
      const isSame =
        found?.repository === belonging.repository &&
        found.revision === belonging.revision &&
        found.weights === belonging.weights
      if (isSame && found !== null) state = found
      else {
        onDiscard(
          found === null
            ? 'What had come before is not used: its notes cannot be read.'
            : 'What had come before is not used: the publisher has another version now.'
        )
        await rm(join(dir, 'model'), { recursive: true, force: true })
      }
    }
    const partial = new PartialDownload(dir, state)
    await asFileError(partial.modelDir, () => mkdir(partial.modelDir, { recursive: true }))
    await partial.#save()
    return partial
  }

  file(path: string): PartialFile {
    return Object.hasOwn(this.#state.files, path) ? (this.#state.files[path] ?? NOTHING) : NOTHING
  }

  async note(path: string, file: PartialFile): Promise<void> {
    this.#state = { ...this.#state, files: { ...this.#state.files, [path]: file } }
    await this.#save()
  }

  /** Another program may go on with it. */
  async close(): Promise<void> {
    await rm(join(this.#dir, 'lock'), { force: true })
  }

  /** Its model has been put in its place, or is not wanted. */
  async remove(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true })
  }

  async #save(): Promise<void> {
    await writeFileAtomically(join(this.#dir, 'download.json'), JSON.stringify(this.#state), { overwrite: true })
  }
}

const NOTHING: PartialFile = { etag: null, done: null }

function parseState(text: string): PartialState | null {
  try {
    const parsed = stateSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    // Cut off by a power failure: what it told of is fetched again.
    return null
  }
}

async function takeLock(dir: string, id: string): Promise<void> {
  const path = join(dir, 'lock')
  for (let tries = 0; ; tries++) {
    try {
      const file = await open(path, 'wx', 0o600)
      await file.writeFile(JSON.stringify(ownIdentity()))
      await file.close()
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        return asFileError(path, () => Promise.reject(error as Error))
      }
    }
    if (tries > 0 || (await isHeld(path))) {
      throw new AppError('model-store/busy', `${id} is being downloaded already.`, {
        nextStep: 'Wait until that is done, or stop it.',
        data: { id }
      })
    }
    await rm(path, { force: true })
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    const owner = ownerSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return owner.success && livenessOf(owner.data) !== 'dead'
  } catch {
    // Gone meanwhile, or cut off while it was written: nobody holds it.
    return false
  }
}

/**
 * @file Brings a model into the store (G1): regular files are copied to a temporary folder, checked
 * there, and put in place by one rename. Nothing is linked, run or unpacked.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import { asFileError, writeFully } from '../../files/atomic-write'
import { removeStaleTemporaryFiles, syncFolder, temporaryPathFor } from '../../files/temporary-files'
import { readToolFolder } from '../tools/registry'
import type { ToolFolder } from '../tools/tool'
import { listCatalogue } from './catalogue'
import type { ModelCard } from './config'
import { readModelFolder } from './model-folder'
import type { ModelFolder } from './model-folder'
import { modelProblem } from './problems'
import { verifyModelFiles } from './verify'

/** What is taken over; anything else in the folder is left out and said. */
const WANTED =
  /^(?:[^/]+\.json|(?:README|MODEL_CARD|LICENSE|LICENCE|NOTICE)[^/]*|chat_template\.jinja|onnx\/[^/]+\.onnx(?:_data(?:_\d+)?)?|fixtures\/[^/]+\.json)$/i
const MAX_FILES = 1_000

export interface ModelFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

export interface AddedModel {
  readonly id: string
  readonly dir: string
  /** With the hash of every copied file, also of those its card does not list. */
  readonly files: readonly ModelFile[]
  readonly leftOut: readonly string[]
}

/** A model copied and checked, not yet in the store. Whoever has it keeps it or drops it. */
export interface StagedModel {
  readonly folder: ModelFolder | ToolFolder
  readonly files: readonly ModelFile[]
  readonly leftOut: readonly string[]
  /** Puts it in place by one rename. Rejects with `model/exists`. */
  keep(): Promise<AddedModel>
  /** Leaves nothing behind. */
  drop(): Promise<void>
}

export interface StageOptions {
  /** Where models are looked for besides the store, for one of the same id. */
  readonly places: readonly string[]
  readonly signal?: AbortSignal
  /** Bytes copied since the last call. */
  readonly onBytes?: (bytes: number) => void
  /** Called with the model's size before anything is copied: may reject. */
  readonly beforeCopy?: (bytes: number, model: ModelFolder | ToolFolder) => Promise<void> | void
}

interface Found {
  readonly take: readonly string[]
  readonly leftOut: readonly string[]
}

async function listFiles(source: string, model: string): Promise<Found> {
  const take: string[] = []
  const leftOut: string[] = []
  const visit = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(source, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory() && below === '') await visit(path)
      else if (!WANTED.test(path)) leftOut.push(path)
      else {
        const stats = await lstat(join(source, path))
        if (!stats.isFile())
          throw modelProblem('model/not-a-file', model, `${path} is not a regular file`, { file: path })
        if (stats.nlink > 1) {
          throw modelProblem('model/linked-file', model, `${path} is linked from another place too`, {
            file: path,
            nextStep: 'Make a real copy of the folder first, then add the copy.'
          })
        }
        take.push(path)
      }
      if (take.length > MAX_FILES)
        throw modelProblem('model/too-many-files', model, `it has more than ${MAX_FILES} files`)
    }
  }
  await visit('')
  return { take: take.sort(), leftOut: leftOut.sort() }
}

const CHUNK_BYTES = 1 << 20

export const stopped = (): AppError =>
  new AppError('model-store/cancelled', 'Adding the model was stopped.', { nextStep: 'Nothing of it was kept.' })

/** Read once: what is hashed is what is written. A file that became a link meanwhile is refused (G1). */
async function copyFile(from: string, to: string, { signal, onBytes }: StageOptions): Promise<Omit<ModelFile, 'path'>> {
  const hash = createHash('sha256')
  let bytes = 0
  const source = await open(from, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const target = await asFileError(to, () => open(to, 'wx', 0o600))
    try {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
      for (;;) {
        if (signal?.aborted === true) throw stopped()
        const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES)
        if (bytesRead === 0) break
        const piece = buffer.subarray(0, bytesRead)
        hash.update(piece)
        bytes += bytesRead
        await asFileError(to, () => writeFully(target, piece))
        onBytes?.(bytesRead)
      }
      await asFileError(to, () => target.sync())
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await asFileError(path, () => open(path, 'w', 0o600))
  try {
    await asFileError(path, async () => {
      await writeFully(file, Buffer.from(text))
      await file.sync()
    })
  } finally {
    await file.close()
  }
}

/** A language model's folder or a tool's. Rejects with the folder's problem. */
export const readEither = async (dir: string): Promise<ModelFolder | ToolFolder> =>
  (await readToolFolder(dir)) ?? (await readModelFolder(dir))

/** Where it came from, as a card tells it. */
export type Origin = Readonly<Record<string, string | readonly string[] | null>>

/**
 * The card of a folder that has none, with the hash of every file: whatever changes later is found before it is loaded.
 * `said` is what is known better than the folder knows it.
 */
export async function writeCard(
  dir: string,
  card: ModelCard,
  said: { readonly files: readonly ModelFile[]; readonly origin: Origin }
): Promise<void> {
  const { tasks, ...rest } = { ...card, ...said }
  const whole = { ...rest, tasks: tasks.length === 0 ? [] : [{ examples: tasks }] }
  await writeSynced(join(dir, 'eyrie.json'), `${JSON.stringify(whole, null, 1)}\n`)
}

async function refuseTaken({ id, name }: ModelCard, places: readonly string[]): Promise<void> {
  if (!(await listCatalogue(places)).some(({ summary }) => summary.id === id)) return
  throw modelProblem('model/exists', name, `a model with the id "${id}" is there already`, {
    nextStep: 'Remove that one first, or change the id in eyrie.json.'
  })
}

/** Puts `dir`, which lies in the store and was checked, in its place. Rejects with `model/exists`. */
export async function putIntoStore(
  dir: string,
  card: ModelCard,
  storeDir: string,
  places: readonly string[]
): Promise<string> {
  await refuseTaken(card, [...places, storeDir])
  const target = join(storeDir, card.id)
  await asFileError(target, () => rename(dir, target))
  syncFolder(storeDir)
  return target
}

/**
 * Copies the model in `source` into the store, checks it there and leaves it aside. Rejects with the folder's problem,
 * `model/exists`, `model-store/cancelled`, `file/…`, or what `beforeCopy` says; nothing is left behind then.
 */
export async function stageModel(source: string, storeDir: string, options: StageOptions): Promise<StagedModel> {
  const from = resolve(source)
  const stats = await lstat(from).catch(() => null)
  if (stats === null || !stats.isDirectory()) {
    throw new AppError('model/no-folder', `${basename(from)} is not a folder.`, {
      nextStep: 'Name the folder that holds config.json and onnx/.',
      data: { folder: basename(from) }
    })
  }
  const original = await readEither(from)
  const { card } = original
  const places = [...options.places, storeDir]
  await refuseTaken(card, places)
  const { take, leftOut } = await listFiles(from, card.id)
  let total = 0
  for (const path of take) total += (await lstat(join(from, ...path.split('/')))).size
  await options.beforeCopy?.(total, original)
  await asFileError(storeDir, () => mkdir(storeDir, { recursive: true }))
  await removeStaleTemporaryFiles(storeDir)
  const temporary = temporaryPathFor(join(storeDir, card.id))
  const drop = (): Promise<void> => rm(temporary, { recursive: true, force: true })
  try {
    await mkdir(temporary)
    const files: ModelFile[] = []
    for (const path of take) {
      const to = join(temporary, ...path.split('/'))
      await asFileError(to, () => mkdir(join(to, '..'), { recursive: true }))
      files.push({ path, ...(await copyFile(join(from, ...path.split('/')), to, options)) })
    }
    if (!take.includes('eyrie.json')) {
      await writeCard(temporary, card, { files, origin: { kind: 'folder', addedAt: new Date().toISOString() } })
    }
    const folder = await readEither(temporary)
    await verifyModelFiles(folder)
    await writeSynced(join(temporary, 'added.json'), `${JSON.stringify({ files }, null, 1)}\n`)
    return {
      folder,
      files,
      leftOut,
      drop,
      keep: async () => ({
        id: card.id,
        dir: await putIntoStore(temporary, folder.card, storeDir, options.places),
        files,
        leftOut
      })
    }
  } catch (error) {
    await drop()
    throw error
  }
}

/** Stages and keeps. */
export async function addModel(source: string, storeDir: string, places: readonly string[]): Promise<AddedModel> {
  const staged = await stageModel(source, storeDir, { places })
  try {
    return await staged.keep()
  } finally {
    await staged.drop()
  }
}

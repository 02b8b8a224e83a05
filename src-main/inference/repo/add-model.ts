/**
 * @file Brings a model into the store (G1): regular files are copied to a temporary folder, checked
 * there, and put in place by one rename. Nothing is linked, run or unpacked.
 */
import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import { syncFolder } from '../../files/temporary-files'
import { readToolFolder } from '../tools/registry'
import type { ToolFolder } from '../tools/tool'
import { listCatalogue } from './catalogue'
import { readModelFolder } from './model-folder'
import type { ModelFolder } from './model-folder'
import { modelProblem } from './problems'
import { sha256OfFile, verifyModelFiles } from './verify'

/** What is taken over; anything else in the folder is left out and said. */
const WANTED =
  /^(?:[^/]+\.json|(?:README|MODEL_CARD|LICENSE|LICENCE|NOTICE)[^/]*|chat_template\.jinja|onnx\/[^/]+\.onnx(?:_data(?:_\d+)?)?|fixtures\/[^/]+\.json)$/i
const MAX_FILES = 1_000

export interface AddedModel {
  readonly id: string
  readonly dir: string
  /** With the hash of every copied file, also of those its card does not list. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
  readonly leftOut: readonly string[]
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

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function copyAndCheck(
  source: string,
  target: string,
  take: readonly string[]
): Promise<readonly AddedModel['files'][number][]> {
  const files: AddedModel['files'][number][] = []
  for (const path of take) {
    const to = join(target, ...path.split('/'))
    await mkdir(join(to, '..'), { recursive: true })
    await copyFile(join(source, ...path.split('/')), to, constants.COPYFILE_EXCL)
    await syncFile(to)
    files.push({ path, bytes: (await lstat(to)).size, sha256: await sha256OfFile(to) })
  }
  return files
}

/** A language model's folder or a tool's. Rejects with the folder's problem. */
const readEither = async (dir: string): Promise<ModelFolder | ToolFolder> =>
  (await readToolFolder(dir)) ?? (await readModelFolder(dir))

/**
 * Copies the model in `source` into `storeDir`. Rejects with the folder's problem, with
 * `model/exists` when `places` already hold a model of this id, and leaves nothing behind then.
 */
export async function addModel(source: string, storeDir: string, places: readonly string[]): Promise<AddedModel> {
  const from = resolve(source)
  const stats = await lstat(from).catch(() => null)
  if (stats === null || !stats.isDirectory()) {
    throw new AppError('model/no-folder', `${basename(from)} is not a folder.`, {
      nextStep: 'Name the folder that holds config.json and onnx/.',
      data: { folder: basename(from) }
    })
  }
  const { card } = await readEither(from)
  if ((await listCatalogue([...places, storeDir])).some(({ summary }) => summary.id === card.id)) {
    throw modelProblem('model/exists', card.name, `a model with the id "${card.id}" is there already`, {
      nextStep: 'Remove that one first, or change the id in eyrie.json.'
    })
  }
  const { take, leftOut } = await listFiles(from, card.id)
  await mkdir(storeDir, { recursive: true })
  const temporary = join(storeDir, `.adding-${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(temporary)
    const files = await copyAndCheck(from, temporary, take)
    await verifyModelFiles(await readEither(temporary))
    await writeFile(join(temporary, 'added.json'), `${JSON.stringify({ files }, null, 1)}\n`)
    await syncFile(join(temporary, 'added.json'))
    const dir = join(storeDir, card.id)
    await rename(temporary, dir)
    syncFolder(storeDir)
    return { id: card.id, dir, files, leftOut }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

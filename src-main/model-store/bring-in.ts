/**
 * @file A model from this computer's disk, a folder, a zip archive of one or a detector's one file, set aside in the store and shown before it
 * is kept: for computers without a way to a source. Archives are unpacked by the rules of archives (F1-F3), folders
 * copied by those of models (G1-G3).
 */
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { StoreProgress } from '../../src-shared/ipc/contract'
import { ARCHIVE_LIMITS } from '../files/archive-rules'
import { asFileError } from '../files/atomic-write'
import { removeStaleTemporaryFiles, temporaryPathFor } from '../files/temporary-files'
import { unpackZip } from '../files/unpack-zip'
import { stageModel, stopped } from '../inference/repo/add-model'
import type { StagedModel } from '../inference/repo/add-model'
import type { ModelFolder } from '../inference/repo/model-folder'
import { looksLikeModel } from '../inference/repo/model-folder'
import type { ToolFolder } from '../inference/tools/tool'
import { folderOf, isOneFile } from '../inference/tools/yolo/one-file'
import { machineRoom, whyItCannotFit } from './room-for'

export interface BringOptions {
  readonly storeDir: string
  readonly places: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress: (progress: StoreProgress) => void
}

/** Weights are packed badly: an archive of them that grows more than this is none. */
const MOST_GROWTH = 20

/** Bytes of the graphs that would be loaded, with their external data: of several weight types those that are chosen. */
export async function weightBytesOf({ dir, graphs }: ModelFolder | ToolFolder): Promise<number> {
  let total = 0
  for (const graph of Object.values(graphs)) {
    if (graph === undefined) continue
    const path = join(dir, ...graph.split('/'))
    const name = basename(path)
    for (const other of await readdir(dirname(path)))
      if (other === name || other.startsWith(`${name}_data`)) total += (await lstat(join(dirname(path), other))).size
  }
  return total
}

/** Rejects with `model-store/…`, `import/archive…`, `model/…` or `file/…`; nothing is left behind then. */
export async function bringIn(path: string, options: BringOptions): Promise<StagedModel> {
  const stats = await lstat(path).catch(() => null)
  if (stats === null) {
    throw new AppError('model/no-folder', `${basename(path)} is not there.`, {
      nextStep: 'Name a model folder, a zip archive of one, or the .onnx file of a YOLO detector.',
      data: { folder: basename(path) }
    })
  }
  if (stats.isDirectory()) return stage(path, options)
  return isOneFile(path) ? wrapAndStage(path, stats.size, options) : unpackAndStage(path, stats.size, options)
}

/** A detector that is one file: put into a folder first. */
async function wrapAndStage(path: string, bytes: number, options: BringOptions): Promise<StagedModel> {
  const { storeDir } = options
  const name = basename(path)
  // Twice: in its folder, then copied by the rules of models.
  const cannot = whyItCannotFit(name, { diskBytes: 2 * bytes, memoryBytes: 0 }, await machineRoom(storeDir))
  if (cannot !== null) throw cannot
  await asFileError(storeDir, () => mkdir(storeDir, { recursive: true }))
  await removeStaleTemporaryFiles(storeDir)
  const scratch = temporaryPathFor(join(storeDir, name))
  try {
    await asFileError(scratch, () => mkdir(scratch))
    return await stage(await folderOf(path, scratch), options)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function stage(folder: string, options: BringOptions): Promise<StagedModel> {
  const { storeDir, places, signal, onProgress } = options
  let [done, total] = [0, 0]
  return stageModel(folder, storeDir, {
    places,
    ...(signal === undefined ? {} : { signal }),
    async beforeCopy(bytes, model) {
      total = bytes
      const cannot = whyItCannotFit(
        model.card.name,
        { diskBytes: bytes, memoryBytes: await weightBytesOf(model) },
        await machineRoom(storeDir)
      )
      if (cannot !== null) throw cannot
    },
    onBytes(bytes) {
      done += bytes
      onProgress({ phase: 'copying', file: null, done, total: Math.max(done, total) })
    }
  })
}

async function unpackAndStage(path: string, bytes: number, options: BringOptions): Promise<StagedModel> {
  const { storeDir, signal, onProgress } = options
  const name = basename(path)
  const room = await machineRoom(storeDir)
  // Twice: unpacked, then copied by the rules of models.
  const cannot = whyItCannotFit(name, { diskBytes: 2 * bytes, memoryBytes: 0 }, room)
  if (cannot !== null) throw cannot
  await asFileError(storeDir, () => mkdir(storeDir, { recursive: true }))
  await removeStaleTemporaryFiles(storeDir)
  const scratch = temporaryPathFor(join(storeDir, name))
  const stem = name.replace(/\.zip$/i, '') || 'model'
  try {
    await asFileError(scratch, () => mkdir(scratch))
    onProgress({ phase: 'unpacking', file: name, done: 0, total: bytes })
    const folder = join(scratch, stem)
    await unpackZip(path, folder, {
      name,
      ...(signal === undefined ? {} : { signal }),
      limits: { ...ARCHIVE_LIMITS, entries: 10_000, totalBytes: room.freeDiskBytes / 2, ratio: MOST_GROWTH }
    })
    return await stage(await modelIn(folder, name), options)
  } catch (error) {
    // The words of data sets are not those of models.
    if (error instanceof AppError && error.code === 'import/cancelled') throw stopped()
    throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The unpacked folder, or the one folder in it. */
async function modelIn(folder: string, name: string): Promise<string> {
  if (await looksLikeModel(folder)) return folder
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.name !== '__MACOSX')
  const [only] = entries
  if (entries.length === 1 && only?.isDirectory() === true && (await looksLikeModel(join(folder, only.name))))
    return join(folder, only.name)
  throw new AppError('model/no-folder', `${name} holds no model folder.`, {
    nextStep: 'Pack the folder that holds config.json and onnx/.',
    data: { folder: name }
  })
}

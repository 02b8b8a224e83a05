/**
 * @file A known model from a source into the store: what the source has is asked first, what it needs is compared with
 * what is free, files come one by one, and only a folder that was checked like any other becomes a model.
 */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { StoreProgress } from '../../src-shared/ipc/contract'
import { putIntoStore, readEither, writeCard } from '../inference/repo/add-model'
import type { ModelFile } from '../inference/repo/add-model'
import { isModelId } from '../inference/repo/config'
import { verifyModelFiles } from '../inference/repo/verify'
import { downloadFile } from './download-file'
import type { WantedFile } from './download-file'
import type { TransferLimits } from './get-over'
import { notFetched } from './get-over'
import type { Manifest, WeightSet } from './manifest'
import { PartialDownload, downloadedId } from './partial'
import { machineRoom, whyItCannotFit } from './room-for'
import type { Survey } from './source'

export interface GetOptions {
  readonly manifest: Manifest
  readonly set: WeightSet
  readonly from: string
  readonly survey: Survey
  readonly storeDir: string
  /** Where models are looked for besides the store. */
  readonly places: readonly string[]
  readonly licence: string
  readonly signal?: AbortSignal
  readonly limits?: Partial<TransferLimits>
  readonly onProgress: (progress: StoreProgress) => void
  readonly now: () => Date
}

export interface GotModel {
  readonly id: string
  readonly dir: string
  readonly files: readonly ModelFile[]
  readonly notes: readonly string[]
}

/** Bytes of `wanted` that need not come any more. */
async function bytesThere(partial: PartialDownload, wanted: WantedFile): Promise<number> {
  const target = join(partial.modelDir, ...wanted.path.split('/'))
  const { done } = partial.file(wanted.path)
  const sizeOf = async (path: string): Promise<number> => (await lstat(path).catch(() => null))?.size ?? 0
  return done === null ? sizeOf(`${target}.part`) : sizeOf(target)
}

/** Whether a file that came in an earlier run is whole and still the one that is wanted. */
async function isDone(partial: PartialDownload, wanted: WantedFile): Promise<ModelFile | null> {
  const { done } = partial.file(wanted.path)
  if (done === null || (wanted.sha256 !== null && wanted.sha256 !== done.sha256)) return null
  const stats = await lstat(join(partial.modelDir, ...wanted.path.split('/'))).catch(() => null)
  const isThere = stats !== null && stats.isFile() && stats.size === done.bytes && stats.nlink === 1
  return isThere ? { path: wanted.path, ...done } : null
}

/** Rejects with `model-store/…`, `model/…` or `file/…`; what came so far is kept, and the store is as it was. */
export async function getModel(options: GetOptions): Promise<GotModel> {
  const { manifest, set, from, survey, storeDir, places, signal, limits, onProgress } = options
  const id = downloadedId(manifest.id, set.id)
  if (!isModelId(id)) throw new AppError('model-store/bad-name', `${id} is no name of a model.`)
  const name = `${manifest.name} (${set.id})`
  const notes: string[] = [...survey.notes]
  const partial = await PartialDownload.open(
    storeDir,
    id,
    { repository: manifest.repository, revision: survey.revision, weights: set.id },
    (why) => notes.push(why)
  )
  try {
    let there = 0
    let total = 0
    for (const wanted of survey.files) {
      total += wanted.bytes ?? 0
      there += Math.min(wanted.bytes ?? 0, await bytesThere(partial, wanted))
    }
    const cannot = whyItCannotFit(
      name,
      { diskBytes: total - there, memoryBytes: survey.weightBytes },
      await machineRoom(storeDir)
    )
    if (cannot !== null) throw cannot
    const files: ModelFile[] = []
    let before = 0
    for (const wanted of survey.files) {
      const known = await isDone(partial, wanted)
      if (known === null) files.push(await fetchOne(wanted, before))
      else files.push(known)
      before += files.at(-1)?.bytes ?? 0
      onProgress({ phase: 'downloading', file: wanted.path, done: before, total: Math.max(total, before) })
    }
    return await finish(files)
  } finally {
    await partial.close()
  }

  async function fetchOne(wanted: WantedFile, before: number): Promise<ModelFile> {
    const total = survey.files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
    const { path } = wanted
    const done = await downloadFile(wanted, join(partial.modelDir, ...path.split('/')), {
      etag: partial.file(path).etag,
      ...(signal === undefined ? {} : { signal }),
      ...(limits === undefined ? {} : { limits }),
      began: (etag) => partial.note(path, { etag, done: null }),
      onBytes: (have) =>
        onProgress({ phase: 'downloading', file: path, done: before + have, total: Math.max(total, before + have) }),
      note: (sentence) => notes.push(sentence)
    })
    await partial.note(path, { etag: partial.file(path).etag, done })
    return { path, ...done }
  }

  async function finish(files: readonly ModelFile[]): Promise<GotModel> {
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    let read = 0
    onProgress({ phase: 'checking', file: null, done: 0, total })
    const { card: found } = await readEither(partial.modelDir)
    const card = {
      ...found,
      id,
      name,
      revision: survey.revision,
      licence: options.licence
    }
    await writeCard(partial.modelDir, card, {
      files,
      origin: {
        kind: 'download',
        from,
        repository: manifest.repository,
        revision: survey.revision,
        weights: set.id,
        at: options.now().toISOString(),
        hosts: survey.hosts,
        hashes: survey.hasHashes ? 'compared with the publisher' : 'recorded at this download'
      }
    })
    await verifyModelFiles(await readEither(partial.modelDir), (bytes) => {
      if (signal?.aborted === true) throw notFetched()
      read += bytes
      onProgress({ phase: 'checking', file: null, done: read, total })
    })
    const dir = await putIntoStore(partial.modelDir, card, storeDir, places)
    await partial.remove()
    return { id, dir, files, notes }
  }
}

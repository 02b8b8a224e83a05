/** @file Exports as a window asks for them: into folders it was shown, told step by step, to be cancelled any time. */
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { FORMATS } from '../../src-shared/formats/registry'
import type { ExportFormatInfo, ExportReport, Params } from '../../src-shared/ipc/contract'
import { NotCertified } from './export-certificate'
import { exportStore } from './exports'
import type { LookAtPictures } from './export-splits'
import type { FileHandles } from './file-handles'
import { displayPath } from './places'
import { findLookAlikes } from './near-duplicates'
import type { Emit, MediaHost, ProjectStore } from './ports'
import { whenSeen } from './session'
import type { Sessions } from './session'

export interface Exports {
  formats(): readonly ExportFormatInfo[]
  run(params: Params<'export.run'>): Promise<ExportReport>
  /** Whether there was such an export. */
  cancel(requestId: string): boolean
  /** Ends what is going on and waits for it: a project is closed. */
  stop(): Promise<void>
}

export const exportFormats = (): readonly ExportFormatInfo[] =>
  FORMATS.map(({ info, reader }) => ({
    id: info.id,
    name: info.name,
    fileName: info.fileName,
    limits: info.limits,
    takesDialect: info.takesDialect,
    takesCorrections: info.takesCorrections ?? false,
    keeps: reader === undefined ? null : (info.keeps ?? null)
  }))

/** Where exports of a project go when nobody says otherwise. */
export const defaultExportFolder = (store: ProjectStore): string => join(dirname(store.path), 'exports')

/** A failed certificate is an answer: the window shows what was lost, and where. */
function refusedReport(error: unknown): ExportReport {
  if (!(error instanceof NotCertified)) throw error
  const counts = { images: 0, regions: 0, dialogues: 0, turns: 0, records: 0 }
  return { files: [], counts, skipped: [], losses: [], certificates: [], refused: error.refusal }
}

export function createExports(options: {
  readonly sessions: Sessions
  readonly handles: FileHandles
  readonly media: MediaHost
  readonly homeDir: string
  readonly emit: Emit
}): Exports {
  const { sessions, handles, media, homeDir, emit } = options
  const running = new Set<{
    readonly requestId: string
    readonly controller: AbortController
    ended: Promise<unknown>
  }>()

  async function work({ requestId, ...params }: Params<'export.run'>, signal: AbortSignal): Promise<ExportReport> {
    const session = sessions.need()
    const { store } = session
    await whenSeen(session, signal)
    const folder = params.folder === null ? defaultExportFolder(store) : handles.resolve('folder', params.folder)
    const { counts } = await store.info()
    const look: LookAtPictures = (watch) => findLookAlikes(store, media, watch)
    const result = await exportStore(store, { ...params, folder }, undefined, look, {
      signal,
      images: counts.images,
      ...(requestId === undefined
        ? {}
        : { onProgress: (progress) => emit('export.progress', { requestId, ...progress }) })
    })
    return {
      ...result,
      refused: null,
      files: result.files.map(({ path, sizeBytes, sha256 }) => ({
        fileName: basename(path),
        displayPath: displayPath(path, homeDir),
        sizeBytes,
        sha256
      }))
    }
  }

  return {
    formats: exportFormats,
    async run(params) {
      const { requestId = '' } = params
      if (requestId !== '' && [...running].some((one) => one.requestId === requestId))
        throw new AppError('export/running', 'This export is going on already.', { nextStep: 'Wait until it is done.' })
      const controller = new AbortController()
      const result = work(params, controller.signal).catch(refusedReport)
      const own = { requestId, controller, ended: result.catch(() => undefined) }
      running.add(own)
      return result.finally(() => running.delete(own))
    },
    cancel(requestId) {
      const found = [...running].filter((one) => one.requestId === requestId)
      for (const { controller } of found) controller.abort()
      return found.length > 0
    },
    async stop() {
      for (const { controller } of running) controller.abort()
      await Promise.all([...running].map(({ ended }) => ended))
    }
  }
}

/** @file Writing a project as training data: encoders from src-shared/formats, files by src-main/files. */
import { lstat, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { Loss } from '../../src-shared/dialects/dialect'
import type { ImageDocument } from '../../src-shared/document/records'
import type { ExportCounts, ExportSource, ExportSummary, Format } from '../../src-shared/formats/format'
import { FORMATS, findFormat } from '../../src-shared/formats/registry'
import type { ExportFormatId, ExportFormatInfo, ExportReport, Params } from '../../src-shared/ipc/contract'
import type { WrittenFile } from '../files/atomic-write'
import { writeSplit } from '../files/split-writer'
import type { FileHandles } from './file-handles'
import { needDialect } from './models'
import { displayPath } from './places'
import type { ProjectStore } from './ports'
import type { Sessions } from './session'

export interface ExportRequest {
  readonly formats: readonly ExportFormatId[]
  /** Absolute; made when it is not there. */
  readonly folder: string
  readonly dialect: string
  readonly includeProposals: boolean
  readonly overwrite: boolean
}

export const exportFormats = (): readonly ExportFormatInfo[] =>
  FORMATS.map(({ info: { id, name, fileName, limits, takesDialect } }) => ({
    id,
    name,
    fileName,
    limits,
    takesDialect
  }))

/** Where exports of a project go when nobody says otherwise. */
export const defaultExportFolder = (store: ProjectStore): string => join(dirname(store.path), 'exports')

function needFormat(id: ExportFormatId): Format {
  const format = findFormat(id)
  if (format !== null) return format
  throw new AppError('export/unknown-format', `There is no format ${id}.`, {
    nextStep: `Choose one of ${FORMATS.map(({ info }) => info.id).join(', ')}.`
  })
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError(
      'export/no-folder',
      `The folder ${basename(folder)} for the export could not be made (${code ?? 'unknown reason'}).`,
      {
        nextStep: 'Choose a folder you may write to.',
        cause
      }
    )
  }
}

/** All names are looked at before anything is written, so that an export is refused whole. */
async function refuseExisting(folder: string, formats: readonly Format[]): Promise<void> {
  const names = formats.flatMap(({ info }) => info.fileNames)
  const taken: string[] = []
  for (const name of names) if (await isThere(join(folder, name))) taken.push(name)
  if (taken.length === 0) return
  throw new AppError(
    'export/exists',
    `${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} in ${basename(folder)} already and stayed as they were.`,
    {
      nextStep: 'Choose another folder, or allow files to be replaced.',
      data: { fileNames: taken.join(', ') }
    }
  )
}

const MAX_DAMAGE_LOSSES = 20

/** The documents of the store, noting what of them is damaged (A10). */
function sourceOf(store: ProjectStore, labels: ExportSource['labels'], damage: Map<string, Loss>): ExportSource {
  return {
    labels,
    async *documents(): AsyncGenerator<ImageDocument> {
      for await (const document of store.documents('all')) {
        for (const { code, message } of document.damage ?? []) {
          if (damage.size < MAX_DAMAGE_LOSSES)
            damage.set(`${document.image.id} ${code} ${message}`, { code, message, path: [] })
        }
        yield document
      }
    }
  }
}

/** Formats write the same images: their counts are not added, only the records are. */
function mergeCounts(all: readonly ExportSummary[]): ExportCounts {
  const most = (name: keyof ExportCounts): number => Math.max(0, ...all.map(({ counts }) => counts[name]))
  return {
    images: most('images'),
    regions: most('regions'),
    dialogues: most('dialogues'),
    turns: most('turns'),
    records: all.reduce((sum, { counts }) => sum + counts.records, 0)
  }
}

function mergeSkipped(all: readonly ExportSummary[]): ExportReport['skipped'] {
  const counts = new Map<string, number>()
  for (const { skipped } of all)
    for (const { reason, count } of skipped) counts.set(reason, Math.max(counts.get(reason) ?? 0, count))
  return [...counts].map(([reason, count]) => ({ reason, count }))
}

export interface ExportResult extends Omit<ExportReport, 'files'> {
  readonly files: readonly WrittenFile[]
}

/** Each format's files are written whole or not at all; rejects with `export/...`, `file/...`, `dialect/unknown`. */
export async function exportStore(store: ProjectStore, request: ExportRequest): Promise<ExportResult> {
  const formats = [...new Set(request.formats)].map(needFormat)
  const dialect = needDialect(request.dialect)
  await makeFolder(request.folder)
  if (!request.overwrite) await refuseExisting(request.folder, formats)
  const labels = await store.listLabels()
  const damage = new Map<string, Loss>()
  const files: WrittenFile[] = []
  const summaries: ExportSummary[] = []
  for (const format of formats) {
    const source = sourceOf(store, labels, damage)
    const run = format.encode(source, { dialect, includeProposals: request.includeProposals })
    files.push(...(await writeSplit(request.folder, run.chunks, { overwrite: request.overwrite })))
    summaries.push(run.summary())
  }
  return {
    files,
    counts: mergeCounts(summaries),
    skipped: mergeSkipped(summaries),
    losses: [...summaries.flatMap(({ losses }) => losses), ...damage.values()]
  }
}

export interface Exports {
  formats(): readonly ExportFormatInfo[]
  run(params: Params<'export.run'>): Promise<ExportReport>
}

export function createExports(options: {
  readonly sessions: Sessions
  readonly handles: FileHandles
  readonly homeDir: string
}): Exports {
  const { sessions, handles, homeDir } = options
  return {
    formats: exportFormats,
    async run(params) {
      const { store } = sessions.need()
      const folder = params.folder === null ? defaultExportFolder(store) : handles.resolve('folder', params.folder)
      const result = await exportStore(store, { ...params, folder })
      return {
        ...result,
        files: result.files.map(({ path, sizeBytes, sha256 }) => ({
          fileName: basename(path),
          displayPath: displayPath(path, homeDir),
          sizeBytes,
          sha256
        }))
      }
    }
  }
}

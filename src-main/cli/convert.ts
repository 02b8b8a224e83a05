/** @file `eyrie convert`: a data set in one format becomes files of another, through a project that nobody keeps. */
import { counted } from '../../src-shared/counted'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { DialectSpace } from '../../src-shared/dialects/dialect'
import type { ExportSplit } from '../../src-shared/dataset/splits'
import type { ExportFormatId } from '../../src-shared/ipc/contract'
import { exportStore } from '../core/exports'
import type { ExportResult } from '../core/exports'
import { findFormat } from '../../src-shared/formats/registry'
import { PROJECT_EXTENSION } from '../core/folders'
import { lookAt } from './export'
import { importInto, regionTotal } from './import'
import type { ImportOptions } from './import'
import { note, printJson, printLine } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

export interface ConvertOptions extends Omit<ImportOptions, 'format' | 'dryRun'> {
  readonly from: string | null
  readonly to: readonly ExportFormatId[]
  /** Of the text that is written. */
  readonly toDialect: string
  /** Null: the dialect's own. */
  readonly toSpace: DialectSpace | null
  readonly includeProposals: boolean
  readonly overwrite: boolean
  readonly split?: ExportSplit
}

/** Images need not be there: what the file says of them is enough. */
export async function convert(
  input: string,
  out: string,
  options: ConvertOptions,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const path = resolve(input)
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-convert-'))
  try {
    const imageRoot = options.images === null ? await folderOf(path) : resolve(options.images)
    const store = await cli
      .rooms()
      .openProject(join(folder, `convert${PROJECT_EXTENSION}`), { name: 'convert', imageRoot })
    try {
      const { report: imported } = await importInto(
        store,
        path,
        { ...options, format: options.from, dryRun: false, addImages: 'always' },
        cli,
        streams
      )
      const request = {
        ...{ formats: options.to, folder: resolve(out), dialect: options.toDialect },
        ...{ includeProposals: options.includeProposals, overwrite: options.overwrite },
        ...(options.toSpace === null ? {} : { space: options.toSpace }),
        ...(options.split === undefined ? {} : { split: options.split })
      }
      const exported = await exportStore(store, request, findFormat, lookAt(store, cli, streams))
      if (options.json) printJson(streams, { imported, exported })
      else tell(imported.format, regionTotal(imported), exported, streams)
      for (const { code, count, examples } of [...imported.skipped, ...imported.doubts, ...imported.notes]) {
        if (!options.json) note(streams, `eyrie: ${count} × ${code}: ${examples[0]?.message ?? ''}`)
      }
    } finally {
      await store.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function folderOf(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? path : dirname(path)
  } catch {
    // Reading it says by name that it is not there.
    return dirname(path)
  }
}

function tell(from: string, regions: number, exported: ExportResult, streams: Streams): void {
  printLine(streams, `${from}: ${counted(regions, 'region')} read, ${exported.counts.regions} written`)
  for (const { path, sizeBytes } of exported.files) printLine(streams, `${path}  ${counted(sizeBytes, 'byte')}`)
  for (const { reason, count } of exported.skipped) note(streams, `eyrie: left out ${count}: ${reason}`)
  for (const { message } of exported.losses) note(streams, `eyrie: ${message}`)
}

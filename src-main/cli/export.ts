/** @file `eyrie export` and `eyrie formats`. */
import { resolve } from 'node:path'
import type { ExportFormatId } from '../../src-shared/ipc/contract'
import { exportFormats, exportStore } from '../core/exports'
import { note, printJson, printLine, printTable } from './output'
import type { Streams } from './output'
import { withProject } from './project'
import type { CliRooms } from './rooms'

export function listFormats(json: boolean, streams: Streams): void {
  const formats = exportFormats()
  if (json) return printJson(streams, formats)
  for (const { id, name, fileName, limits } of formats) {
    printLine(streams, `${id}  ${name} → ${fileName}`)
    for (const limit of limits) printLine(streams, `    ${limit}`)
  }
}

export interface ExportOptions {
  readonly formats: readonly ExportFormatId[]
  readonly out: string
  readonly dialect: string
  readonly includeProposals: boolean
  readonly overwrite: boolean
  readonly json: boolean
}

export async function exportProject(
  path: string,
  options: ExportOptions,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  await withProject(cli, path, async (store) => {
    const result = await exportStore(store, { ...options, folder: resolve(options.out) })
    if (options.json) return printJson(streams, result)
    const { counts, skipped, losses, files } = result
    printTable(
      streams,
      files.map(({ path: file, sizeBytes, sha256 }) => [file, `${sizeBytes} bytes`, `sha256 ${sha256}`])
    )
    printLine(
      streams,
      `${counts.images} images, ${counts.regions} regions, ${counts.dialogues} dialogues, ${counts.turns} turns, ${counts.records} records`
    )
    for (const { reason, count } of skipped) note(streams, `eyrie: left out ${count}: ${reason}`)
    for (const { message } of losses) note(streams, `eyrie: ${message}`)
  })
}

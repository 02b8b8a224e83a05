/** @file `eyrie export` and `eyrie formats`. */
import { counted } from '../../src-shared/counted'
import { resolve } from 'node:path'
import type { ExportCertificate } from '../../src-shared/formats/round-trip/certificate'
import { findFormat, FORMATS } from '../../src-shared/formats/registry'
import { exportStore } from '../core/exports'
import type { ExportRequest } from '../core/exports'
import { findLookAlikes } from '../core/near-duplicates'
import type { LookAlikes } from '../core/near-duplicates'
import type { ProjectStore } from '../core/ports'
import { note, printJson, printLine, printTable, progressLine } from './output'
import type { Streams } from './output'
import { withProject } from './project'
import type { CliRooms } from './rooms'

/** The stable JSON of `eyrie formats --json`: each format with `reads`, `writes` and what it keeps of a project. */
export function listFormats(json: boolean, streams: Streams): void {
  const formats = FORMATS.map(({ info, reader }) => {
    const { id, name, fileName, takesDialect, keeps, limits } = info
    const settings = reader?.settings ?? []
    return {
      ...{ id, name, fileName, reads: reader !== undefined, writes: true, takesDialect },
      ...{ keeps: keeps ?? null, limits, settings, takesClassNames: reader?.takesClassNames === true }
    }
  })
  if (json) return printJson(streams, formats)
  for (const { id, name, fileName, reads, keeps, limits, settings, takesClassNames } of formats) {
    printLine(streams, `${id}  ${name} ${reads ? '↔' : '→'} ${fileName}`)
    if (keeps !== null) printLine(streams, `    keeps ${keeps.shapes.join(', ')}`)
    for (const limit of limits) printLine(streams, `    ${limit}`)
    if (takesClassNames) printLine(streams, '    reading can be told class names: --class-names FILE')
    for (const setting of settings) {
      printLine(streams, `    reading can be told ${setting.about}:`)
      for (const { value, about } of setting.values)
        printLine(streams, `      --setting ${setting.id}=${value}  ${about}`)
    }
  }
}

export interface ExportOptions extends Omit<ExportRequest, 'folder'> {
  readonly out: string
  readonly json: boolean
}

export async function exportProject(
  path: string,
  { out, json, ...request }: ExportOptions,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  await withProject(cli, path, async (store) => {
    const result = await exportStore(
      store,
      { ...request, folder: resolve(out) },
      findFormat,
      lookAt(store, cli, streams)
    )
    if (json) return printJson(streams, result)
    const { counts, skipped, losses, files, certificates } = result
    printTable(
      streams,
      files.map(({ path: file, sizeBytes, sha256 }) => [file, counted(sizeBytes, 'byte'), `sha256 ${sha256}`])
    )
    printLine(
      streams,
      [
        counted(counts.images, 'image'),
        counted(counts.regions, 'region'),
        counted(counts.dialogues, 'dialogue'),
        counted(counts.turns, 'turn'),
        counted(counts.records, 'record')
      ].join(', ')
    )
    for (const certificate of certificates) printLine(streams, sayCertificate(certificate))
    for (const { reason, count } of skipped) note(streams, `eyrie: left out ${count}: ${reason}`)
    for (const { message } of losses) note(streams, `eyrie: ${message}`)
  })
}

/** Looks at every picture of the project when it is called, and says how far it is. */
export const lookAt =
  (store: ProjectStore, cli: CliRooms, streams: Streams): (() => Promise<LookAlikes>) =>
  () => {
    const progress = progressLine(streams)
    const onProgress = (looked: number): void => progress.show(`${counted(looked, 'image')} looked at`)
    return findLookAlikes(store, cli.rooms().media, { onProgress }).finally(() => progress.end())
  }

function sayCertificate({ format, split, isCertified, counts, largestErrorPx, said }: ExportCertificate): string {
  const what = split === null ? format : `${format} ${split}`
  if (!isCertified || counts === null || largestErrorPx === null)
    return `${what}: not read back; Eyrie does not read this format`
  const { images, regions, turns } = counts
  const kept = `${regions.back} of ${counted(regions.out, 'region')}, ${turns.back} of ${counted(turns.out, 'turn')}, ${images.back} of ${counted(images.out, 'image')}`
  const differences = Object.values(said).reduce((sum, count) => sum + count, 0)
  const losses = differences === 0 ? '' : `; ${counted(differences, 'difference')}, said below`
  return `${what}: read back ${kept}; largest error ${largestErrorPx.toPrecision(2)} px${losses}`
}

/** @file `eyrie import`: a data set on disk becomes records of a project; `--dry-run` counts only. */
import { counted } from '../../src-shared/counted'
import { resolve } from 'node:path'
import type { DialectSpace } from '../../src-shared/dialects/dialect'
import type { FormatId } from '../../src-shared/formats/format'
import { FORMATS } from '../../src-shared/formats/registry'
import { runImport } from '../core/import/run'
import type { ImportResult } from '../core/import/run'
import type { ImportRates, ImportReport, SkippedGroup } from '../../src-shared/formats/reading/report'
import { needDialect } from '../core/models'
import type { ImportRules, ProjectStore } from '../core/ports'
import { note, printJson, printLine, printTable, progressLine } from './output'
import type { Streams } from './output'
import { withProject } from './project'
import type { CliRooms } from './rooms'

export interface ImportOptions {
  readonly format: FormatId | null
  readonly images: string | null
  readonly dialect: string | null
  readonly space: DialectSpace | null
  /** Of the reader, by id. */
  readonly settings: Readonly<Record<string, string>>
  /** By class number; empty: none are given. */
  readonly classNames: readonly string[]
  readonly dryRun: boolean
  readonly json: boolean
}

/** Ctrl-C cancels, so that nothing of the import stays; a second one ends the program as always. */
async function cancellable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const cancel = (): void => controller.abort()
  process.once('SIGINT', cancel)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', cancel)
  }
}

/** Shared with `eyrie convert`. */
export function importInto(
  store: ProjectStore,
  path: string,
  options: Omit<ImportOptions, 'json'> & { readonly addImages: ImportRules['addImages'] },
  cli: CliRooms,
  streams: Streams
): Promise<ImportResult> {
  const { media } = cli.rooms()
  const { format, images, dialect, space, settings, classNames, dryRun, addImages } = options
  const progress = progressLine(streams)
  return cancellable((signal) =>
    runImport(
      {
        path: resolve(path),
        format,
        images: images === null ? null : resolve(images),
        ...(dialect === null ? {} : { dialect: needDialect(dialect) }),
        ...(space === null ? {} : { space }),
        settings,
        ...(classNames.length === 0 ? {} : { classNames }),
        dryRun,
        addImages
      },
      { store, media, formats: FORMATS, now: Date.now, signal, onProgress: (rates) => progress.show(inWords(rates)) }
    )
  ).finally(() => progress.end())
}

export async function importDataset(
  project: string,
  path: string,
  options: ImportOptions,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  await withProject(cli, project, async (store) => {
    const { report } = await importInto(store, path, { ...options, addImages: 'when-there' }, cli, streams)
    if (options.json) printJson(streams, report)
    else tell(report, store, streams)
  })
}

const MB = 1e6

function inWords({ phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft, regions }: ImportRates): string {
  if (phase === 'recognising') return 'looking at the files'
  if (phase === 'finishing') return `${counted(regions, 'region')} read; putting them together`
  const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`
  const rate = `${(bytesPerSecond / MB).toFixed(0)} MB/s`
  return `${(doneBytes / MB).toFixed(0)} of ${(totalBytes / MB).toFixed(0)} MB, ${rate}${left}, ${counted(regions, 'region')}`
}

export const regionTotal = ({ counts }: Pick<ImportReport, 'counts'>): number =>
  Object.values(counts.regions).reduce((sum, count) => sum + count, 0)

function tell(report: ImportReport, store: ProjectStore, streams: Streams): void {
  const { counts, labels, skipped, doubts, notes, written } = report
  const kinds = Object.entries(counts.regions).map(([kind, count]) => `${count} ${kind}`)
  printLine(streams, `${report.format}: ${report.because}.`)
  printTable(streams, [
    ['images', `${counts.images}${counts.imagesAdded > 0 ? `, ${counts.imagesAdded} of them new to the project` : ''}`],
    ['regions', `${regionTotal(report)}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`],
    ['labels', `${labels.length}${counts.labelsAdded > 0 ? `, ${counts.labelsAdded} of them new` : ''}`],
    ['dialogues', `${counts.dialogues} with ${counted(counts.turns, 'turn')}`],
    ['relations', String(counts.relations)],
    ['done', String(counts.done)],
    [
      'there already',
      [
        counted(counts.duplicateRegions, 'region'),
        counted(counts.duplicateDialogues, 'dialogue'),
        counted(counts.duplicateRelations, 'relation')
      ].join(', ')
    ],
    ['outside their image', String(counts.regionsOutside)],
    ['without an area', String(counts.regionsWithoutArea)]
  ])
  tellGroups('left out', skipped, streams)
  tellGroups('to look at', doubts, streams)
  tellGroups('not kept', notes, streams)
  printLine(streams, written ? `Written to ${store.path}; one undo takes it back.` : 'Nothing was written (dry run).')
}

function tellGroups(title: string, groups: readonly SkippedGroup[], streams: Streams): void {
  for (const { code, count, examples } of groups) {
    note(streams, `eyrie: ${title}: ${count} × ${code}`)
    for (const { file, line, record, message } of examples) {
      const where = [file, line === null ? '' : `line ${line}`, record ?? ''].filter((part) => part !== '').join(', ')
      note(streams, `       ${where === '' ? '' : `${where}: `}${message}`)
    }
  }
}

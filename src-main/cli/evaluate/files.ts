/** @file `eyrie evaluate TASK --pred F --truth F`: scores predictions against the truth; no model is asked. */
import { dirname, resolve } from 'node:path'
import { words } from '../../../src-shared/metrics/report/report'
import { note, printJson, printTable } from '../output'
import type { Streams } from '../output'
import type { CliRooms } from '../rooms'
import { writeHtmlReport } from './html-report'
import type { HtmlOptions } from './html-report'
import type { FileTask, TaskOptions } from './task'

export interface EvaluateFilesOptions extends TaskOptions {
  readonly json: boolean
  /** null: no report. Without a folder of images, that of the truth. */
  readonly html: (Omit<HtmlOptions, 'images'> & { readonly images: string | null }) | null
}

const shown = (value: unknown): string => {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(4)
  return Array.isArray(value) ? value.join(', ') || '-' : String(value ?? '-')
}

/** Rejects with `file/missing`, `data/invalid`, `data/unpaired`, `meteor/failed`, and with `file/…` for the report. */
export async function evaluateFiles(
  fileTask: FileTask,
  options: EvaluateFilesOptions,
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const { samples, groups, notMeasured = [], report } = await fileTask.score(options)
  const { name, about } = fileTask
  const { protocol, truth, pred, html } = options
  if (html !== null) {
    const path = await writeHtmlReport(
      {
        ...{ task: name, about, protocol, samples, notMeasured, version: cli.places.version },
        groups: groups as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
        files: [
          { role: words('truth', '真值'), path: truth },
          { role: words('answers', '回答'), path: pred }
        ]
      },
      report(),
      { ...html, images: html.images ?? dirname(resolve(truth)) },
      cli.rooms().media
    )
    note(streams, `eyrie: wrote ${path}`)
  }
  const missing = notMeasured.map(({ measure, reason }) => ({ measure, reason: reason.en }))
  if (options.json) {
    printJson(streams, {
      task: name,
      protocol,
      samples,
      groups,
      ...(missing.length > 0 ? { notMeasured: missing } : {})
    })
    return
  }
  const columns = Object.entries(groups)
  const measures = Object.keys(columns[0]?.[1] ?? {})
  printTable(streams, [
    [`${name} (${protocol})`, ...columns.map(([group]) => group)],
    ...measures.map((measure) => [
      measure,
      ...columns.map(([, scores]) => shown((scores as Readonly<Record<string, unknown>>)[measure]))
    ])
  ])
  for (const { measure, reason } of missing) note(streams, `eyrie: ${measure} was not measured: ${reason}.`)
}

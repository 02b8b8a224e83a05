/**
 * @file GRIT as Parquet, as Kosmos-2's data was released (microsoft/unilm kosmos-2/README.md): a row for each caption, with
 * the columns that its records have as JSON (grit/). `noun_chunks` and `ref_exps` are lists of lists of numbers; a text of
 * JSON is read too.
 */
import { jsonOf, listIn } from './cells'
import { openParquet } from './file'
import { isParquetFile } from './regions'
import { parquetChunks } from './write-file'
import type { Columns, ParquetRow } from './write-file'
import { AppError } from '../../errors'
import type { ExportOptions, ExportRun, ExportSource, Format } from '../format'
import { gritJson } from '../grit'
import { GritReading } from '../grit/read'
import { gritRecords } from '../grit/write'
import { skipped, skippedFile } from '../kit/issue'
import type { ImportIssue, ImportItem } from '../reading/item'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { Tally } from '../tally'

const FILE = 'grit.parquet'
const COLUMNS: Columns = {
  id: 'text',
  file_name: 'text',
  caption: 'text',
  width: 'integer',
  height: 'integer',
  noun_chunks: 'boxes',
  ref_exps: 'boxes',
  eyrie: 'text'
}
const WANTED = [...Object.keys(COLUMNS), 'key', 'url', 'image_path', 'image']

interface Tables {
  readonly paths: readonly string[]
  /** Parquet files that are left out, and why. */
  readonly others: readonly ImportIssue[]
  /** Why the first damaged one cannot be read. */
  readonly fault: AppError | null
}

async function tablesIn(source: DataSource): Promise<Tables> {
  const paths: string[] = []
  const others: ImportIssue[] = []
  let fault: AppError | null = null
  for (const { path } of source.files) {
    if (!(await isParquetFile(source, path))) continue
    try {
      const { columns } = await openParquet(source, path)
      if (columns.includes('caption') && ['noun_chunks', 'ref_exps'].some((name) => columns.includes(name)))
        paths.push(path)
      else others.push(skipped({ file: path }, 'import/not-this-format', 'The table is none of GRIT; it is left out.'))
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'import/parquet') throw error
      fault ??= error
      others.push(skippedFile(path, error))
    }
  }
  return { paths, others, fault }
}

async function recognise(source: DataSource): Promise<Recognition | null> {
  const { paths } = await tablesIn(source)
  return paths.length === 0
    ? null
    : { score: 1, because: 'a Parquet table with caption, noun_chunks and ref_exps, as GRIT has them', paths }
}

async function* read(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const { paths, others, fault } = await tablesIn(source)
  if (paths.length === 0 && fault !== null) throw fault
  if (paths.length === 0 && source.files.some(({ sizeBytes }) => sizeBytes > 0))
    throw new AppError('import/not-this-format', 'No Parquet file here has caption, noun_chunks and ref_exps.', {
      nextStep: 'Choose the folder that holds the .parquet files.'
    })
  if (others.length > 0) yield others
  for (const [i, path] of paths.entries()) {
    const reading = new GritReading(path, paths.length === 1 ? '' : `${i + 1}/`)
    const file = await openParquet(source, path)
    let number = 0
    for await (const rows of file.rows(WANTED)) {
      const items: ImportItem[] = []
      for (const row of rows) {
        const record = Object.fromEntries(
          Object.entries(row).map(([key, value]) => [key, COLUMNS[key] === 'boxes' ? listIn(value) : jsonOf(value)])
        )
        const where = { file: path, record: `row ${number + 1}` }
        reading.record(record, null, String(number++), where, items)
      }
      yield items
    }
    yield reading.rest()
  }
}

async function* rowsOf(
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<readonly ParquetRow[]> {
  for await (const records of gritRecords(source, options, tally))
    yield records.map(({ eyrie, ...record }) => ({
      ...record,
      ...(eyrie === undefined ? {} : { eyrie: JSON.stringify(eyrie) })
    }))
}

export const gritParquet: Format = {
  info: {
    ...gritJson.info,
    id: 'grit-parquet',
    name: 'GRIT (Kosmos-2) as Parquet',
    fileName: FILE,
    fileNames: [FILE]
  },
  reader: { recognise, read },
  encode(source, options): ExportRun {
    const tally = new Tally()
    return {
      chunks: parquetChunks(FILE, COLUMNS, rowsOf(source, options, tally)),
      summary: () => tally.summary()
    }
  }
}

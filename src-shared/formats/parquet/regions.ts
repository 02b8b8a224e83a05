/**
 * @file A Parquet table of boxes: a row for each, with the columns of our CSV (csv/layout.ts), and read in the same
 * spellings. Numbers are numbers, and cells need no marks against spreadsheets.
 */
import { readCells } from './cells'
import { badParquet, isParquet, openParquet } from './file'
import type { ParquetFile } from './file'
import { parquetChunks } from './write-file'
import type { Columns, ParquetRow } from './write-file'
import { AppError } from '../../errors'
import { layoutOf } from '../csv/layout'
import type { CsvLayout } from '../csv/layout'
import { TableReading } from '../csv/read'
import type { ExportOptions, ExportRun, ExportSource, Format } from '../format'
import { BOXES_WITH_WORDS } from '../keeps'
import { attributesOfRegion } from '../kit/region'
import { boxOfRegion, pixelCornersOf } from '../kit/region-boxes'
import { isImageName } from '../kit/annotated-images'
import { skipped } from '../kit/issue'
import { isNamed } from '../kit/small-json'
import type { ImportItem } from '../reading/item'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { selectRegions } from '../selection'
import { Tally } from '../tally'

const FILE = 'regions.parquet'
const COLUMNS: Columns = {
  filename: 'text',
  width: 'integer',
  height: 'integer',
  class: 'text',
  xmin: 'number',
  ymin: 'number',
  xmax: 'number',
  ymax: 'number',
  phrase: 'text',
  confidence: 'number',
  state: 'text',
  origin: 'text',
  attributes: 'text',
  eyrie: 'integer'
}
const ITEMS_AT_A_TIME = 1000

/** By what is in it; pictures are not opened for that, since there may be a million of them. */
export const isParquetFile = async (source: DataSource, path: string): Promise<boolean> =>
  ['parquet', 'parq'].some((extension) => isNamed(path, extension)) ||
  (!isImageName(path) && (await isParquet(source, path)))

interface Table {
  readonly path: string
  /** null: it cannot be opened; reading says why. */
  readonly file: ParquetFile | null
  readonly layout: CsvLayout | null
}

/** `others`: tables of something else, by their paths. */
async function tablesOf(
  source: DataSource
): Promise<{ readonly tables: readonly Table[]; readonly others: readonly string[] }> {
  const found: Table[] = []
  const others: string[] = []
  for (const { path } of source.files) {
    if (!(await isParquetFile(source, path))) continue
    try {
      const file = await openParquet(source, path)
      const layout = layoutOf(file.columns)
      if (layout !== null && layout.kind === 'boxes' && layout.hasHead) found.push({ path, file, layout })
      else others.push(path)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'import/parquet') throw error
      found.push({ path, file: null, layout: null })
    }
  }
  return { tables: found, others }
}

async function recognise(source: DataSource): Promise<Recognition | null> {
  const { tables } = await tablesOf(source)
  if (tables.length === 0) return null
  const layouts = tables.flatMap(({ layout }) => layout ?? [])
  return {
    score: layouts.length === 0 ? 0.3 : Math.max(...layouts.map(({ score }) => score)),
    because:
      layouts.length === 0 ? 'its name is of a Parquet file' : 'a Parquet table with an image and a box in its columns',
    paths: tables.map(({ path }) => path)
  }
}

async function* read(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const { tables, others } = await tablesOf(source)
  if (tables.length === 0 && source.files.some(({ sizeBytes }) => sizeBytes > 0))
    throw new AppError('import/not-this-format', 'No Parquet file here has columns for an image and a box.', {
      nextStep: 'Name the columns filename, class, xmin, ymin, xmax, ymax.'
    })
  const files = new Set(source.files.map(({ path }) => path))
  if (others.length > 0)
    yield others.map((file) =>
      skipped({ file }, 'import/not-this-format', 'The columns of the table name no image and no box; it is left out.')
    )
  for (const [i, { path, file, layout }] of tables.entries()) {
    // What was told apart as damaged says here why.
    const opened = file ?? (await openParquet(source, path))
    if (layout === null) throw badParquet(path, 'its columns name no image and no box')
    const reading = new TableReading(source, path, layout, tables.length === 1 ? '' : `${i + 1}/`, files, 'plain')
    const wanted = opened.columns.filter((_, at) => Object.values(layout.columns).includes(at))
    let line = 0
    for await (const rows of opened.rows(wanted)) {
      let items: ImportItem[] = []
      for (const row of rows) {
        line++
        await reading.row({ line, cells: readCells(row, opened.columns), fault: null }, items)
        if (items.length < ITEMS_AT_A_TIME) continue
        yield items
        items = []
      }
      yield items
    }
    yield [...reading.issues()]
  }
}

async function* rowsOf(
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<readonly ParquetRow[]> {
  const nameOf = new Map(source.labels.map(({ id, name }) => [id, name]))
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { size } = selection
    const start = { filename: document.image.relativePath, width: size.width, height: size.height, eyrie: 1 }
    const rows = selection.regions.flatMap((region): readonly ParquetRow[] => {
      const box = boxOfRegion(region, document, tally)
      if (box === null) return []
      const attributes = attributesOfRegion(region)
      const [xmin, ymin, xmax, ymax] = pixelCornersOf(box, size)
      tally.count('regions')
      tally.count('records')
      return [
        {
          ...start,
          class: region.labelId === null ? null : (nameOf.get(region.labelId) ?? null),
          ...{ xmin, ymin, xmax, ymax },
          phrase: region.phrase,
          confidence: region.confidence,
          state: region.state,
          origin: region.provenance.origin,
          attributes: Object.keys(attributes).length === 0 ? null : JSON.stringify(attributes)
        }
      ]
    })
    tally.count('images')
    tally.skip('dialogue', document.dialogues.length)
    tally.skip('relation', document.relations.length)
    yield rows.length > 0 ? rows : [start]
  }
}

export const parquetRegions: Format = {
  info: {
    id: 'parquet',
    name: 'Parquet table of boxes',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      'A row for each box, with the columns of the CSV format; pixels are numbers, attributes are JSON in a text.',
      'Boxes only: of other regions the box around them is written, and that is said.',
      'The order of classes, colours, dialogues and relations are left out.',
      'Read row group by row group: at most 4 Mi rows and 256 MiB of a column in one. Values in a delta encoding are refused and said.'
    ],
    takesDialect: false,
    keeps: BOXES_WITH_WORDS
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

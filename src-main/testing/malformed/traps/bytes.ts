/** @file Traps in tables of Parquet and in samples of WebDataset. */
import { parquetChunks } from '../../../../src-shared/formats/parquet/write-file'
import type { Columns, ParquetRow } from '../../../../src-shared/formats/parquet/write-file'
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

async function parquet(format: string, name: string, columns: Columns, ...rows: readonly ParquetRow[]): Promise<Trap> {
  const parts: Uint8Array[] = []
  const batches = (async function* () {
    yield rows
  })()
  for await (const { bytes } of parquetChunks('a', columns, batches)) if (bytes !== undefined) parts.push(bytes)
  return { format, name, files: { 'a.parquet': Buffer.concat(parts) } }
}

const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const
const columnsOf = (kind: 'text' | 'number', more: Columns = {}): Columns => ({
  ...{ filename: 'text', class: 'text' },
  ...Object.fromEntries(SIDES.map((side) => [side, kind])),
  ...more
})
const row = (box: readonly unknown[], patch: ParquetRow = {}): ParquetRow => ({
  ...{ filename: 'a.jpg', class: 'cup' },
  ...Object.fromEntries(SIDES.map((side, i) => [side, box[i]])),
  ...patch
})
const BOX = [100.5, 50.5, 300.5, 170.5]
const table = (name: string, ...rows: readonly ParquetRow[]): Promise<Trap> =>
  parquet('parquet', name, columnsOf('number'), ...rows)

const TABLES: readonly Trap[] = await Promise.all([
  table('corners', row(BOX)),
  parquet('parquet', 'numbers as texts', columnsOf('text'), row(['100', '50', '300', '170'])),
  parquet('parquet', 'words for numbers', columnsOf('text'), row(['100px', '50', '300', '170'])),
  table('fractions', row([0.1, 0.1, 0.5, 0.6])),
  table('fractions and pixels', row([0.1, 0.1, 0.5, 0.6]), row(BOX, { class: 'dog' })),
  table('a size for the second corner', row([400.5, 300.5, 200.5, 120.5])),
  table('NaN', row([NaN, 50.5, 300.5, 170.5])),
  table('no class', row(BOX, { class: null })),
  parquet(
    'parquet',
    'a size that is swapped',
    columnsOf('number', { width: 'integer', height: 'integer' }),
    row([400.5, 50.5, 600.5, 170.5], { width: 480, height: 640 })
  ),
  parquet('parquet', 'a class of numbers', { ...columnsOf('number'), class: 'integer' }, row(BOX, { class: 3 })),
  parquet(
    'parquet',
    'a box as a list',
    { filename: 'text', class: 'text', bbox: 'boxes' },
    { filename: 'a.jpg', class: 'cup', bbox: [[100, 50, 300, 170]] }
  )
])

const GRIT: Columns = {
  ...{ id: 'text', key: 'text', url: 'text', caption: 'text', width: 'integer', height: 'integer' },
  ...{ noun_chunks: 'boxes', ref_exps: 'boxes' }
}
const grit = (name: string, chunks: unknown, columns: Columns = GRIT): Promise<Trap> =>
  parquet('grit-parquet', name, columns, {
    ...{ id: 'g1', key: 'a', url: 'http://x.invalid/a.jpg', caption: 'a cup by a dog', width: 640, height: 480 },
    ...{ noun_chunks: chunks, ref_exps: [] }
  })
const AS_TEXT: Columns = { ...GRIT, noun_chunks: 'text' }
const GRITS: readonly Trap[] = await Promise.all([
  grit('as it should be', [[0, 5, 0.1, 0.1, 0.5, 0.5, 0.9]]),
  grit('chunks as a text', '[[0, 5, 0.1, 0.1, 0.5, 0.5, 0.9]]', AS_TEXT),
  grit('chunks as words', 'a cup', AS_TEXT),
  grit('pixels', [[0, 5, 64, 48, 320, 240, 0.9]]),
  grit('a span beyond the caption', [[0, 99, 0.1, 0.1, 0.5, 0.5, 0.9]]),
  grit('a chunk of three', [[0, 5, 0.1]])
])

const sample = (name: string, files: Readonly<Record<string, FileBytes>>): Trap => ({
  format: 'webdataset',
  name,
  files
})
const own = (patch: object): string =>
  JSON.stringify({
    eyrie: { sample: 1 },
    image: 'a.jpg',
    width: 640,
    height: 480,
    regions: [],
    dialogues: [],
    relations: [],
    ...patch
  })
const SAMPLES: readonly Trap[] = [
  sample('a caption in both files', { 's/a.jpg': '', 's/a.txt': 'a cup', 's/a.json': '{"caption":"a dog"}' }),
  sample('a caption of two lines', { 's/a.jpg': '', 's/a.txt': 'a cup\na dog\n' }),
  sample('a failed download', {
    's/a.json': '{"caption":"a dog","status":"failed_to_download","error_message":"404"}'
  }),
  sample('JSON without an image', { 's/a.json': '{"caption":"a dog"}', 's/b.jpg': '', 's/b.txt': 'x' }),
  sample('keys with dots', { 's/a.b.jpg': '', 's/a.b.txt': 'a cup' }),
  sample('one key in two folders', { 's/a.jpg': '', 's/a.txt': 'a cup', 't/a.jpg': '', 't/a.txt': 'a dog' }),
  sample('ours with the number of another layout', { 's/a.jpg': '', 's/a.json': own({ eyrie: { sample: 9 } }) }),
  sample('ours with a box in pixels', {
    's/a.jpg': '',
    's/a.json': own({
      regions: [{ id: 'r', label: 'cup', phrase: null, shape: { type: 'box', box: [100, 50, 300, 170] } }]
    })
  }),
  sample('ours with a region without a label', {
    's/a.jpg': '',
    's/a.json': own({ regions: [{ id: 'r', shape: { type: 'box', box: [0.1, 0.1, 0.5, 0.6] } }] })
  }),
  sample('a text in Latin-1', { 's/a.jpg': '', 's/a.txt': Buffer.from('a caf\u00e9', 'latin1') })
]

export const TRAPS: readonly Trap[] = [...TABLES, ...GRITS, ...SAMPLES]

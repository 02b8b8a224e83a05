/** @file Traps in tables of Parquet and in samples of WebDataset. */
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { ColumnSource } from 'hyparquet-writer'
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

const parquet = (format: string, name: string, columnData: ColumnSource[]): Trap => ({
  format,
  name,
  files: { 'a.parquet': new Uint8Array(parquetWriteBuffer({ columnData })) }
})
const column = (name: string, data: unknown[], type?: ColumnSource['type']): ColumnSource =>
  ({ name, data, ...(type === undefined ? {} : { type }) }) as ColumnSource
const box = (numbers: readonly unknown[], type?: ColumnSource['type']): ColumnSource[] =>
  ['xmin', 'ymin', 'xmax', 'ymax'].map((name, i) => column(name, [numbers[i]], type))
const table = (
  name: string,
  numbers: readonly unknown[],
  more: ColumnSource[] = [],
  type?: ColumnSource['type']
): Trap =>
  parquet('parquet', name, [column('filename', ['a.jpg']), column('class', ['cup']), ...box(numbers, type), ...more])

const TABLES: readonly Trap[] = [
  table('corners', [100.5, 50.5, 300.5, 170.5]),
  table('numbers as texts', ['100', '50', '300', '170']),
  table('words for numbers', ['100px', '50', '300', '170']),
  table('fractions', [0.1, 0.1, 0.5, 0.6]),
  table('a size for the second corner', [400.5, 300.5, 200.5, 120.5]),
  table('large whole numbers', [100n, 50n, 9007199254740993n, 170n], [], 'INT64'),
  table('NaN', [NaN, 50.5, 300.5, 170.5]),
  table('truth for numbers', [true, false, true, true]),
  table('a size that is swapped', [400.5, 50.5, 600.5, 170.5], [column('width', [480]), column('height', [640])]),
  parquet('parquet', 'fractions and pixels', [
    column('filename', ['a.jpg', 'a.jpg']),
    column('class', ['cup', 'dog']),
    ...[
      [0.1, 100.5],
      [0.1, 50.5],
      [0.5, 300.5],
      [0.6, 170.5]
    ].map((data, i) => column(['xmin', 'ymin', 'xmax', 'ymax'][i] ?? '', data))
  ]),
  parquet('parquet', 'no class', [column('filename', ['a.jpg']), ...box([100.5, 50.5, 300.5, 170.5])]),
  parquet('parquet', 'a class of numbers', [
    column('filename', ['a.jpg']),
    column('class', [3], 'INT32'),
    ...box([100.5, 50.5, 300.5, 170.5])
  ]),
  parquet('parquet', 'a box as a list', [
    column('filename', ['a.jpg']),
    column('class', ['cup']),
    column('bbox', [[100, 50, 300, 170]], 'JSON')
  ]),
  parquet('parquet', 'a class of null', [
    column('filename', ['a.jpg', 'b.jpg']),
    column('class', [null, 'dog']),
    ...[
      [100.5, 1.5],
      [50.5, 2.5],
      [300.5, 30.5],
      [170.5, 40.5]
    ].map((data, i) => column(['xmin', 'ymin', 'xmax', 'ymax'][i] ?? '', data))
  ])
]

const grit = (name: string, chunks: unknown, type: ColumnSource['type'] = 'JSON'): Trap =>
  parquet('grit-parquet', name, [
    column('id', ['g1']),
    column('key', ['a']),
    column('url', ['http://x.invalid/a.jpg']),
    column('caption', ['a cup by a dog']),
    column('width', [640], 'INT32'),
    column('height', [480], 'INT32'),
    column('noun_chunks', [chunks], type),
    column('ref_exps', [[]], 'JSON')
  ])
const GRITS: readonly Trap[] = [
  grit('as it should be', [[0, 5, 0.1, 0.1, 0.5, 0.5, 0.9]]),
  grit('chunks as a text', '[[0, 5, 0.1, 0.1, 0.5, 0.5, 0.9]]', 'STRING'),
  grit('chunks as words', 'a cup', 'STRING'),
  grit('pixels', [[0, 5, 64, 48, 320, 240, 0.9]]),
  grit('a span beyond the caption', [[0, 99, 0.1, 0.1, 0.5, 0.5, 0.9]]),
  grit('a chunk of three', [[0, 5, 0.1]])
]

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

import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import type { Format } from '../format'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { readFiles } from '../kit/read-files'
import { memorySource } from '../reading/memory-source'
import { openParquet } from './file'
import { gritParquet } from './grit'
import { BadPage, checkChunk, checkFooterBytes } from './page-check'
import type { ChunkFacts } from './page-check'
import { parquetRegions } from './regions'
import { parquetChunks } from './write-file'
import type { Columns, ParquetRow } from './write-file'

async function fileOf(columns: Columns, ...groups: (readonly ParquetRow[])[]): Promise<Uint8Array> {
  const parts: number[] = []
  const batches = (async function* () {
    yield* groups
  })()
  for await (const { bytes } of parquetChunks('a', columns, batches)) parts.push(...(bytes ?? []))
  return Uint8Array.from(parts)
}

const TABLE: Columns = {
  ...{ filename: 'text', width: 'integer', height: 'integer', class: 'text' },
  ...{ xmin: 'number', ymin: 'number', xmax: 'number', ymax: 'number', note: 'text' }
}
const row = (patch: ParquetRow = {}): ParquetRow => ({
  ...{ filename: 'a.jpg', width: 640, height: 480, class: "'=mug 猫" },
  ...{ xmin: 64, ymin: 96, xmax: 320, ymax: 288 },
  ...patch
})
const table = await fileOf(TABLE, [row(), row({ xmin: null, ymin: null, xmax: null, ymax: null, class: null })])
const GRIT: Columns = { caption: 'text', key: 'text', width: 'integer', height: 'integer', noun_chunks: 'boxes' }
const grit = await fileOf(GRIT, [
  { caption: 'a 😀 mug', key: '7', width: 640, height: 480, noun_chunks: [[0, 7, 0.1, 0.2, 0.5, 0.6, 0.9]] },
  { caption: 'nothing', key: '8', width: 640, height: 480, noun_chunks: [] }
])

testFormatLaws(parquetRegions, { runs: 25 })
testFormatLaws(gritParquet, { runs: 25 })
testDamagedFiles(parquetRegions, [new Map([['a.parquet', table]])])
testDamagedFiles(gritParquet, [new Map([['a.parquet', grit]])])

describe('reading', () => {
  test('a row is a box; its cells are as they stand there', async () => {
    const { regions, images, said } = await readFiles(parquetRegions, { 'a.parquet': table })
    expect(regions).toMatchObject([{ label: "'=mug 猫", shape: { box: [0.1, 0.2, 0.5, 0.6] } }])
    expect(images).toMatchObject([{ reference: 'a.jpg', size: { width: 640, height: 480 } }])
    expect(said).toEqual(['note import/other-fields'])
  })

  test.each([
    ['half a box', { xmax: null }, 'skip import/bad-box'],
    ['no number', { xmax: NaN }, 'skip import/bad-box'],
    ['an endless box', { xmax: Infinity }, 'skip import/bad-box'],
    ['reversed corners', { xmax: 3 }, 'skip import/reversed-corners'],
    ['no image', { filename: null }, 'skip import/no-image'],
    ['outside', { xmax: 900 }, 'doubt import/outside-image'],
    ['a size that is none', { width: -3 }, 'doubt import/bad-size']
  ])('%s', async (_, patch, expected) => {
    const { said } = await readFiles(parquetRegions, { 'a.parquet': await fileOf(TABLE, [row(patch)]) })
    expect(said).toContain(expected)
  })

  test('GRIT’s rows are its records', async () => {
    const { regions, items, said } = await readFiles(gritParquet, { 'a.parquet': grit })
    expect(regions).toMatchObject([{ phrase: 'a 😀 mug', confidence: 0.9, shape: { box: [0.1, 0.2, 0.5, 0.6] } }])
    expect([items.filter(({ type }) => type === 'dialogue').length, said]).toEqual([2, []])
  })

  test('a column that is there twice is damage; a text in it that is none leaves no promise behind', async () => {
    const bytes = Buffer.from(
      await fileOf({ caption: 'text', captiox: 'text' }, [{ caption: 'a mug', captiox: 'QQQQ' }])
    )
    for (const [from, to] of [
      ['captiox', Buffer.from('caption')],
      ['QQQQ', Buffer.alloc(4, 0xff)]
    ] as const)
      for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from)) to.copy(bytes, at)
    const file = await openParquet(memorySource({ files: new Map([['a', bytes]]) }), 'a')
    await expect(file.rows(['caption']).next()).rejects.toMatchObject({
      code: 'import/parquet',
      message: expect.stringContaining('there twice')
    })
  })

  test('tables of something else and a shard that is cut off are told', async () => {
    const cut = grit.slice(0, -9)
    const saidOf = async (format: Format, files: Record<string, Uint8Array>) => (await readFiles(format, files)).said
    expect(await saidOf(gritParquet, { 'a.parquet': grit, 'b.parquet': cut, 'c.parquet': table })).toEqual([
      'skip import/parquet',
      'skip import/not-this-format'
    ])
    expect(await saidOf(parquetRegions, { 'a.parquet': grit, 'c.parquet': table })).toEqual([
      'skip import/not-this-format',
      'note import/other-fields'
    ])
    await expect(readFiles(gritParquet, { 'b.parquet': cut })).rejects.toMatchObject({ code: 'import/parquet' })
  })

  test('row groups are read one by one', async () => {
    const many = Array.from({ length: 20_001 }, (_, i) => row({ xmin: i % 60 }))
    const bytes = await fileOf(TABLE, many)
    expect(parquetMetadata(bytes).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([20_000, 1])
    const file = await openParquet(memorySource({ files: new Map([['a', bytes]]) }), 'a')
    const counts: number[] = []
    for await (const rows of file.rows(['xmin'])) {
      counts.push(rows.length)
      expect(Object.keys(rows[0] ?? {})).toEqual(['xmin'])
    }
    expect(counts).toEqual([20_000, 1])
  })
})

const changed = (change: (bytes: Uint8Array, view: DataView) => void): Uint8Array => {
  const bytes = Uint8Array.from(table)
  change(bytes, new DataView(bytes.buffer))
  return bytes
}

/** The footer's field for the name of a column becomes one that nobody knows. */
function withoutName(bytes: Uint8Array, view: DataView, name: string): void {
  const footer = bytes.length - 8 - view.getUint32(bytes.length - 8, true)
  const at = String.fromCharCode(...bytes).indexOf(`${String.fromCharCode(name.length)}${name}`, footer)
  // Thrift's compact form: how many fields farther on, and the type, before the length.
  bytes[at - 1] = (bytes[at - 1] ?? 0) | 0x80
}

test.each<[what: string, bytes: Uint8Array, why: RegExp]>([
  ['nothing', new Uint8Array(0), /too short/],
  ['a text', new TextEncoder().encode('filename,width,height'), /begin with PAR1/],
  ['another beginning', changed((bytes) => (bytes[0] = 0)), /begin with PAR1/],
  ['an encrypted footer', changed((bytes) => (bytes[bytes.length - 1] = 0x45)), /end with PAR1/],
  ['the first half', table.slice(0, table.length / 2), /end with PAR1/],
  ['a footer longer than the file', changed((_, view) => view.setUint32(table.length - 8, 1 << 30, true)), /footer/],
  ['a footer of no bytes', changed((_, view) => view.setUint32(table.length - 8, 0, true)), /footer/],
  ['a footer that begins elsewhere', changed((_, view) => view.setUint32(table.length - 8, 11, true)), /damaged/],
  ['a column without a name', changed((bytes, view) => withoutName(bytes, view, 'filename')), /a column has no name/],
  ['pages of noise', changed((bytes) => bytes.fill(0xff, 4, 60)), /is no Parquet file/]
])('%s is refused', async (_what, bytes, why) => {
  const reading = readFiles(parquetRegions, { 'a.parquet': bytes })
  await expect(reading).rejects.toMatchObject({ code: 'import/parquet', message: expect.stringMatching(why) as string })
  const source = memorySource({ files: new Map([['a.parquet', bytes]]) })
  // It is known by its name, so that reading it says what is wrong.
  expect((await parquetRegions.reader?.recognise(source))?.paths).toEqual(['a.parquet'])
})

test('more rows than fit are refused before they are read', async () => {
  const source = memorySource({ files: new Map([['a', table]]) })
  const limits = { footerBytes: 1 << 20, groupRows: 1, columnValues: 9, columnBytes: 1 << 20 }
  await expect(openParquet(source, 'a', limits)).rejects.toMatchObject({ code: 'import/parquet' })
  const file = await openParquet(source, 'a', { ...limits, groupRows: 9, columnBytes: 4 })
  await expect(file.rows(['class']).next()).rejects.toMatchObject({ code: 'import/parquet' })
})

/** A page of the first kind: `values` values, `body` unpacked. */
/** `more`: fields of the header of the values. */
const page = (
  values: number,
  encoding: number,
  body: readonly number[],
  size = body.length,
  more: readonly number[] = []
): Uint8Array => {
  const zigzag = (value: number): readonly number[] => {
    const bytes: number[] = []
    let rest = value * 2
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
    return [...bytes, rest]
  }
  const data = [0x15, ...zigzag(values), 0x15, ...zigzag(encoding), ...more, 0]
  return Uint8Array.from([0x15, 0, 0x15, ...zigzag(size), 0x15, ...zigzag(body.length), 0x2c, ...data, 0, ...body])
}
const FACTS: ChunkFacts = {
  ...{ maxDefinition: 1, maxRepetition: 0, isBoolean: false, values: 8, mostBytes: 1 << 16 },
  unpack: (bytes, length) => {
    if (bytes.length !== length) throw new BadPage('another length')
    return bytes
  }
}
const LEVELS = [2, 0, 0, 0, 16, 1]
/** Their largest and smallest value, as pyarrow writes them. */
const STATISTICS = [0x3c, 0x18, 3, 0x61, 0x62, 0x63, 0x18, 1, 0x61, 0]

test.each<[what: string, bytes: Uint8Array, isGood: boolean]>([
  ['eight values', page(8, 0, [...LEVELS, 1, 2, 3]), true],
  ['eight of a dictionary', page(8, 8, [...LEVELS, 1, 16, 1]), true],
  ['a level repeated a milliard times', page(8, 0, [7, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 7, 1, 0]), false],
  ['an entry repeated a milliard times', page(8, 8, [...LEVELS, 1, 0xfe, 0xff, 0xff, 0xff, 7, 1]), false],
  ['more values than the footer says', page(9, 0, [2, 0, 0, 0, 18, 1]), false],
  ['fewer values', page(7, 0, [2, 0, 0, 0, 14, 1]), false],
  ['no levels', page(8, 0, []), false],
  ['levels beyond the page', page(8, 0, [200, 0, 0, 0, 16, 1]), false],
  ['a page that grows beyond the cap', page(8, 0, LEVELS, 1 << 20), false],
  ['statistics with texts in its header', page(8, 0, [...LEVELS, 1, 2, 3], 9, STATISTICS), true],
  ['a delta encoding', page(8, 5, LEVELS), false],
  ['a header cut off', page(8, 0, LEVELS).slice(0, 5), false],
  ['a body cut off', page(8, 0, LEVELS).slice(0, -3), false],
  ['nothing', new Uint8Array(0), false]
])('of pages: %s', (_what, bytes, isGood) => {
  const check = (): void => checkChunk(bytes, FACTS)
  if (isGood) expect(check).not.toThrow()
  else expect(check).toThrow(BadPage)
})

test.each<[what: string, bytes: readonly number[], why: RegExp]>([
  ['a list of a hundred million', [0x19, 0xfc, 0x80, 0x84, 0xaf, 0x5f, 0], /longer than what is left/],
  ['a list of truths without end', [0x19, 0xf1, 0x80, 0x84, 0xaf, 0x5f, 1, 1], /longer than what is left/],
  ['lists in lists', [0x19, ...Array<number>(100_000).fill(0x19)], /nested too deep/],
  ['structures in structures', Array<number>(100_000).fill(0x1c), /nested too deep/],
  ['a text beyond the end', [0x18, 0xff, 0xff, 0x7f, 0], /ends beyond/]
])('of footers: %s', (_what, bytes, why) => {
  expect(() => checkFooterBytes(Uint8Array.from(bytes))).toThrow(why)
})

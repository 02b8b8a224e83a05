/**
 * @file Rows of a Parquet file, row group by row group: `hyparquet` decodes, what it is given is checked first
 * (page-check.ts). Only the footer and one row group of the wanted columns are in memory.
 */
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import type { AsyncBuffer, ColumnMetaData, FileMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { AppError } from '../../errors'
import type { DataSource } from '../reading/source'
import { BadPage, checkChunk, checkFooterBytes } from './page-check'

declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean }
) => { decode(bytes: Uint8Array): string }

export interface ParquetLimits {
  readonly footerBytes: number
  readonly groupRows: number
  readonly columnValues: number
  /** Of one column of a row group, unpacked. */
  readonly columnBytes: number
}
export const PARQUET_LIMITS: ParquetLimits = {
  footerBytes: 64 * 2 ** 20,
  groupRows: 4 * 2 ** 20,
  columnValues: 16 * 2 ** 20,
  columnBytes: 256 * 2 ** 20
}

const MAGIC = [0x50, 0x41, 0x52, 0x31]
const TAIL_BYTES = 8
const GROUP_NAMES = 40

export const badParquet = (path: string, why: string, cause?: unknown): AppError =>
  new AppError('import/parquet', `${path} is no Parquet file that can be read: ${why}.`, {
    nextStep: 'Get the file again, or write it again with another tool.',
    data: { file: path },
    ...(cause === undefined ? {} : { cause })
  })

const hasMagic = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte)

export interface ParquetFile {
  /** Names of the columns at the top, in their order. */
  readonly columns: readonly string[]
  /**
   * Rows by the names of their columns, those of `wanted` only, a batch for each row group. Texts, finite or other
   * numbers, bigints, truths, null, lists, objects, bytes and dates. Rejects with `import/parquet`.
   */
  rows(wanted: readonly string[]): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]>
}

/** Whether a file may be one, by its first bytes. */
export const isParquet = async (source: DataSource, path: string): Promise<boolean> =>
  hasMagic(await source.head(path, MAGIC.length))

/** Rejects with `import/parquet`. */
export async function openParquet(
  source: DataSource,
  path: string,
  limits: ParquetLimits = PARQUET_LIMITS
): Promise<ParquetFile> {
  const size = source.files.find((file) => file.path === path)?.sizeBytes ?? 0
  if (size < MAGIC.length + TAIL_BYTES) throw badParquet(path, 'it is too short')
  if (!(await isParquet(source, path))) throw badParquet(path, 'it does not begin with PAR1')
  const tail = await source.range(path, size - TAIL_BYTES, size)
  if (!hasMagic(tail.subarray(4))) throw badParquet(path, 'it does not end with PAR1, so it may be cut off')
  const footerBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true)
  if (footerBytes > size - TAIL_BYTES - MAGIC.length || footerBytes === 0)
    throw badParquet(path, `its footer should have ${footerBytes} bytes, and the file has ${size}`)
  if (footerBytes > limits.footerBytes) throw badParquet(path, `its footer has ${footerBytes} bytes, which is too many`)
  const footer: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) => bufferOf(await source.range(path, start, end))
  }
  const { metadata, tree } = await guarded(path, async () => {
    checkFooterBytes(await source.range(path, size - TAIL_BYTES - footerBytes, size - TAIL_BYTES))
    const read = await parquetMetadataAsync(footer, { initialFetchSize: footerBytes + TAIL_BYTES, geoparquet: false })
    return { metadata: read, tree: parquetSchema(read) }
  })
  checkFooter(path, metadata, size, limits)
  // The library's type promises a name; a footer that is damaged may have none.
  const columns: readonly unknown[] = tree.children.map(({ element }) => element.name)
  if (!columns.every((name) => typeof name === 'string')) throw badParquet(path, 'a column has no name')
  return {
    columns,
    rows: (wanted) => rowsOf(source, path, metadata, tree, wanted, limits)
  }
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

/** What a library throws about a file is that the file is damaged. */
async function guarded<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const message = cause instanceof BadPage ? cause.message : 'it is damaged'
    throw badParquet(path, message, cause)
  }
}

function checkFooter(path: string, metadata: FileMetaData, size: number, limits: ParquetLimits): void {
  for (const [i, group] of metadata.row_groups.entries()) {
    const rows = Number(group.num_rows)
    if (!(rows >= 0 && rows <= limits.groupRows))
      throw badParquet(path, `row group ${i + 1} has ${rows} rows; at most ${limits.groupRows} are read at once`)
    for (const { meta_data: column, file_path: elsewhere } of group.columns) {
      if (column === undefined || (elsewhere !== undefined && elsewhere !== ''))
        throw badParquet(path, `a column of row group ${i + 1} is in another file`)
      const { start, end } = rangeOf(column)
      if (!(start >= MAGIC.length && start <= end && end <= size - TAIL_BYTES))
        throw badParquet(path, `a column of row group ${i + 1} lies outside the file`)
      if (!(column.num_values >= 0 && column.num_values <= limits.columnValues))
        throw badParquet(path, `a column of row group ${i + 1} has ${column.num_values} values, which are too many`)
    }
  }
}

function rangeOf(column: ColumnMetaData): { readonly start: number; readonly end: number } {
  const first = column.dictionary_page_offset ?? column.data_page_offset
  const start = Number(first)
  return { start, end: start + Number(column.total_compressed_size) }
}

async function* rowsOf(
  source: DataSource,
  path: string,
  metadata: FileMetaData,
  tree: SchemaTree,
  wanted: readonly string[],
  limits: ParquetLimits
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[]> {
  const known = tree.children.map(({ element }) => element.name)
  const columns = wanted.filter((name) => known.includes(name))
  for (const group of metadata.row_groups) {
    if (Number(group.num_rows) === 0) continue
    yield await guarded(path, async () => {
      const chunks = await chunksOf(source, path, group, tree, columns, limits)
      const one: FileMetaData = { ...metadata, num_rows: group.num_rows, row_groups: [plainGroup(group)] }
      const rows = await parquetReadObjects({
        file: { byteLength: Number.MAX_SAFE_INTEGER, slice: (start, end) => chunks.slice(start, end) },
        metadata: one,
        columns: [...columns],
        compressors,
        parsers: { stringFromBytes: strictText, jsonFromBytes: strictText }
      })
      if (rows.length !== Number(group.num_rows)) throw new BadPage('a row group has other rows than the footer says')
      return rows
    })
  }
}

/** Without the indexes that would make the decoder look elsewhere than at the chunks. */
const plainGroup = (group: RowGroup): RowGroup => ({
  ...group,
  columns: group.columns.map(({ meta_data, file_offset }) => ({
    file_offset,
    ...(meta_data === undefined ? {} : { meta_data })
  }))
})

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** A text that is no UTF-8 is damage: nothing is made up in its place (E4). */
function strictText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined
  try {
    return strict.decode(bytes)
  } catch (cause) {
    throw new BadPage('a text in it is not UTF-8', { cause })
  }
}

/** The wanted chunks of a row group, checked. */
async function chunksOf(
  source: DataSource,
  path: string,
  group: RowGroup,
  tree: SchemaTree,
  columns: readonly string[],
  limits: ParquetLimits
): Promise<{ readonly slice: (start: number, end?: number) => ArrayBuffer }> {
  const held: { readonly start: number; readonly bytes: Uint8Array }[] = []
  const paths = new Set<string>()
  for (const { meta_data: column } of group.columns) {
    if (column === undefined || !columns.includes(column.path_in_schema[0] ?? '')) continue
    // The decoder begins to read both and waits for one: what goes wrong with the other ends the process.
    const name = JSON.stringify(column.path_in_schema)
    if (paths.has(name)) throw new BadPage('a column of a row group is there twice')
    paths.add(name)
    const { start, end } = rangeOf(column)
    const bytes = await source.range(path, start, end)
    checkChunk(bytes, {
      ...levelsOf(tree, column.path_in_schema),
      isBoolean: column.type === 'BOOLEAN',
      values: Number(column.num_values),
      mostBytes: limits.columnBytes,
      unpack: (packed, length) => unpack(packed, length, column.codec)
    })
    held.push({ start, bytes })
  }
  held.sort((a, b) => a.start - b.start)
  return {
    /** The decoder may ask for neighbours in one piece, with what lies between them. */
    slice: (start, end = start) => {
      const piece = new Uint8Array(end - start)
      for (const { start: from, bytes } of held)
        if (from >= start && from + bytes.byteLength <= end) piece.set(bytes, from - start)
      return piece.buffer
    }
  }
}

function unpack(packed: Uint8Array, length: number, codec: ColumnMetaData['codec']): Uint8Array {
  if (codec === 'UNCOMPRESSED') {
    if (packed.byteLength !== length) throw new BadPage('a page has another length than it says')
    return packed
  }
  const decompress = compressors[codec]
  if (decompress === undefined) throw new BadPage(`it is packed with ${codec.slice(0, GROUP_NAMES)}, which is not read`)
  const unpacked = decompress(packed, length)
  if (unpacked.byteLength !== length) throw new BadPage('a page has another length than it says')
  return unpacked
}

/** Every optional or repeated step to a column adds a level. */
function levelsOf(tree: SchemaTree, names: readonly string[]): { maxDefinition: number; maxRepetition: number } {
  let [node, maxDefinition, maxRepetition] = [tree, 0, 0]
  for (const name of names) {
    const child = node.children.find(({ element }) => element.name === name)
    if (child === undefined) throw new BadPage('a column is not in its schema')
    node = child
    if (node.element.repetition_type !== 'REQUIRED') maxDefinition++
    if (node.element.repetition_type === 'REPEATED') maxRepetition++
  }
  return { maxDefinition, maxRepetition }
}

/** @file A Parquet file on its way out, row group by row group, through `hyparquet-writer`: one group is in memory. */
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import type { ExportChunk } from '../format'

/** `boxes`: a list of lists of numbers. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'boxes'
export type Columns = Readonly<Record<string, ColumnKind>>
export type ParquetRow = Readonly<Record<string, unknown>>

const ROWS_PER_GROUP = 20_000

const list = (name: string, inner: readonly SchemaElement[]): readonly SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...inner
]

function elementsOf(name: string, kind: ColumnKind): readonly SchemaElement[] {
  const repetition_type = 'OPTIONAL'
  switch (kind) {
    case 'text':
      return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }]
    case 'integer':
      return [{ name, type: 'INT32', repetition_type }]
    case 'number':
      return [{ name, type: 'DOUBLE', repetition_type }]
    case 'boxes':
      return list(name, list('element', [{ name: 'element', type: 'DOUBLE', repetition_type }]))
  }
}

/** Chunks of `fileName`; rows that lack a column have null there. */
export async function* parquetChunks(
  fileName: string,
  columns: Columns,
  batches: AsyncIterable<readonly ParquetRow[]>
): AsyncGenerator<ExportChunk> {
  const names = Object.entries(columns)
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'schema', num_children: names.length },
      ...names.flatMap(([name, kind]) => elementsOf(name, kind))
    ],
    codec: 'SNAPPY',
    createdBy: 'eyrie'
  })
  let held: ParquetRow[] = []
  const taken = (): ExportChunk => {
    const chunk = { fileName, text: '', bytes: Uint8Array.from(bytes.getBytes()) }
    bytes.index = 0
    return chunk
  }
  const group = (): ExportChunk => {
    const columnData = names.map(([name, kind]) => ({
      name,
      data: held.map((row) => row[name] ?? null),
      ...(kind === 'integer' || kind === 'number' ? { encoding: 'PLAIN' as const } : {})
    }))
    const size = held.length
    held = []
    // The writer of bytes is in memory, so that nothing is waited for.
    void writer.write({ columnData, rowGroupSize: size })
    return taken()
  }
  for await (const rows of batches)
    for (const row of rows) {
      held.push(row)
      if (held.length >= ROWS_PER_GROUP) yield group()
    }
  if (held.length > 0) yield group()
  void writer.finish()
  yield taken()
}

/**
 * @file Rows of an import on their way out of the project and back, a page at a time (migration 7). Nothing is read into
 * records: what a row says is as it was when it comes back, damage too, and the checksum of its image finds that.
 */
import { prepared } from '../database'
import type { Database } from '../database'
import { replayConflict } from './import-entry'

export type RowKind = 'label' | 'dialogue' | 'region' | 'turn' | 'relation'

interface Pointer {
  /** Column of the undone row: an id. */
  readonly id: string
  /** Column of the row in force: a number in `table`. */
  readonly seq: string
  readonly table: RowKind
}

interface Rows {
  readonly kind: RowKind
  /** Columns that are the same on both sides. */
  readonly columns: readonly string[]
  readonly pointers: readonly Pointer[]
  /** Columns of other tables that may point at such a row. */
  readonly pointedAtBy: readonly (readonly [table: RowKind, column: string])[]
}

/** What is pointed at comes before what points at it. */
export const ROWS: readonly Rows[] = [
  {
    kind: 'label',
    columns: ['id', 'name', 'colour', 'sort_order'],
    pointers: [],
    pointedAtBy: [['region', 'label_seq']]
  },
  {
    kind: 'dialogue',
    columns: ['id', 'image_seq', 'title', 'created_at_ms'],
    pointers: [],
    pointedAtBy: [['turn', 'dialogue_seq']]
  },
  {
    kind: 'region',
    columns: [
      ...['id', 'image_seq', 'shape_type', 'x0', 'y0', 'x1', 'y1', 'shape_json', 'phrase', 'state', 'original_json'],
      ...['confidence', 'origin', 'provenance_json', 'attributes_json', 'created_at_ms', 'shape_points']
    ],
    pointers: [{ id: 'label_id', seq: 'label_seq', table: 'label' }],
    pointedAtBy: [
      ['relation', 'subject_seq'],
      ['relation', 'object_seq']
    ]
  },
  {
    kind: 'turn',
    columns: [
      ...['id', 'image_seq', 'turn_order', 'role', 'children_json', 'raw_text', 'status', 'status_reason', 'origin'],
      ...['provenance_json', 'timings_json', 'created_at_ms']
    ],
    pointers: [{ id: 'dialogue_id', seq: 'dialogue_seq', table: 'dialogue' }],
    pointedAtBy: []
  },
  {
    kind: 'relation',
    columns: ['id', 'image_seq', 'predicate', 'origin', 'provenance_json', 'created_at_ms'],
    pointers: [
      { id: 'subject_id', seq: 'subject_seq', table: 'region' },
      { id: 'object_id', seq: 'object_seq', table: 'region' }
    ],
    pointedAtBy: []
  }
]

/** A page takes a few hundredths of a second. */
const ROWS_AT_A_TIME = 2_000

const changesOf = (database: Database, sql: string, ...values: readonly unknown[]): number =>
  prepared(database, sql).run(...values).changes

/** Moves the rows with ids between `above` and `below` into the tables of undone records; yields how many each page had. */
export function* takeRows(
  database: Database,
  { kind, columns, pointers, pointedAtBy }: Rows,
  journalSeq: number,
  [above, below]: readonly [above: string, below: string],
  label: string
): Generator<number> {
  const page = `SELECT max(id) FROM (SELECT id FROM ${kind} WHERE id > ? AND id < ? ORDER BY id LIMIT ${ROWS_AT_A_TIME})`
  const range = `WHERE ${kind}.id > ? AND ${kind}.id <= ?`
  const idOf = ({ seq, table }: Pointer): string =>
    `(SELECT target.id FROM ${table} AS target WHERE target.seq = ${kind}.${seq})`
  const names = ['journal_seq', ...columns, ...pointers.map(({ id }) => id)]
  const take = `INSERT INTO undone_${kind} (${names.join(', ')})
    SELECT ?, ${[...columns, ...pointers.map(idOf)].join(', ')} FROM ${kind} ${range} ORDER BY id`
  for (let after = above; ;) {
    const last = prepared(database, page).pluck().get(after, below)
    if (typeof last !== 'string') return
    // Whatever of the import itself points here is gone by now.
    for (const [table, column] of pointedAtBy) {
      const used = `SELECT EXISTS (SELECT 1 FROM ${kind} JOIN ${table} ON ${table}.${column} = ${kind}.seq ${range})`
      if (hasRows(database, table) && prepared(database, used).pluck().get(after, last) === 1)
        throw replayConflict(label, 'something else uses what it made')
    }
    if (kind === 'turn') {
      changesOf(
        database,
        `INSERT INTO undone_link (journal_seq, turn_id, node_path, region_id)
         SELECT ?, turn.id, link.node_path, link.region_id FROM turn JOIN link ON link.turn_seq = turn.seq ${range}`,
        ...[journalSeq, after, last]
      )
      changesOf(database, `DELETE FROM link WHERE turn_seq IN (SELECT seq FROM turn ${range})`, after, last)
    }
    const count = changesOf(database, take, journalSeq, after, last)
    changesOf(database, `DELETE FROM ${kind} ${range}`, after, last)
    after = last
    yield count
  }
}

const hasRows = (database: Database, table: RowKind): boolean =>
  prepared(database, `SELECT EXISTS (SELECT 1 FROM ${table})`).pluck().get() === 1

/** Moves the undone rows of an entry back; they get numbers after those that are there. */
export function* putRowsBack(
  database: Database,
  { kind, columns, pointers }: Rows,
  journalSeq: number,
  label: string
): Generator<number> {
  for (const { id, table } of pointers) {
    const lost = `SELECT ${id} FROM undone_${kind} WHERE journal_seq = ? AND ${id} IS NOT NULL
      AND ${id} NOT IN (SELECT target.id FROM ${table} AS target) LIMIT 1`
    const missing = prepared(database, lost).pluck().get(journalSeq)
    if (missing !== undefined) throw replayConflict(label, `the ${table} ${String(missing)} is not there any more`)
  }
  const seqOf = ({ id, table }: Pointer): string =>
    `(SELECT target.seq FROM ${table} AS target WHERE target.id = undone_${kind}.${id})`
  const names = [...columns, ...pointers.map(({ seq }) => seq)]
  const put = (range: string): string => `INSERT INTO ${kind} (${names.join(', ')})
    SELECT ${[...columns, ...pointers.map(seqOf)].join(', ')} FROM undone_${kind} ${range} ORDER BY seq`
  yield* backInPages(database, `undone_${kind}`, journalSeq, put)
  if (kind !== 'turn') return
  const putLinks = (range: string): string => `INSERT INTO link (turn_seq, node_path, region_id)
    SELECT (SELECT turn.seq FROM turn WHERE turn.id = undone_link.turn_id), node_path, region_id
    FROM undone_link ${range} ORDER BY seq`
  for (const count of backInPages(database, 'undone_link', journalSeq, putLinks)) {
    // Links are no records of their own.
    void count
    yield 0
  }
}

function* backInPages(
  database: Database,
  table: string,
  journalSeq: number,
  put: (range: string) => string
): Generator<number> {
  const page = `SELECT max(seq) FROM (SELECT seq FROM ${table} WHERE journal_seq = ? ORDER BY seq LIMIT ${ROWS_AT_A_TIME})`
  const range = 'WHERE journal_seq = ? AND seq <= ?'
  for (;;) {
    const last = prepared(database, page).pluck().get(journalSeq)
    if (last === null) return
    const count = changesOf(database, put(range), journalSeq, last)
    changesOf(database, `DELETE FROM ${table} ${range}`, journalSeq, last)
    yield count
  }
}

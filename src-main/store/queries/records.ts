/** @file One record at a time, by kind: read, put, remove. The commit is the only caller that writes. */
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import type {
  DialogueRecord,
  LabelRecord,
  RecordKind,
  RecordKinds,
  RegionRecord,
  RelationRecord,
  ReviewRecord,
  TurnRecord
} from '../../../src-shared/document/records'
import { prepared } from '../database'
import type { Database } from '../database'
import {
  dialogueFromRow,
  dialogueToRow,
  labelFromRow,
  labelToRow,
  regionFromRow,
  regionToRow,
  relationFromRow,
  relationToRow,
  turnFromRow,
  turnToRow
} from '../rows'
import type { Read, Row } from '../rows'
import { imageSeq } from './images'

// Subqueries rather than joins: for one record they take a tenth of the time (bench/store.ts).
const imageIdOf = '(SELECT image.id FROM image WHERE image.seq = image_seq) AS image_id'
/** Columns of a region row as `regionFromRow` wants them; add WHERE. */
export const selectRegions = `SELECT region.*, ${imageIdOf},
  (SELECT label.id FROM label WHERE label.seq = label_seq) AS label_id FROM region`
export const selectDialogues = `SELECT dialogue.*, ${imageIdOf} FROM dialogue`
export const selectTurns = `SELECT turn.*, ${imageIdOf},
  (SELECT dialogue.id FROM dialogue WHERE dialogue.seq = dialogue_seq) AS dialogue_id FROM turn`
export const selectRelations = `SELECT relation.*, ${imageIdOf},
  (SELECT region.id FROM region WHERE region.seq = subject_seq) AS subject_id,
  (SELECT region.id FROM region WHERE region.seq = object_seq) AS object_id FROM relation`

interface Store<T> {
  /** null: no such record. */
  find(database: Database, id: string): Read<T> | null
  put(database: Database, record: T): void
  remove(database: Database, id: string): void
}

const found = <T>(row: unknown, decode: (row: Row) => Read<T>): Read<T> | null =>
  row === undefined ? null : decode(row as Row)
const seqOf = (database: Database, sql: string, id: string): number | null =>
  (prepared(database, sql).pluck().get(id) as number | undefined) ?? null
export const labelSeq = (database: Database, id: string): number | null =>
  seqOf(database, 'SELECT seq FROM label WHERE id = ?', id)
export const dialogueSeq = (database: Database, id: string): number | null =>
  seqOf(database, 'SELECT seq FROM dialogue WHERE id = ?', id)

/** null: the image has no such region. */
export const regionSeq = (database: Database, id: string, imageId: string): number | null =>
  (prepared(
    database,
    'SELECT seq FROM region WHERE id = ? AND image_seq = (SELECT image.seq FROM image WHERE image.id = ?)'
  )
    .pluck()
    .get(id, imageId) as number | undefined) ?? null

/** An insert that replaces the columns of an existing row and keeps its number. */
function upsert(table: string, columns: readonly string[]): string {
  const rest = columns.filter((name) => name !== 'id')
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})
    ON CONFLICT (id) DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`
}
function put(database: Database, table: string, row: Row): void {
  prepared(database, upsert(table, Object.keys(row))).run(row)
}

const label: Store<LabelRecord> = {
  find: (database, id) => found(prepared(database, 'SELECT * FROM label WHERE id = ?').get(id), labelFromRow),
  put: (database, record) => put(database, 'label', labelToRow(record)),
  remove: (database, id) => void prepared(database, 'DELETE FROM label WHERE id = ?').run(id)
}

const region: Store<RegionRecord> = {
  find: (database, id) => found(prepared(database, `${selectRegions} WHERE region.id = ?`).get(id), regionFromRow),
  put: (database, record) =>
    put(database, 'region', {
      ...regionToRow(record),
      image_seq: imageSeq(database, record.imageId),
      label_seq: record.labelId === null ? null : labelSeq(database, record.labelId)
    }),
  remove: (database, id) => void prepared(database, 'DELETE FROM region WHERE id = ?').run(id)
}

const dialogue: Store<DialogueRecord> = {
  find: (database, id) =>
    found(prepared(database, `${selectDialogues} WHERE dialogue.id = ?`).get(id), dialogueFromRow),
  put: (database, record) =>
    put(database, 'dialogue', { ...dialogueToRow(record), image_seq: imageSeq(database, record.imageId) }),
  remove: (database, id) => void prepared(database, 'DELETE FROM dialogue WHERE id = ?').run(id)
}

const turn: Store<TurnRecord> = {
  find: (database, id) => found(prepared(database, `${selectTurns} WHERE turn.id = ?`).get(id), turnFromRow),
  put: (database, record) => {
    put(database, 'turn', {
      ...turnToRow(record),
      dialogue_seq: dialogueSeq(database, record.dialogueId),
      image_seq: imageSeq(database, record.imageId)
    })
    const turnSeq = seqOf(database, 'SELECT seq FROM turn WHERE id = ?', record.id)
    prepared(database, 'DELETE FROM link WHERE turn_seq = ?').run(turnSeq)
    for (const [nodePath, regionId] of linksOf(record.children)) {
      prepared(database, 'INSERT OR IGNORE INTO link (turn_seq, node_path, region_id) VALUES (?, ?, ?)').run(
        turnSeq,
        nodePath,
        regionId
      )
    }
  },
  remove: (database, id) => void prepared(database, 'DELETE FROM turn WHERE id = ?').run(id)
}

const relation: Store<RelationRecord> = {
  find: (database, id) =>
    found(prepared(database, `${selectRelations} WHERE relation.id = ?`).get(id), relationFromRow),
  put: (database, record) =>
    put(database, 'relation', {
      ...relationToRow(record),
      image_seq: imageSeq(database, record.imageId),
      subject_seq: regionSeq(database, record.subject, record.imageId),
      object_seq: regionSeq(database, record.object, record.imageId)
    }),
  remove: (database, id) => void prepared(database, 'DELETE FROM relation WHERE id = ?').run(id)
}

const review: Store<ReviewRecord> = {
  find: (database, id) => {
    const row = prepared(
      database,
      'SELECT review.done FROM review JOIN image ON image.seq = review.image_seq WHERE image.id = ?'
    ).get(id)
    return found(row, ({ done }) => ({ record: { id, done: done === 1 }, problem: null }))
  },
  put: (database, record) =>
    void prepared(
      database,
      'INSERT INTO review (image_seq, done) VALUES (?, ?) ON CONFLICT (image_seq) DO UPDATE SET done = excluded.done'
    ).run(imageSeq(database, record.id), record.done ? 1 : 0),
  remove: (database, id) =>
    void prepared(database, 'DELETE FROM review WHERE image_seq = (SELECT seq FROM image WHERE id = ?)').run(id)
}

const stores: { readonly [K in RecordKind]: Store<RecordKinds[K]> } = {
  label,
  region,
  dialogue,
  turn,
  relation,
  review
}

export function recordStore<K extends RecordKind>(kind: K): Store<RecordKinds[K]> {
  return stores[kind]
}

/** Every pair of node and region of a tree, a node named by its child indexes from the root. */
export function linksOf(
  children: readonly GroundedNode[],
  parent = ''
): readonly (readonly [nodePath: string, regionId: string])[] {
  return children.flatMap((node, index) => {
    const path = `${parent}${index}`
    const own = 'regionIds' in node ? node.regionIds.map((id) => [path, id] as const) : []
    return 'children' in node ? [...own, ...linksOf(node.children, `${path}.`)] : own
  })
}

/**
 * @file Imports of formats before 7: their entry has no sums by image, and while they were undone their records stood in
 * parts of the journal, as JSON.
 */
import type { RecordKinds } from '../../../src-shared/document/records'
import { recordDigest } from '../checksum'
import { prepared } from '../database'
import type { Database } from '../database'
import { imageSeq } from '../queries/images'
import {
  dialogueSeq,
  labelSeq,
  regionSeq,
  selectDialogues,
  selectRegions,
  selectRelations,
  selectTurns
} from '../queries/records'
import { dialogueFromRow, labelFromRow, regionFromRow, relationFromRow, turnFromRow } from '../rows'
import type { Read, Row } from '../rows'
import { BulkWriter, countColumnOfState } from './bulk-writer'
import { ImageSums } from './image-sums'
import { idsOf, keepImageSums, replayConflict } from './import-entry'
import type { ImportMade } from './import-entry'
import type { RowKind } from './undone-rows'

const RECORDS_AT_A_TIME = 1_000

type StoredRecord = { readonly [K in RowKind]: readonly [kind: K, record: RecordKinds[K]] }[RowKind]

const page = (select: string, table: RowKind): string =>
  `${select} WHERE ${table}.id > ? AND ${table}.id < ? ORDER BY ${table}.id LIMIT ?`
const kinds: readonly {
  readonly kind: RowKind
  readonly select: string
  readonly decode: (row: Row) => Read<RecordKinds[RowKind]>
}[] = [
  { kind: 'relation', select: page(selectRelations, 'relation'), decode: relationFromRow },
  { kind: 'turn', select: page(selectTurns, 'turn'), decode: turnFromRow },
  { kind: 'region', select: page(selectRegions, 'region'), decode: regionFromRow },
  { kind: 'dialogue', select: page(selectDialogues, 'dialogue'), decode: dialogueFromRow },
  { kind: 'label', select: page('SELECT * FROM label', 'label'), decode: labelFromRow }
]

/** Reads all that an import made, and checks that it is what it was. */
export function* sumsOfRecords(database: Database, label: string, made: ImportMade): Generator<number, ImageSums> {
  const sums = new ImageSums()
  const [above, below] = idsOf(made)
  let count = 0
  for (const { kind, select, decode } of kinds) {
    for (let after = above; ;) {
      const rows = prepared(database, select).all(after, below, RECORDS_AT_A_TIME) as Row[]
      for (const row of rows) {
        const { record, problem } = decode(row)
        if (problem !== null) throw replayConflict(label, `the row of the ${kind} ${String(row['id'])} is damaged`)
        const digest = recordDigest(kind, record)
        if (kind === 'label') sums.addToTotal(digest)
        else {
          const column = 'role' in record ? 'turn_count' : 'state' in record ? countColumnOfState(record.state) : null
          sums.add(Number(row['image_seq']), digest, column)
        }
      }
      const last = rows.at(-1)
      if (last === undefined) break
      after = String(last['id'])
      count += rows.length
      yield 0
    }
  }
  if (count !== made.recordCount || !sums.totalChecksum().equals(made.checksum))
    throw replayConflict(label, 'what it made was changed meanwhile')
  return sums
}

export const hasParts = (database: Database, journalSeq: number): boolean =>
  prepared(database, 'SELECT EXISTS (SELECT 1 FROM import_part WHERE journal_seq = ?)').pluck().get(journalSeq) === 1

/** Puts the records of the parts back, last part first, since what points was written before what is pointed at. */
export function* putPartsBack(
  database: Database,
  journalSeq: number,
  label: string,
  made: ImportMade
): Generator<number, ImageSums> {
  const writer = new BulkWriter(database)
  const read = prepared(database, 'SELECT records_json FROM import_part WHERE journal_seq = ? AND part = ?').pluck()
  const parts = Number(
    prepared(database, 'SELECT count(*) FROM import_part WHERE journal_seq = ?').pluck().get(journalSeq)
  )
  for (let part = parts - 1; part >= 0; part -= 1) {
    const records = JSON.parse(String(read.get(journalSeq, part))) as StoredRecord[]
    for (const stored of records.reverse()) putAgain(database, writer, label, stored)
    writer.flush()
    yield writer.recordCount
  }
  if (writer.recordCount !== made.recordCount || !writer.sums.totalChecksum().equals(made.checksum))
    throw replayConflict(label, 'what it made is damaged in the journal')
  prepared(database, 'DELETE FROM import_part WHERE journal_seq = ?').run(journalSeq)
  keepImageSums(database, journalSeq, writer.sums)
  return writer.sums
}

function putAgain(database: Database, writer: BulkWriter, label: string, stored: StoredRecord): void {
  const need = (seq: number | null, what: string): number => {
    if (seq === null) throw replayConflict(label, `${what} is not there any more`)
    return seq
  }
  const [kind, record] = stored
  if (kind === 'label') return writer.label(record)
  const image = need(imageSeq(database, record.imageId), `the image ${record.imageId}`)
  switch (kind) {
    case 'dialogue':
      writer.dialogue(record, image)
      break
    case 'region': {
      const { labelId } = record
      writer.region(record, image, labelId === null ? null : need(labelSeq(database, labelId), `the label ${labelId}`))
      break
    }
    case 'relation': {
      const [subject, object] = [record.subject, record.object].map((id) =>
        need(regionSeq(database, id, record.imageId), `the region ${id}`)
      )
      if (subject !== undefined && object !== undefined) writer.relation(record, image, subject, object)
      break
    }
    case 'turn':
      writer.turn(record, image, need(dialogueSeq(database, record.dialogueId), `the dialogue ${record.dialogueId}`))
  }
}

/**
 * @file The journal entry of an import: written, taken back and done again as one step. Its records stand in the
 * project while it is in force, and in parts of the journal while it is undone; never in both. Called inside one
 * database transaction.
 *
 * Undo goes backwards through the journal, so when an import is undone its records are again what it made. That is
 * checked by count and checksum and not taken for granted.
 */
import type { RecordKinds } from '../../../src-shared/document/records'
import { AppError } from '../../../src-shared/errors'
import { numberOfDigest, recordDigest } from '../checksum'
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
import { BulkWriter, changeLabelChecksum, countColumnOfState, markDigest } from './bulk-writer'
import { ImageSums } from './image-sums'

const RECORDS_PER_PART = 1_000
/** After every digit that an id can go on with. */
const END_OF_IDS = 'g'

export interface ImportMade {
  readonly idPrefix: string
  /** Numbers of the images it marked as done. */
  readonly reviewed: readonly number[]
  readonly recordCount: number
  readonly checksum: Buffer
}

export function insertImportEntry(database: Database, journalSeq: number, made: ImportMade): void {
  prepared(
    database,
    'INSERT INTO import_entry (journal_seq, id_prefix, reviewed_json, record_count, checksum) VALUES (?, ?, ?, ?, ?)'
  ).run(journalSeq, made.idPrefix, JSON.stringify(made.reviewed), made.recordCount, made.checksum)
}

export function findImportEntry(database: Database, journalSeq: number): ImportMade | null {
  const row = prepared(database, 'SELECT * FROM import_entry WHERE journal_seq = ?').get(journalSeq) as Row | undefined
  if (row === undefined) return null
  return {
    idPrefix: String(row['id_prefix']),
    reviewed: JSON.parse(String(row['reviewed_json'])) as readonly number[],
    recordCount: Number(row['record_count']),
    checksum: row['checksum'] as Buffer
  }
}

type StoredKind = 'label' | 'region' | 'dialogue' | 'turn' | 'relation'
type StoredRecord = { readonly [K in StoredKind]: readonly [kind: K, record: RecordKinds[K]] }[StoredKind]

const between = (table: string): string => `${table}.id > ? AND ${table}.id < ?`
const page = (select: string, table: StoredKind): string =>
  `${select} WHERE ${between(table)} ORDER BY ${table}.id LIMIT ?`
const remove = (table: StoredKind): string => `DELETE FROM ${table} WHERE ${between(table)}`
const insertPart = 'INSERT INTO import_part (journal_seq, part, records_json) VALUES (?, ?, ?)'
/** What points comes before what is pointed at. */
const kinds: readonly {
  readonly kind: StoredKind
  readonly select: string
  readonly decode: (row: Row) => Read<RecordKinds[StoredKind]>
}[] = [
  { kind: 'relation', select: page(selectRelations, 'relation'), decode: relationFromRow },
  { kind: 'turn', select: page(selectTurns, 'turn'), decode: turnFromRow },
  { kind: 'region', select: page(selectRegions, 'region'), decode: regionFromRow },
  { kind: 'dialogue', select: page(selectDialogues, 'dialogue'), decode: dialogueFromRow },
  { kind: 'label', select: page('SELECT * FROM label', 'label'), decode: labelFromRow }
]

/** Throws `store/conflict` when what the import made is not what is there, and `store/damaged-row`. */
export function undoImport(database: Database, journalSeq: number, label: string, made: ImportMade): void {
  const sums = new ImageSums()
  let labelSum = 0n
  let count = 0
  let part = 0
  for (const { kind, select, decode } of kinds) {
    for (let after = made.idPrefix; ;) {
      const rows = prepared(database, select).all(after, made.idPrefix + END_OF_IDS, RECORDS_PER_PART) as Row[]
      const records = rows.map((row): StoredRecord => {
        const { record, problem } = decode(row)
        if (problem !== null) throw conflict(label, `the row of the ${kind} ${String(row['id'])} is damaged`)
        const digest = recordDigest(kind, record)
        if (kind === 'label') {
          sums.addToTotal(digest)
          labelSum += numberOfDigest(digest)
        } else {
          const column = 'role' in record ? 'turn_count' : 'state' in record ? countColumnOfState(record.state) : null
          sums.add(Number(row['image_seq']), digest, column)
        }
        return [kind, record] as unknown as StoredRecord
      })
      const last = rows.at(-1)
      if (last === undefined) break
      after = String(last['id'])
      count += rows.length
      prepared(database, insertPart).run(journalSeq, part++, JSON.stringify(records))
    }
  }
  if (count !== made.recordCount || !sums.totalChecksum().equals(made.checksum)) {
    throw conflict(label, 'what it made was changed meanwhile')
  }
  removeRecords(database, label, made.idPrefix)
  for (const seq of made.reviewed) unmark(database, sums, seq)
  settle(database, sums, -1)
  if (labelSum !== 0n) changeLabelChecksum(database, -labelSum)
}

function removeRecords(database: Database, label: string, idPrefix: string): void {
  try {
    for (const { kind } of kinds) prepared(database, remove(kind)).run(idPrefix, idPrefix + END_OF_IDS)
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) throw error
    throw conflict(label, 'something else uses what it made')
  }
}

function unmark(database: Database, sums: ImageSums, seq: number): void {
  const id = prepared(database, 'SELECT id FROM image WHERE seq = ?').pluck().get(seq)
  prepared(database, 'DELETE FROM review WHERE image_seq = ?').run(seq)
  // Sums are subtracted as a whole, so what goes is added here.
  sums.mark(seq, false, null, markDigest(String(id), true))
}

function settle(database: Database, sums: ImageSums, sign: 1 | -1): void {
  for (let last: number | null = 0; last !== null;) last = sums.apply(database, sign, last, 10_000)
}

export function redoImport(database: Database, journalSeq: number, label: string, made: ImportMade): void {
  const writer = new BulkWriter(database)
  const read = prepared(database, 'SELECT records_json FROM import_part WHERE journal_seq = ? AND part = ?').pluck()
  const parts = Number(
    prepared(database, 'SELECT count(*) FROM import_part WHERE journal_seq = ?').pluck().get(journalSeq)
  )
  // Backwards: what is pointed at first.
  for (let part = parts - 1; part >= 0; part -= 1) {
    const records = JSON.parse(String(read.get(journalSeq, part))) as StoredRecord[]
    for (const stored of records.reverse()) putAgain(database, writer, label, stored)
  }
  for (const seq of made.reviewed) {
    const id = prepared(database, 'SELECT id FROM image WHERE seq = ?').pluck().get(seq)
    writer.markDone(seq, String(id))
  }
  if (writer.recordCount !== made.recordCount || !writer.sums.totalChecksum().equals(made.checksum)) {
    throw conflict(label, 'what it made is damaged in the journal')
  }
  settle(database, writer.sums, 1)
  writer.settleLabels()
  prepared(database, 'DELETE FROM import_part WHERE journal_seq = ?').run(journalSeq)
}

function putAgain(database: Database, writer: BulkWriter, label: string, stored: StoredRecord): void {
  const need = (seq: number | null, what: string): number => {
    if (seq === null) throw conflict(label, `${what} is not there any more`)
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

const conflict = (label: string, reason: string): AppError =>
  new AppError('store/conflict', `"${label}" was not taken back or repeated: ${reason}.`, {
    nextStep: 'Nothing was changed. Delete what is not wanted, or open a backup.',
    data: { transactionLabel: label, reason: 'changed' }
  })

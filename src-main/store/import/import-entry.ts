/**
 * @file The journal entry of an import: what it made, as one step (ADR 0008). Its records stand in the project while it is
 * in force, and in the tables of undone records while it is not (replay.ts); never in both.
 */
import { AppError } from '../../../src-shared/errors'
import { prepared } from '../database'
import type { Database } from '../database'
import type { Row } from '../rows'
import type { ImageSums } from './image-sums'

/** After every digit that an id can go on with. */
const END_OF_IDS = 'g'

export interface ImportMade {
  readonly idPrefix: string
  /** Numbers of the images it marked as done. */
  readonly reviewed: readonly number[]
  readonly recordCount: number
  readonly checksum: Buffer
}
export interface ImportEntry extends ImportMade {
  /** `ImageSums.toBytes`; null: of a format before 7. */
  readonly imageSums: Buffer | null
}

/** The ids of its records lie between these two, and no others do. */
export const idsOf = ({ idPrefix }: ImportMade): readonly [above: string, below: string] => [
  idPrefix,
  idPrefix + END_OF_IDS
]

export function insertImportEntry(database: Database, journalSeq: number, made: ImportMade, sums: ImageSums): void {
  prepared(
    database,
    `INSERT INTO import_entry (journal_seq, id_prefix, reviewed_json, record_count, checksum, image_sums)
     VALUES (?, ?, ?, ?, ?, ?)`
  ).run(journalSeq, made.idPrefix, JSON.stringify(made.reviewed), made.recordCount, made.checksum, sums.toBytes())
}

export const isImportEntry = (database: Database, journalSeq: number): boolean =>
  prepared(database, 'SELECT 1 FROM import_entry WHERE journal_seq = ?').pluck().get(journalSeq) === 1

export function findImportEntry(database: Database, journalSeq: number): ImportEntry | null {
  const row = prepared(database, 'SELECT * FROM import_entry WHERE journal_seq = ?').get(journalSeq) as Row | undefined
  if (row === undefined) return null
  return {
    idPrefix: String(row['id_prefix']),
    reviewed: JSON.parse(String(row['reviewed_json'])) as readonly number[],
    recordCount: Number(row['record_count']),
    checksum: row['checksum'] as Buffer,
    imageSums: row['image_sums'] as Buffer | null
  }
}

export function keepImageSums(database: Database, journalSeq: number, sums: ImageSums): void {
  prepared(database, 'UPDATE import_entry SET image_sums = ? WHERE journal_seq = ?').run(sums.toBytes(), journalSeq)
}

export const replayConflict = (label: string, reason: string): AppError =>
  new AppError('store/conflict', `"${label}" was not taken back or repeated: ${reason}.`, {
    nextStep: 'Nothing was changed. Delete what is not wanted, or open a backup.',
    data: { transactionLabel: label, reason: 'changed' }
  })

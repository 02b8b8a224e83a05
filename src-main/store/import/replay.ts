/**
 * @file An import taken back and done again, in parts: each generator yields how many records it is through, and whoever
 * runs it may do other things in between. Its caller holds the database transaction and ends it.
 *
 * Undo goes backwards through the journal, so when an import is undone its records are again what it made. That they are
 * all there is checked by their count; what each says is the matter of the checksums of their images.
 */
import { prepared } from '../database'
import type { Database } from '../database'
import { changeLabelChecksum, markDigest, markDone } from './bulk-writer'
import { ImageSums } from './image-sums'
import { idsOf, keepImageSums, replayConflict } from './import-entry'
import type { ImportEntry } from './import-entry'
import { LateIndexes } from './late-indexes'
import { hasParts, putPartsBack, sumsOfRecords } from './undone-parts'
import { putRowsBack, ROWS, takeRows } from './undone-rows'

const IMAGES_AT_A_TIME = 4_000

/** Throws `store/conflict` when what the import made is not what is there, and `store/damaged-row` of earlier formats. */
export function* undoImport(
  database: Database,
  journalSeq: number,
  label: string,
  made: ImportEntry
): Generator<number> {
  const sums = yield* sumsOf(database, journalSeq, label, made)
  let count = 0
  for (const rows of ROWS.toReversed()) {
    for (const moved of takeRows(database, rows, journalSeq, idsOf(made), label)) yield (count += moved)
  }
  if (count !== made.recordCount) throw replayConflict(label, 'what it made was changed meanwhile')
  for (const seq of made.reviewed) {
    prepared(database, 'DELETE FROM review WHERE image_seq = ?').run(seq)
    sums.mark(seq, false, markDigest(imageId(database, seq), true), null)
  }
  yield* settle(database, sums, -1, count)
}

export function* redoImport(
  database: Database,
  journalSeq: number,
  label: string,
  made: ImportEntry
): Generator<number> {
  const indexes = new LateIndexes(database)
  let count = 0
  let sums: ImageSums
  if (hasParts(database, journalSeq)) {
    sums = yield* putPartsBack(database, journalSeq, label, made)
    count = made.recordCount
  } else {
    sums = yield* sumsOf(database, journalSeq, label, made)
    for (const rows of ROWS) {
      for (const moved of putRowsBack(database, rows, journalSeq, label)) yield (count += moved)
    }
    if (count !== made.recordCount) throw replayConflict(label, 'what it made is damaged in the journal')
  }
  while (indexes.makeNext()) yield count
  for (const seq of made.reviewed) markDone(database, sums, seq, imageId(database, seq))
  yield* settle(database, sums, 1, count)
}

/** Those that the import kept, or, of an earlier format, those of the records as they are. */
function* sumsOf(
  database: Database,
  journalSeq: number,
  label: string,
  made: ImportEntry
): Generator<number, ImageSums> {
  if (made.imageSums !== null) {
    const kept = ImageSums.fromBytes(made.imageSums)
    if (kept === null) throw replayConflict(label, 'what it made is damaged in the journal')
    return kept
  }
  const sums = yield* sumsOfRecords(database, label, made)
  keepImageSums(database, journalSeq, sums)
  return sums
}

const imageId = (database: Database, seq: number): string =>
  String(prepared(database, 'SELECT id FROM image WHERE seq = ?').pluck().get(seq))

function* settle(database: Database, sums: ImageSums, sign: 1 | -1, count: number): Generator<number> {
  for (let last: number | null = 0; last !== null;) {
    last = sums.apply(database, sign, last, IMAGES_AT_A_TIME)
    yield count
  }
  const labels = sums.labelSum()
  if (labels !== 0n) changeLabelChecksum(database, BigInt(sign) * labels)
}

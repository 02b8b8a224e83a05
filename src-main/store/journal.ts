/**
 * @file The journal: every change in order, and which of them undo and redo can reach. Each function
 * here is called inside one database transaction.
 */
import type { Change, Committed, HistoryState, JournalKind, Transaction } from '../../src-shared/document/transaction'
import { invertChanges } from '../../src-shared/document/invert'
import { isSameJson } from '../../src-shared/document/same'
import { AppError, InvariantError } from '../../src-shared/errors'
import { applyChanges } from './commit'
import { prepared } from './database'
import type { Database } from './database'
import { imageSeq } from './queries/images'
import type { ImageSums } from './import/image-sums'
import { findImportEntry, insertImportEntry, isImportEntry, replayConflict } from './import/import-entry'
import type { ImportMade } from './import/import-entry'
import { redoImport, undoImport } from './import/replay'
import { transactionProblem } from './record-check'
import type { Row } from './rows'

/** Stores an edit. The same transaction again is answered with its first commit; nothing happens twice. */
export function commitEdit(database: Database, transaction: Transaction): Committed {
  const problem = transactionProblem(transaction)
  if (problem) {
    throw new AppError('store/invalid-transaction', `The change was not saved: ${problem}.`, {
      nextStep: 'Report this as a mistake of the app; nothing was changed.',
      data: { transactionId: String((transaction as { id?: unknown } | null)?.id) }
    })
  }
  const earlier = findByTransaction(database, transaction.id)
  if (earlier) {
    if (isSameJson(earlier.transaction, transaction)) return earlier
    throw new AppError(
      'store/transaction-id-reused',
      `"${transaction.label}" was not saved: its id ${transaction.id} belongs to another change.`,
      {
        nextStep: 'Report this as a mistake of the app; nothing was changed.',
        data: { transactionId: transaction.id, seq: earlier.seq }
      }
    )
  }
  if (transaction.imageId !== null && imageSeq(database, transaction.imageId) === null) {
    throw new AppError(
      'store/dangling-reference',
      `"${transaction.label}" was not saved: the project has no image ${transaction.imageId}.`,
      {
        nextStep: 'Read the image folder again.',
        data: { transactionId: transaction.id }
      }
    )
  }
  applyChanges(database, transaction)
  return { seq: appendEdit(database, transaction), kind: 'edit', transaction }
}

function appendEdit(database: Database, transaction: Transaction): number {
  prepared(database, "DELETE FROM undo_entry WHERE state = 'undone'").run()
  const seq = append(database, 'edit', null, transaction, JSON.stringify(transaction.changes))
  prepared(database, "INSERT INTO undo_entry (journal_seq, state) VALUES (?, 'done')").run(seq)
  return seq
}

/** The step of the journal for records that are in the project already. */
export function commitImport(
  database: Database,
  step: Pick<Transaction, 'id' | 'label' | 'createdAtMs'>,
  made: ImportMade,
  sums: ImageSums
): Committed {
  const transaction: Transaction = { ...step, origin: 'import', imageId: null, changes: [] }
  const seq = appendEdit(database, transaction)
  insertImportEntry(database, seq, made, sums)
  return { seq, kind: 'edit', transaction, isBulk: true }
}

/** `stamp` is what the new journal entry is called and when it was made. */
export interface Stamp {
  readonly id: string
  readonly createdAtMs: number
}

export type ReplayDirection = 'undo' | 'redo'

const nextReplay = (database: Database, direction: ReplayDirection): number | null =>
  direction === 'undo' ? lastDone(database) : firstUndone(database)

/** Whether the next undo or redo is that of an import: `replayBulk` does it then, in parts. */
export function isNextBulk(database: Database, direction: ReplayDirection): boolean {
  const seq = nextReplay(database, direction)
  return seq !== null && isImportEntry(database, seq)
}

/** Takes back the last edit that is not taken back, or does again the first that is; null when there is none. */
export function commitReplay(database: Database, direction: ReplayDirection, stamp: Stamp): Committed | null {
  const targetSeq = nextReplay(database, direction)
  if (targetSeq === null) return null
  const target = targetOf(database, targetSeq)
  const { label } = target.transaction
  const changes = direction === 'undo' ? invertChanges(target.transaction.changes) : target.transaction.changes
  // Conflicts name the edit that the person knows, not the new entry.
  applyChanges(database, { id: target.transaction.id, label, changes })
  return appendReplay(database, direction, targetSeq, { ...target.transaction, ...stamp, origin: 'human', changes })
}

/** As `commitReplay` for an import. To be run to its end; yields how far it is, in records. */
export function* replayBulk(
  database: Database,
  direction: ReplayDirection,
  stamp: Stamp
): Generator<{ readonly done: number; readonly total: number }, Committed> {
  const targetSeq = nextReplay(database, direction)
  const made = targetSeq === null ? null : findImportEntry(database, targetSeq)
  if (targetSeq === null || made === null) throw new InvariantError('expected an import to be next')
  const target = targetOf(database, targetSeq)
  const { label } = target.transaction
  const total = made.recordCount
  try {
    const parts = (direction === 'undo' ? undoImport : redoImport)(database, targetSeq, label, made)
    for (const done of parts) yield { done, total }
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) throw error
    throw replayConflict(label, 'something like what it made is there already')
  }
  const transaction: Transaction = { ...target.transaction, ...stamp, origin: 'human' }
  return { ...appendReplay(database, direction, targetSeq, transaction), isBulk: true }
}

const targetOf = (database: Database, seq: number): Committed =>
  entry(database, prepared(database, `${selectEntries} WHERE journal.seq = ?`).get(seq) as Row)

function appendReplay(
  database: Database,
  direction: ReplayDirection,
  targetSeq: number,
  transaction: Transaction
): Committed {
  const seq = append(database, direction, targetSeq, transaction, null)
  prepared(database, 'UPDATE undo_entry SET state = ? WHERE journal_seq = ?').run(
    direction === 'undo' ? 'undone' : 'done',
    targetSeq
  )
  return { seq, kind: direction, transaction }
}

export function readHistory(database: Database): HistoryState {
  const labelOf = (seq: number | null): string | null =>
    seq === null ? null : (prepared(database, 'SELECT label FROM journal WHERE seq = ?').pluck().get(seq) as string)
  return { undoLabel: labelOf(lastDone(database)), redoLabel: labelOf(firstUndone(database)) }
}

export function lastSeq(database: Database): number {
  return Number(prepared(database, 'SELECT coalesce(max(seq), 0) FROM journal').pluck().get())
}

function lastDone(database: Database): number | null {
  // Undone entries are the newest ones: the walk from the end passes only those.
  const sql = "SELECT journal_seq FROM undo_entry WHERE state = 'done' ORDER BY journal_seq DESC LIMIT 1"
  return number(prepared(database, sql).pluck().get())
}
function firstUndone(database: Database): number | null {
  return number(prepared(database, "SELECT min(journal_seq) FROM undo_entry WHERE state = 'undone'").pluck().get())
}
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

function append(
  database: Database,
  kind: JournalKind,
  targetSeq: number | null,
  transaction: Transaction,
  changesJson: string | null
): number {
  const result = prepared(
    database,
    `INSERT INTO journal (transaction_id, kind, target_seq, label, origin, image_seq, changes_json, created_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
  ).run(
    transaction.id,
    kind,
    targetSeq,
    transaction.label,
    transaction.origin,
    transaction.imageId === null ? null : imageSeq(database, transaction.imageId),
    changesJson,
    transaction.createdAtMs
  )
  return Number(result.lastInsertRowid)
}

const selectEntries = `SELECT journal.*, (SELECT id FROM image WHERE image.seq = journal.image_seq) AS image_id,
  (SELECT target.changes_json FROM journal AS target WHERE target.seq = journal.target_seq) AS target_changes_json FROM journal`

function findByTransaction(database: Database, id: string): Committed | null {
  const row = prepared(database, `${selectEntries} WHERE journal.transaction_id = ?`).get(id) as Row | undefined
  return row ? entry(database, row) : null
}

/** Rejects with `store/damaged-row` when the entry cannot be read; the edits before and after it stay usable. */
function entry(database: Database, row: Row): Committed {
  const kind = row['kind'] as JournalKind
  const damaged = (reason: string): AppError =>
    new AppError(
      'store/damaged-row',
      `Entry ${String(row['seq'])} of the journal of ${database.name} is damaged: ${reason}.`,
      {
        nextStep: 'This change cannot be taken back or repeated. Open a backup if it is needed.',
        data: { seq: Number(row['seq']) }
      }
    )
  let changes: readonly Change[]
  try {
    changes = JSON.parse(
      String(kind === 'edit' ? row['changes_json'] : row['target_changes_json'])
    ) as readonly Change[]
  } catch (error) {
    throw damaged((error as Error).message)
  }
  const transaction = {
    id: row['transaction_id'],
    label: row['label'],
    origin: row['origin'],
    imageId: row['image_id'],
    changes,
    createdAtMs: row['created_at_ms']
  } as Transaction
  const isBulk = isImportEntry(database, Number(row[kind === 'edit' ? 'seq' : 'target_seq']))
  const problem = transactionProblem(transaction, isBulk)
  if (problem) throw damaged(problem)
  return {
    seq: Number(row['seq']),
    kind,
    transaction: kind === 'undo' ? { ...transaction, changes: invertChanges(changes) } : transaction,
    ...(isBulk ? { isBulk } : {})
  }
}

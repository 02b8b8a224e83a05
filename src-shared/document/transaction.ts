/**
 * @file The only way a project changes. A transaction is JSON: whole records before and after, so
 * it inverts by swapping, and the store can refuse it when `before` is not what it holds (two
 * windows on one image: the second save gets a conflict, nothing is overwritten).
 */
import type { ImageId, Origin, RecordKind, RecordKinds } from './records'

export type Change = {
  readonly [K in RecordKind]: {
    readonly kind: K
    readonly id: string
    /** null: the record did not exist. */
    readonly before: RecordKinds[K] | null
    /** null: the record is removed. */
    readonly after: RecordKinds[K] | null
  }
}[RecordKind]

export interface Transaction {
  /** Unique; applying the same id twice is one application (safe retries). */
  readonly id: string
  /** The command that made it, `region.create`; shown in the undo menu by translation. */
  readonly label: string
  readonly origin: Origin
  /** The image it belongs to; null for project-wide changes (labels). */
  readonly imageId: ImageId | null
  readonly changes: readonly Change[]
  readonly createdAtMs: number
}

export type JournalKind = 'edit' | 'undo' | 'redo'

/** What the store answers and broadcasts: committed on disk when you hold one. */
export interface Committed {
  /** Order of all changes of a project; never the clock. */
  readonly seq: number
  readonly kind: JournalKind
  readonly transaction: Transaction
  /**
   * An import, or its undo or redo: the list of changes is empty, though any number of records of any image came or
   * went. Whoever shows records reads them again.
   */
  readonly isBulk?: true
}

export interface HistoryState {
  /** Label of the transaction the next undo takes back; null when there is none. */
  readonly undoLabel: string | null
  readonly redoLabel: string | null
}

/** @file Taking back: whole records make it a swap. */
import type { Change, Transaction } from './transaction'

const swapped = (change: Change): Change => ({ ...change, before: change.after, after: change.before }) as Change

/** Undoes `changes` when applied right after them. */
export const invertChanges = (changes: readonly Change[]): readonly Change[] => changes.map(swapped).reverse()

/** The transaction that takes `transaction` back. Its label stays: "undo region.create" is shown by it. */
export const invertTransaction = (
  transaction: Transaction,
  identity: { readonly id: string; readonly createdAtMs: number }
): Transaction => ({ ...transaction, ...identity, changes: invertChanges(transaction.changes) })

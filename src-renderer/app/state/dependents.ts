/** @file Which edits cannot stand without another one. Pure. */
import type { Transaction } from '../../../src-shared/document/transaction'

/**
 * `refused` and the edits made on top of it, in order: those that change a record it changes, or
 * name one it would have made, directly or through another of them.
 */
export function withDependents(refused: Transaction, pending: readonly Transaction[]): readonly Transaction[] {
  const changed = new Set<string>()
  const made = new Set<string>()
  const take = ({ changes }: Transaction): void => {
    for (const { kind, id, before } of changes) {
      changed.add(`${kind} ${id}`)
      // A review has the id of its image, which is not made by it.
      if (before === null && kind !== 'review') made.add(id)
    }
  }
  take(refused)
  return pending.filter((transaction) => {
    if (transaction === refused) return true
    const depends = transaction.changes.some(
      ({ kind, id, after }) => changed.has(`${kind} ${id}`) || names(after, made)
    )
    if (depends) take(transaction)
    return depends
  })
}

/** Whether one of the ids stands anywhere in a record. */
function names(value: unknown, ids: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return ids.has(value)
  return typeof value === 'object' && value !== null && Object.values(value).some((inner) => names(inner, ids))
}

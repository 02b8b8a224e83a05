/**
 * @file Applies changes in memory, exactly as the store does on disk: every `before` must be what is
 * there, or nothing happens. Pure; lists keep the order of order.ts.
 *
 * A review that is not done is no record: `{ done: false }` and null are the same state.
 */
import { compareDialogues, compareLabels, compareRegions, compareRelations, compareTurns } from './order'
import { isSameJson } from './same'
import type { ImageDocument, LabelRecord, RecordKind } from './records'
import type { Change, Transaction } from './transaction'

/** A change that does not fit what is there. Both sides, so that a window can show them (K6). */
export interface ChangeConflict {
  readonly kind: RecordKind
  readonly id: string
  readonly expected: Change['before']
  readonly actual: Change['before']
}

export type ApplyResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly conflicts: readonly ChangeConflict[] }

type Keyed = { readonly id: string }
type ChangeOf<R> = {
  readonly kind: RecordKind
  readonly id: string
  readonly before: R | null
  readonly after: R | null
}

/** Changes are applied in order; a later one sees what an earlier one did. */
function applyToList<R extends Keyed>(
  list: readonly R[],
  changes: readonly ChangeOf<R>[],
  compare: (a: R, b: R) => number,
  conflicts: ChangeConflict[]
): readonly R[] {
  if (changes.length === 0) return list
  const records = new Map(list.map((record) => [record.id, record]))
  for (const { kind, id, before, after } of changes) {
    const actual = records.get(id) ?? null
    if (!isSameJson(actual, before)) {
      // The caller's kind decides R, so both sides are records of that kind.
      conflicts.push({ kind, id, expected: before, actual } as unknown as ChangeConflict)
    } else if (after === null) records.delete(id)
    else records.set(id, after)
  }
  return [...records.values()].sort(compare)
}

const ofKind = <K extends RecordKind>(changes: readonly Change[], kind: K): Extract<Change, { kind: K }>[] =>
  changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind)

/**
 * The document after the changes, or every conflict and no change at all. Changes of labels are not
 * the document's and are ignored; so are transactions of another image.
 */
export function applyToDocument(
  document: ImageDocument,
  transaction: Pick<Transaction, 'imageId' | 'changes'>
): ApplyResult<ImageDocument> {
  if (transaction.imageId !== document.image.id) return { ok: true, value: document }
  const { changes } = transaction
  const conflicts: ChangeConflict[] = []
  const regions = applyToList(document.regions, ofKind(changes, 'region'), compareRegions, conflicts)
  const dialogues = applyToList(document.dialogues, ofKind(changes, 'dialogue'), compareDialogues, conflicts)
  const turns = applyToList(document.turns, ofKind(changes, 'turn'), compareTurns, conflicts)
  const relations = applyToList(document.relations, ofKind(changes, 'relation'), compareRelations, conflicts)
  const reviewChanges = ofKind(changes, 'review').map((change) => ({
    ...change,
    before: change.before?.done ? change.before : null,
    after: change.after?.done ? change.after : null
  }))
  const reviews = applyToList(document.review.done ? [document.review] : [], reviewChanges, () => 0, conflicts)
  if (conflicts.length > 0) return { ok: false, conflicts }
  const review = reviews[0] ?? { id: document.image.id, done: false }
  return { ok: true, value: { ...document, regions, dialogues, turns, relations, review } }
}

/** The project's labels after the changes; changes of other kinds are ignored. */
export function applyToLabels(
  labels: readonly LabelRecord[],
  transaction: Pick<Transaction, 'changes'>
): ApplyResult<readonly LabelRecord[]> {
  const conflicts: ChangeConflict[] = []
  const value = applyToList(labels, ofKind(transaction.changes, 'label'), compareLabels, conflicts)
  return conflicts.length > 0 ? { ok: false, conflicts } : { ok: true, value }
}

/**
 * @file What this window shows of one image: the committed document with the edits laid over it
 * that are still on their way to the disk. Laying over (instead of editing in place) means a refused
 * edit or an edit of another window never leaves a mixture behind.
 */
import { applyToDocument, applyToLabels } from '../../../src-shared/document/apply'
import type { ImageDocument, LabelRecord } from '../../../src-shared/document/records'
import type { Transaction } from '../../../src-shared/document/transaction'

/** An edit that no longer fits is passed over here; the store refuses it, and the window says so then. */
export const overlayDocument = (committed: ImageDocument, pending: readonly Transaction[]): ImageDocument =>
  pending.reduce((document, transaction) => {
    const applied = applyToDocument(document, transaction)
    return applied.ok ? applied.value : document
  }, committed)

export const overlayLabels = (
  committed: readonly LabelRecord[],
  pending: readonly Transaction[]
): readonly LabelRecord[] =>
  pending.reduce((labels, transaction) => {
    const applied = applyToLabels(labels, transaction)
    return applied.ok ? applied.value : labels
  }, committed)

/** Regions and turns a transaction leaves changed in the image; removed ones are not among them. */
export const touchedRegions = (transaction: Transaction): readonly string[] =>
  transaction.changes.filter((change) => change.kind === 'region' && change.after !== null).map((change) => change.id)

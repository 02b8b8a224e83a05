/**
 * @file The one order of records in lists, in every window and in the store. Ids break ties, by
 * code unit, so no clock and no locale can make two machines disagree.
 */
import type { DialogueRecord, LabelRecord, RegionRecord, RelationRecord, TurnRecord } from './records'

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0

export const compareRegions = (a: RegionRecord, b: RegionRecord): number => a.createdAtMs - b.createdAtMs || byId(a, b)
export const compareDialogues = (a: DialogueRecord, b: DialogueRecord): number =>
  a.createdAtMs - b.createdAtMs || byId(a, b)
export const compareRelations = (a: RelationRecord, b: RelationRecord): number =>
  a.createdAtMs - b.createdAtMs || byId(a, b)
/** Turns of one dialogue stand together, in their order. */
export const compareTurns = (a: TurnRecord, b: TurnRecord): number =>
  byId({ id: a.dialogueId }, { id: b.dialogueId }) || a.order - b.order || byId(a, b)
export const compareLabels = (a: LabelRecord, b: LabelRecord): number => a.order - b.order || byId(a, b)

import { findLabel } from '../../../src-shared/document/project-edits'
import type { LabelRecord } from '../../../src-shared/document/records'

const SHOWN_LABELS = 50

/** Labels for what was typed, those that begin with it first, and whether a new one could be made of it. */
export function matchLabels(
  labels: readonly LabelRecord[],
  typed: string
): { readonly found: readonly LabelRecord[]; readonly canCreate: boolean } {
  const wanted = typed.trim().toLowerCase()
  const place = ({ name }: LabelRecord): number => name.toLowerCase().indexOf(wanted)
  const found = labels
    .filter((label) => place(label) >= 0)
    .toSorted((a, b) => Number(place(a) > 0) - Number(place(b) > 0) || a.order - b.order)
  return { found: found.slice(0, SHOWN_LABELS), canCreate: wanted !== '' && findLabel(labels, typed) === null }
}

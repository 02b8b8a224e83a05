/** @file Labels, which belong to the project, and the review mark of an image. */
import { Edit } from './edit'
import type { EditContext } from './edit'
import type { ImageDocument, LabelId, LabelRecord, ReviewRecord } from './records'
import type { Transaction } from './transaction'

/** The label of that name, compared without outer spaces and case: "Dog" and "dog " are one class. */
export function findLabel(labels: readonly LabelRecord[], name: string): LabelRecord | null {
  const wanted = name.trim().toLowerCase()
  return labels.find((label) => label.name.trim().toLowerCase() === wanted) ?? null
}

/** A new label, last in order. Null when the name is empty or taken (see `findLabel`). */
export function createLabel(
  labels: readonly LabelRecord[],
  label: { readonly id: LabelId; readonly name: string; readonly colour: string },
  context: EditContext
): Transaction | null {
  const name = label.name.trim()
  if (name === '' || findLabel(labels, name) !== null) return null
  const order = labels.reduce((highest, { order }) => Math.max(highest, order), -1) + 1
  const edit = new Edit()
  edit.set('label', label.id, null, { id: label.id, name, colour: label.colour, order })
  return edit.finish('label.create', null, context)
}

/** Marks an image as done or not. Not done is no record, so that undo leaves nothing behind. */
export function setReview(document: ImageDocument, done: boolean, context: EditContext): Transaction | null {
  const { id } = document.image
  const record = (isDone: boolean): ReviewRecord | null => (isDone ? { id, done: true } : null)
  const edit = new Edit()
  edit.set('review', id, record(document.review.done), record(done))
  return edit.finish('review.set', id, context)
}

/** @file What goes between the core and its linting thread: plain data, answered in the order it came. */
import type { ImageDocument, ImageId, LabelRecord } from '../../../src-shared/document/records'
import type { LintFinding } from '../../../src-shared/lint/finding'

export type LintTask =
  /** One image by itself, with the rules that need no other. */
  | { readonly kind: 'image'; readonly labels: readonly LabelRecord[]; readonly document: ImageDocument }
  /** Begins a run over a project; one at a time, a new one drops the last. */
  | {
      readonly kind: 'begin'
      readonly labels: readonly LabelRecord[]
      /** By image; null: nobody compared the pictures. */
      readonly clusters: ReadonlyMap<ImageId, string> | null
    }
  | { readonly kind: 'documents'; readonly documents: readonly ImageDocument[] }
  /** What only the whole project shows. */
  | { readonly kind: 'finish' }

export interface ImageFindings {
  readonly imageId: ImageId
  readonly findings: readonly LintFinding[]
}
export interface LintReply {
  readonly id: number
  readonly images: readonly ImageFindings[]
  /** Of the project. */
  readonly findings: readonly LintFinding[]
}
export interface LintMessage {
  readonly id: number
  readonly task: LintTask
}

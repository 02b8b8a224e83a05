/** @file Checks of the data, as a window asks for them. */
import type { ImageId } from '../../document/records'
import type { LintFinding, LintFix, LintSeverity } from '../../lint/finding'
import type { NoParams } from './names'

/** Whether pictures are compared; `auto`: when folders name more than one split. */
export const LINT_PICTURES = ['auto', 'always', 'never'] as const
export type LintPictures = (typeof LINT_PICTURES)[number]

export interface LintRuleInfo {
  readonly id: string
  readonly severity: LintSeverity
  readonly title: { readonly en: string; readonly 'zh-CN': string }
  /** Changes it may suggest. */
  readonly fixes: readonly LintFix['kind'][]
}
export type LintCounts = Readonly<Record<LintSeverity, number>>
export interface LintSummary {
  /** Looked at. */
  readonly images: number
  /** How many pictures were compared, and how many could not be; null: none were to be. */
  readonly pictures: { readonly compared: number; readonly unseen: number } | null
  /** Those that found something. */
  readonly rules: readonly { readonly rule: string; readonly severity: LintSeverity; readonly count: number }[]
}

export interface CheckContract {
  'lint.rules': { params: NoParams; result: readonly LintRuleInfo[] }
  /** Checks the whole project. Long: watch `lint.progress`. Rejects with `lint/…`. */
  'lint.run': { params: { requestId: string; pictures: LintPictures }; result: LintSummary }
  'lint.cancel': { params: { requestId: string }; result: { cancelled: boolean } }
  /** What the last check of the project found by one rule; of very many, the first ones are kept. */
  'lint.list': {
    params: { rule: string; offset: number; limit: number }
    result: { readonly total: number; readonly items: readonly LintFinding[] }
  }
  /** How much the last check of the project found on these images; those with nothing are not in the answer. */
  'lint.counts': {
    params: { imageIds: readonly ImageId[] }
    result: readonly ({ readonly imageId: ImageId } & LintCounts)[]
  }
  /** Checks one image as it is stored now, with the rules that need no other image. */
  'lint.image': { params: { imageId: ImageId }; result: readonly LintFinding[] }
}

export interface CheckEvents {
  /** A few times a second while a project is checked. Images. */
  'lint.progress': { requestId: string; phase: 'looking' | 'checking'; done: number; total: number }
}

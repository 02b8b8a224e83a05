import type { ImageId } from '../../../src-shared/document/records'
import type { LintFinding } from '../../../src-shared/lint/finding'
import type { LintCounts, LintRuleInfo, LintSummary } from '../../../src-shared/ipc/contract'
import type { ErrorInfo } from './error-info'

export interface ChecksState {
  /** Of the open image; null: not looked at yet. */
  readonly image: readonly LintFinding[] | null
  readonly rules: ReadonlyMap<string, LintRuleInfo>
  /** null: the project was not checked since it was opened. */
  readonly summary: LintSummary | null
  readonly running: { readonly requestId: string; readonly done: number; readonly total: number } | null
  readonly error: ErrorInfo | null
  /** Of images in the list that have findings. */
  readonly counts: ReadonlyMap<ImageId, LintCounts>
}

export const noChecks: ChecksState = {
  image: null,
  rules: new Map(),
  summary: null,
  running: null,
  error: null,
  counts: new Map()
}

/** Regions that something is false or doubtful about. */
export const foundRegions = (findings: readonly LintFinding[]): ReadonlySet<string> =>
  new Set(findings.filter(({ severity }) => severity !== 'note').flatMap(({ regionIds }) => regionIds ?? []))

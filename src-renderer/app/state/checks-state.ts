import type { ImageId } from '../../../src-shared/document/records'
import type { LintFinding } from '../../../src-shared/lint/finding'
import type { Events, LintCounts, LintPictures, LintRuleInfo, LintSummary } from '../../../src-shared/ipc/contract'
import type { ErrorInfo } from './error-info'

export interface ChecksState {
  /** Of the open image; null: not looked at yet. */
  readonly image: readonly LintFinding[] | null
  readonly rules: ReadonlyMap<string, LintRuleInfo>
  /** null: the project was not checked since it was opened. */
  readonly summary: LintSummary | null
  readonly running:
    | (Pick<Events['lint.progress'], 'phase' | 'done' | 'total'> & {
        readonly requestId: string
        readonly isCancelling: boolean
      })
    | null
  /** Whether the next check compares what the pictures look like. */
  readonly pictures: LintPictures
  readonly error: ErrorInfo | null
  /** Of images in the list that have findings. */
  readonly counts: ReadonlyMap<ImageId, LintCounts>
}

export const noChecks: ChecksState = {
  image: null,
  rules: new Map(),
  summary: null,
  running: null,
  pictures: 'auto',
  error: null,
  counts: new Map()
}

/** Regions that something is false or doubtful about. */
export const foundRegions = (findings: readonly LintFinding[]): ReadonlySet<string> =>
  new Set(findings.filter(({ severity }) => severity !== 'note').flatMap(({ regionIds }) => regionIds ?? []))

import type { LintSeverity } from '../../../src-shared/lint/finding'

const ORDER: readonly LintSeverity[] = ['error', 'warning', 'note']

/** What is false first, what is only worth knowing last. */
export const bySeverity = (a: { readonly severity: LintSeverity }, b: { readonly severity: LintSeverity }): number =>
  ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity)

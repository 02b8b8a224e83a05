/** @file The codes of lenient recovery, one sentence each; the same for every dialect. */
import type { Diagnostic, Severity, SourceRange } from '../../errors'

export const EXPLANATIONS = {
  whitespace: ['warning', 'The spaces of a region are not those the dialect writes.'],
  'out-of-range': ['warning', 'A coordinate is outside what the dialect can write.'],
  reversed: ['warning', 'The corners of a box are reversed.'],
  degenerate: ['warning', 'A box has no width or no height.'],
  'missing-bracket': ['warning', 'The region is not closed, but all its numbers are there.'],
  truncated: ['error', 'The text ends inside a region.'],
  arity: ['error', 'A region has the wrong count of numbers.'],
  'not-a-number': ['error', 'A region has something that is no number.'],
  'look-alike': ['info', 'Something that looks like a region is read as words.'],
  'stripped-tags': ['warning', 'The marks of a region were lost; it is read by its brackets.'],
  'bad-json': ['warning', 'The JSON is broken; whole objects in it are read.'],
  'quote-style': ['info', 'The JSON has quotes or commas that JSON does not have.'],
  precision: ['info', 'A number has more or fewer digits than the dialect writes.'],
  placeholder: ['info', 'A region is named whose numbers are not in the text.'],
  'stop-token': ['info', 'The end mark of an answer is in the text.']
} as const satisfies Readonly<Record<string, readonly [Severity, string]>>

export type IssueCode = keyof typeof EXPLANATIONS
export const ISSUE_CODES = Object.keys(EXPLANATIONS) as readonly IssueCode[]

export function issueDiagnostic(code: IssueCode, position: SourceRange): Diagnostic {
  const [severity, message] = EXPLANATIONS[code]
  return { code: `dialect/${code}`, severity, message, position }
}

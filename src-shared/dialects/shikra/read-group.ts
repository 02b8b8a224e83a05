/**
 * @file What a bracket means. Strict is exactly the official reader; lenient recovers what can be
 * recovered without guessing a number (docs/dialects/shikra.md lists the codes).
 */
import type { Severity } from '../../errors'
import { bracketText, readBracket } from '../kit/bracket-group'
import type { BodyStop, BracketIssue, BracketReading, BracketRule } from '../kit/bracket-group'
import type { Notation } from './notation'

const EXPLANATIONS: Readonly<Record<BracketIssue, readonly [Severity, string]>> = {
  whitespace: ['warning', 'The spaces of a region are not those the dialect writes.'],
  'out-of-range': ['warning', 'A coordinate is outside 0 to 1.'],
  reversed: ['warning', 'The corners of a box are reversed.'],
  degenerate: ['warning', 'A box has no width or no height.'],
  'missing-bracket': ['warning', 'The region is not closed, but all its numbers are there.'],
  truncated: ['error', 'The text ends inside a region.'],
  arity: ['error', 'A region has neither two nor four numbers, or boxes and points share one bracket.'],
  'not-a-number': ['error', 'A region has something that is no number.'],
  'look-alike': ['info', 'A bracket of whole numbers is read as words.'],
  precision: ['info', 'A number has more or fewer than three decimals.']
}

export type IssueCode = BracketIssue
export type GroupReading = BracketReading
export const explanationOf = (code: IssueCode): readonly [Severity, string] => EXPLANATIONS[code]

const RULE: BracketRule = { arities: [2, 4], max: 1, numbers: 'fractions' }

/**
 * Reads the body of `opener`. `by` is how it ended: `other` is a bracket broken off by something
 * that cannot be in it, which is words.
 */
export function readGroup(
  notation: Notation,
  opener: string,
  body: string,
  by: BodyStop,
  mode: 'strict' | 'lenient'
): GroupReading {
  // A token opens nothing but a region; a bracket may stand among words.
  if (by === 'other') return bracketText(notation.variant === 'token' || /\d\.\d/.test(body) ? ['not-a-number'] : [])
  return readBracket(notation.readBody(body, opener), by, mode, RULE)
}

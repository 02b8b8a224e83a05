/**
 * @file What a bracket means. Strict is exactly the official reader; lenient recovers what can be
 * recovered without guessing a number (docs/dialects/shikra.md lists the codes).
 */
import type { Severity } from '../../errors'
import type { Body, Notation, Tuple } from './notation'

export type IssueCode =
  | 'whitespace'
  | 'out-of-range'
  | 'reversed'
  | 'degenerate'
  | 'missing-bracket'
  | 'truncated'
  | 'arity'
  | 'not-a-number'
  | 'look-alike'
  | 'precision'

export type GroupReading =
  /** Regions, in order; 4 numbers are a box, 2 a point. */
  | { readonly is: 'group'; readonly tuples: readonly (readonly number[])[]; readonly issues: readonly IssueCode[] }
  /** Meant as a region but unreadable; kept verbatim. */
  | { readonly is: 'raw'; readonly issues: readonly IssueCode[] }
  /** Ordinary words. */
  | { readonly is: 'text'; readonly issues: readonly IssueCode[] }

const EXPLANATIONS: Readonly<Record<IssueCode, readonly [Severity, string]>> = {
  whitespace: ['warning', 'The region has spaces inside.'],
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
export const explanationOf = (code: IssueCode): readonly [Severity, string] => EXPLANATIONS[code]

const isText = (issues: readonly IssueCode[] = []): GroupReading => ({ is: 'text', issues })
const isRaw = (code: IssueCode): GroupReading => ({ is: 'raw', issues: [code] })

/** null: all tuples have one legal length. */
function structureIssue(tuples: readonly Tuple[], arity: Body['arity']): IssueCode | null {
  const length = arity ?? tuples[0]?.numbers.length
  if (length !== 2 && length !== 4) return 'arity'
  if (tuples.some(({ numbers }) => numbers.length !== length)) return 'arity'
  return tuples.some(({ numbers }) => numbers.some(Number.isNaN)) ? 'not-a-number' : null
}

const clamp = (value: number): number => Math.min(Math.max(value, 0), 1)

/** Clamps and orders one tuple; reports what it did. */
function repair(numbers: readonly number[], issues: Set<IssueCode>): readonly number[] {
  const inRange = numbers.map(clamp)
  if (numbers.some((value, i) => value !== inRange[i])) issues.add('out-of-range')
  const [x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN] = inRange
  if (inRange.length !== 4) return inRange
  if (x0 > x1 || y0 > y1) issues.add('reversed')
  if (x0 === x1 || y0 === y1) issues.add('degenerate')
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
}

function recover(tuples: readonly Tuple[], hasWhitespace: boolean, first: readonly IssueCode[]): GroupReading {
  const issues = new Set<IssueCode>(first)
  if (hasWhitespace) issues.add('whitespace')
  if (tuples.some(({ isExactWidth }) => !isExactWidth)) issues.add('precision')
  return { is: 'group', tuples: tuples.map(({ numbers }) => repair(numbers, issues)), issues: [...issues] }
}

/** A bracket that has its closer. */
function readClosed(body: Body, mode: 'strict' | 'lenient'): GroupReading {
  const { tuples, hasWhitespace, isIntegers, arity } = body
  const issue = structureIssue(tuples, arity)
  const isOfficial = issue === null && !hasWhitespace && tuples.every((tuple) => tuple.isOfficial)
  if (mode === 'strict' && isOfficial) return { is: 'group', tuples: tuples.map(({ numbers }) => numbers), issues: [] }
  if (isIntegers) {
    const values = tuples.flatMap(({ numbers }) => numbers)
    if (values.every(Number.isNaN)) return isText()
    if (mode === 'strict' || issue !== null || values.some((value) => value > 1)) return isText(['look-alike'])
  }
  if (issue !== null) return isRaw(issue)
  const recovered = recover(tuples, hasWhitespace, [])
  if (mode === 'lenient') return recovered
  return isRaw(recovered.issues.find((code) => code === 'whitespace') ?? 'out-of-range')
}

/** A bracket the text ends in. Whole tuples before the last `;` are safe; the last one only when finished. */
function readOpen(body: Body, mode: 'strict' | 'lenient'): GroupReading {
  const { tuples, hasWhitespace, isIntegers, isLastNumberComplete, arity } = body
  if (isIntegers) return isText()
  if (mode === 'strict') return isRaw('truncated')
  // Two numbers alone may be half a box: only an opener or an earlier tuple can say that they are a point.
  const length = arity ?? (tuples.length > 1 ? tuples[0]?.numbers.length : 4)
  const isWhole = isLastNumberComplete && tuples.at(-1)?.numbers.length === length
  if (isWhole && structureIssue(tuples, arity) === null) return recover(tuples, hasWhitespace, ['missing-bracket'])
  const finished = tuples.slice(0, -1)
  if (finished.length === 0 || structureIssue(finished, arity) !== null) return isRaw('truncated')
  return recover(finished, hasWhitespace, ['truncated'])
}

/**
 * Reads the body of `opener`. `by` is how it ended: `other` is a bracket broken off by something
 * that cannot be in it, which is words.
 */
export function readGroup(
  notation: Notation,
  opener: string,
  body: string,
  by: 'closer' | 'end' | 'other',
  mode: 'strict' | 'lenient'
): GroupReading {
  if (by === 'other') return isText(/\d\.\d|<bin_/.test(body) ? ['not-a-number'] : [])
  const read = notation.readBody(body, opener)
  return by === 'closer' ? readClosed(read, mode) : readOpen(read, mode)
}

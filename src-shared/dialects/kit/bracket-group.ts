/**
 * @file What the body of a bracket means, for dialects that write regions as `[..]` among words:
 * a group, words that only look like one, or something meant as one that cannot be read. Strict is
 * the official reader; lenient recovers without guessing a number.
 */
import type { IssueCode } from './issues'

export type BracketIssue = Extract<
  IssueCode,
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
>

/** One `a,b,c,d` of a body. */
export interface BracketTuple {
  /** NaN where the source has no number. */
  readonly numbers: readonly number[]
  /** The official reader accepts every number of it. */
  readonly isOfficial: boolean
  /** Written with the dialect's number of digits. */
  readonly isExactWidth: boolean
  /** Largest legal number, where it is not the rule's. */
  readonly max?: number
}
export interface BracketBody {
  readonly tuples: readonly BracketTuple[]
  /** Spaces other than the dialect's own. */
  readonly hasWhitespace: boolean
  /** No number has a dot: a citation, an index, or a box of borders. */
  readonly isIntegers: boolean
  /** The last number was finished before the text ended. */
  readonly isLastNumberComplete: boolean
  /** 2 or 4 when the opener says it. */
  readonly arity: 2 | 4 | null
}
export interface BracketRule {
  /** Counts of numbers that are a region. */
  readonly arities: readonly number[]
  /** Largest number that may be written; the smallest is 0. */
  readonly max: number
  /** `fractions`: a bracket of whole numbers with one above 1 is words. */
  readonly numbers: 'fractions' | 'integers'
  /** The official reader drops a tuple it cannot read and keeps the others of the bracket. */
  readonly dropsSingly?: boolean
}
/** How a body ended: `other` is something that cannot be in it. */
export type BodyStop = 'closer' | 'end' | 'other'

export type BracketReading =
  /** Regions, in order, as numbers of the text. */
  | { readonly is: 'group'; readonly tuples: readonly (readonly number[])[]; readonly issues: readonly BracketIssue[] }
  /** Meant as a region but unreadable; kept verbatim. */
  | { readonly is: 'raw'; readonly issues: readonly BracketIssue[] }
  /** Ordinary words. */
  | { readonly is: 'text'; readonly issues: readonly BracketIssue[] }

export const bracketText = (issues: readonly BracketIssue[] = []): BracketReading => ({ is: 'text', issues })
const isRaw = (code: BracketIssue): BracketReading => ({ is: 'raw', issues: [code] })
/** Why the official reader refuses numbers that can be read, the gravest first. */
const REFUSALS: readonly BracketIssue[] = ['whitespace', 'out-of-range', 'precision']

/** null: all tuples have one legal length. */
function structureIssue(
  tuples: readonly BracketTuple[],
  arity: BracketBody['arity'],
  { arities }: BracketRule
): BracketIssue | null {
  const length = arity ?? tuples[0]?.numbers.length
  if (length === undefined || !arities.includes(length)) return 'arity'
  if (tuples.some(({ numbers }) => numbers.length !== length)) return 'arity'
  return tuples.some(({ numbers }) => !numbers.every(Number.isFinite)) ? 'not-a-number' : null
}

/** Clamps and orders one tuple; reports what it did. */
function repair(numbers: readonly number[], max: number, issues: Set<BracketIssue>): readonly number[] {
  const inRange = numbers.map((value) => Math.min(Math.max(value, 0), max))
  if (numbers.some((value, i) => value !== inRange[i])) issues.add('out-of-range')
  const [x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN] = inRange
  if (inRange.length !== 4) return inRange
  if (x0 > x1 || y0 > y1) issues.add('reversed')
  if (x0 === x1 || y0 === y1) issues.add('degenerate')
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
}

function recover(
  tuples: readonly BracketTuple[],
  hasWhitespace: boolean,
  first: readonly BracketIssue[],
  { max }: BracketRule
): BracketReading {
  const issues = new Set<BracketIssue>(first)
  if (hasWhitespace) issues.add('whitespace')
  if (tuples.some(({ isExactWidth }) => !isExactWidth)) issues.add('precision')
  const kept = tuples.map((tuple) => repair(tuple.numbers, tuple.max ?? max, issues))
  return { is: 'group', tuples: kept, issues: [...issues] }
}

/** Each tuple stands or falls by itself. */
function readSingly(body: BracketBody, mode: 'strict' | 'lenient', rule: BracketRule): BracketReading {
  const issues = new Set<BracketIssue>()
  const spellingOf = ({ numbers, max = rule.max }: BracketTuple): BracketIssue => {
    if (body.hasWhitespace) return 'whitespace'
    return numbers.some((value) => value < 0 || value > max) ? 'out-of-range' : 'precision'
  }
  const kept = body.tuples.filter((tuple) => {
    const issue = structureIssue([tuple], body.arity, rule)
    const refusal = issue ?? (mode === 'strict' && !tuple.isOfficial ? spellingOf(tuple) : null)
    if (refusal !== null) issues.add(refusal)
    return refusal === null
  })
  if (kept.length === 0) return { is: 'raw', issues: [...issues] }
  if (mode === 'lenient') return recover(kept, body.hasWhitespace, [...issues], rule)
  return { is: 'group', tuples: kept.map(({ numbers }) => numbers), issues: [...issues] }
}

/** A bracket that has its closer. */
function readClosed(body: BracketBody, mode: 'strict' | 'lenient', rule: BracketRule): BracketReading {
  const { tuples, hasWhitespace, isIntegers, arity } = body
  const issue = structureIssue(tuples, arity, rule)
  const isOfficial = issue === null && !hasWhitespace && tuples.every((tuple) => tuple.isOfficial)
  if (mode === 'strict' && isOfficial) return { is: 'group', tuples: tuples.map(({ numbers }) => numbers), issues: [] }
  if (isIntegers) {
    const values = tuples.flatMap(({ numbers }) => numbers)
    if (values.every(Number.isNaN)) return bracketText()
    const isWords =
      rule.numbers === 'integers'
        ? values.length === 1
        : mode === 'strict' || issue !== null || values.some((value) => value > rule.max)
    if (isWords) return bracketText(['look-alike'])
  }
  if (rule.dropsSingly === true) return readSingly(body, mode, rule)
  if (issue === 'arity' && tuples.some(({ numbers }) => numbers.some(Number.isNaN)))
    return { is: 'raw', issues: ['arity', 'not-a-number'] }
  if (issue !== null) return isRaw(issue)
  const recovered = recover(tuples, hasWhitespace, [], rule)
  if (mode === 'lenient') return recovered
  return isRaw(REFUSALS.find((code) => recovered.issues.includes(code)) ?? 'not-a-number')
}

/** A bracket the text ends in. Whole tuples before the last one are safe; the last one only when finished. */
function readOpen(body: BracketBody, mode: 'strict' | 'lenient', rule: BracketRule): BracketReading {
  const { tuples, hasWhitespace, isIntegers, isLastNumberComplete, arity } = body
  const hasNumber = tuples.some(({ numbers }) => !numbers.every(Number.isNaN))
  if (isIntegers && (rule.numbers === 'fractions' || !hasNumber)) return bracketText()
  if (mode === 'strict') return isRaw('truncated')
  // Two numbers alone may be half a box: only an opener or an earlier tuple can say that they are a point.
  const length = arity ?? (tuples.length > 1 ? tuples[0]?.numbers.length : 4)
  const isWhole = isLastNumberComplete && tuples.at(-1)?.numbers.length === length
  if (isWhole && structureIssue(tuples, arity, rule) === null)
    return recover(tuples, hasWhitespace, ['missing-bracket'], rule)
  const finished = tuples.slice(0, -1)
  if (finished.length === 0 || structureIssue(finished, arity, rule) !== null) return isRaw('truncated')
  return recover(finished, hasWhitespace, ['truncated'], rule)
}

export const readBracket = (
  body: BracketBody,
  by: 'closer' | 'end',
  mode: 'strict' | 'lenient',
  rule: BracketRule
): BracketReading => (by === 'closer' ? readClosed(body, mode, rule) : readOpen(body, mode, rule))

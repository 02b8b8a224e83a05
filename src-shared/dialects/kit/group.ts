/** @file What the numbers of one region mean: official, recoverable (lenient), or refused. Never guesses a number. */
import type { GroundedShape, ShapeKind } from '../../geometry/region-shape'
import type { DialectContext } from '../dialect'
import type { Codec } from './coordinates'
import type { IssueCode } from './issues'

/** One region's numbers as the text has them, in its order. */
export interface Tuple {
  /** NaN where the source has no number. */
  readonly numbers: readonly number[]
  /** The official reader accepts it as it is spelled. */
  readonly isOfficial: boolean
  readonly hasWhitespace: boolean
  /** False: more or fewer digits than the dialect writes. */
  readonly isExact?: boolean
  /** What is wrong with it besides spaces and digits; no number is in doubt. */
  readonly misspelled?: IssueCode
}

export interface TupleRule {
  readonly codec: Codec
  /** Largest legal number; the smallest is 0. */
  readonly max: (context: DialectContext) => number
  /** Which shape so many numbers are; null: none. */
  readonly kindOf: (count: number) => ShapeKind | null
  /** The official reader swaps reversed corners itself. */
  readonly swapsInStrict?: boolean
  /** The corners of a box name cells: two in one row are that row, and nothing without a height. */
  readonly areCornersCells?: boolean
}

export interface TupleReading {
  /** Null: refused, `issues` says why. */
  readonly shape: GroundedShape | null
  readonly issues: readonly IssueCode[]
}

const NONE: readonly IssueCode[] = []
const isReversed = (box: readonly number[]): boolean => (box[0] ?? 0) > (box[2] ?? 0) || (box[1] ?? 0) > (box[3] ?? 0)
const refused = (code: IssueCode): TupleReading => ({ shape: null, issues: [code] })

/** Why the official reader refuses numbers that can be read. */
function misspelling({ numbers, hasWhitespace, isExact, misspelled }: Tuple, max: number): IssueCode {
  if (hasWhitespace) return 'whitespace'
  if (misspelled !== undefined) return misspelled
  if (numbers.some((value) => value < 0 || value > max)) return 'out-of-range'
  return isExact === false ? 'precision' : 'not-a-number'
}

export function readTuple(
  tuple: Tuple,
  rule: TupleRule,
  mode: 'strict' | 'lenient',
  context: DialectContext
): TupleReading {
  const { numbers } = tuple
  const kind = rule.kindOf(numbers.length)
  for (const number of numbers)
    if (!Number.isFinite(number))
      return kind === null && numbers.length > 1
        ? { shape: null, issues: ['not-a-number', 'arity'] }
        : refused('not-a-number')
  if (kind === null) return refused('arity')
  if (mode === 'strict' && !tuple.isOfficial) return refused(misspelling(tuple, rule.max(context)))
  const isBox = kind === 'box'
  if (mode === 'strict' && !(isBox && rule.swapsInStrict === true && isReversed(numbers)))
    return { shape: rule.codec.read(kind, numbers, context), issues: NONE }
  const max = rule.max(context)
  const inRange = numbers.map((value) => Math.min(Math.max(value, 0), max))
  const kept = mode === 'lenient' ? inRange : numbers
  const [a = 0, b = 0, c = 0, d = 0] = kept
  const issues: IssueCode[] = []
  if (tuple.hasWhitespace) issues.push('whitespace')
  if (tuple.misspelled !== undefined) issues.push(tuple.misspelled)
  if (tuple.isExact === false) issues.push('precision')
  if (numbers.some((value, i) => value !== inRange[i])) issues.push('out-of-range')
  if (isBox && isReversed(kept)) issues.push('reversed')
  if (isBox && rule.areCornersCells !== true && (a === c || b === d)) issues.push('degenerate')
  const ordered = isBox ? [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)] : kept
  return { shape: rule.codec.read(kind, ordered, context), issues }
}

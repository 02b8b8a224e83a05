/**
 * @file Runs of number tokens, and dialects whose label follows its run:
 *
 *     <loc0256><loc0128><loc0768><loc0896> cat ; <loc…
 *     └ run ─────────────────────────────┘└ label ┘
 *
 * A run ends where the next token does not follow. How many tokens make a region is the reader's business.
 */
import type { GroundedShape } from '../../geometry/region-shape'
import type { DialectContext } from '../dialect'
import { readTuple } from './group'
import type { Tuple, TupleRule } from './group'
import type { IssueCode } from './issues'
import { WAIT, asRaw, asWords } from './item-stream'
import type { ItemReader, ItemSource, Reading, Waiting } from './item-stream'

/** `prefix digits suffix`, with `gap` between two tokens. */
export interface TokenForm {
  readonly prefix: string
  readonly suffix: string
  readonly gap: string
  /** Digits of a token; null: as many as the number needs. */
  readonly width: number | null
}

export interface Run {
  readonly numbers: readonly number[]
  /** Where each token ends. */
  readonly ends: readonly number[]
  /** Digits as the dialect writes them. */
  readonly isExact: boolean
  readonly hasWhitespace: boolean
  /** `waiting`: more text may add a token. `cut`: the text ends inside one. */
  readonly state: 'whole' | 'waiting' | 'cut'
}

/** More digits than this are no token. */
const MOST_DIGITS = 6
const SPACES = /[ \t]*/y
const PARTIAL_NUMBER = new RegExp(`^-?\\d{0,${MOST_DIGITS}}$`)

const MINUS_CODE = 0x2d
const ZERO_CODE = 0x30
const NINE_CODE = 0x39

/** Where a number ends, with a sign or without; `at` when there is none. */
function numberEnd(source: string, at: number): number {
  const first = source.charCodeAt(at) === MINUS_CODE ? at + 1 : at
  let end = first
  while (end < first + MOST_DIGITS) {
    const code = source.charCodeAt(end)
    if (!(code >= ZERO_CODE && code <= NINE_CODE)) break
    end++
  }
  return end === first ? at : end
}

const endOf = (pattern: RegExp, source: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : at
}

/** Whether the source stops inside `token`, so that more text could complete it. */
export const isPartOf = (token: string, source: string, at: number): boolean =>
  source.length - at < token.length && token.startsWith(source.slice(at))

function isPartOfToken({ prefix, suffix }: TokenForm, source: string, at: number): boolean {
  const rest = source.slice(at, at + prefix.length + MOST_DIGITS + suffix.length + 1)
  if (at + rest.length < source.length) return false
  if (rest.length <= prefix.length) return prefix.startsWith(rest)
  if (!rest.startsWith(prefix)) return false
  const digits = numberEnd(rest, prefix.length)
  return PARTIAL_NUMBER.test(rest.slice(prefix.length)) || suffix.startsWith(rest.slice(digits))
}

/**
 * Reads tokens from `at` on, at most `most`. Lenient readers pass over spaces inside a region, which
 * is until `size` tokens are there.
 */
export function scanRun(form: TokenForm, item: ItemSource, at: number, size: number, most = Infinity): Run {
  const { source, isEnd, mode } = item
  const numbers: number[] = []
  const ends: number[] = []
  let [isExact, hasWhitespace] = [true, false]
  const run = (state: Run['state']): Run => ({ numbers, ends, isExact, hasWhitespace, state })
  let end = at
  while (numbers.length < most) {
    const isInside = numbers.length % size !== 0
    let start = end
    if (mode === 'lenient' && isInside) start = endOf(SPACES, source, end)
    else if (numbers.length > 0 && source.startsWith(form.gap, end)) start = end + form.gap.length
    else if (numbers.length > 0) return run(!isEnd && isPartOf(form.gap, source, end) ? 'waiting' : 'whole')
    const first = start + form.prefix.length
    const last = source.startsWith(form.prefix, start) ? numberEnd(source, first) : first
    if (last === first || !source.startsWith(form.suffix, last)) {
      if (!isPartOfToken(form, source, start)) return run('whole')
      return run(!isEnd ? 'waiting' : source.length - start > 1 ? 'cut' : 'whole')
    }
    if (numbers.length > 0 && source.slice(end, start) !== form.gap) hasWhitespace = true
    const lead = source.charCodeAt(first)
    const hasLeadingZero = lead === ZERO_CODE && last - first > 1
    if (lead === MINUS_CODE || (form.width === null ? hasLeadingZero : last - first !== form.width)) isExact = false
    numbers.push(Number(source.slice(first, last)))
    end = last + form.suffix.length
    ends.push(end)
  }
  return run('whole')
}

/** Whether nothing but a token that is cut off follows, behind spaces when reading leniently; null: more text needed. */
export function isCutToken(form: TokenForm, { source, isEnd, mode }: ItemSource, at: number): boolean | null {
  const start = mode === 'lenient' ? endOf(SPACES, source, at) : at
  if (!isPartOfToken(form, source, start)) return false
  return isEnd ? source.length - start > 1 : null
}

export const tokenText = ({ prefix, suffix, width }: TokenForm, value: number): string =>
  prefix + String(value).padStart(width ?? 0, '0') + suffix
export const runText = (form: TokenForm, values: readonly number[]): string =>
  values.map((value) => tokenText(form, value)).join(form.gap)

/** Whether nothing but a stop token or the end follows; null: more text needed. */
export function isLast(item: ItemSource, at: number, stopTokens: readonly string[]): boolean | null {
  const { source, isEnd } = item
  if (at === source.length) return isEnd ? true : null
  if (stopTokens.some((token) => source.startsWith(token, at))) return true
  return !isEnd && stopTokens.some((token) => isPartOf(token, source, at)) ? null : false
}

export interface LabelAfterSpec {
  readonly form: TokenForm
  /** Codes of a mask behind the four numbers. */
  readonly mask?: { readonly form: TokenForm; readonly size: number; readonly max: number }
  readonly rule: TupleRule
  /** Numbers above it have no token; null: the official reader takes them. */
  readonly strictMax: number | null
  /** Sticky; what a label may hold, spaces around it too. */
  readonly label: (item: ItemSource) => RegExp
  /** One character that ends a label and belongs to the notation, with a space behind it or not. */
  readonly separator: string
  readonly isSpaceAfterSeparator: boolean
  /** The official reader takes nothing but a box with a label behind a space. */
  readonly needsLabel?: (context: DialectContext) => boolean
  readonly stopTokens: readonly string[]
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Global; finds where a run may begin, and stop tokens. */
export const openersOf = (tokens: readonly string[]): RegExp => new RegExp(tokens.map(escaped).join('|'), 'g')

const BOX = 4
const HIGH_SURROGATE = /[\uD800-\uDBFF]/

export function labelAfterReader(spec: LabelAfterSpec): ItemReader {
  const { form, mask, rule, stopTokens } = spec
  const openers = [form.prefix, ...stopTokens]

  /** The label and the separator behind it; null: more text needed. */
  function readLabel(item: ItemSource, at: number): { words: [number, number]; end: number } | null {
    const { source, isEnd } = item
    let end = endOf(spec.label(item), source, at)
    const inside = source.slice(at, end)
    const start = at + inside.length - inside.trimStart().length
    const words: [number, number] = [start, Math.max(start, at + inside.trimEnd().length)]
    // Half a character may become one of the label.
    const isHalf = end === source.length - 1 && HIGH_SURROGATE.test(source.charAt(end))
    if ((end === source.length || isHalf) && !isEnd) return null
    if (source[end] !== spec.separator) return { words, end }
    end++
    if (!spec.isSpaceAfterSeparator) return { words, end }
    if (end === source.length && !isEnd) return null
    return { words, end: source[end] === ' ' ? end + 1 : end }
  }

  /** Why the tokens are refused; null: they are what the official reader takes. */
  function strictIssue(run: Run): IssueCode | null {
    if (run.hasWhitespace) return 'whitespace'
    if (!run.isExact) return 'precision'
    const { strictMax } = spec
    return strictMax !== null && run.numbers.some((value) => value > strictMax) ? 'out-of-range' : null
  }

  /** A mask is drawn into its box, which has a width and a height. */
  function maskIssue([a = 0, b = 0, c = 0, d = 0]: readonly number[]): IssueCode | null {
    if (a > c || b > d) return 'reversed'
    return a === c || b === d ? 'degenerate' : null
  }

  function refused(item: ItemSource, count: number, size: number, end: number): Reading | Waiting {
    const isAtEnd = isLast(item, end, stopTokens)
    if (isAtEnd === null) return WAIT
    return asRaw(end, isAtEnd && count < size ? 'truncated' : 'arity')
  }

  function read(item: ItemSource): Reading | Waiting {
    const { source, mode, context, isProbe = false } = item
    const run = scanRun(form, item, 0, BOX, isProbe ? 1 : Infinity)
    if (run.state === 'waiting') return WAIT
    if (run.state === 'cut') return asRaw(source.length, 'truncated')
    let end = run.ends.at(-1)
    if (end === undefined) return asWords(item.opener.length)
    // Nothing that begins with a whole token is words.
    if (isProbe) return asRaw(end, 'arity')
    if (run.numbers.length !== BOX) return refused(item, run.numbers.length, BOX, end)
    const issues = new Set<IssueCode>()
    const strict = strictIssue(run)
    if (strict !== null && mode === 'strict') return asRaw(end, strict)
    if (!run.isExact) issues.add('precision')
    let codes: readonly number[] = []
    if (mask !== undefined) {
      const tail = scanRun(mask.form, item, end, mask.size)
      if (tail.state === 'waiting') return WAIT
      if (tail.state === 'cut') return asRaw(source.length, 'truncated')
      end = tail.ends.at(-1) ?? end
      codes = tail.numbers
      if (codes.length > 0 && codes.length !== mask.size) return refused(item, codes.length, mask.size, end)
      if (codes.some((code) => code < 0 || code > mask.max)) return asRaw(end, 'out-of-range')
      if (mode === 'strict' && (!tail.isExact || tail.hasWhitespace)) return asRaw(end, 'precision')
      if (!tail.isExact) issues.add('precision')
      if (tail.hasWhitespace) issues.add('whitespace')
      const unfit = mode === 'strict' && codes.length > 0 ? maskIssue(run.numbers) : null
      if (unfit !== null) return asRaw(end, unfit)
    }
    const tuple: Tuple = { numbers: run.numbers, isOfficial: strict === null, hasWhitespace: run.hasWhitespace }
    const { shape, issues: found } = readTuple(tuple, rule, mode, context)
    for (const code of found) issues.add(code)
    if (shape === null) return asRaw(end, found[0] ?? 'not-a-number')
    const label = readLabel(item, end)
    if (label === null) return WAIT
    const region: GroundedShape =
      codes.length > 0 && shape.type === 'box' ? { type: 'coded-mask', box: shape.box, codes } : shape
    const [start, wordsEnd] = label.words
    const words = start === wordsEnd ? null : { start, end: wordsEnd }
    if (
      mode === 'strict' &&
      spec.needsLabel?.(context) === true &&
      (codes.length > 0 || words === null || start === end)
    )
      return refused(item, 0, BOX, end)
    return {
      end: label.end,
      parts: [{ is: 'group', start: 0, end: label.end, words, regions: [{ shape: region }] }],
      issues: [...issues].map((code) => ({ code, start: 0, end: end ?? 0 }))
    }
  }

  return {
    openers: openersOf(openers),
    longestOpener: Math.max(...openers.map((token) => token.length)),
    stopTokens,
    read
  }
}

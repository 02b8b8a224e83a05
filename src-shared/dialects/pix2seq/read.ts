/**
 * @file Reads fives of token ids among whatever else stands in the text.
 *
 *     ⏎1250 1100 1749 1899 117 1000 …
 *     └ markup             └ class, and the space before the next five: markup
 */
import type { Codec } from '../kit/coordinates'
import { readTuple } from '../kit/group'
import { WAIT, asRaw, asWords } from '../kit/item-stream'
import type { ItemReader, ItemSource, Part, Reading, Waiting } from '../kit/item-stream'
import type { IssueCode } from '../kit/issues'
import { CLASS_SHIFT, COORDINATE_SHIFT, LAST_BIN, NO_CLASS, TEXT_SHIFT } from './profile'

const COORDINATES = 4
const DIGITS = /\d{1,7}/y
const SPACES = /[ \t]+/y
const FIVE_AHEAD = /^ [12]\d{3}(?!\d)/
const LONGEST_AHEAD = 6

const endOf = (pattern: RegExp, source: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : at
}
const isCoordinate = (token: number): boolean => token >= COORDINATE_SHIFT && token < TEXT_SHIFT
const isClass = (token: number): boolean => token === NO_CLASS || (token >= CLASS_SHIFT && token < COORDINATE_SHIFT)

interface Tokens {
  readonly values: readonly number[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  readonly hasWhitespace: boolean
  /** The text ends inside the last token or right behind it. */
  readonly isOpen: boolean
}

/** Numbers with spaces between, until there are five, a class, or something else. */
function scanTokens({ source, mode }: ItemSource): Tokens {
  const values: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  let hasWhitespace = false
  let at = 0
  for (;;) {
    const end = endOf(DIGITS, source, at)
    if (end === at) return { values, starts, ends, hasWhitespace, isOpen: end === source.length }
    values.push(Number(source.slice(at, end)))
    starts.push(at)
    ends.push(end)
    const isLast = values.length > COORDINATES || !isCoordinate(values.at(-1) ?? 0)
    if (end === source.length || isLast) return { values, starts, ends, hasWhitespace, isOpen: end === source.length }
    at = mode === 'lenient' ? endOf(SPACES, source, end) : source[end] === ' ' ? end + 1 : end
    if (at === end) return { values, starts, ends, hasWhitespace, isOpen: false }
    if (at > end + 1) hasWhitespace = true
  }
}

export function tokenReader(codec: Codec): ItemReader {
  const rule = {
    codec,
    max: () => LAST_BIN,
    kindOf: (count: number) => (count === COORDINATES ? 'box' : null)
  } as const

  function read(item: ItemSource): Reading | Waiting {
    const { source, isEnd, mode, context, isProbe = false } = item
    const { values, starts, ends, hasWhitespace, isOpen } = scanTokens(item)
    const count = values.findIndex((value) => !isCoordinate(value))
    const coordinates = Math.min(count < 0 ? values.length : count, COORDINATES)
    const end = ends[coordinates - 1] ?? item.opener.length
    if (isOpen && !isEnd) return WAIT
    if (coordinates < 2) return asWords(item.opener.length)
    // Two coordinates in a row are no words.
    if (isProbe) return asRaw(end, 'arity')
    const last = values[COORDINATES]
    const hasClass = coordinates === COORDINATES && last !== undefined && isClass(last)
    const issues = new Set<IssueCode>()
    if (!hasClass) {
      if (!isOpen || values.length > coordinates)
        return asRaw(end, last === undefined || isCoordinate(last) ? 'arity' : 'not-a-number')
      if (coordinates < COORDINATES || mode === 'strict') return asRaw(end, 'truncated')
      issues.add('missing-bracket')
    }
    const shifted = values.slice(0, COORDINATES).map((value) => value - COORDINATE_SHIFT)
    const numbers = shifted.map((value) => Math.min(value, LAST_BIN))
    if (shifted.some((value) => value > LAST_BIN)) issues.add('out-of-range')
    const tuple = readTuple({ numbers, isOfficial: !hasWhitespace, hasWhitespace }, rule, mode, context)
    for (const code of tuple.issues) issues.add(code)
    const wholeEnd = hasClass ? (ends[COORDINATES] ?? end) : end
    if (tuple.shape === null) return asRaw(wholeEnd, [...issues][0] ?? 'not-a-number')
    const classStart = starts[COORDINATES] ?? wholeEnd
    const words =
      hasClass && last !== NO_CLASS
        ? { start: classStart, end: wholeEnd, value: String((last ?? 0) - CLASS_SHIFT) }
        : null
    const parts: Part[] = [{ is: 'group', start: 0, end: wholeEnd, words, regions: [{ shape: tuple.shape }] }]
    if (item.before.endsWith('\n')) parts.unshift({ is: 'markup', start: -1, end: 0 })
    const said = [...issues].map((code) => ({ code, start: 0, end: wholeEnd }))
    const ahead = source.slice(wholeEnd, wholeEnd + LONGEST_AHEAD)
    if (!isEnd && wholeEnd + ahead.length === source.length && /^(?: [12]?\d{0,3})?$/.test(ahead))
      return { is: 'waiting', soFar: { end: wholeEnd, parts, issues: said } }
    if (!ahead.startsWith('\n') && !FIVE_AHEAD.test(ahead)) return { end: wholeEnd, parts, issues: said }
    return {
      end: wholeEnd + 1,
      parts: [...parts, { is: 'markup', start: wholeEnd, end: wholeEnd + 1 }],
      issues: said
    }
  }

  return { openers: /(?<!\w)[12]\d{3}(?!\w)/g, longestOpener: 6, stopTokens: [], read }
}

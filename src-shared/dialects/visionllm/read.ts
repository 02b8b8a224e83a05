/**
 * @file Reads the tuples of VisionLLM.
 *
 *     (<c3>, <p-120>, <p-40>, <p85>, <p200>)
 *      class  numbers: four are a box, six and more, by twos, an outline
 *
 * The class may be missing. Strict is the spelling of the printer, since no reader was released.
 */
import type { GroundedShape, ShapeKind } from '../../geometry/region-shape'
import type { Codec } from '../kit/coordinates'
import { WAIT, asRaw, asWords } from '../kit/item-stream'
import type { ItemReader, ItemSource, Reading, Waiting } from '../kit/item-stream'
import type { IssueCode } from '../kit/issues'
import { isPartOf, openersOf } from '../kit/token-run'
import { FARTHEST, LAST_CLASS } from './profile'

export const OPEN = '('
export const CLOSE = ')'
export const CLASS = '<c'
export const POINT = '<p'
export const TOKEN_END = '>'
export const COMMA = ', '

/** More digits than this are no token. */
const MOST_DIGITS = 6
const ZERO = 48
const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

interface Scan {
  /** Where the digits of the class stand; null: there is none. */
  readonly name: { readonly start: number; readonly end: number } | null
  readonly numbers: readonly number[]
  readonly end: number
  /** Without leading zeros. */
  readonly isExact: boolean
  /** Spaces other than the one behind a comma, or none there. */
  readonly hasWhitespace: boolean
  /** `complete`: the text ends behind a token. `cut`: inside one, or behind a comma. */
  readonly state: 'closed' | 'complete' | 'cut' | 'other' | 'waiting'
}

export const kindOf = (count: number): ShapeKind | null =>
  count === 4 ? 'box' : count >= 6 && count % 2 === 0 ? 'polygon' : null

export function tupleReader(codec: Codec, stopTokens: readonly string[]): ItemReader {
  /** A tuple that opens at 0; a probe reads no more than its first token. */
  function scan({ source, isEnd, isProbe }: ItemSource): Scan {
    const numbers: number[] = []
    let name: Scan['name'] = null
    let [end, isExact, hasWhitespace, isBehindComma] = [OPEN.length, true, false, true]
    const done = (state: Scan['state']): Scan => ({ name, numbers, end, isExact, hasWhitespace, state })
    const open = (state: 'complete' | 'cut'): Scan => {
      if (isEnd) end = source.length
      return done(isEnd ? state : 'waiting')
    }
    for (;;) {
      let start = end
      while (isSpace(source.charCodeAt(start))) start++
      if (start === source.length) return open(isBehindComma ? 'cut' : 'complete')
      if (stopTokens.some((token) => source.startsWith(token, start))) return done(isBehindComma ? 'cut' : 'complete')
      if (!isEnd && stopTokens.some((token) => isPartOf(token, source, start))) return done('waiting')
      if (!isBehindComma) {
        if (source.startsWith(CLOSE, start)) {
          if (start > end) hasWhitespace = true
          end = start + CLOSE.length
          return done('closed')
        }
        if (source[start] !== ',') return done('other')
        if (start > end) hasWhitespace = true
        end = start + 1
        isBehindComma = true
        continue
      }
      const isPoint = source.startsWith(POINT, start)
      if (!isPoint && !source.startsWith(CLASS, start))
        return isPartOf(POINT, source, start) ? open('cut') : done('other')
      const isFirst = end === OPEN.length
      if (source.slice(end, start) !== (isFirst ? '' : COMMA.slice(1))) hasWhitespace = true
      const isNegative = isPoint && source[start + POINT.length] === '-'
      const first = start + POINT.length + (isNegative ? 1 : 0)
      let [last, value] = [first, 0]
      while (last - first < MOST_DIGITS && isDigit(source.charCodeAt(last)))
        value = value * 10 + source.charCodeAt(last++) - ZERO
      if (last === source.length) return open('cut')
      if (last === first || !source.startsWith(TOKEN_END, last)) return done('other')
      if ((last - first > 1 && source.charCodeAt(first) === ZERO) || (isNegative && value === 0)) isExact = false
      // A class stands first, and once.
      if (!isPoint && !isFirst) return done('other')
      if (isPoint) numbers.push(isNegative ? 0 - value : value)
      else name = { start: first, end: last }
      end = last + TOKEN_END.length
      isBehindComma = false
      if (isProbe === true) return done('other')
    }
  }

  /** The shape of a tuple, or why there is none. */
  function judge(read: Scan, item: ItemSource): { shape: GroundedShape | null; issues: readonly IssueCode[] } {
    const { numbers, state, name } = read
    const { mode, context, source } = item
    const refused = (code: IssueCode) => ({ shape: null, issues: [code] })
    if (state === 'other') return refused('not-a-number')
    const kind = kindOf(numbers.length)
    if (state === 'cut' || (state === 'complete' && kind === null)) return refused('truncated')
    if (kind === null) return refused('arity')
    if (name !== null && Number(source.slice(name.start, name.end)) > LAST_CLASS) return refused('out-of-range')
    const inRange = numbers.map((value) => Math.min(Math.max(value, -FARTHEST), FARTHEST))
    const isOutside = numbers.some((value, i) => value !== inRange[i])
    if (mode === 'strict') {
      if (state !== 'closed') return refused('truncated')
      if (read.hasWhitespace) return refused('whitespace')
      if (!read.isExact) return refused('precision')
      if (isOutside) return refused('out-of-range')
      return { shape: codec.read(kind, numbers, context), issues: [] }
    }
    const issues: IssueCode[] = []
    if (read.hasWhitespace) issues.push('whitespace')
    if (!read.isExact) issues.push('precision')
    if (state === 'complete') issues.push('missing-bracket')
    if (isOutside) issues.push('out-of-range')
    if (kind !== 'box') return { shape: codec.read(kind, inRange, context), issues }
    const [a = 0, b = 0, c = 0, d = 0] = inRange
    if (a > c || b > d) issues.push('reversed')
    if (a === c || b === d) issues.push('degenerate')
    const ordered = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
    return { shape: codec.read(kind, ordered, context), issues }
  }

  function readTuple(item: ItemSource): Reading | Waiting {
    const { source, opener, before, isFirst, isProbe } = item
    const read = scan(item)
    if (read.state === 'waiting') return WAIT
    const hasToken = read.name !== null || read.numbers.length > 0
    // Nothing that begins with a whole token is words.
    if (isProbe === true && hasToken) return asRaw(read.end, 'arity')
    const { end } = read
    if (!hasToken) return read.state === 'cut' ? asRaw(end, 'truncated') : asWords(opener.length)
    const { shape, issues } = judge(read, item)
    const found = issues.map((code) => ({ code, start: 0, end }))
    if (shape === null)
      return { end, parts: [{ is: 'raw', start: 0, end, reason: issues[0] ?? 'arity' }], issues: found }
    // The comma between two tuples belongs to the list.
    const start = before === COMMA && !isFirst ? -COMMA.length : 0
    const words =
      read.name === null ? null : { ...read.name, value: String(Number(source.slice(read.name.start, read.name.end))) }
    return { end, parts: [{ is: 'group', start, end, words, regions: [{ shape }] }], issues: found }
  }

  const openers = [OPEN + CLASS, OPEN + POINT, ...stopTokens]
  return {
    openers: openersOf(openers),
    longestOpener: Math.max(...openers.map(({ length }) => length)),
    stopTokens,
    read: readTuple
  }
}

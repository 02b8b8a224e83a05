/**
 * @file Reads the lines of Kosmos-2.5.
 *
 *     <bbox><x_53><y_573><x_69><y_606></bbox>BLACK SAKURA⏎
 *     └ box ────────────────────────────────┘└ label ────┘
 *
 * Strict is the pattern of the model's documentation, and its rule that a box has a width and a height.
 */
import type { GroundedShape } from '../../geometry/region-shape'
import type { DialectContext } from '../dialect'
import type { Codec } from '../kit/coordinates'
import { WAIT, asRaw, asWords } from '../kit/item-stream'
import type { ItemReader, ItemSource, Reading, Waiting } from '../kit/item-stream'
import type { IssueCode } from '../kit/issues'
import { isPartOf, openersOf } from '../kit/token-run'

export const OPEN = '<bbox>'
export const CLOSE = '</bbox>'
/** A token of an axis, up to its digits. */
export const AXES = ['<x_', '<y_'] as const
const TOKEN_END = '>'
/** More digits than this are no token. */
const MOST_DIGITS = 6
const ZERO = 48
const isDigit = (code: number): boolean => code >= ZERO && code <= ZERO + 9
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)

interface Scan {
  readonly numbers: readonly number[]
  readonly end: number
  /** x, y, x, y. */
  readonly isAlternating: boolean
  readonly isExact: boolean
  readonly hasWhitespace: boolean
  /** `complete`: the text ends where a mark may stand. `cut`: inside a token. `other`: something else follows. */
  readonly state: 'closed' | 'complete' | 'cut' | 'other' | 'waiting'
}

export interface LineSpec {
  readonly codec: Codec
  /** Pixels on an axis (0 is x) of what the numbers count. */
  readonly sideOf: (axis: number, context: DialectContext) => number
  readonly marks: readonly string[]
}

export function lineReader({ codec, sideOf, marks }: LineSpec): ItemReader {
  const [xOpen] = AXES
  const lineEnd = openersOf(['\n', OPEN, ...marks])

  function scan({ source, isEnd }: ItemSource, at: number): Scan {
    const numbers: number[] = []
    let [end, isAlternating, isExact, hasWhitespace] = [at, true, true, false]
    const done = (state: Scan['state']): Scan => ({ numbers, end, isAlternating, isExact, hasWhitespace, state })
    for (;;) {
      let start = end
      while (isSpace(source.charCodeAt(start))) start++
      const axis = AXES.findIndex((open) => source.startsWith(open, start))
      if (axis >= 0) {
        const first = start + xOpen.length
        let [last, value] = [first, 0]
        while (last - first < MOST_DIGITS && isDigit(source.charCodeAt(last)))
          value = value * 10 + source.charCodeAt(last++) - ZERO
        if (last === source.length) return done(isEnd ? 'cut' : 'waiting')
        if (last === first || !source.startsWith(TOKEN_END, last)) return done('other')
        if (start > end) hasWhitespace = true
        if (last - first > 1 && source.charCodeAt(first) === ZERO) isExact = false
        if (axis !== numbers.length % 2) isAlternating = false
        numbers.push(value)
        end = last + 1
        continue
      }
      if (source.startsWith(CLOSE, start)) {
        if (start > end) hasWhitespace = true
        end = start + CLOSE.length
        return done('closed')
      }
      if (start === source.length) return done(isEnd ? 'complete' : 'waiting')
      if (marks.some((mark) => source.startsWith(mark, start))) return done('complete')
      const isCloser = isPartOf(CLOSE, source, start)
      const isToken = AXES.some((open) => isPartOf(open, source, start))
      if (!isEnd && (isCloser || isToken || marks.some((mark) => isPartOf(mark, source, start)))) return done('waiting')
      if (isCloser && numbers.length >= 4) {
        end = source.length
        return done('complete')
      }
      return done(isCloser || isToken ? 'cut' : 'other')
    }
  }

  /** The shape of four numbers, or why there is none. */
  function judge(read: Scan, item: ItemSource): { shape: GroundedShape | null; issues: readonly IssueCode[] } {
    const { numbers, state, hasWhitespace, isExact, isAlternating } = read
    const { mode, context } = item
    const refused = (code: IssueCode) => ({ shape: null, issues: [code] })
    const [a = 0, b = 0, c = 0, d = 0] = numbers
    if (state === 'other') return refused('not-a-number')
    if (state === 'cut' || (state === 'complete' && numbers.length < 4)) return refused('truncated')
    if (numbers.length !== 4 || !isAlternating) return refused('arity')
    if (mode === 'strict') {
      if (state !== 'closed') return refused('truncated')
      if (hasWhitespace) return refused('whitespace')
      if (a > c || b > d) return refused('reversed')
      if (a === c || b === d) return refused('degenerate')
      return { shape: codec.read('box', numbers, context), issues: [] }
    }
    const issues: IssueCode[] = []
    if (hasWhitespace) issues.push('whitespace')
    if (!isExact) issues.push('precision')
    if (state === 'complete') issues.push('missing-bracket')
    const [width, height] = [sideOf(0, context), sideOf(1, context)]
    const [x0, y0, x1, y1] = [Math.min(a, width), Math.min(b, height), Math.min(c, width), Math.min(d, height)]
    if (x0 !== a || y0 !== b || x1 !== c || y1 !== d) issues.push('out-of-range')
    if (x0 > x1 || y0 > y1) issues.push('reversed')
    if (x0 === x1 || y0 === y1) issues.push('degenerate')
    const ordered = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]
    return { shape: codec.read('box', ordered, context), issues }
  }

  /** A box whose tokens begin at `at`, and the text of its line. */
  function readLine(item: ItemSource, at: number): Reading | Waiting {
    const { source, isEnd } = item
    const read = scan(item, at)
    if (read.state === 'waiting') return WAIT
    const { shape, issues } = judge(read, item)
    const boxEnd = read.state === 'cut' ? source.length : read.end
    const found = issues.map((code) => ({ code, start: 0, end: boxEnd }))
    if (shape === null)
      return {
        end: boxEnd,
        parts: [{ is: 'raw', start: 0, end: boxEnd, reason: issues[0] ?? 'arity' }],
        issues: found
      }
    lineEnd.lastIndex = boxEnd
    const next = lineEnd.exec(source)
    if (next === null && !isEnd) return WAIT
    const labelEnd = next?.index ?? source.length
    const end = next?.[0] === '\n' ? labelEnd + 1 : labelEnd
    const label = source.slice(boxEnd, labelEnd)
    const start = boxEnd + label.length - label.trimStart().length
    const words = { start, end: Math.max(start, boxEnd + label.trimEnd().length) }
    return { end, parts: [{ is: 'group', start: 0, end, words, regions: [{ shape }] }], issues: found }
  }

  /** A prompt that ended in the opening mark. */
  function readPromptOpened(item: ItemSource): Reading | Waiting {
    const { opener, isFirst, before } = item
    if (!isFirst || before !== '') return asWords(opener.length)
    const read = readLine(item, 0)
    const isBox = 'parts' in read && read.parts[0]?.is === 'group'
    return isBox || !('parts' in read) ? read : asWords(opener.length)
  }

  const openers = [OPEN, xOpen, ...marks]
  return {
    openers: openersOf(openers),
    longestOpener: Math.max(...openers.map(({ length }) => length)),
    stopTokens: marks,
    read(item) {
      if (item.opener !== OPEN) return readPromptOpened(item)
      // Nothing that begins with the mark is words.
      return item.isProbe === true ? asRaw(OPEN.length, 'arity') : readLine(item, OPEN.length)
    }
  }
}

/**
 * @file How the three variants spell a group of regions, as data and two scanners. A notation knows
 * characters; what a body means (strict, lenient, refused) is decided in read-group.ts.
 */
import { formatFixed } from '../../geometry/round'
import type { BracketBody, BracketTuple } from '../kit/bracket-group'
import { BINS, DECIMALS, STOP_TOKEN } from './profile'
import type { ShikraVariant } from './profile'

/** Where a body stops: at its closer, at the end of what is there, or at something that cannot be in it. */
export interface BodyEnd {
  readonly at: number
  readonly by: 'closer' | 'end' | 'other'
  /** Offset after the closer; `at` otherwise. */
  readonly after: number
}

export interface Notation {
  readonly variant: ShikraVariant
  /** Finds openers and the stop token; global. */
  readonly openers: RegExp
  /** A text may end in the first characters of an opener; the stream waits for the rest. */
  readonly longestOpener: number
  /** Scans on from `from`, which is inside the body of `opener`. `isEnd`: no more text will come. */
  findEnd(source: string, opener: string, from: number, isEnd: boolean): BodyEnd
  readBody(body: string, opener: string): BracketBody
  /** One group; all tuples have the same length. Numbers are on the grid. */
  write(tuples: readonly (readonly number[])[]): string
  /** Characters that open nothing, for text that looks like an opener. */
  readonly harmless: Readonly<Record<string, string>>
}

const OFFICIAL_NUMBER = /^\d(?:\.\d*)?$/
const READABLE_NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)$/
const EXACT_NUMBER = new RegExp(`^\\d\\.\\d{${DECIMALS}}$`)
const FINISHED_AT_END = new RegExp(`(?:\\.\\d{${DECIMALS},}|[\\s,;])$`)

function readBracketBody(body: string): BracketBody {
  const compact = body.replace(/\s+/g, '')
  const tuples = compact.split(';').map((tuple): BracketTuple => {
    const parts = tuple.split(',')
    return {
      numbers: parts.map((part) => (READABLE_NUMBER.test(part) ? Number(part) : NaN)),
      isOfficial: parts.every((part) => OFFICIAL_NUMBER.test(part)),
      isExactWidth: parts.every((part) => EXACT_NUMBER.test(part))
    }
  })
  return {
    tuples,
    hasWhitespace: compact.length !== body.length,
    isIntegers: !compact.includes('.'),
    isLastNumberComplete: FINISHED_AT_END.test(body),
    arity: null
  }
}

function bracketNotation(
  variant: ShikraVariant,
  open: string,
  close: string,
  harmless: Notation['harmless']
): Notation {
  const bodyCharacters = /[\d.,;\s+-]*/y
  return {
    variant,
    openers: new RegExp(`\\${open}|${STOP_TOKEN}`, 'g'),
    longestOpener: STOP_TOKEN.length,
    findEnd(source, _opener, from, isEnd) {
      bodyCharacters.lastIndex = from
      bodyCharacters.test(source)
      const at = bodyCharacters.lastIndex
      if (source[at] === close) return { at, by: 'closer', after: at + 1 }
      if (at === source.length || source.startsWith(STOP_TOKEN, at)) return { at, by: 'end', after: at }
      const mayBecomeStop = !isEnd && STOP_TOKEN.startsWith(source.slice(at))
      return { at, by: mayBecomeStop ? 'end' : 'other', after: at }
    },
    readBody: readBracketBody,
    write: (tuples) =>
      open + tuples.map((tuple) => tuple.map((value) => formatFixed(value, DECIMALS)).join(',')).join(';') + close,
    harmless
  }
}

const BOX_OPENER = '<b_st>'
const LONGEST_TOKEN = '<bin_1000>'.length

function readTokenBody(body: string, opener: string): BracketBody {
  const tuples = body.split(/<[bp]_sep>/).map((tuple): BracketTuple => {
    const numbers = [...tuple.matchAll(/<bin_(\d+)>/g)].map(([, digits]) => Number(digits) / BINS)
    return { numbers, isOfficial: numbers.every((value) => value <= 1), isExactWidth: true }
  })
  // The official box reader deletes spaces and the point writer puts them in: they mean nothing.
  return {
    tuples,
    hasWhitespace: false,
    isIntegers: false,
    isLastNumberComplete: true,
    arity: opener === BOX_OPENER ? 4 : 2
  }
}

function tokenNotation(): Notation {
  const bodyTokens = /(?:<bin_\d{1,4}>|<[bp]_sep>|\s)*/y
  return {
    variant: 'token',
    openers: new RegExp(`<[bp]_st>|${STOP_TOKEN}`, 'g'),
    longestOpener: BOX_OPENER.length,
    findEnd(source, opener, from, isEnd) {
      const closer = opener === BOX_OPENER ? '<b_ed>' : '<p_ed>'
      bodyTokens.lastIndex = from
      bodyTokens.test(source)
      const at = bodyTokens.lastIndex
      if (source.startsWith(closer, at)) return { at, by: 'closer', after: at + closer.length }
      if (at === source.length || source.startsWith(STOP_TOKEN, at)) return { at, by: 'end', after: at }
      const rest = source.slice(at, at + LONGEST_TOKEN)
      const isCutToken = source.length - at < LONGEST_TOKEN && /^<[^<>\s]*$/.test(rest)
      if (isCutToken) return { at: isEnd ? source.length : at, by: 'end', after: isEnd ? source.length : at }
      return { at, by: 'other', after: at }
    },
    readBody: readTokenBody,
    write(tuples) {
      const letter = tuples[0]?.length === 4 ? 'b' : 'p'
      const bins = tuples.map((tuple) => tuple.map((value) => `<bin_${formatFixed(value * BINS, 0)}>`).join(' '))
      return `<${letter}_st>${bins.join(`<${letter}_sep>`)}<${letter}_ed>`
    },
    harmless: { '<': '(' }
  }
}

export const NOTATIONS: Readonly<Record<ShikraVariant, Notation>> = {
  plain: bracketNotation('plain', '[', ']', { '[': '(', ']': ')', '<': '(' }),
  'small-brackets': bracketNotation('small-brackets', '(', ')', { '(': '[', ')': ']', '<': '[' }),
  token: tokenNotation()
}

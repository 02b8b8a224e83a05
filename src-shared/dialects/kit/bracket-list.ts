/**
 * @file The family of bracket lists: numbers in brackets among words, no marks around phrases.
 *
 *     two dogs [10, 20, 300, 400] [310, 20, 600, 400] in the yard
 *     └ before ┘└ bracket ──────┘ └ gap, then the next ┘
 *
 * The words before a bracket are its phrase by convention only (phrase-guess.ts). The space between
 * a phrase and its bracket, and what stands between brackets, is markup.
 */
import type { ShapeKind } from '../../geometry/region-shape'
import type { Dialect, DialectContext, DialectProfile } from '../dialect'
import { choice, literal, repeat, sequence, words } from '../grammar'
import type { Grammar } from '../grammar'
import { readBracket } from './bracket-group'
import type { BracketBody, BracketReading, BracketRule, BracketTuple } from './bracket-group'
import type { Codec } from './coordinates'
import { ItemStream, WAIT, asWords, parseItems } from './item-stream'
import type { ItemReader, ItemSource, Reading, RegionReading, Waiting } from './item-stream'
import type { IssueCode } from './issues'
import { phraseStart } from './phrase-guess'
import { printTree } from './printer'
import type { PrintSpec, WrittenRegion } from './printer'

export interface BracketListSpec {
  readonly profile: DialectProfile
  readonly codec: Codec
  readonly open: string
  readonly close: string
  readonly rule: BracketRule
  readonly readBody: (body: string, context: DialectContext, mode: 'strict' | 'lenient') => BracketBody
  /** What may stand between two brackets of one phrase; the first is what is written. */
  readonly gaps: readonly string[]
  /** What may follow a bracket, and is written after each when the settings ask for it. */
  readonly suffix?: (context: DialectContext) => string
  /** The brackets of one phrase, in the order in which they are written; default one for each region. */
  readonly brackets: (regions: readonly WrittenRegion[], context: DialectContext) => readonly string[]
  /** One bracket. */
  readonly bracketGrammar: Grammar
  readonly harmless: Readonly<Record<string, string>>
  /**
   * Sticky; what the official reader takes for a body, where it passes over parts that are no numbers.
   * Used when such a body is closed and something in it can be read.
   */
  readonly looseBody?: RegExp
}

const KINDS: Readonly<Record<number, ShapeKind>> = { 2: 'point', 4: 'box' }
const BODY = /[\d.,;\s+-]*/y
/** `x0,y0,x1,y1]`: placeholders copied from a prompt. */
const PLACEHOLDER = /^[A-Za-z]\w{0,8}(?:, ?[A-Za-z]\w{0,8}){1,3}\]/
const LONGEST_PLACEHOLDER = 48
const READABLE_NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)$/

export interface BodySpelling {
  /** Between numbers, as the dialect writes it. */
  readonly comma: string
  /** One number that the official reader accepts. */
  readonly official: RegExp
  /** One number as it is written. */
  readonly exact: RegExp
  /** The end of a body after which the last number cannot go on. */
  readonly finished: RegExp
}

/** `a,b,c,d;a,b,c,d` by its spelling. */
export function bracketBody(body: string, { comma, official, exact, finished }: BodySpelling): BracketBody {
  const compact = body.replace(/\s+/g, '')
  const tuples = compact.split(';').map((tuple): BracketTuple => {
    const parts = tuple.split(',')
    return {
      numbers: parts.map((part) => (READABLE_NUMBER.test(part) ? Number(part) : NaN)),
      isOfficial: parts.every((part) => official.test(part)),
      isExactWidth: parts.every((part) => exact.test(part))
    }
  })
  return {
    tuples,
    hasWhitespace: compact.split(',').join(comma) !== body,
    isIntegers: !compact.includes('.'),
    isLastNumberComplete: finished.test(body) || /\d[\s,;]+$/.test(body),
    arity: null
  }
}

interface Bracket {
  readonly reading: BracketReading
  readonly end: number
}
interface Group {
  readonly regions: RegionReading[]
  readonly issues: IssueCode[]
  end: number
}

export function bracketReader(spec: BracketListSpec): ItemReader {
  const { profile, codec, open, close, rule, gaps, readBody } = spec
  const stopTokens = profile.stopTokens ?? []
  const escaped = [open, ...stopTokens].map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  const mayBecome = (rest: string, tokens: readonly string[]): boolean =>
    tokens.some((token) => rest.length < token.length && token.startsWith(rest))

  const beginnings = Array.from({ length: close.length }, (_, length) => close.slice(0, length))
  const endings = [close, ...beginnings.flatMap((half) => stopTokens.map((token) => half + token))]

  /** Where a stop token stands at `stop`, with or without half a closer before it. */
  function stopPlace(source: string, stop: number): number | null {
    for (const half of beginnings)
      if (source.startsWith(half, stop) && stopTokens.some((token) => source.startsWith(token, stop + half.length)))
        return stop + half.length
    return null
  }

  /** A body with parts that are no numbers; undefined: it is none; null: more text needed. */
  function readLoose({ source, isEnd, mode, context }: ItemSource, start: number): Bracket | null | undefined {
    const { looseBody } = spec
    if (looseBody === undefined) return undefined
    looseBody.lastIndex = start
    looseBody.test(source)
    const stop = Math.max(looseBody.lastIndex, start)
    if (source.startsWith(close, stop)) {
      const reading = readBracket(readBody(source.slice(start, stop), context, mode), 'closer', mode, rule)
      return reading.is === 'group' ? { reading, end: stop + close.length } : undefined
    }
    return !isEnd && (stop === source.length || mayBecome(source.slice(stop, stop + close.length), [close]))
      ? null
      : undefined
  }

  /** The bracket at `at`; null: more text needed. */
  function readAt(item: ItemSource, at: number): Bracket | null {
    const { source, isEnd, mode, context } = item
    const start = at + open.length
    BODY.lastIndex = start
    BODY.test(source)
    const stop = BODY.lastIndex
    const body = source.slice(start, stop)
    const judge = (by: 'closer' | 'end', end: number): Bracket => {
      const read = readBody(body, context, mode)
      // Half a closer finishes a number as well as a whole one.
      const isFinished = by === 'end' && end > stop
      return {
        reading: readBracket(isFinished ? { ...read, isLastNumberComplete: true } : read, by, mode, rule),
        end
      }
    }
    if (source.startsWith(close, stop)) return judge('closer', stop + close.length)
    const stopAt = stopPlace(source, stop)
    if (stopAt !== null) return judge('end', stopAt)
    const rest = source.slice(stop, stop + LONGEST_PLACEHOLDER)
    const isCut = stop + rest.length === source.length
    if (isCut && !isEnd && mayBecome(rest, endings)) return null
    if (isCut && mayBecome(rest, [close])) return judge('end', source.length)
    const loose = readLoose(item, start)
    if (loose !== undefined) return loose
    if (body !== '')
      return { reading: { is: 'text', issues: /\d\.\d|\d,/.test(body) ? ['not-a-number'] : [] }, end: stop }
    if (isCut && !isEnd && rest.length < LONGEST_PLACEHOLDER && /^[\w, ]*$/.test(rest)) return null
    const placeholder = PLACEHOLDER.exec(rest)
    if (placeholder === null) return { reading: { is: 'text', issues: [] }, end: stop }
    return { reading: { is: 'text', issues: ['not-a-number'] }, end: stop + placeholder[0].length }
  }

  function add(group: Group, tuples: readonly (readonly number[])[], context: DialectContext): void {
    for (const numbers of tuples) {
      const kind = KINDS[numbers.length]
      if (kind !== undefined) group.regions.push({ shape: codec.read(kind, numbers, context) })
    }
  }

  /** Takes further brackets of the same phrase into `group`; false: more text could add one. */
  function readOn(group: Group, item: ItemSource): boolean {
    const suffix = spec.suffix?.(item.context) ?? ''
    for (;;) {
      const rest = item.source.slice(group.end, group.end + 64)
      if (suffix !== '' && rest.startsWith(suffix)) {
        group.end += suffix.length
        continue
      }
      const follow = gaps.map((gap) => gap + open)
      if (!item.isEnd && mayBecome(rest, suffix === '' ? follow : [suffix, ...follow])) return false
      const gap = gaps.find((gap) => rest.startsWith(gap + open))
      if (gap === undefined) return true
      const next = readAt(item, group.end + gap.length)
      if (next === null) return false
      if (next.reading.is !== 'group') return true
      add(group, next.reading.tuples, item.context)
      for (const code of next.reading.issues) if (!group.issues.includes(code)) group.issues.push(code)
      group.end = next.end
    }
  }

  function asGroup(group: Group, before: string): Reading {
    const from = phraseStart(before)
    const start = from - before.length
    const phrase = before.slice(from)
    const spaces = phrase.length - phrase.trimEnd().length
    return {
      end: group.end,
      parts: [
        {
          is: 'group',
          start,
          end: group.end,
          words: phrase === '' ? null : { start, end: -spaces },
          regions: group.regions
        }
      ],
      issues: group.issues.map((code) => ({ code, start: 0, end: group.end }))
    }
  }

  return {
    openers: new RegExp(escaped.join('|'), 'g'),
    longestOpener: Math.max(open.length, ...stopTokens.map((token) => token.length)),
    stopTokens,
    read(item): Reading | Waiting {
      const first = readAt(item, 0)
      if (first === null) return WAIT
      const { reading, end } = first
      const issues = reading.issues.map((code) => ({ code, start: 0, end }))
      if (reading.is === 'text') return asWords(Math.max(end, open.length), issues)
      if (reading.is === 'raw')
        return { end, parts: [{ is: 'raw', start: 0, end, reason: reading.issues[0] ?? 'not-a-number' }], issues }
      const group: Group = { regions: [], issues: [...reading.issues], end }
      add(group, reading.tuples, item.context)
      if (item.isProbe === true) return asGroup(group, '')
      const isDone = readOn(group, item)
      const read = asGroup(group, item.before)
      return isDone ? read : { is: 'waiting', soFar: read }
    }
  }
}

export function bracketDialect(spec: BracketListSpec): Dialect {
  const { profile, codec, open, close, gaps, brackets, bracketGrammar, harmless } = spec
  const reader = bracketReader(spec)
  const stopTokens = profile.stopTokens ?? []
  const [gap = ''] = gaps
  const printing: PrintSpec = {
    reader,
    codec,
    kinds: profile.kinds,
    harmless,
    reserved: [open, close, ...stopTokens],
    group: (inside, regions, context) =>
      (inside === null || inside === '' ? '' : `${inside} `) +
      brackets(regions, context)
        .map((bracket) => bracket + (spec.suffix?.(context) ?? ''))
        .join(gap),
    emptyPhrase: null,
    separator: () => ''
  }
  const group = gaps.length === 0 ? bracketGrammar : sequence(bracketGrammar, repeat(sequence(gap, bracketGrammar)))
  return {
    profile,
    parse: (source, context) => parseItems(reader, source, context),
    print: (tree, context) => printTree(printing, tree, context),
    stream: (context) => new ItemStream(reader, context),
    grammar: ({ form = 'answer' } = {}) =>
      form === 'regions' ? group : repeat(choice(group, words([open, ...stopTokens]), ...stopTokens.map(literal)))
  }
}

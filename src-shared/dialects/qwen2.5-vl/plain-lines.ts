/**
 * @file `10,20,300,400 cat`, one box a line: what Qwen2.5-VL answers when the system prompt asks for it.
 *
 *     Here:⏎10,20,300,400 cat⏎11,21,301,401 dog⏎done
 *          └ item ──────────┘└ item ──────────┘
 *
 * The line breaks around a line are markup. A line is opened by its first comma: the number before it
 * belongs to it when nothing but a line break stands before that.
 */
import { readTuple } from '../kit/group'
import type { TupleRule } from '../kit/group'
import { WAIT, asWords } from '../kit/item-stream'
import type { ItemReader, ItemSource, Part, Reading, Waiting } from '../kit/item-stream'
import type { IssueCode } from '../kit/issues'
import { isPartOf, openersOf } from '../kit/token-run'

const MOST_DIGITS = 6
const NUMBER = `-?\\d{1,${MOST_DIGITS}}(?:\\.\\d{1,${MOST_DIGITS}})?`
const SPELLED = new RegExp(`^${NUMBER}$`)
const OFFICIAL = /^\d+$/
const NUMBERS = /(?:[\d.-]|,[ \t]*)*/y
/** Fewer commas than this are no list that lacks a number. */
const LEAST_NUMBERS = 3
const BOX = 4
const BREAK = '\n'

export function plainLineReader(rule: TupleRule, stopTokens: readonly string[]): ItemReader {
  const longest = Math.max(...stopTokens.map((token) => token.length))
  const lineStart = new RegExp(`(?:^|(${BREAK})|${openersOf(stopTokens).source})(${NUMBER})$`)

  const labelStop = openersOf([BREAK, ...stopTokens])

  /** Where the label ends: at a line break, a stop token or the end; null: more text needed. */
  function labelEnd({ source, isEnd }: ItemSource, at: number): number | null {
    labelStop.lastIndex = at
    return labelStop.exec(source)?.index ?? (isEnd ? source.length : null)
  }

  function readBox(item: ItemSource, first: string, hasBreak: boolean): Reading | Waiting {
    const { source, isEnd, mode, context } = item
    const start = -first.length
    NUMBERS.lastIndex = 0
    NUMBERS.test(source)
    const stop = NUMBERS.lastIndex
    const refused = (code: IssueCode): Reading => asWords(1, [{ code, start, end: stop }])
    if (stop === source.length) return isEnd ? refused('truncated') : WAIT
    const parts = (first + source.slice(0, stop)).split(',').map((part) => part.trim())
    const isStop = stopTokens.some((token) => source.startsWith(token, stop))
    if (!isStop && !isEnd && stopTokens.some((token) => isPartOf(token, source, stop))) return WAIT
    if (!(isStop || /\s/.test(source[stop] ?? '')) || !parts.every((part) => SPELLED.test(part))) return asWords(1)
    if (parts.length !== BOX) return parts.length < LEAST_NUMBERS ? asWords(1) : refused('arity')
    const hasWhitespace = /\s/.test(source.slice(0, stop))
    const isExact = parts.every((part) => OFFICIAL.test(part))
    if (mode === 'strict' && (hasWhitespace || !isExact)) return refused(hasWhitespace ? 'whitespace' : 'precision')
    const tuple = { numbers: parts.map(Number), isOfficial: true, hasWhitespace, isExact }
    const { shape, issues } = readTuple(tuple, rule, mode, context)
    if (shape === null) return refused(issues[0] ?? 'not-a-number')
    const end = labelEnd(item, stop)
    if (end === null) return WAIT
    const inside = source.slice(stop, end)
    const wordsStart = stop + inside.length - inside.trimStart().length
    const wordsEnd = stop + inside.trimEnd().length
    const words = wordsEnd > wordsStart ? { start: wordsStart, end: wordsEnd } : null
    const after = source.startsWith(BREAK, end) ? end + BREAK.length : end
    const found: Part[] = hasBreak ? [{ is: 'markup', start: start - BREAK.length, end: start }] : []
    found.push({ is: 'group', start, end, words, regions: [{ shape }] })
    if (after > end) found.push({ is: 'markup', start: end, end: after })
    return { end: after, parts: found, issues: issues.map((code) => ({ code, start, end: stop })) }
  }

  return {
    openers: openersOf([',', ...stopTokens]),
    longestOpener: longest,
    stopTokens,
    read(item) {
      const line = lineStart.exec(item.before.slice(-longest - 4 * MOST_DIGITS))
      return line === null ? asWords(1) : readBox(item, line[2] ?? '', line[1] !== undefined)
    }
  }
}

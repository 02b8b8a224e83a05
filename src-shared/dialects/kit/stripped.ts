/**
 * @file A tokenizer that drops special tokens leaves `car[[75, 658, 250, 871]]` of a tagged region. The
 * lenient reader takes such lists of boxes; the words right before are the phrase, whose extent is a
 * guess. Where an official reader takes one box without the outer brackets, so does this.
 */
import type { Tuple } from './group'
import { readTuple } from './group'
import { WAIT, asRaw, asWords } from './item-stream'
import type { ItemReader, ItemSource, Reading, RegionReading, Waiting } from './item-stream'
import type { IssueCode } from './issues'
import { phraseStart } from './phrase-guess'
import { textEnd } from './text-end'
import type { GroupForm } from './tagged'

const BRACKET = '['
/** From the opener to the bracket that ends the list. */
const LIST = /\[\[[\d\s.,+-]*\](?:[\d\s.,+-]*\[[\d\s.,+-]*\])*\s*\]/y
/** What a list may hold, up to where the next one opens. */
const CHARACTERS = /(?:\[(?!\[)|[\d\s.,\]+-])*/y
const BOX = /\[\s?-?\d{1,5}(?:\.\d{1,9})?(?:\s?,\s?-?\d{1,5}(?:\.\d{1,9})?){3}\s?\]/y
/** More than a box has. */
const BOX_CHARACTERS = /\[[\d\s.,-]{0,96}/y
/** Names of coordinates, copied from a prompt; by the number of brackets. */
const PLACEHOLDERS: Readonly<Record<number, RegExp>> = {
  1: /\[[A-Za-z]\w{0,8}(?:, ?[A-Za-z]\w{0,8}){3}\]/y,
  2: /\[\[[A-Za-z]\w{0,8}(?:, ?[A-Za-z]\w{0,8}){3}\]\]/y
}
/** More than four names have. */
const PLACEHOLDER_CHARACTERS = /\[\[?[\w, ]{0,48}\]{0,2}/y
const LETTER = /[A-Za-z]/
const LISTED = /\d\s*,\s*\d/

/** -1: it is not there. */
function endOf(pattern: RegExp, source: string): number {
  pattern.lastIndex = 0
  return pattern.test(source) ? pattern.lastIndex : -1
}

/** Brackets that the source begins with, at most `most`. */
function runLength(source: string, most: number): number {
  let run = 0
  while (run < most && source[run] === BRACKET) run++
  return run
}

export interface StrippedListOptions {
  readonly takesSingle: boolean
}

export function withStrippedLists(
  inner: ItemReader,
  form: GroupForm,
  { takesSingle }: StrippedListOptions
): ItemReader {
  const isCutAt = textEnd(inner.stopTokens)

  function asGroup(
    item: ItemSource,
    tuples: readonly Tuple[],
    end: number,
    first: readonly IssueCode[]
  ): Reading | null {
    const { mode, context, before } = item
    const issues = new Set<IssueCode>(first)
    const regions: RegionReading[] = []
    for (const tuple of tuples) {
      const read = readTuple(tuple, form.rule, mode, context)
      for (const code of read.issues) if (code !== 'missing-bracket' || !issues.has('truncated')) issues.add(code)
      if (read.shape === null) return null
      regions.push({ shape: read.shape })
      for (const code of form.check?.(read.shape, context) ?? []) issues.add(code)
    }
    if (regions.length === 0) return null
    const from = phraseStart(before)
    const start = from - before.length
    const phrase = before.slice(from)
    const words = start === 0 ? null : { start, end: phrase.trimEnd().length - phrase.length }
    return {
      end,
      parts: [{ is: 'group', start, end, words, regions }],
      issues: [...issues].map((code) => ({ code, start: 0, end }))
    }
  }

  function readPlaceholder({ source, isEnd }: ItemSource, run: number): Reading | Waiting {
    const pattern = PLACEHOLDERS[run]
    const end = pattern === undefined ? -1 : endOf(pattern, source)
    if (end >= 0) return asWords(end, [{ code: 'not-a-number', start: 0, end }])
    return !isEnd && endOf(PLACEHOLDER_CHARACTERS, source) === source.length ? WAIT : asWords(run)
  }

  function readBox(item: ItemSource): Reading | Waiting {
    const { source, isEnd } = item
    const stop = endOf(BOX_CHARACTERS, source)
    if (stop === source.length && !isEnd) return WAIT
    const end = endOf(BOX, source)
    if (end >= 0) return asGroup(item, form.tuples(source.slice(0, end)), end, ['stripped-tags']) ?? asWords(end)
    const isCut = isCutAt(source, stop, isEnd)
    if (isCut === null) return WAIT
    const isTruncated = isCut && LISTED.test(source.slice(0, stop))
    return asWords(1, isTruncated ? [{ code: 'truncated', start: 0, end: stop }] : [])
  }

  function readList(item: ItemSource): Reading | Waiting {
    const { source, isEnd } = item
    const stop = endOf(CHARACTERS, source.slice(2)) + 2
    const body = source.slice(0, stop)
    const listEnd = endOf(LIST, body)
    const isWhole = listEnd >= 0
    const isCut = isWhole ? false : isCutAt(source, stop, isEnd)
    if (isCut === null) return WAIT
    const end = isWhole ? listEnd : stop
    const kept = isWhole ? body.slice(0, end) : body.slice(0, isCut ? (form.finished?.(body) ?? 0) : 0)
    const codes: IssueCode[] = ['stripped-tags']
    if (isCut) codes.push(form.isComplete(body, stop === source.length) ? 'missing-bracket' : 'truncated')
    const group = kept === '' ? null : asGroup(item, form.tuples(kept), end, codes)
    if (group !== null) return group
    if (isCut && LISTED.test(body)) return asRaw(end, 'truncated')
    return asWords(end, /\d/.test(body.slice(0, end)) ? [{ code: 'look-alike', start: 0, end }] : [])
  }

  function read(item: ItemSource): Reading | Waiting {
    const { source, isEnd, mode } = item
    // The whole run: its tail would be an opener again, for every bracket of it. A probe asks for each.
    const run = runLength(source, item.isProbe === true ? 3 : source.length)
    if (run === source.length && !isEnd) return WAIT
    if (run <= 2 && LETTER.test(source.charAt(run))) return readPlaceholder(item, run)
    if (mode === 'strict' || run > 2) return asWords(run)
    return run === 1 ? readBox(item) : readList(item)
  }

  return {
    ...inner,
    // A list that loses its first bracket is a box where one is taken, so that each bracket is asked for.
    openers: new RegExp(`${inner.openers.source}|${takesSingle ? '\\[' : '\\[\\[+'}`, 'g'),
    read: (item) => (item.opener.startsWith(BRACKET) ? read(item) : inner.read(item))
  }
}

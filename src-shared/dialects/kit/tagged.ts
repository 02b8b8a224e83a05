/**
 * @file The family of tag pairs: words in a pair, then one or more regions in pairs of their own.
 *
 *     <ref>two cats</ref><box>(10,20),(300,400)</box><box>…</box>
 *     └ phrase ────────┘ └ group ─────────────┘
 *
 * Serves every dialect that marks phrases before their regions. Words in between stay words; regions
 * without a phrase are words themselves (a mention).
 */
import type { DialectContext } from '../dialect'
import { readTuple } from './group'
import type { Tuple, TupleRule } from './group'
import { WAIT, asRaw, asWords } from './item-stream'
import type { ItemReader, ItemSource, Part, Reading, RegionReading, Waiting } from './item-stream'
import type { IssueCode } from './issues'

export interface TagPair {
  readonly open: string
  readonly close: string
}
export interface GroupForm extends TagPair {
  /** Sticky; the characters a body may have, in either mode. */
  readonly body: RegExp
  /** Regions of one pair. `isCut`: the text ended inside, so a last number may be half a number. */
  readonly tuples: (body: string) => readonly Tuple[]
  /** Whether a body that the text ended in holds every digit of its last number. */
  readonly isComplete: (body: string) => boolean
  readonly rule: TupleRule
}
export interface TaggedSpec {
  readonly phrase: TagPair
  readonly groups: readonly GroupForm[]
  /** Between a phrase and its regions, and between regions: sticky, may match nothing. */
  readonly gap: RegExp
  readonly stopTokens: readonly string[]
  /** Nothing inside is a region: paths of images. */
  readonly skip?: TagPair
  /** Reads a group whose opener stood in the prompt: `before` ends in its body. */
  readonly opensInPrompt?: boolean
}

interface GroupReading {
  readonly end: number
  readonly regions: readonly RegionReading[]
  readonly issues: readonly IssueCode[]
  readonly isRaw: boolean
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** All strings that mean something; words must not hold them. */
export const reservedOf = (spec: TaggedSpec): readonly string[] => [
  spec.phrase.open,
  spec.phrase.close,
  ...spec.groups.flatMap(({ open, close }) => [open, close]),
  ...(spec.skip === undefined ? [] : [spec.skip.open, spec.skip.close]),
  ...spec.stopTokens
]

const matchAt = (pattern: RegExp, source: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : at
}

export function taggedReader(spec: TaggedSpec): ItemReader {
  const reserved = reservedOf(spec)
  const longest = Math.max(...reserved.map((tag) => tag.length))
  const tags = new RegExp(reserved.map(escapeRegExp).join('|'), 'g')

  /** A group at `at`; null: more text needed. */
  function readGroup(form: GroupForm, item: ItemSource, at: number): GroupReading | null {
    const { source, isEnd, mode, context } = item
    const start = at + form.open.length
    const end = matchAt(form.body, source, start)
    const body = source.slice(start, end)
    const isClosed = source.startsWith(form.close, end)
    if (isClosed) return judge(form, body, end + form.close.length, mode, context, [])
    const rest = source.slice(end, end + longest)
    const isOpenEnded = end === source.length || (rest.length < longest && reserved.some((tag) => tag.startsWith(rest)))
    if (isOpenEnded && !isEnd) return null
    const isStop = spec.stopTokens.some((token) => source.startsWith(token, end))
    const isCut = (isEnd && end === source.length) || isStop || (isEnd && form.close.startsWith(source.slice(end)))
    if (!isCut) return { end, regions: [], issues: ['not-a-number'], isRaw: true }
    const last = isStop ? end : source.length
    if (mode === 'lenient' && form.isComplete(body)) {
      const read = judge(form, body, last, mode, context, ['missing-bracket'])
      if (!read.isRaw) return read
    }
    return { end: last, regions: [], issues: ['truncated'], isRaw: true }
  }

  function judge(
    form: GroupForm,
    body: string,
    end: number,
    mode: 'strict' | 'lenient',
    context: DialectContext,
    first: readonly IssueCode[]
  ): GroupReading {
    const issues = new Set<IssueCode>(first)
    const regions: RegionReading[] = []
    for (const tuple of form.tuples(body)) {
      const read = readTuple(tuple, form.rule, mode, context)
      for (const code of read.issues) issues.add(code)
      if (read.shape !== null) regions.push({ shape: read.shape })
    }
    if (regions.length === 0 && issues.size === first.length) issues.add('arity')
    return { end, regions, issues: [...issues], isRaw: regions.length === 0 }
  }

  /** Groups from `at` on; a raw one ends the item and is a part of its own. */
  function readGroups(
    item: ItemSource,
    at: number
  ): GroupReading & { readonly isWaiting: boolean; readonly raw: GroupReading | null; readonly rawStart: number } {
    const regions: RegionReading[] = []
    const issues = new Set<IssueCode>()
    let end = at
    for (;;) {
      const start = matchAt(spec.gap, item.source, end)
      const form = spec.groups.find(({ open }) => item.source.startsWith(open, start))
      const tail = item.source.slice(start, start + longest)
      const mayOpen =
        form === undefined &&
        tail.length < longest &&
        (tail === '' || spec.groups.some(({ open }) => open.startsWith(tail)))
      const done = { end, regions, issues: [...issues], isRaw: false, raw: null, rawStart: start }
      if (mayOpen && !item.isEnd) return { ...done, isWaiting: true }
      if (form === undefined) return { ...done, isWaiting: false }
      const read = readGroup(form, item, start)
      if (read === null) return { ...done, isWaiting: true }
      if (read.isRaw) return { ...done, isWaiting: false, raw: read }
      regions.push(...read.regions)
      for (const code of read.issues) issues.add(code)
      end = read.end
      if (item.isProbe === true) return { ...done, end, issues: [...issues], isWaiting: false }
    }
  }

  function finish(
    item: ItemSource,
    start: number,
    words: { start: number; end: number } | null,
    wordsEnd: number
  ): Reading | Waiting {
    const read = readGroups(item, wordsEnd)
    const parts: Part[] = []
    const issues = read.issues.map((code) => ({ code, start: wordsEnd, end: read.end }))
    if (words !== null || read.regions.length > 0)
      parts.push({ is: 'group', start, end: read.end, words, regions: read.regions })
    if (read.isWaiting)
      return parts.length > 0 && read.regions.length > 0
        ? { is: 'waiting', soFar: { end: read.end, parts, issues } }
        : WAIT
    if (read.raw === null) return parts.length === 0 ? asWords(item.opener.length) : { end: read.end, parts, issues }
    const { end, issues: codes } = read.raw
    parts.push({ is: 'raw', start: read.rawStart, end, reason: codes[0] ?? 'not-a-number' })
    return { end, parts, issues: [...issues, ...codes.map((code) => ({ code, start: read.rawStart, end }))] }
  }

  /** `before` is a whole body and the prompt had its opener. */
  function readPromptOpened(item: ItemSource): Reading {
    const form = spec.groups.find(({ close }) => close === item.opener)
    const { before, mode, context, opener } = item
    if (form === undefined || !item.isFirst || before === '' || before.length > 256) return asWords(opener.length)
    if (matchAt(form.body, before, 0) !== before.length) return asWords(opener.length)
    const read = judge(form, before, opener.length, mode, context, [])
    if (read.isRaw) return asWords(opener.length)
    const start = -before.length
    return {
      end: opener.length,
      parts: [{ is: 'group', start, end: opener.length, words: null, regions: read.regions }],
      issues: read.issues.map((code) => ({ code, start, end: opener.length }))
    }
  }

  function readPhrase(item: ItemSource): Reading | Waiting {
    const { source, isEnd } = item
    const { open, close } = spec.phrase
    tags.lastIndex = open.length
    const next = tags.exec(source)
    if (next === null) return isEnd ? asRaw(source.length, 'truncated') : WAIT
    if (next[0] !== close) return asRaw(open.length, 'not-a-number')
    const inside = source.slice(open.length, next.index)
    const start = open.length + inside.length - inside.trimStart().length
    const words = { start, end: Math.max(start, open.length + inside.trimEnd().length) }
    return finish(item, 0, words, next.index + close.length)
  }

  return {
    openers: new RegExp(tags.source, 'g'),
    longestOpener: longest,
    stopTokens: spec.stopTokens,
    read(item) {
      const { opener, source, isEnd } = item
      if (opener === spec.phrase.open) return readPhrase(item)
      if (spec.groups.some(({ open }) => open === opener)) return finish(item, 0, null, 0)
      if (opener === spec.skip?.open) {
        // Words that open it would hide what follows.
        if (item.isProbe === true) return asRaw(opener.length, 'not-a-number')
        const close = source.indexOf(spec.skip.close, opener.length)
        if (close >= 0) return asWords(close + spec.skip.close.length)
        return isEnd ? asWords(source.length) : WAIT
      }
      return spec.opensInPrompt === true ? readPromptOpened(item) : asWords(opener.length)
    }
  }
}

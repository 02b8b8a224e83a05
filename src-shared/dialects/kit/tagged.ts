/**
 * @file The family of tag pairs: words in a pair, then one or more regions in pairs of their own.
 *
 *     <ref>two cats</ref><box>(10,20),(300,400)</box><box>…</box>
 *     └ phrase ────────┘ └ group ─────────────┘
 *
 * Serves every dialect that marks phrases before their regions. Words in between stay words; regions
 * without a phrase are words themselves (a mention).
 */
import type { GroundedShape } from '../../geometry/region-shape'
import type { RegionRole } from '../../grounded/nodes'
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
  /**
   * Whether a body without its closer holds every number that was to come. `isCut`: the text ends right
   * after it, where a stop token or part of the closer would say that nothing was.
   */
  readonly isComplete: (body: string, isCut: boolean) => boolean
  readonly rule: TupleRule
  /** Length of the part of a cut body that holds only whole regions; lenient reading keeps those. */
  readonly finished?: (body: string) => number
  /** The official reader refuses the whole group for one bad region. */
  readonly isAllOrNothing?: boolean
  /** What else is to be said of a region that was read. */
  readonly check?: (shape: GroundedShape, context: DialectContext) => readonly IssueCode[]
}
/** Words that tie a subject to an object: the first group is the subject, the second the object. */
export interface PredicatePair extends TagPair {
  readonly roles: readonly RegionRole[]
}
export interface TaggedSpec {
  readonly phrase: TagPair
  readonly groups: readonly GroupForm[]
  /** Between a phrase and its regions, and between regions: sticky, may match nothing. */
  readonly gap: RegExp
  /** What lenient readers take there; sticky. What `gap` does not hold is a `whitespace` finding. */
  readonly lenientGap?: RegExp
  /** The same between a phrase and its first region only, where regions apart are regions of their own. */
  readonly lenientPhraseGap?: RegExp
  /** What must stand between the groups of one phrase, with `gap` on both sides; null: a phrase has one group. */
  readonly between?: string | null
  readonly predicate?: PredicatePair
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

/** Groups of one phrase. `raw` is one that could not be read, at `rawStart`. */
interface GroupsReading {
  readonly end: number
  readonly regions: readonly RegionReading[]
  readonly issues: readonly IssueCode[]
  readonly raw: GroupReading | null
  readonly rawStart: number
  readonly isWaiting: boolean
}

const addOnce = (codes: IssueCode[], code: IssueCode): void => {
  if (!codes.includes(code)) codes.push(code)
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** All strings that mean something; words must not hold them. */
export const reservedOf = (spec: TaggedSpec): readonly string[] => [
  spec.phrase.open,
  spec.phrase.close,
  ...(spec.predicate === undefined ? [] : [spec.predicate.open, spec.predicate.close]),
  ...(typeof spec.between === 'string' ? [spec.between] : []),
  ...spec.groups.flatMap(({ open, close }) => [open, close]),
  ...(spec.skip === undefined ? [] : [spec.skip.open, spec.skip.close]),
  ...spec.stopTokens
]

const matchAt = (pattern: RegExp, source: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : at
}

/** The place of the words between two offsets without the space around them. */
function trimmed(source: string, start: number, end: number): { start: number; end: number } {
  const inside = source.slice(start, end)
  const first = start + inside.length - inside.trimStart().length
  return { start: first, end: Math.max(first, start + inside.trimEnd().length) }
}

export function taggedReader(spec: TaggedSpec): ItemReader {
  const reserved = reservedOf(spec)
  const longest = Math.max(...reserved.map((tag) => tag.length))
  const openings = spec.groups.map(({ open }) => open)
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
    if (mode === 'lenient') {
      const isCutShort = end === source.length
      const isComplete = form.isComplete(body, isCutShort)
      const whole = isComplete ? body : body.slice(0, form.finished?.(body) ?? 0)
      const read = judge(form, whole, last, mode, context, [isComplete ? 'missing-bracket' : 'truncated'])
      if (!read.isRaw) return read
      if (isComplete) {
        // Numbers that are missing where the text was cut were not forgotten.
        const isSaid = (code: IssueCode): boolean => code !== 'missing-bracket' && !(isCutShort && code === 'arity')
        return { ...read, issues: ['truncated', ...read.issues.filter(isSaid)] }
      }
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
    const issues: IssueCode[] = first.slice()
    const regions: RegionReading[] = []
    const tuples = form.tuples(body)
    for (const tuple of tuples) {
      const read = readTuple(tuple, form.rule, mode, context)
      // Where the text was cut, the brackets that are missing are no fault of what came before.
      for (const code of read.issues)
        if (code !== 'missing-bracket' || !issues.includes('truncated')) addOnce(issues, code)
      if (read.shape === null) continue
      regions.push({ shape: read.shape })
      if (form.check !== undefined) for (const code of form.check(read.shape, context)) addOnce(issues, code)
    }
    if (mode === 'strict' && form.isAllOrNothing === true && regions.length < tuples.length) regions.length = 0
    if (regions.length === 0 && issues.length === first.length) addOnce(issues, 'arity')
    return { end, regions, issues, isRaw: regions.length === 0 }
  }

  const lenientGap = (count: number): RegExp | undefined =>
    spec.lenientGap ?? (count === 0 ? spec.lenientPhraseGap : undefined)
  const gapEnd = (item: ItemSource, at: number, count: number): number =>
    matchAt((item.mode === 'lenient' ? lenientGap(count) : undefined) ?? spec.gap, item.source, at)

  /** The group that opens at `start`. */
  function formAt(source: string, start: number): GroupForm | undefined {
    for (const form of spec.groups) if (source.startsWith(form.open, start)) return form
    return undefined
  }

  /** More text could still open a group, or bring what must stand between two. */
  function mayStillOpen(source: string, start: number, missing: string | null): boolean {
    if (source.length - start >= longest) return false
    const tail = source.slice(start)
    return tail === '' || (missing === null ? openings : [missing]).some((tag) => tag.startsWith(tail))
  }

  /** Groups from `at` on; a raw one ends the item and is a part of its own. */
  function readGroups(item: ItemSource, at: number, roles: readonly RegionRole[] | null): GroupsReading {
    const { source } = item
    const regions: RegionReading[] = []
    const issues: IssueCode[] = []
    let end = at
    for (let count = 0; ; count++) {
      const isLast = roles === null ? count > 0 && spec.between === null : count === roles.length
      if (isLast) return { end, regions, issues, raw: null, rawStart: end, isWaiting: false }
      const between = (count === 0 || roles !== null ? '' : spec.between) ?? ''
      const gap = gapEnd(item, end, count)
      const isBroken = between !== '' && !source.startsWith(between, gap)
      const start = between === '' || isBroken ? gap : matchAt(spec.gap, source, gap + between.length)
      const form = isBroken ? undefined : formAt(source, start)
      if (form === undefined) {
        const isWaiting = !item.isEnd && mayStillOpen(source, start, isBroken ? between : null)
        return { end, regions, issues, raw: null, rawStart: start, isWaiting }
      }
      const read = readGroup(form, item, start)
      if (read === null) return { end, regions, issues, raw: null, rawStart: start, isWaiting: true }
      // What stands between two groups is no words: it stays with the one that was not read.
      if (read.isRaw)
        return { end, regions, issues, raw: read, rawStart: between === '' ? start : gap, isWaiting: false }
      if (lenientGap(count) !== undefined && start > matchAt(spec.gap, source, end)) addOnce(issues, 'whitespace')
      for (const code of read.issues) addOnce(issues, code)
      const role = roles?.[count]
      for (const region of read.regions) regions.push(role === undefined ? region : { ...region, role })
      end = read.end
      if (item.isProbe === true) return { end, regions, issues, raw: null, rawStart: start, isWaiting: false }
    }
  }

  function finish(
    item: ItemSource,
    start: number,
    words: { start: number; end: number } | null,
    wordsEnd: number
  ): Reading | Waiting {
    const read = readGroups(item, wordsEnd, null)
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

  /** A predicate is whole or nothing: half of it says something else. */
  function readPredicate(item: ItemSource, pair: PredicatePair): Reading | Waiting {
    const inside = readInside(item, pair)
    if (!('words' in inside)) return inside
    const read = readGroups({ ...item, isProbe: false }, inside.end, pair.roles)
    if (read.isWaiting) return WAIT
    const has = new Set(read.regions.map(({ role }) => role))
    const issues = read.issues.map((code) => ({ code, start: inside.end, end: read.end }))
    if (read.raw === null && has.size === pair.roles.length)
      return {
        end: read.end,
        parts: [{ is: 'group', start: 0, end: read.end, words: inside.words, regions: read.regions }],
        issues
      }
    const codes = read.raw?.issues ?? (['arity'] as const)
    const end = read.raw?.end ?? read.end
    return {
      end,
      parts: [{ is: 'raw', start: 0, end, reason: codes[0] ?? 'arity' }],
      issues: codes.map((code) => ({ code, start: 0, end }))
    }
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

  /** The words of a pair, trimmed, and where the pair ends. */
  function readInside(
    { source, isEnd }: ItemSource,
    { open, close }: TagPair
  ): Reading | Waiting | { readonly words: { start: number; end: number }; readonly end: number } {
    tags.lastIndex = open.length
    const next = tags.exec(source)
    if (next === null) return isEnd ? asRaw(source.length, 'truncated') : WAIT
    if (next[0] !== close) return asRaw(open.length, 'not-a-number')
    return { words: trimmed(source, open.length, next.index), end: next.index + close.length }
  }

  function readPhrase(item: ItemSource): Reading | Waiting {
    const inside = readInside(item, spec.phrase)
    return 'words' in inside ? finish(item, 0, inside.words, inside.end) : inside
  }

  return {
    openers: new RegExp(tags.source, 'g'),
    longestOpener: longest,
    stopTokens: spec.stopTokens,
    read(item) {
      const { opener, source, isEnd } = item
      if (opener === spec.phrase.open) return readPhrase(item)
      if (opener === spec.predicate?.open) return readPredicate(item, spec.predicate)
      if (opener === spec.between) return asRaw(opener.length, 'not-a-number')
      if (spec.groups.some(({ open }) => open === opener)) return finish(item, 0, null, 0)
      if (opener === spec.skip?.open) {
        // Words that open it would hide what follows.
        if (item.isProbe === true) return asRaw(opener.length, 'not-a-number')
        const close = source.indexOf(spec.skip.close, opener.length)
        if (close >= 0) return asWords(close + spec.skip.close.length)
        return isEnd ? asWords(source.length, [{ code: 'truncated', start: 0, end: source.length }]) : WAIT
      }
      return spec.opensInPrompt === true ? readPromptOpened(item) : asWords(opener.length)
    }
  }
}

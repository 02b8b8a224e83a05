/**
 * @file Noun chunks of an English caption whose head is a known class, and the words after them that belong to them.
 * Attachment is what parsers get wrong, so it is narrow: "of" always, other prepositions and participles only before
 * the sentence has a verb, since after it they may belong to the verb.
 */
import { isQuality } from '../attributes'
import { numberOf } from '../../lint/words/english'
import { pluralOf } from '../words/english'
import type { Chunk, Quantity, Token } from './token'

const GROUPS = new Set(['group', 'crowd', 'herd', 'flock', 'bunch', 'row', 'set', 'pack', 'line', 'pile', 'bowl'])
const PAIRS = new Set(['pair', 'couple'])
const MANY = new Set(['some', 'several', 'many', 'few', 'multiple', 'various', 'numerous', 'these', 'those', 'all'])
const ONE = new Set(['a', 'an', 'one', 'this', 'that', 'single'])
/** Words that say it is not the only one, or not there. */
const UNLINKABLE = new Set(['no', 'another', 'other', 'each', 'every', 'any', 'without', 'both', 'half', 'neither'])

interface Head {
  readonly className: string
  readonly isPlural: boolean
  /** Of its first and last token. */
  readonly first: number
  readonly last: number
}

const lower = (token: Token | undefined): string => token?.text.toLowerCase() ?? ''

/** The longest class name that starts at a token, in either number. */
function headAt(tokens: readonly Token[], at: number, nouns: ReadonlyMap<string, string>): Head | null {
  let best: Head | null = null
  for (const [className, noun] of nouns) {
    const words = noun.toLowerCase().split(/\s+/)
    if (best !== null && words.length <= best.last - best.first + 1) continue
    const said = words.map((_, i) => lower(tokens[at + i])).join(' ')
    const isSame = said === noun.toLowerCase()
    if (!isSame && said !== pluralOf(noun.toLowerCase())) continue
    best = { className, isPlural: !isSame, first: at, last: at + words.length - 1 }
  }
  return best
}

const isModifier = ({ kind }: Token): boolean => kind === 'adjective' || kind === 'noun' || kind === 'number'

/** What stands before the head and belongs to it. */
function startOf(tokens: readonly Token[], head: Head): number {
  let start = head.first
  for (;;) {
    while (start > 0 && isModifier(tokens[start - 1] as Token)) start--
    if (start === 0 || tokens[start - 1]?.kind !== 'determiner') return start
    start--
    // "a man's horse": the owner has words before it, too.
    if (!/['’]s?$/.test(tokens[start]?.text ?? '')) return start
  }
}

function quantityOf(before: readonly string[], isPlural: boolean): Quantity | null {
  if (before.some((word) => UNLINKABLE.has(word))) return null
  const number = before.map(numberOf).find((value) => Number.isInteger(value) && value > 0)
  if (number !== undefined) return isPlural === number > 1 ? number : null
  if (before.some((word) => MANY.has(word))) return isPlural ? 'many' : null
  if (before.some((word) => ONE.has(word))) return isPlural ? null : 1
  return isPlural ? 'many' : 1
}

/** "a pair of dogs", "a group of people": the words before "of", and how many they say. */
function groupBefore(
  tokens: readonly Token[],
  start: number
): { readonly start: number; readonly quantity: Quantity } | null {
  const [of, noun] = [tokens[start - 1], tokens[start - 2]]
  if (lower(of) !== 'of') return null
  const word = lower(noun)
  const quantity: Quantity | null = PAIRS.has(word) ? 2 : GROUPS.has(word) ? 'many' : null
  if (quantity === null) return null
  const determiner = tokens[start - 3]
  return { start: start - (determiner?.kind === 'determiner' ? 3 : 2), quantity }
}

/** The last token of the noun phrase that starts at `at`; `at - 1` when there is none. */
function nounPhraseFrom(tokens: readonly Token[], at: number): number {
  let end = at
  if (tokens[end]?.kind === 'determiner') end++
  let last = at - 1
  while (end < tokens.length && isModifier(tokens[end] as Token)) {
    if (tokens[end]?.kind === 'noun') last = end
    end++
  }
  return last
}

/** The last token that belongs to what the chunk speaks of. */
function endOf(tokens: readonly Token[], head: Head): number {
  const hasVerb = tokens.slice(0, head.first).some(({ kind }) => kind === 'verb')
  let end = head.last
  for (;;) {
    const next = tokens[end + 1]
    if (next === undefined) return end
    if (lower(next) === 'of' || (!hasVerb && next.kind === 'preposition')) {
      const last = nounPhraseFrom(tokens, end + 2)
      if (last < end + 2) return end
      end = last
    } else if (!hasVerb && next.kind === 'participle') {
      // "wearing a hat", "sitting on a bench": with its object or its place, or alone.
      const skip = tokens[end + 2]?.kind === 'preposition' ? 3 : 2
      const last = nounPhraseFrom(tokens, end + skip)
      end = last >= end + skip ? last : end + 1
    } else if (next.kind === 'relative') {
      const last = relativeFrom(tokens, end + 1)
      return last
    } else return end
  }
}

/** "that are playing in the grass": up to the next verb that is not its own, a comma or "and". */
function relativeFrom(tokens: readonly Token[], at: number): number {
  let verbs = 0
  let end = at - 1
  for (let i = at + 1; i < tokens.length; i++) {
    const { kind } = tokens[i] as Token
    if (kind === 'punctuation' || kind === 'conjunction') break
    if (kind === 'verb' && ++verbs > 1) break
    end = i
  }
  // Without a verb of its own, "that" was no relative.
  return verbs === 0 ? at - 1 : end
}

/**
 * `nouns`: class → its English noun. One chunk for each head; those inside a compound ("dog house"), denied ("no dog")
 * or set apart ("another dog") are `untold`. Offsets are of the caption.
 */
export function englishChunks(tokens: readonly Token[], nouns: ReadonlyMap<string, string>): readonly Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 0; at < tokens.length; at++) {
    const head = headAt(tokens, at, nouns)
    if (head === null) continue
    at = head.last
    const next = tokens[head.last + 1]
    // "dog house", "dog's": the noun is about another one.
    const isAnothers =
      next?.kind === 'noun' || /^['’]s?/.test(next?.text ?? '') || /['’]s$/.test(tokens[head.last]?.text ?? '')
    const start = startOf(tokens, head)
    const before = tokens.slice(start, head.first).map(lower)
    const isDenied = ['no', 'without'].includes(lower(tokens[start - 1]))
    const group = groupBefore(tokens, start)
    const own = quantityOf(before, head.isPlural)
    // "a toy car", "a hot-air balloon": another noun makes another kind of it.
    const isOfKind = tokens.slice(start, head.first).some(({ kind, text }) => kind === 'noun' && !isQuality(text))
    const isUntold = own === null || isDenied || isAnothers || isOfKind
    const from = tokens[group?.start ?? start] as Token
    chunks.push({
      className: head.className,
      start: from.start,
      end: (tokens[head.last] as Token).end,
      quantity: isUntold ? 'untold' : group !== null && head.isPlural ? group.quantity : own,
      modifiers: tokens
        .slice(start, head.first)
        .filter(({ kind }) => kind === 'adjective' || kind === 'noun')
        .map(lower),
      expanded: { start: from.start, end: (tokens[endOf(tokens, head)] as Token).end }
    })
  }
  return chunks
}

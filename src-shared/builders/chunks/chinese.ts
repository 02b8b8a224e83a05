/**
 * @file Noun chunks of a Chinese caption whose head is a known class. What belongs to a noun stands before it: from the
 * numeral with its measure word up to 的 and the noun, “一只坐在草地上的棕色小狗”.
 */
import { isQuality } from '../attributes'
import type { Chunk, Quantity, Token } from './token'

const DIGITS = '零一二三四五六七八九十'
const MANY = /^(?:几|一些|许多|很多|一群|一排|多|数|成群)/
const PAIR = /^一(?:对|双)/
/** Not the only one, or not there. */
const UNLINKABLE = /^(?:没有|没|无|另|其他|别|每|各)/

export function quantityIn(numeral: string): Quantity | null {
  if (PAIR.test(numeral)) return 2
  if (MANY.test(numeral)) return 'many'
  const [, digits = ''] = /^(?:这|那)?(两|十[一二三四五六七八九]?|[一二三四五六七八九]|\d+)/.exec(numeral) ?? []
  if (digits === '') return null
  if (digits === '两') return 2
  if (/^\d+$/.test(digits)) return Number(digits)
  return digits.length === 2 ? 10 + DIGITS.indexOf(digits.charAt(1)) : DIGITS.indexOf(digits)
}

const isPlain = ({ kind }: Token): boolean => kind === 'adjective' || kind === 'noun'

/** The first token of a run of tokens that ends before `at` and spells the end of `noun`; -1: it does not. */
function headBefore(tokens: readonly Token[], last: number, noun: string): number {
  let said = ''
  for (let first = last; first >= 0; first--) {
    said = (tokens[first]?.text ?? '') + said
    if (said === noun) return first
    if (said.length > noun.length || !noun.endsWith(said)) return -1
  }
  return -1
}

interface Before {
  /** Of the nearest words: 棕色. */
  readonly start: number
  /** Of everything that belongs to it. */
  readonly wide: number
  readonly numeral: string | null
  readonly modifiers: readonly string[]
  /** 玩具汽车: another noun makes another kind of it. */
  readonly isOfKind: boolean
}

function before(tokens: readonly Token[], first: number): Before {
  let start = first
  const modifiers: string[] = []
  const take = (at: number): void => {
    start = at
    const { text, kind } = tokens[at] as Token
    if (kind === 'adjective' || kind === 'noun') modifiers.push(text)
  }
  while (start > 0 && isPlain(tokens[start - 1] as Token)) take(start - 1)
  const isOfKind = tokens.slice(start, first).some(({ kind, text }) => kind === 'noun' && !isQuality(text))
  let wide = start
  if (tokens[start - 1]?.kind === 'particle') {
    const numeral = tokens.slice(0, start - 1).findLastIndex(({ kind }) => kind === 'number')
    const breaks = tokens
      .slice(0, start - 1)
      .findLastIndex(({ kind }) => kind === 'punctuation' || kind === 'conjunction')
    const near = tokens[start - 2]
    // “红色的” alone is the nearest; a whole clause before 的 reaches back to the numeral that counts the noun.
    const earlier = tokens[start - 3]?.kind
    const isAlone =
      earlier === undefined || earlier === 'number' || earlier === 'punctuation' || earlier === 'conjunction'
    if (near !== undefined && (near.kind === 'adjective' || (near.kind === 'noun' && isAlone))) {
      start -= 2
      modifiers.push(near.text)
      wide = start
    }
    if (numeral > breaks) wide = numeral
  }
  if (tokens[start - 1]?.kind === 'number') start = wide = start - 1
  const said = tokens[wide]
  return { start, wide, numeral: said?.kind === 'number' ? said.text : null, modifiers, isOfKind }
}

/** `nouns`: class → its Chinese noun. A noun that another noun or 的 follows is about that one: `untold`, as what is denied is. */
export function chineseChunks(tokens: readonly Token[], nouns: ReadonlyMap<string, string>): readonly Chunk[] {
  const chunks: Chunk[] = []
  for (let last = 0; last < tokens.length; last++) {
    const found = [...nouns]
      .map(([className, noun]) => ({ className, first: headBefore(tokens, last, noun) }))
      .filter(({ first }) => first >= 0)
      .toSorted((a, b) => a.first - b.first)[0]
    const next = tokens[last + 1]
    if (found === undefined) continue
    const isAnothers = next?.kind === 'noun' || next?.kind === 'particle'
    const { start, wide, numeral, modifiers, isOfKind } = before(tokens, found.first)
    const earlier = tokens[wide - 1]?.text ?? ''
    const isUntold = isAnothers || isOfKind || UNLINKABLE.test(earlier) || UNLINKABLE.test(numeral ?? '')
    const quantity = isUntold ? 'untold' : numeral === null ? 'unknown' : (quantityIn(numeral) ?? 'untold')
    const end = (tokens[last] as Token).end
    const from = (tokens[start] as Token).start
    // The numeral may stand before a clause; the chunk alone is then what follows it.
    chunks.push({
      className: found.className,
      start: from,
      end,
      quantity,
      modifiers,
      expanded: { start: (tokens[wide] as Token).start, end }
    })
  }
  return chunks
}

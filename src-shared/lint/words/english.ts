/** @file What English words claim: how many, which side, which size. Patterns of grammar, no model. */

const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve'
]
const NUMBER = `(?:${NUMBERS.join('|')}|\\d{1,2})`
const DETERMINERS = '(?:the|all|all the|these|those|both|exactly)'
const COUNT = new RegExp(`^(?:${DETERMINERS}\\s+)?(${NUMBER})\\s+(?!of\\b|o'clock|percent|years?\\b)[a-z]`, 'i')
const PAIR = /^(?:the\s+|a\s+)?(?:pair|couple) of\s/i
const IRREGULAR: Readonly<Record<string, string>> = {
  men: 'man',
  women: 'woman',
  people: 'person',
  children: 'child',
  mice: 'mouse',
  feet: 'foot',
  teeth: 'tooth',
  geese: 'goose',
  knives: 'knife',
  leaves: 'leaf',
  wolves: 'wolf',
  shelves: 'shelf',
  scarves: 'scarf',
  buses: 'bus'
}
/** Words that begin what is said about a noun. */
const TAIL =
  /\s(?:of|in|on|with|at|near|by|to|from|behind|under|above|below|beside|between|among|wearing|holding|riding|standing|sitting|that|which|who|next|against|inside|facing)\b.*$/i
/** Of a body or its clothes: its own left, which no picture shows the way it reads. */
const OWN_SIDE =
  /\b(?:left|right)[- ](?:hand|arm|leg|foot|eye|ear|wing|paw|shoe|shoulder|side|turn|glove|sleeve|wheel|click)/i

export const numberOf = (word: string): number => {
  const index = NUMBERS.indexOf(word.toLowerCase())
  return index >= 0 ? index : Number(word)
}

/** How many things a phrase says it is; null: it does not say. "a dog" says nothing here. */
export function countIn(words: string): number | null {
  if (PAIR.test(words))
    return /pair of (?:scissors|glasses|pants|trousers|shoes|jeans|shorts|gloves|socks)/i.test(words) ? null : 2
  const found = COUNT.exec(words)?.[1]
  return found === undefined ? null : numberOf(found)
}

export function singular(word: string): string {
  const lower = word.toLowerCase()
  const irregular = IRREGULAR[lower]
  if (irregular !== undefined) return irregular
  if (/[^aeiou]ies$/.test(lower)) return `${lower.slice(0, -3)}y`
  if (/(?:s|x|z|ch|sh)es$/.test(lower)) return lower.slice(0, -2)
  return /[^s]s$/.test(lower) ? lower.slice(0, -1) : lower
}

/** The words up to their head noun, its last word in the singular: "the two red dogs on the grass" gives "the two red dog". */
export function upToHead(words: string): string {
  const head = words.replace(TAIL, '').trim().toLowerCase()
  const cut = head.lastIndexOf(' ') + 1
  return head.slice(0, cut) + singular(head.slice(cut))
}

export type Side = 'left' | 'right' | 'top' | 'bottom'
export interface SideClaim {
  readonly side: Side
  /** No other is further on that side: "leftmost". */
  readonly isExtreme: boolean
}
const SIDES: readonly (readonly [RegExp, Side, boolean])[] = [
  [/\b(?:left-?most|far(?:thest)? left)\b/i, 'left', true],
  [/\b(?:right-?most|far(?:thest)? right)\b/i, 'right', true],
  [/\b(?:top-?most|uppermost)\b/i, 'top', true],
  [/\b(?:bottom-?most|lowest)\b/i, 'bottom', true],
  [/^(?:the\s+)?left\s|\bon the left$|\bat left$/i, 'left', false],
  [/^(?:the\s+)?right\s|\bon the right$|\bat right$/i, 'right', false],
  [/^(?:the\s+)?(?:top|upper)\s|\bat the top$/i, 'top', false],
  [/^(?:the\s+)?(?:bottom|lower)\s|\bat the bottom$/i, 'bottom', false]
]
export function sideIn(words: string): SideClaim | null {
  if (OWN_SIDE.test(words)) return null
  for (const [pattern, side, isExtreme] of SIDES) if (pattern.test(words)) return { side, isExtreme }
  return null
}

export function extremeSizeIn(words: string): 'largest' | 'smallest' | null {
  if (/\b(?:largest|biggest)\b/i.test(words)) return 'largest'
  return /\b(?:smallest|tiniest)\b/i.test(words) ? 'smallest' : null
}

const BETWEEN: readonly (readonly [RegExp, Side])[] = [
  [/^\s*(?:is\s|are\s)?\s*(?:(?:just\s)?(?:to|on)\sthe\s)?left\sof\s*$/i, 'left'],
  [/^\s*(?:is\s|are\s)?\s*(?:(?:just\s)?(?:to|on)\sthe\s)?right\sof\s*$/i, 'right'],
  [/^\s*(?:is\s|are\s)?\s*above\s*$/i, 'top'],
  [/^\s*(?:is\s|are\s)?\s*below\s*$/i, 'bottom']
]
/** The side of the second thing that the first is said to be on, from the words between them. */
export function relationIn(between: string): Side | null {
  for (const [pattern, side] of BETWEEN) if (pattern.test(between)) return side
  return null
}

export const MIRRORED = /\b(?:left|right|leftmost|rightmost|clockwise|counter-?clockwise|anti-?clockwise)\b/i

/** @file English words for what builders say. Nouns are given in the singular, or as people write a thing that is a pair. */
import type { Part, Side } from '../places'

const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')
export const numberWord = (count: number): string => NUMBERS[count] ?? String(count)

const IRREGULAR: Readonly<Record<string, string>> = {
  person: 'people',
  man: 'men',
  woman: 'women',
  child: 'children',
  foot: 'feet',
  tooth: 'teeth',
  goose: 'geese',
  mouse: 'mice',
  ox: 'oxen',
  knife: 'knives',
  leaf: 'leaves',
  wolf: 'wolves',
  shelf: 'shelves',
  scarf: 'scarves',
  loaf: 'loaves',
  calf: 'calves',
  half: 'halves',
  potato: 'potatoes',
  tomato: 'tomatoes',
  bus: 'buses'
}
/** The same in either number, or never counted. */
const UNCHANGED = new Set(
  'sheep fish deer aircraft skis scissors glasses sunglasses pants trousers jeans shorts broccoli furniture bread grass'.split(
    ' '
  )
)

export function pluralOf(noun: string): string {
  const cut = noun.lastIndexOf(' ') + 1
  const [before, last] = [noun.slice(0, cut), noun.slice(cut)]
  const lower = last.toLowerCase()
  const ending = /(?:man|woman)$/.exec(lower)?.[0]
  if (UNCHANGED.has(lower)) return noun
  const irregular = IRREGULAR[lower]
  if (irregular !== undefined) return before + irregular
  if (ending !== undefined && lower.length > 4 && !/^(?:human|german|roman)$/.test(lower))
    return before + last.slice(0, -2) + 'en'
  if (/[^aeiou]y$/.test(lower)) return `${before}${last.slice(0, -1)}ies`
  if (/(?:s|x|z|ch|sh)$/.test(lower)) return `${noun}es`
  return `${noun}s`
}

/** Whether a noun is written in the plural already: nothing is said of how many there are then. */
export const isPlural = (noun: string): boolean => {
  const last = noun.split(' ').at(-1)?.toLowerCase() ?? ''
  return UNCHANGED.has(last) || Object.values(IRREGULAR).includes(last) || /(?:[^su'i]s|ies)$/.test(last)
}

export const withArticle = (words: string): string =>
  `${/^(?:[aeio]|u(?!ni|se|rin))/i.test(words) ? 'an' : 'a'} ${words}`

export const SIDE_WORDS: Readonly<Record<Side, { of: string; extreme: string; one: string; from: string }>> = {
  left: { of: 'to the left of', extreme: 'leftmost', one: 'left', from: 'from the left' },
  right: { of: 'to the right of', extreme: 'rightmost', one: 'right', from: 'from the right' },
  top: { of: 'above', extreme: 'topmost', one: 'upper', from: 'from the top' },
  bottom: { of: 'below', extreme: 'lowest', one: 'lower', from: 'from the bottom' }
}
const ORDINALS = 'zeroth first second third fourth fifth sixth'.split(' ')
export const ordinalWord = (place: number): string => ORDINALS[place] ?? `${place}th`

export const partWords = (part: Part): string => part.replace('-', ' ')
/** As it stands after a noun: "in the top left", "at the top", "on the left". */
export const atPart = (part: Part): string => {
  const preposition = part === 'top' || part === 'bottom' ? 'at' : part === 'left' || part === 'right' ? 'on' : 'in'
  return `${preposition} the ${partWords(part)}`
}

/**
 * A predicate as it follows "the man …": "riding" and "on" need "is", "holds" does not. Other forms of verbs, which
 * nobody can tell from nouns without knowing the language, stand as they are.
 */
export function asClause(predicate: string): string {
  const words = predicate.trim().toLowerCase()
  const first = words.split(' ')[0] ?? ''
  if (/^(?:is|are|was|has|have|can|does)$/.test(first)) return words
  if (PREPOSITIONS.has(first) || /ing$/.test(first) || /(?:ed|en)$/.test(first)) return `is ${words}`
  return words
}
/** As it stands right after a noun: "the man riding", "the man who holds", "the cup on". */
export function asModifier(predicate: string): string {
  const words = predicate.trim().toLowerCase()
  const bare = words.replace(/^(?:is|are) /, '')
  const first = bare.split(' ')[0] ?? ''
  if (PREPOSITIONS.has(first) || /ing$/.test(first) || /(?:ed|en)$/.test(first)) return bare
  return `that ${words}`
}
const PREPOSITIONS = new Set(
  'on in at under above below behind beside near by with to of from over inside outside against along around between across next left right front atop beneath off into onto through'.split(
    ' '
  )
)

/** @file What words claim, in whichever language they are. */
import * as chinese from './chinese'
import * as english from './english'
import type { Side, SideClaim } from './english'

export type { Side, SideClaim } from './english'
export { singular } from './english'

const either = <T>(words: string, zh: (words: string) => T, en: (words: string) => T): T =>
  chinese.HAN.test(words) ? zh(words) : en(words)

export const countIn = (words: string): number | null => either(words, chinese.countIn, english.countIn)
export const sideIn = (words: string): SideClaim | null => either(words, chinese.sideIn, english.sideIn)
export const extremeSizeIn = (words: string): 'largest' | 'smallest' | null =>
  either(words, chinese.extremeSizeIn, english.extremeSizeIn)
export const relationIn = (between: string, after: string): Side | null =>
  english.relationIn(between) ?? chinese.relationIn(between, after)

/** The words whose meaning changes when a picture is mirrored; null: there are none. */
export const mirroredIn = (words: string): string | null =>
  (english.MIRRORED.exec(words) ?? chinese.MIRRORED.exec(words))?.[0] ?? null

export type Script = 'han' | 'latin'
/** The script most of it is written in; null: too little to say. */
export function scriptOf(words: string): Script | null {
  const han = words.match(/\p{Script=Han}/gu)?.length ?? 0
  // A Han character says about as much as a short word.
  const latin = words.match(/\p{Script=Latin}{2,}/gu)?.length ?? 0
  if (han + latin < 3) return null
  if (han > 2 * latin) return 'han'
  return latin > 2 * han ? 'latin' : null
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Where a label is named in words, as a whole word in either number; null: nowhere. */
export function placeOfLabel(label: string, words: string): { readonly start: number; readonly end: number } | null {
  const pattern = chinese.HAN.test(label)
    ? new RegExp(escaped(label), 'u')
    : new RegExp(`(?<![\\p{L}\\p{N}_-])${pluralPattern(label)}(?![\\p{L}\\p{N}_-])`, 'iu')
  const match = pattern.exec(words)
  return match === null ? null : { start: match.index, end: match.index + match[0].length }
}

function pluralPattern(label: string): string {
  const text = escaped(label)
  return /[^aeiou]y$/i.test(label) ? `${escaped(label.slice(0, -1))}(?:y|ies)` : `${text}(?:s|es)?`
}

/** The label that is the head of a phrase: the longest one that its words end in; null: none. */
export function labelOfPhrase(words: string, labels: Iterable<string>): string | null {
  let best: string | null = null
  const head = chinese.HAN.test(words) ? words.trim() : english.upToHead(words)
  for (const label of labels) {
    const name = label.trim()
    if (name === '' || (best !== null && best.length >= name.length)) continue
    const isHan = chinese.HAN.test(name)
    const ends = isHan ? head.endsWith(name) : ` ${head}`.endsWith(` ${english.upToHead(name)}`)
    if (ends) best = label
  }
  return best
}

/** The phrase is a determiner and the label, and nothing that tells one from another. */
export function isBareLabel(words: string, label: string): boolean {
  if (chinese.HAN.test(words)) return words.replace(/^(?:这|那|一)?(?:个|只|条|辆|张|把|台|位)?/, '') === label
  return words.toLowerCase().replace(/^(?:the|a|an|this|that)\s+/, '') === label.toLowerCase()
}

const CLAIM_WORDS =
  /\b(?:the|an?|this|that|one|on|at|in|of|left-?most|right-?most|top-?most|bottom-?most|uppermost|lowest|far(?:thest)?|left|right|top|upper|bottom|lower|largest|biggest|smallest|tiniest|side|image|picture)\b/gi
const CLAIM_WORDS_ZH = /最|[左右上下顶底]|[边侧方面部]|[大小]|的|图片|图中|[这那一][个只条辆张把台位]?/g

/**
 * Whether a claim of side or size is about all of a label: "the leftmost dog" is, "the leftmost brown dog" and "the
 * largest dog on the grass" may be about some of them.
 */
export function isClaimOfAll(words: string, label: string): boolean {
  const place = placeOfLabel(label, words)
  const rest = place === null ? words : `${words.slice(0, place.start)} ${words.slice(place.end)}`
  return !/\p{L}/u.test(rest.replace(chinese.HAN.test(rest) ? CLAIM_WORDS_ZH : CLAIM_WORDS, ' '))
}

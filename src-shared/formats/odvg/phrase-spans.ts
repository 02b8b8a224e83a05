/**
 * @file The words of a region of ODVG: `tokens_positive` counts code points (Python), `phrase` says them again. Where
 * the two disagree the phrase decides, if it stands in the caption once counted in another unit; else the offsets do.
 */
import { doubted } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isNumber, jsonText, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { TextOffsets } from '../kit/offsets'
import type { TextUnit } from '../kit/offsets'
import { OWN_KEY } from '../kit/own-marks'
import type { ImportItem } from '../reading/item'

export interface Place {
  /** Half-open UTF-16 offsets. */
  readonly start: number
  readonly end: number
}
export interface PhraseSpans {
  readonly words: string | null
  readonly spans: readonly Place[]
}

export const isPair = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber)

/** null: a pair is no place in the text. */
export function placesOf(pairs: readonly (readonly [number, number])[], offsets: TextOffsets): readonly Place[] | null {
  const places: Place[] = []
  for (const [from, to] of pairs) {
    const [start, end] = [offsets.toUtf16(from), offsets.toUtf16(to)]
    if (start === null || end === null || start >= end) return null
    places.push({ start, end })
  }
  return places
}

const wordsAt = (text: string, places: readonly Place[]): string =>
  places.map(({ start, end }) => text.slice(start, end)).join(' ')
const plain = (words: string): string => words.toLowerCase().replace(/\s+/gu, ' ').trim()

export function phraseSpans(entry: JsonObject, caption: string, where: Whereabouts, out: ImportItem[]): PhraseSpans {
  const written = own(entry, 'phrase')
  const parts = Array.isArray(written) ? written : [written]
  const isWords = written !== undefined && parts.every((part): part is string => typeof part === 'string')
  const phrase = isWords ? (parts as readonly string[]).join(' ') : null
  if (!isWords && written !== undefined && written !== null)
    out.push(doubted(where, 'import/bad-phrase', `Its phrase should be a text, not ${nameValue(written)}; left out.`))
  const tokens = own(entry, 'tokens_positive')
  if (tokens === undefined || tokens === null) {
    const isBlank = written === undefined || written === null || phrase?.trim() === ''
    if (isBlank && own(entry, OWN_KEY) === undefined)
      out.push(doubted(where, 'import/no-phrase', 'It has no phrase; its region is kept, tied to no words.'))
    return byWords(phrase, caption, where, out)
  }
  if (!Array.isArray(tokens) || !tokens.every(isPair)) {
    const message = `Its tokens_positive should be pairs of a start and an end, not ${nameValue(tokens)}; its phrase was looked for instead.`
    out.push(doubted(where, 'import/bad-span', message))
    return byWords(phrase, caption, where, out)
  }
  const places = placesOf(tokens, new TextOffsets(caption, 'code-point'))
  if (places !== null && (phrase === null || plain(wordsAt(caption, places)) === plain(phrase)))
    return { words: phrase ?? wordsAt(caption, places), spans: places }
  if (phrase !== null) {
    const other = inOtherUnit(tokens, phrase, caption)
    if (other !== null) {
      const message = `Its tokens_positive give its phrase ${nameValue(phrase)} only when they count ${other.name}, not characters; read so.`
      out.push(doubted(where, 'import/other-offsets', message))
      return { words: phrase, spans: other.places }
    }
  }
  if (places === null) {
    const message = `Its tokens_positive ${nameValue(jsonText(tokens))} are no place in a caption of ${new TextOffsets(caption, 'code-point').length} characters.`
    out.push(doubted(where, 'import/bad-span', message))
    return byWords(phrase, caption, where, out)
  }
  const message = `Its phrase is ${nameValue(phrase)}, but its tokens_positive are ${nameValue(wordsAt(caption, places))}; read by the latter.`
  out.push(doubted(where, 'import/phrase-differs', message))
  return { words: phrase, spans: places }
}

const OTHER_UNITS: readonly { readonly unit: TextUnit; readonly name: string }[] = [
  { unit: 'utf-16', name: 'UTF-16 units' },
  { unit: 'utf-8', name: 'bytes of UTF-8' }
]

function inOtherUnit(
  tokens: readonly (readonly [number, number])[],
  phrase: string,
  caption: string
): { readonly name: string; readonly places: readonly Place[] } | null {
  for (const { unit, name } of OTHER_UNITS) {
    const places = placesOf(tokens, new TextOffsets(caption, unit))
    if (places !== null && plain(wordsAt(caption, places)) === plain(phrase)) return { name, places }
  }
  return null
}

/** Without offsets: where the words stand, if they stand there once; never inside another word. */
function byWords(phrase: string | null, caption: string, where: Whereabouts, out: ImportItem[]): PhraseSpans {
  if (phrase === null || phrase.trim() === '') return { words: null, spans: [] }
  const found: Place[] = []
  for (let at = caption.indexOf(phrase); at !== -1; at = caption.indexOf(phrase, at + 1)) {
    const end = at + phrase.length
    if (isEdge(caption, at) && isEdge(caption, end)) found.push({ start: at, end })
  }
  if (found.length === 1) return { words: phrase, spans: found }
  const message =
    found.length === 0
      ? `Its phrase ${nameValue(phrase)} does not stand in the caption; its region is kept, tied to no words there.`
      : `Its phrase ${nameValue(phrase)} stands in the caption ${found.length} times and nothing says where it is meant; its region is kept, tied to no words there.`
  out.push(doubted(where, found.length === 0 ? 'import/phrase-missing' : 'import/phrase-ambiguous', message))
  return { words: phrase, spans: [] }
}

const LETTER = /[\p{L}\p{N}\p{M}]/u
/** Scripts that put no spaces between words. */
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

/** No letter runs on over this place. */
function isEdge(text: string, at: number): boolean {
  const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? ''
  const after = String.fromCodePoint(text.codePointAt(at) ?? 0x20)
  const joins = (letter: string): boolean => LETTER.test(letter) && !SPACELESS.test(letter)
  return !(joins(before) && joins(after))
}

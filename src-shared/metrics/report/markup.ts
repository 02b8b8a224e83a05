/** @file Text of others as HTML and SVG: every character of it is shown, none of it is markup. */
import { markupText } from '../../markup'
import type { Words } from './report'

/** For text and attributes. What HTML cannot hold, or would hide or turn around, is shown as its code point. */
export const escaped = (text: string): string =>
  markupText(
    text.replace(
      // eslint-disable-next-line no-control-regex -- control characters are what it is about
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Surrogate}/gu,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`
    )
  )

/** Both languages; the page shows one of them. */
export const both = ({ en, zh }: Words): string =>
  en === zh ? escaped(en) : `<span lang="en">${escaped(en)}</span><span lang="zh-CN">${escaped(zh)}</span>`

/** The same in SVG, where a text is one language. `attributes`: of ours, as markup. */
export const bothTexts = ({ en, zh }: Words, attributes: string): string =>
  en === zh
    ? `<text ${attributes}>${escaped(en)}</text>`
    : `<text ${attributes} lang="en">${escaped(en)}</text><text ${attributes} lang="zh-CN">${escaped(zh)}</text>`

/** At most so many characters, and that there are more. */
export const shortened = (text: string, most: number): string => {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}

/** Of a place in a drawing: short, and never in exponents. */
export const place = (value: number): string => {
  const text = value.toFixed(2)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

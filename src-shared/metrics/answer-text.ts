/**
 * @file What a scorer reads in an answer written in Shikra's spelling: boxes, points, words, and which
 * words stand before which box. On purpose simpler than the dialect: the Python twin
 * (models/train/scoring.py) must read the same from every text, however broken.
 */

/** Four fractions of the image: x0, y0, x1, y1, in the order written. */
export type WrittenBox = readonly [number, number, number, number]

const BOX = /([0-9]\.[0-9]+),([0-9]\.[0-9]+),([0-9]\.[0-9]+),([0-9]\.[0-9]+)/g
const POINT = /\[([0-9]\.[0-9]+),([0-9]\.[0-9]+)\]/
const BRACKET = /\[([^\]]*)\]/g

export const boxesIn = (text: string): WrittenBox[] =>
  [...text.matchAll(BOX)].map((match) => match.slice(1).map(Number) as unknown as WrittenBox)

export function pointIn(text: string): readonly [number, number] | null {
  const match = POINT.exec(text)
  return match === null ? null : [Number(match[1]), Number(match[2])]
}

/** The answer without its brackets. */
export const wordsOf = (text: string): string => text.replace(/\s*\[[^\]]*\]/g, '').trim()

/** Every box with the words between it and the bracket before. */
export function groundedPhrases(text: string): { readonly phrase: string; readonly box: WrittenBox }[] {
  let end = 0
  return [...text.matchAll(BRACKET)].flatMap((match) => {
    const phrase = text.slice(end, match.index).trim()
    end = match.index + match[0].length
    return boxesIn(match[1] ?? '').map((box) => ({ phrase, box }))
  })
}

/** The number an answer says; 0 when it says none and shows none; null when it cannot be told. */
export function countedIn(text: string): number | null {
  const number = /[0-9]+/.exec(wordsOf(text))
  if (number !== null) return Number(number[0])
  return boxesIn(text).length > 0 ? null : 0
}

/**
 * @file One caption with its marks: `[/EN#283585/people/… Two men] in hats .` The chain id is what boxes are named by;
 * 0 is a phrase of nothing that can be seen.
 */

export interface MarkedPhrase {
  readonly chain: string
  readonly types: readonly string[]
  /** Half-open UTF-16 offsets into `text`. */
  readonly start: number
  readonly end: number
}
export interface MarkedSentence {
  /** Without marks; spaces as they are. */
  readonly text: string
  readonly phrases: readonly MarkedPhrase[]
  /** Marks that never end or name nothing, as they stand there; their letters are in `text`. */
  readonly broken: readonly string[]
}

const OPENING = /\[\/EN#(\d+)((?:\/[^\s/\][]+)*)[ \t]+/g

/** Total: what is no mark is words. */
export function readSentence(line: string): MarkedSentence {
  const phrases: MarkedPhrase[] = []
  const broken: string[] = []
  let text = ''
  let at = 0
  OPENING.lastIndex = 0
  for (let opening = OPENING.exec(line); opening !== null; opening = OPENING.exec(line)) {
    const from = OPENING.lastIndex
    const to = line.indexOf(']', from)
    const next = line.indexOf('[', from)
    if (to === -1 || (next !== -1 && next < to) || line.slice(from, to).trim() === '') {
      broken.push(opening[0].trim())
      continue
    }
    text += line.slice(at, opening.index)
    const start = text.length
    text += line.slice(from, to)
    phrases.push({
      chain: (opening[1] ?? '0').replace(/^0+(?=\d)/, ''),
      types: (opening[2] ?? '').split('/').filter((type) => type !== ''),
      start,
      end: text.length
    })
    at = to + 1
    OPENING.lastIndex = at
  }
  text += line.slice(at)
  if (/\[\/EN/.test(text) && broken.length === 0) broken.push('[/EN')
  return { text, phrases, broken }
}

/** Letters that would be taken for a mark, or end one. */
export const withoutBrackets = (words: string): string =>
  words
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replace(/[\r\n\u2028\u2029]+/g, ' ')

export const markedPhrase = (chain: number, type: string, words: string): string => `[/EN#${chain}/${type} ${words}]`

/**
 * @file Words that hold a mark of a model lose it: one character for another, so that every offset
 * into the words stays valid, and no mark is left.
 */

/** First characters of marks, and what opens nothing. */
const OPENERS: Readonly<Record<string, string>> = { '<': '(', '[': '(', '#': '＃', '|': '¦' }
const COLON = '：'

/** Where in a mark a character is changed, and into what: its first, or the colon of a role word. */
export function harmlessCharacter(mark: string): { readonly at: number; readonly by: string } | null {
  const opener = OPENERS[mark.charAt(0)]
  if (opener !== undefined) return { at: 0, by: opener }
  const colon = mark.indexOf(':')
  return colon === -1 ? null : { at: colon, by: COLON }
}

export interface Piece {
  readonly is: 'words' | 'fixed'
  readonly text: string
}

export interface Harmless {
  /** The pieces, each as long as it was. */
  readonly texts: readonly string[]
  /** Words around each mark that was changed, for a message. */
  readonly changed: readonly string[]
}

const escapeForPattern = (mark: string): string => mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** One pattern for all marks, longest first; null when there are none. */
const patternOf = (marks: readonly string[]): RegExp | null =>
  marks.length === 0
    ? null
    : new RegExp(
        [...marks]
          .sort((a, b) => b.length - a.length)
          .map(escapeForPattern)
          .join('|'),
        'g'
      )

/**
 * Changes the words of `pieces` so that no mark is left that they have a part in, even one that is
 * spread over several pieces; fixed text is left alone. Linear in the text for a given list of marks.
 */
export function makeHarmless(pieces: readonly Piece[], marks: readonly string[]): Harmless {
  const pattern = patternOf(marks)
  const whole = pieces.map(({ text }) => text).join('')
  if (pattern === null || whole === '') return { texts: pieces.map(({ text }) => text), changed: [] }
  const isWords: boolean[] = []
  for (const { is, text } of pieces) for (let i = 0; i < text.length; i++) isWords.push(is === 'words')
  const characters = whole.split('')
  const changed: string[] = []
  pattern.lastIndex = 0
  let text = whole
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const mark = match[0]
    const start = match.index
    // A mark may begin inside this one: `####` holds `###` twice.
    pattern.lastIndex = start + 1
    const places = [...mark].map((_, i) => start + i).filter((place) => isWords[place])
    const wanted = harmlessCharacter(mark)
    const place = wanted !== null && isWords[start + wanted.at] ? start + wanted.at : places[0]
    if (place === undefined) continue
    const by = wanted !== null && place === start + wanted.at ? wanted.by : replacementFor(whole.charAt(place))
    characters[place] = by
    changed.push(whole.slice(start, start + 40))
    // What was found is gone from here on, and only here: earlier marks were dealt with.
    text = characters.join('')
  }
  let at = 0
  const texts = pieces.map((piece) => {
    const part = text.slice(at, at + piece.text.length)
    at += piece.text.length
    return part
  })
  return { texts, changed }
}

/** For a mark that only ends in words: any other character than the one that completes it. */
const replacementFor = (character: string): string => OPENERS[character] ?? (character === ':' ? COLON : '·')

/**
 * @file Words that hold a mark of a model lose it: one character for another, so that every offset
 * into the words stays valid, and no mark is left.
 */

/** First characters of marks, and what opens nothing. */
const OPENERS: Readonly<Record<string, string>> = { '<': '(', '[': '(', '#': '＃', '|': '¦', '\n': ' ' }
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
  /** Each mark that was changed: the piece it was changed in, and the words from there on, for a message. */
  readonly changes: readonly { readonly piece: number; readonly around: string }[]
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
  if (pattern === null || whole === '') return { texts: pieces.map(({ text }) => text), changes: [] }
  const isWords = new Uint8Array(whole.length)
  const pieceOf = new Uint32Array(whole.length)
  let start = 0
  pieces.forEach(({ is, text }, piece) => {
    if (is === 'words') isWords.fill(1, start, start + text.length)
    pieceOf.fill(piece, start, start + text.length)
    start += text.length
  })
  const replacements = new Map<number, string>()
  const changes: { piece: number; around: string }[] = []
  for (let match = pattern.exec(whole); match !== null; match = pattern.exec(whole)) {
    const at = match.index
    // A mark may begin inside this one: `####` holds `###` twice.
    pattern.lastIndex = at + 1
    for (const mark of marks) {
      if (!whole.startsWith(mark, at)) continue
      const places = Array.from({ length: mark.length }, (_, i) => at + i)
      if (places.some((place) => replacements.has(place))) continue
      const wanted = harmlessCharacter(mark)
      const place = [at + (wanted?.at ?? 0), ...places].find((one) => isWords[one] === 1)
      if (place === undefined) continue
      replacements.set(
        place,
        place === at + (wanted?.at ?? -1) ? (wanted?.by ?? '') : replacementFor(whole.charAt(place))
      )
      changes.push({ piece: pieceOf[place] ?? 0, around: whole.slice(at, at + 40) })
    }
  }
  let offset = 0
  const texts = pieces.map(({ text }) => {
    const from = offset
    offset += text.length
    return replacements.size === 0
      ? text
      : Array.from({ length: text.length }, (_, i) => replacements.get(from + i) ?? text.charAt(i)).join('')
  })
  return { texts, changes }
}

/** Where the usual place of a mark is not in the words: any other character than the one that completes it. */
const replacementFor = (character: string): string => OPENERS[character] ?? (character === ':' ? COLON : '·')

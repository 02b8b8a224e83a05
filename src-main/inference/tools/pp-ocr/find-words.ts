/** @file Looks for words in a line that was read, letting small and large letters and spaces pass for each other. */
import type { ReadCharacter } from './read-line'

export interface FoundWords {
  readonly text: string
  /** Fractions of the line's length. */
  readonly span: readonly [number, number]
  /** False when it is the whole line. */
  readonly isPart: boolean
  /** Mean probability of its characters. */
  readonly score: number
}

const fold = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('en')
const isSpace = (text: string): boolean => text.trim() === ''

/** Every place where the line says `words`. */
export function findWords(line: readonly ReadCharacter[], words: string): readonly FoundWords[] {
  const kept = line.filter(({ text }) => !isSpace(text))
  // One entry for each folded letter: folding may make two of one.
  const letters = kept.flatMap(({ text }, place) => [...fold(text)].map((letter) => ({ letter, place })))
  const wanted = [...fold(words)].filter((letter) => !isSpace(letter)).join('')
  if (wanted === '') return []
  const all = letters.map(({ letter }) => letter).join('')
  const starts = letters
    .map(({ letter }) => letter.length)
    .reduce<number[]>((sums, length) => [...sums, (sums.at(-1) ?? 0) + length], [0])
  const letterAt = (offset: number): number =>
    starts.findIndex((start, i) => start <= offset && offset < (starts[i + 1] ?? Infinity))
  const found: FoundWords[] = []
  for (let at = all.indexOf(wanted); at !== -1; at = all.indexOf(wanted, at + wanted.length)) {
    const first = kept[letters[letterAt(at)]?.place ?? -1]
    const last = kept[letters[letterAt(at + wanted.length - 1)]?.place ?? -1]
    if (first === undefined || last === undefined) break
    const part = line.slice(line.indexOf(first), line.indexOf(last) + 1)
    found.push({
      text: part.map(({ text }) => text).join(''),
      span: [first.start, last.end],
      isPart: first !== kept[0] || last !== kept.at(-1),
      score: part.reduce((sum, { probability }) => sum + probability, 0) / part.length
    })
  }
  return found
}

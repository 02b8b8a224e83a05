/**
 * @file The body `[[x0, y0, x1, y1], …]` that several families put in their tags: a JSON list of lists.
 */
import type { Tuple } from './group'
import type { IssueCode } from './issues'
import type { GroupForm } from './tagged'

const READABLE = /^-?\d+(?:\.\d+)?$/
const NESTED = /^\s*\[\s*\[[^[\]]*\](?:\s*,\s*\[[^[\]]*\])*\s*\]\s*$/
const SINGLE = /^\s*\[[^[\]]*\]\s*$/
const INNER = /\[([^[\]]*)\]/g
/** Numbers, brackets, and names where a number should stand: a placeholder that was copied from a prompt. */
const BODY = /(?:[\d\s.,[\]+-]|(?<=[[,]\s?)[A-Za-z]\w{0,8})*/y

export interface ListOptions {
  /** The official reader takes `[x0, y0, x1, y1]` without the outer brackets. */
  readonly takesSingle: boolean
}

/** The list as a model writes it. */
const PLAIN = /^\[\[\d+, \d+, \d+, \d+\](?:, \[\d+, \d+, \d+, \d+\])*\]$/
/** One box, as most answers have it. */
const SINGLE_PLAIN = /^\[\[(\d+), (\d+), (\d+), (\d+)\]\]$/
const NUMBER = /\d+/g
const BOX = 4

function plainTuples(body: string): readonly Tuple[] {
  const tuples: Tuple[] = []
  let numbers: number[] = []
  for (const digits of body.match(NUMBER) ?? []) {
    numbers.push(Number(digits))
    if (numbers.length < BOX) continue
    tuples.push({ numbers, isOfficial: true, hasWhitespace: false })
    numbers = []
  }
  return tuples
}

/** What is wrong with a list whose inner brackets can be read. */
function misspellingOf(body: string): IssueCode {
  let depth = 0
  let isNested = false
  for (const character of body) {
    if (character === '[') depth++
    if (character === ']') depth--
    isNested ||= depth === 2
  }
  return depth > 0 || !isNested ? 'missing-bracket' : 'bad-json'
}

export function listTuples(body: string, { takesSingle }: ListOptions): readonly Tuple[] {
  const one = SINGLE_PLAIN.exec(body)
  if (one !== null) {
    const numbers = [Number(one[1]), Number(one[2]), Number(one[3]), Number(one[4])]
    return [{ numbers, isOfficial: true, hasWhitespace: false }]
  }
  if (PLAIN.test(body)) return plainTuples(body)
  const isOfficial = NESTED.test(body) || (takesSingle && SINGLE.test(body))
  const spelling = isOfficial ? {} : { misspelled: misspellingOf(body) }
  return [...body.matchAll(INNER)].map(([, inner = '']) => {
    const parts = inner.trim() === '' ? [] : inner.split(',').map((part) => part.trim())
    return {
      numbers: parts.map((part) => (READABLE.test(part) ? Number(part) : NaN)),
      isOfficial,
      hasWhitespace: false,
      isExact: !inner.includes('.'),
      ...spelling
    }
  })
}

/** Spaces in JSON mean nothing, and the whole list falls with one bad box. */
export const listForm = (
  options: ListOptions
): Pick<GroupForm, 'body' | 'tuples' | 'isComplete' | 'finished' | 'isAllOrNothing'> => ({
  body: new RegExp(BODY.source, BODY.flags),
  tuples: (body) => listTuples(body, options),
  isComplete: (body) => /\]\s*$/.test(body.slice(-64)),
  finished: (body) => body.lastIndexOf(']') + 1,
  isAllOrNothing: true
})

export const listText = (boxes: readonly (readonly number[])[]): string =>
  `[${boxes.map((numbers) => `[${numbers.join(', ')}]`).join(', ')}]`

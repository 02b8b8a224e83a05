/**
 * @file JSON without its silent losses (E3, E5): an integer beyond 2^53 comes as a bigint, so that an id keeps its full
 * value; a number beyond what a double holds, and half of a surrogate pair, are faults. For lines and small files;
 * files of any size go through `json-splitter.ts`, which parses its slices with this.
 */
import { AppError } from '../../errors'
import type { JsonFault } from './json-fault'
import { findJsonFault } from './json-fault'

export type ExactJson =
  { readonly value: unknown; readonly fault: null } | { readonly value: null; readonly fault: JsonFault }

const LONE_SURROGATE = /\p{Surrogate}/u
const LONE_ESCAPE = /\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]/
const OVERFLOW = /(?<![\w".])-?\d[\d.]*(?:[eE]\+?\d{2,}|\d{300,})/g

interface Doubts {
  hasUnsafeInteger: boolean
  hasOverflow: boolean
  hasLoneSurrogate: boolean
}

/** Walks with its own stack: depth is the file's choice. Millions of numbers pass here, so each costs one comparison. */
function doubtsAbout(root: unknown, mayHoldSurrogates: boolean): Doubts {
  const doubts: Doubts = { hasUnsafeInteger: false, hasOverflow: false, hasLoneSurrogate: false }
  const stack: object[] = []
  const look = (value: unknown): void => {
    if (typeof value === 'number') {
      if (value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER) return
      if (Number.isFinite(value)) doubts.hasUnsafeInteger = true
      else doubts.hasOverflow = true
    } else if (typeof value === 'object' && value !== null) stack.push(value)
    else if (mayHoldSurrogates && typeof value === 'string' && LONE_SURROGATE.test(value))
      doubts.hasLoneSurrogate = true
  }
  look(root)
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (Array.isArray(next)) for (let i = 0; i < next.length; i++) look(next[i])
    else {
      const record = next as Readonly<Record<string, unknown>>
      for (const key in record) {
        look(record[key])
        if (mayHoldSurrogates && LONE_SURROGATE.test(key)) doubts.hasLoneSurrogate = true
      }
    }
  }
  return doubts
}

/** The reviver's third argument holds the number as it was written; the type library does not know it yet. */
const keepingIntegers = ((_key: string, value: unknown, context: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
    ? BigInt(context.source ?? '')
    : value) as unknown as (key: string, value: unknown) => unknown

/** As deep as the splitter of files lets a value be; what walks it deeper may run out of stack. */
export const MOST_JSON_LEVELS = 512

/** Whether there are brackets enough to be too deep; finding a letter is far cheaper than reading the text. */
function hasManyBrackets(text: string, most: number): boolean {
  let count = 0
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) if (++count > most) return true
  return false
}

/** Where the first bracket that is too deep stands; null: none is. For text that is JSON. */
function tooDeepAt(text: string, most: number): number | null {
  let depth = 0
  for (const { 0: part, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/gs)) {
    if (part === '[' || part === '{') depth++
    else if (part === ']' || part === '}') depth--
    if (depth > most) return index
  }
  return null
}

/** `mostLevels` Infinity: who calls has counted them. */
export function readExactJson(text: string, mostLevels = MOST_JSON_LEVELS): ExactJson {
  const failed = (at: number, reason: string): ExactJson => ({ value: null, fault: { at, reason } })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    return { value: null, fault: findJsonFault(text) ?? { at: 0, reason: (cause as Error).message } }
  }
  const deepAt = mostLevels < Infinity && hasManyBrackets(text, mostLevels) ? tooDeepAt(text, mostLevels) : null
  if (deepAt !== null) return failed(deepAt, `it is nested deeper than ${mostLevels} levels`)
  const mayHoldSurrogates = text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text)
  const { hasUnsafeInteger, hasOverflow, hasLoneSurrogate } = doubtsAbout(value, mayHoldSurrogates)
  if (hasOverflow) {
    const at = [...text.matchAll(OVERFLOW)].find(([digits]) => !Number.isFinite(Number(digits)))?.index ?? 0
    return failed(at, 'a number is too large')
  }
  if (hasLoneSurrogate)
    return failed(Math.max(0, text.search(LONE_ESCAPE)), 'half of a pair of \\u escapes stands alone')
  return { value: hasUnsafeInteger ? JSON.parse(text, keepingIntegers) : value, fault: null }
}

export const jsonError = (file: string, line: number, column: number, reason: string): AppError =>
  new AppError('import/json', `${file}, line ${line}, column ${column}: ${reason}.`, {
    nextStep: 'Correct the file at this place, or write it again with a JSON library.',
    data: { file, line, column }
  })

/** From 1, both; the column counts UTF-16 units. CRLF and LF end a line. */
export function placeInText(text: string, at: number): { readonly line: number; readonly column: number } {
  let line = 1
  let start = 0
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', start)) {
    line++
    start = next + 1
  }
  return { line, column: at - start + 1 }
}

/** A small file, or the line `line` of a file of lines. Throws `import/json`. */
export function parseExactJson(file: string, text: string, line = 1): unknown {
  const { value, fault } = readExactJson(text)
  if (fault === null) return value
  const place = placeInText(text, fault.at)
  throw jsonError(file, line + place.line - 1, place.column, fault.reason)
}

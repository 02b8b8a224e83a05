/**
 * @file Objects as models write them nearly always, by one pattern each: the numbers, then the words, and
 * nothing else. What the pattern does not take, the forgiving scanner reads; what it takes, the scanner
 * reads the same (json-plain.test.ts), so this is speed and nothing else.
 *
 *     {"bbox_2d": [10, 20, 300, 400], "label": "cat"}     {"x_min": 0.1, "y_min": 0.2, …}
 */
import { COORDINATE_COUNTS } from '../../geometry/shape'
import type { JsonShape } from './json'

export interface PlainObject {
  /** Index of the shape. */
  readonly shape: number
  readonly numbers: readonly number[]
  readonly isWhole: boolean
  /** Offsets of what stands between the quotes. */
  readonly label: { readonly start: number; readonly end: number } | null
  readonly start: number
  readonly end: number
}

const NUMBER = '(-?\\d{1,15}(?:\\.\\d{1,17})?)'
const COLON = '\\s*:\\s*'
const COMMA = '\\s*,\\s*'

const MINUS = 45
const DOT = 46
const ZERO = 48
const EXACT_DIGITS = 15

/**
 * `Number(text)` of a plain decimal, without its cost: up to 15 digits are a whole number below 2^53 over a power
 * of ten, both exact in float64, so their quotient is the nearest number, as it is for `Number`.
 */
export function decimalOf(text: string): number {
  if (text.length > EXACT_DIGITS) return Number(text)
  let whole = 0
  let scale = 1
  let hasDot = false
  const isNegative = text.charCodeAt(0) === MINUS
  for (let i = isNegative ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) hasDot = true
    else {
      whole = whole * 10 + (code - ZERO)
      if (hasDot) scale *= 10
    }
  }
  return isNegative ? -whole / scale : whole / scale
}

/** An object around the list, whose other keys nobody wants; `start` is where the inner one begins. */
const wrapperOf = (keys: readonly string[]): string =>
  keys.length === 0 ? '' : `(?:\\{\\s*"(?:${keys.join('|')})"${COLON}\\[\\s*)?`

function patternOf({ kind, keys }: JsonShape, label: string, wrappers: readonly string[]): RegExp | null {
  const { least: count, isOpenEnded } = COORDINATE_COUNTS[kind]
  const [key = ''] = keys
  if (isOpenEnded) return null
  const place =
    keys.length === 1
      ? `"${key}"${COLON}\\[\\s*${Array<string>(count).fill(NUMBER).join(COMMA)}\\s*\\]`
      : keys.map((name) => `"${name}"${COLON}${NUMBER}`).join(COMMA)
  return new RegExp(`${wrapperOf(wrappers)}\\{\\s*${place}(?:${COMMA}"${label}"${COLON}"([^"\\\\]*)")?\\s*\\}`, 'y')
}

/** Sticky patterns of the shapes; null where the scanner must do it. */
export function plainReader(
  shapes: readonly JsonShape[],
  label: string,
  wrappers: readonly string[]
): (source: string, at: number) => PlainObject | null {
  const patterns = shapes.map((shape) => (shape.isPairs === true ? null : patternOf(shape, label, wrappers)))
  return (source, at) => {
    for (let shape = 0; shape < patterns.length; shape++) {
      const pattern = patterns[shape]
      if (pattern === null || pattern === undefined) continue
      pattern.lastIndex = at
      const match = pattern.exec(source)
      if (match === null) continue
      const end = pattern.lastIndex
      const last = match.length - 1
      const numbers: number[] = []
      let isWhole = true
      for (let i = 1; i < last; i++) {
        const digits = match[i] ?? ''
        if (isWhole && digits.includes('.')) isWhole = false
        numbers.push(decimalOf(digits))
      }
      const words = match[last]
      const quote = words === undefined ? 0 : source.lastIndexOf('"', end - 1)
      const start =
        wrappers.length === 0 ? at : source.lastIndexOf('{', words === undefined ? end : quote - words.length - 1)
      return {
        shape,
        numbers,
        isWhole,
        label: words === undefined ? null : { start: quote - words.length, end: quote },
        start,
        end
      }
    }
    return null
  }
}

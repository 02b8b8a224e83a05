/**
 * @file How sure a model was of one number it wrote, from what else it might have written at each of its digits.
 *
 * [Note: A number as a mixture]
 * At each digit the model gave probabilities to all ten, knowing the digits before. So the number is the one written,
 * with the product of its digits' probabilities, or it leaves it at one digit for another, with the probability of
 * that; how it would have gone on from there was not asked. Models that are unsure of a place are unsure by little:
 * 0.201 has 0.19… for its rival. So the unasked digits are taken to lie near the edge towards the number written, at
 * the share `NEAR_EDGE` of their range. A location token is the case of one digit with a thousand values.
 */
import type { TokenRival } from './ports'

/** One token's part of a number. */
export interface DigitToken {
  /** Offset of its digits in the number's text. */
  readonly at: number
  readonly digits: string
  /** Itself among them. Empty: it was forced, or nothing was told. */
  readonly rivals: readonly TokenRival[]
}

export interface NumberSpread {
  /** Both in the number's own unit. */
  readonly expected: number
  readonly deviation: number
}

const NEAR_EDGE = 0.15

/** null when nothing was told of any of its digits. `text` is digits with at most one point. */
export function spreadOfNumber(text: string, tokens: readonly DigitToken[]): NumberSpread | null {
  if (!tokens.some(({ rivals }) => rivals.length > 0)) return null
  const written = Number(text)
  const point = text.indexOf('.')
  const decimals = point === -1 ? 0 : text.length - point - 1
  /** Value of a step at the digit that ends before `end`. */
  const unitBefore = (end: number): number => {
    const after = text.slice(end).replace('.', '').length
    return 10 ** (after - decimals)
  }
  let reached = 1
  let sum = 0
  let squares = 0
  let total = 0
  const add = (weight: number, value: number): void => {
    total += weight
    sum += weight * (value - written)
    squares += weight * (value - written) ** 2
  }
  for (const { at, digits, rivals } of tokens) {
    const alike = rivals.filter((rival) => rival.digits.length === digits.length)
    const mass = alike.reduce((all, { probability }) => all + probability, 0)
    if (mass <= 0) continue
    const end = at + digits.length
    const unit = unitBefore(end)
    const isLast = !/\d/.test(text.slice(end))
    for (const rival of alike) {
      if (rival.digits === digits) continue
      const base = Number(text.slice(0, at) + rival.digits + text.slice(end).replace(/\d/g, '0'))
      const edge = isLast ? 0 : base > written ? NEAR_EDGE * unit : (1 - NEAR_EDGE) * unit
      add((reached * rival.probability) / mass, base + edge)
    }
    reached *= (alike.find((rival) => rival.digits === digits)?.probability ?? 0) / mass
  }
  add(reached, written)
  if (total <= 0) return null
  const mean = sum / total
  // No number is known better than its last digit can say.
  const rounding = unitBefore(text.length) ** 2 / 12
  return { expected: written + mean, deviation: Math.sqrt(Math.max(0, squares / total - mean * mean) + rounding) }
}

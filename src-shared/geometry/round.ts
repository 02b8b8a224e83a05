/**
 * @file Rounding as Python's `round(value, n)` and `'%.nf'` do it: the exact binary value, ties to
 * the even digit. `toFixed` is exact too but sends ties away from zero: 0.0625 is `0.062` in Python
 * and `0.063` in JavaScript, and a dialect that is off by one digit no longer matches its model.
 */
import { assert } from '../errors'

const MAX_DECIMALS = 10
/** A double that ties within `MAX_DECIMALS` has fewer fraction digits than this, so they are all seen. */
const ALL_DIGITS = 100
/** From here on `toFixed` gives up, and every double is an integer. */
const TO_FIXED_LIMIT = 1e21

/** `'%.nf' % value`. `value` must be finite, `decimals` 0..10. */
export function formatFixed(value: number, decimals: number): string {
  assert(Number.isFinite(value), `expected a finite number, got ${value}`)
  assert(Number.isInteger(decimals) && decimals >= 0 && decimals <= MAX_DECIMALS, 'expected 0 to 10 decimals')
  if (Object.is(value, -0)) return `-${(0).toFixed(decimals)}`
  if (Math.abs(value) >= TO_FIXED_LIMIT)
    return BigInt(value).toString() + (decimals > 0 ? `.${'0'.repeat(decimals)}` : '')
  const awayFromZero = value.toFixed(decimals)
  const isLastDigitEven = Number(awayFromZero.at(-1)) % 2 === 0
  if (isLastDigitEven) return awayFromZero
  // A tie has exactly one digit more, a 5, and is exactly the number those digits spell.
  const oneMore = value.toFixed(decimals + 1)
  if (oneMore.at(-1) !== '5' || Number(oneMore) !== value) return awayFromZero
  const digits = value.toFixed(ALL_DIGITS)
  const cut = digits.length - ALL_DIGITS + decimals
  if (!/^50*$/.test(digits.slice(cut))) return awayFromZero
  return digits.slice(0, decimals === 0 ? cut - 1 : cut)
}

/** `round(value, decimals)` of Python. */
export const roundHalfEven = (value: number, decimals: number): number => Number(formatFixed(value, decimals))

/** `round(value)` of Python for the ranges of a grid: exact, and without going through text. */
export function roundTiesToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1
  return below % 2 === 0 ? below : below + 1
}

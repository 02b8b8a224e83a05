import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvariantError } from '../errors'
import pythonRows from './fixtures/python-round.json'
import { formatFixed, roundHalfEven } from './round'

test('agrees with CPython on ties, neighbours of ties and random values', () => {
  const wrong = (pythonRows as [number, number, string, string][]).filter(
    ([value, decimals, fixed, rounded]) =>
      formatFixed(value, decimals) !== fixed || Math.abs(roundHalfEven(value, decimals)) !== Math.abs(Number(rounded))
  )
  expect(pythonRows.length).toBeGreaterThan(1000)
  expect(wrong).toEqual([])
})

test('keeps the sign of minus zero, as Python does', () => {
  expect(formatFixed(-0, 3)).toBe('-0.000')
  expect(formatFixed(-0.0001, 3)).toBe('-0.000')
})

test('a rounded value is within half a step and rounds to itself', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1000, max: 1000, noNaN: true }),
      fc.integer({ min: 0, max: 10 }),
      (value, decimals) => {
        const rounded = roundHalfEven(value, decimals)
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals * (1 + 1e-9) + 1e-12)
        expect(roundHalfEven(rounded, decimals)).toBe(rounded)
      }
    ),
    { numRuns: 1000 }
  )
})

test('refuses what has no decimal spelling', () => {
  for (const value of [NaN, Infinity, -Infinity]) expect(() => formatFixed(value, 3)).toThrow(InvariantError)
  expect(() => formatFixed(1, 11)).toThrow(InvariantError)
})

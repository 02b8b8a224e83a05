/** @file The short form of the long proofs (`npm run prove`): every registered dialect, with fixed seeds. */
import { describe, expect, test } from 'vitest'
import { groundedText } from '../../grounded/build'
import { DIALECTS } from '../registry'
import type { Dialect } from '../dialect'
import { faultOf, fuzzDialect } from './fuzz'
import { measureRoundTrip } from './round-trip'

/** Of the processor, so that other work is no hang. */
const nowMs = (): number => process.cpuUsage().user / 1_000

const named = DIALECTS.map((dialect) => [dialect.profile.id, dialect] as const)

describe('a region lands where the profile says', () => {
  test.each(named)('%s', (_id, dialect) => {
    const figures = measureRoundTrip(dialect, 2_000, 1)
    expect(figures.example).toBeNull()
    expect(figures.lost).toBe(0)
    // A bound that nothing comes near is not a bound.
    if (figures.count > 0) expect(figures.worstSteps).toBeGreaterThan(figures.statedSteps * 0.8)
  })

  test('a dialect that is off by a step is found out', () => {
    const [, honest] = named[0] ?? []
    if (honest === undefined) throw new Error('expected a dialect')
    const shifted: Dialect = { ...honest, profile: { ...honest.profile, worstErrorSteps: 0.1 } }
    expect(measureRoundTrip(shifted, 200, 1).example).not.toBeNull()
  })
})

describe('broken text is read without a fault', () => {
  test.each(named)('%s', (_id, dialect) => {
    const { finding, regions, count } = fuzzDialect(dialect, { count: 3_000, seed: 1, nowMs })
    expect(finding).toBeNull()
    expect(count).toBe(3_000)
    if (dialect.profile.kinds.length > 0) expect(regions).toBeGreaterThan(100)
  })

  test('a reader that throws, or loses characters, is found out', () => {
    const [, honest] = named[0] ?? []
    if (honest === undefined) throw new Error('expected a dialect')
    const throwing: Dialect = {
      ...honest,
      parse: () => {
        throw new Error('no')
      }
    }
    expect(fuzzDialect(throwing, { count: 10, seed: 1, nowMs }).finding?.reason).toContain('it threw')
    expect(faultOf('abc', { tree: groundedText([], []), diagnostics: [] })).toBe('the nodes end at 0 of 3')
  })
})

import { expect, it } from 'vitest'
import { Rate } from './rate'

const at = (done: number, phase: 'downloading' | 'checking' = 'downloading') =>
  ({ phase, file: null, done, total: 1e9 }) as const

it('says how fast bytes came over the last seconds, and nothing before there is anything to say', () => {
  const rate = new Rate()
  expect(rate.of(at(1000), 0)).toBeNull()
  expect(rate.of(at(2000), 100)).toBeNull()
  expect(rate.of(at(11_000), 1_000)).toBe(10_000)
  // What came long ago counts no more.
  for (let second = 2; second <= 20; second++) rate.of(at(11_000 + second * 100), second * 1_000)
  expect(rate.of(at(11_000 + 2_100), 21_000)).toBe(100)
})

it('begins anew with another phase and with a file that began anew', () => {
  const rate = new Rate()
  rate.of(at(0), 0)
  expect(rate.of(at(5_000), 1_000)).toBe(5_000)
  expect(rate.of(at(0, 'checking'), 1_100)).toBeNull()
  expect(rate.of(at(800, 'checking'), 1_900)).toBe(1_000)
  expect(rate.of(at(10, 'checking'), 2_000)).toBeNull()
})

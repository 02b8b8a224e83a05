import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignSplits, parseSplits } from './splits'

describe('shares', () => {
  test.each([
    ['train=0.8,val=0.2', [0.8, 0.2]],
    ['train=80, val=15, test=5', [0.8, 0.15, 0.05]],
    ['all=1', [1]]
  ])('%s', (text, shares) => {
    expect(parseSplits(text).map(({ share }) => share)).toEqual(shares)
  })

  test.each([
    '',
    'train',
    'train=',
    'train=0.8',
    'train=0.8,val=0.3',
    'a=1,b=0',
    'a=0.5,a=0.5',
    'a=0.5,A=0.5',
    '../x=1',
    'a/b=1',
    'a=-1,b=2',
    'a=0.5=0.5',
    'a=NaN',
    '=1'
  ])('%j is refused', (text) => {
    expect(() => parseSplits(text)).toThrow(expect.objectContaining({ code: 'export/bad-split' }))
  })
})

describe('members', () => {
  const shares = parseSplits('train=0.7,val=0.2,test=0.1')
  const single = (count: number): { id: string; group: string }[] =>
    Array.from({ length: count }, (_, i) => ({ id: `i${i}`, group: `i${i}` }))
  const counts = (map: ReadonlyMap<string, number>): number[] =>
    shares.map((_, split) => [...map.values()].filter((value) => value === split).length)

  test('each split has its share to within one image', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.integer(), (count, seed) => {
        const map = assignSplits(single(count), shares, seed)
        expect(map.size).toBe(count)
        counts(map).forEach((value, i) =>
          expect(Math.abs(value - (shares[i]?.share ?? 0) * count)).toBeLessThanOrEqual(1)
        )
      })
    )
  })

  test('the order of the images has no say, the seed has', () => {
    const members = single(100)
    const one = assignSplits(members, shares, 1)
    expect(assignSplits(members.toReversed(), shares, 1)).toEqual(new Map([...one].toReversed()))
    expect([...assignSplits(members, shares, 2)]).not.toEqual([...one])
  })

  test('splits are mixed: no run of names falls into one of them', () => {
    const map = assignSplits(single(1_000), shares, 3)
    const firsts = [...Array(500).keys()].filter((i) => map.get(`i${i}`) === 0).length
    expect(firsts).toBeGreaterThan(310)
    expect(firsts).toBeLessThan(390)
  })

  test('a group stays together', () => {
    const members = Array.from({ length: 200 }, (_, i) => ({ id: `i${i}`, group: `folder ${i % 17}` }))
    const map = assignSplits(members, shares, 5)
    for (let folder = 0; folder < 17; folder++) {
      const splits = members.filter(({ group }) => group === `folder ${folder}`).map(({ id }) => map.get(id))
      expect(new Set(splits).size).toBe(1)
    }
    expect(counts(map).every((value) => value > 0)).toBe(true)
  })
})

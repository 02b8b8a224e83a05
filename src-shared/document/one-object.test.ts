import { describe, expect, it } from 'vitest'
import type { RegionShape } from '../geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import { standIns } from './one-object'
import type { RegionRecord, RegionState } from './records'
import { regionRecord } from './testing'

const BOX: RegionShape = { type: 'box', box: normalizedBox(0, 0, 1, 1) }
const POINT: RegionShape = { type: 'point', point: normalizedPoint(0.5, 0.5) }
const MASK: RegionShape = { type: 'mask', size: { width: 2, height: 2 }, counts: '04' }
const region = (
  id: string,
  shape: RegionShape,
  shownRegions?: readonly string[],
  state: RegionState = 'accepted'
): RegionRecord =>
  regionRecord(id, {
    shape,
    labelId: 'dog',
    state,
    provenance: shownRegions === undefined ? { origin: 'human' } : { origin: 'model', shownRegions }
  })

describe('regions of one object', () => {
  it.each([
    ['nothing was made of another', [region('a', BOX), region('b', MASK)], {}],
    ['a mask is of its box', [region('a', BOX), region('m', MASK, ['a'])], { m: 'a' }],
    [
      'and a point with the box too',
      [region('a', BOX), region('p', POINT), region('m', MASK, ['a', 'p'])],
      { m: 'a', p: 'a' }
    ],
    ['a point is of its mask', [region('p', POINT), region('m', MASK, ['p'])], { p: 'm' }],
    [
      'two masks of one point are one object',
      [region('p', POINT), region('m', MASK, ['p']), region('n', MASK, ['p'])],
      { p: 'm', n: 'm' }
    ],
    [
      'two masks of one box as well',
      [region('a', BOX), region('m', MASK, ['a']), region('n', MASK, ['a'])],
      { m: 'a', n: 'a' }
    ],
    [
      'an accepted mask stands for a proposed box',
      [region('a', BOX, undefined, 'proposed'), region('m', MASK, ['a'])],
      { a: 'm' }
    ],
    ['a mask whose box is gone stands for itself', [region('m', MASK, ['gone'])], {}]
  ] as const)('%s', (_, regions, expected) => {
    expect(Object.fromEntries(standIns(regions))).toEqual(expected)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GroundedShape, ShapeKind } from './region-shape'
import {
  COORDINATE_COUNTS,
  boundsOfShape,
  coordinatesOf,
  isCoordinateCount,
  isFiniteShape,
  isRegionShape,
  isSameShape,
  regionShapeOf
} from './shape'
import { normalizedBox, normalizedPoint } from './space'

const stroke = (...pairs: readonly (readonly [number, number])[]): GroundedShape => ({
  type: 'polyline',
  points: pairs.map(([x, y]) => normalizedPoint(x, y))
})

describe('polyline', () => {
  const scribble = stroke([0.4, 0.1], [0.2, 0.5], [0.6, 0.3])

  test('is its points in the order they were drawn', () => {
    expect(coordinatesOf(scribble)).toEqual([0.4, 0.1, 0.2, 0.5, 0.6, 0.3])
    expect(isSameShape(scribble, stroke([0.6, 0.3], [0.2, 0.5], [0.4, 0.1]))).toBe(false)
    expect(isSameShape(scribble, { ...scribble, type: 'polygon' } as GroundedShape)).toBe(false)
    expect(isSameShape(scribble, stroke([0.4, 0.1], [0.2, 0.5], [0.6, 0.3]))).toBe(true)
  })

  test('becomes the box around it where it cannot be kept', () => {
    expect(isRegionShape(scribble)).toBe(false)
    expect(regionShapeOf(scribble)).toEqual({ type: 'box', box: normalizedBox(0.2, 0.1, 0.6, 0.5) })
  })

  test('with a coordinate that is no number is not finite', () => {
    expect(isFiniteShape(scribble)).toBe(true)
    expect(isFiniteShape(stroke([0, 0], [NaN, 1]))).toBe(false)
  })

  test('of half a million points has bounds', () => {
    const points = Array.from({ length: 500_000 }, (_, i) => normalizedPoint(i / 500_000, 0.5))
    expect(boundsOfShape({ type: 'polyline', points })).toEqual([0, 0.5, 0.999998, 0.5])
  })
})

describe('counts', () => {
  test.each<[ShapeKind, readonly number[], readonly number[]]>([
    ['point', [2], [0, 1, 3, 4]],
    ['box', [4], [2, 3, 5, 6, 8]],
    ['quad', [8], [4, 6, 7, 10]],
    ['polygon', [6, 8, 100], [0, 2, 4, 7]],
    ['polyline', [4, 6, 100], [0, 2, 3, 5]],
    ['coded-mask', [4], [2, 16]]
  ])('%s', (kind, right, wrong) => {
    for (const count of right) expect(isCoordinateCount(kind, count)).toBe(true)
    for (const count of wrong) expect(isCoordinateCount(kind, count)).toBe(false)
  })

  test('no shape has less than the least of its kind', () => {
    const kinds = Object.entries(COORDINATE_COUNTS)
    for (const [, { least }] of kinds) expect(least % 2).toBe(0)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double(), fc.double()), { minLength: 2, maxLength: 9 }), (pairs) => {
        expect(isCoordinateCount('polyline', coordinatesOf(stroke(...pairs)).length)).toBe(true)
      })
    )
  })
})

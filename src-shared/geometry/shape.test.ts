import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GroundedShape, RegionShape, ShapeKind } from './region-shape'
import {
  COORDINATE_COUNTS,
  boundsOfShape,
  coordinatesOf,
  isCoordinateCount,
  isFiniteShape,
  isSameShape,
  outlinesOfShape,
  regionShapeOf,
  spelledShapeOf
} from './shape'
import { doubleAreaOfRing } from './polygon'
import { compressedFromMask } from './mask'
import { shapeProblem } from './shape-problem'
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

  test('is kept by a project, and is the box around it for a dialect of boxes', () => {
    expect(regionShapeOf(scribble)).toBe(scribble)
    expect(spelledShapeOf(scribble, ['box'])).toEqual({ type: 'box', box: normalizedBox(0.2, 0.1, 0.6, 0.5) })
    expect(spelledShapeOf(scribble, ['box', 'polyline'])).toBe(scribble)
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

const points = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([x, y]) => normalizedPoint(x, y))
const triangle = points([0.1, 0.2], [0.5, 0.2], [0.3, 0.9])
// 4 × 3 pixels with a hole, column by column: ### #.# ### ...
const ring: RegionShape = {
  type: 'mask',
  size: { width: 4, height: 3 },
  counts: compressedFromMask({ size: { width: 4, height: 3 }, counts: [0, 4, 1, 4, 3] })
}

describe('shapes of many points', () => {
  test('a mask has the bounds and the outlines of its pixels, holes wound against them', () => {
    expect(boundsOfShape(ring)).toEqual([0, 0, 0.75, 1])
    const [outline, hole, ...more] = outlinesOfShape(ring)
    expect(more).toEqual([])
    expect(new Set(outline?.map(String))).toEqual(new Set(['0,0', '0.75,0', '0.75,1', '0,1']))
    expect(hole).toHaveLength(4)
    expect(Math.sign(doubleAreaOfRing(outline ?? []))).toBe(1)
    expect(Math.sign(doubleAreaOfRing(hole ?? []))).toBe(-1)
  })

  test('keypoints have the bounds of their box, else of the points that are labelled', () => {
    const labelled = [
      { point: normalizedPoint(0, 0), visibility: 0 },
      { point: normalizedPoint(0.4, 0.6), visibility: 1 },
      { point: normalizedPoint(0.5, 0.2), visibility: 2 }
    ] as const
    expect(boundsOfShape({ type: 'keypoints', points: labelled, box: null })).toEqual([0.4, 0.2, 0.5, 0.6])
    const box = normalizedBox(0.3, 0.1, 0.9, 0.8)
    expect(boundsOfShape({ type: 'keypoints', points: labelled, box })).toEqual(box)
  })

  test('are the same only when every ring, run and visibility is', () => {
    const two = (...rings: readonly (typeof triangle)[]): RegionShape => ({ type: 'multipolygon', rings })
    const far = points([0.8, 0.8], [0.9, 0.8], [0.9, 0.9])
    expect(isSameShape(two(triangle, far), two(triangle, [...far]))).toBe(true)
    expect(isSameShape(two(triangle, far), two([...triangle, ...far]))).toBe(false)
    expect(isSameShape(ring, { ...ring })).toBe(true)
    expect(isSameShape(ring, { ...ring, size: { width: 3, height: 4 } } as RegionShape)).toBe(false)
    const seen = (visibility: 0 | 1 | 2, box = null as null | ReturnType<typeof normalizedBox>): RegionShape => ({
      type: 'keypoints',
      points: [{ point: normalizedPoint(0.5, 0.5), visibility }],
      box
    })
    expect(isSameShape(seen(1), seen(1))).toBe(true)
    expect(isSameShape(seen(1), seen(2))).toBe(false)
    expect(isSameShape(seen(1), seen(1, normalizedBox(0, 0, 1, 1)))).toBe(false)
  })

  test('become one outline where a dialect writes polygons, else the box around them', () => {
    expect(spelledShapeOf({ type: 'multipolygon', rings: [triangle] }, ['polygon'])).toEqual({
      type: 'polygon',
      points: triangle
    })
    expect(spelledShapeOf({ type: 'multipolygon', rings: [triangle, triangle] }, ['box', 'polygon'])).toEqual({
      type: 'box',
      box: normalizedBox(0.1, 0.2, 0.5, 0.9)
    })
    expect(spelledShapeOf(ring, ['box', 'polygon'])).toEqual({ type: 'box', box: normalizedBox(0, 0, 0.75, 1) })
    const codes: GroundedShape = { type: 'coded-mask', box: normalizedBox(0, 0, 1, 0.5), codes: [1] }
    expect(regionShapeOf(codes)).toEqual({ type: 'box', box: normalizedBox(0, 0, 1, 0.5) })
    expect(spelledShapeOf(codes, ['coded-mask'])).toBe(codes)
  })

  test.each<[string, RegionShape, RegExp]>([
    ['a polygon of two points', { type: 'polygon', points: triangle.slice(0, 2) }, /has 2 points/],
    ['a stroke of one point', { type: 'polyline', points: triangle.slice(0, 1) }, /has 1 points/],
    ['no ring', { type: 'multipolygon', rings: [] }, /no ring/],
    ['a ring of two points', { type: 'multipolygon', rings: [triangle, triangle.slice(1)] }, /2 points in ring 2/],
    ['runs that fill another raster', { ...ring, size: { width: 5, height: 3 } } as RegionShape, /12 pixels/],
    ['runs that are no text of COCO', { ...ring, counts: 'é' } as RegionShape, /Character 0/],
    ['a raster without pixels', { ...ring, size: { width: 0, height: 3 } } as RegionShape, /no pixels/],
    ['a mask of nothing', { ...ring, counts: '<' } as RegionShape, /no pixel inside/],
    [
      'keypoints nowhere',
      { type: 'keypoints', points: [{ point: normalizedPoint(0, 0), visibility: 0 }], box: null },
      /neither a box nor a point/
    ]
  ])('%s is refused, and has finite bounds all the same', (_, shape, words) => {
    expect(shapeProblem(shape)).toMatch(words)
    expect(boundsOfShape(shape).every(Number.isFinite)).toBe(true)
  })
})

/** @file For property tests: shapes that a project can hold, of every kind, inside and outside the image. */
import fc from 'fast-check'
import { compressedFromMask, maskFromBitmap } from './mask'
import type { RegionShape } from './region-shape'
import { normalizedBox, normalizedPoint } from './space'
import type { NormalizedBox, NormalizedPoint } from './space'

export interface ShapeChoice {
  /** Least and most of every coordinate; default −1 and 2. */
  readonly min?: number
  readonly max?: number
  readonly types?: readonly RegionShape['type'][]
}

const ALL: readonly RegionShape['type'][] = [
  'box',
  'point',
  'quad',
  'polygon',
  'polyline',
  'multipolygon',
  'mask',
  'keypoints'
]

/** Corners of boxes are ordered, and no mask is empty: every shape is one that `shapeProblem` takes. */
export function arbitraryShapes({ min = -1, max = 2, types = ALL }: ShapeChoice = {}): fc.Arbitrary<RegionShape> {
  // Negative zero is no place of its own: it is the same as zero, and JSON does not keep it.
  const coordinate = fc.double({ min, max, noNaN: true }).map((value) => value + 0)
  const point: fc.Arbitrary<NormalizedPoint> = fc.tuple(coordinate, coordinate).map(([x, y]) => normalizedPoint(x, y))
  const box: fc.Arbitrary<NormalizedBox> = fc
    .tuple(coordinate, coordinate, coordinate, coordinate)
    .map(([a, b, c, d]) => normalizedBox(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)))
  const ring = fc.array(point, { minLength: 3, maxLength: 8 })
  const side = fc.integer({ min: 1, max: 9 })
  const visibility = fc.constantFrom(0, 1, 2)
  const makers: { readonly [T in RegionShape['type']]: fc.Arbitrary<RegionShape> } = {
    box: box.map((corners) => ({ type: 'box', box: corners })),
    point: point.map((place) => ({ type: 'point', point: place })),
    quad: fc.tuple(point, point, point, point).map((points) => ({ type: 'quad', points })),
    polygon: ring.map((points) => ({ type: 'polygon', points })),
    polyline: fc.array(point, { minLength: 2, maxLength: 8 }).map((points) => ({ type: 'polyline', points })),
    multipolygon: fc.array(ring, { minLength: 1, maxLength: 3 }).map((rings) => ({ type: 'multipolygon', rings })),
    mask: fc
      .tuple(side, side)
      .chain(([width, height]) =>
        fc.record({
          size: fc.constant({ width, height }),
          bits: fc
            .array(fc.constantFrom(0, 1), { minLength: width * height, maxLength: width * height })
            .filter((bits) => bits.includes(1))
        })
      )
      .map(({ size, bits }) => ({ type: 'mask', size, counts: compressedFromMask(maskFromBitmap(bits, size)) })),
    keypoints: fc
      .record({
        points: fc.array(fc.record({ point, visibility: visibility as fc.Arbitrary<0 | 1 | 2> }), { maxLength: 6 }),
        box: fc.option(box)
      })
      .filter((shape) => shape.box !== null || shape.points.some((each) => each.visibility > 0))
      .map((shape) => ({ type: 'keypoints', ...shape }))
  }
  return fc.oneof(...types.map((type) => makers[type]))
}

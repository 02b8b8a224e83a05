/** @file Shapes for the laws of formats, by kind, on an image of a known size. For test files only. */
import fc from 'fast-check'
import { compressedFromMask, maskFromCounts } from '../geometry/mask'
import { normalizedPointFromPixel } from '../geometry/convert'
import type { AnnotationShape } from '../geometry/region-shape'
import { normalizedBox, normalizedPoint, pixelPoint } from '../geometry/space'
import type { ImageSize, NormalizedPoint } from '../geometry/space'
import type { AnnotationKind } from './keeps'

/** At least two pixels long, so that rounding to a pixel leaves an area. Sometimes out of the image. */
function spans(length: number, mayLeave: boolean): fc.Arbitrary<readonly [from: number, to: number]> {
  const least = Math.min(1, 2 / length)
  const inside = fc
    .tuple(fc.double({ min: least, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([size, at]) => [at * (1 - size) + 0, at * (1 - size) + size] as const)
  const whole = fc.constant([0, 1] as const)
  const outside = fc
    .tuple(fc.double({ min: -0.3, max: 0.5, noNaN: true }), fc.double({ min: 0.6, max: 1.3, noNaN: true }))
    .map(([from, to]) => [from, to] as const)
  return mayLeave
    ? fc.oneof({ weight: 8, arbitrary: inside }, { weight: 1, arbitrary: whole }, { weight: 1, arbitrary: outside })
    : fc.oneof({ weight: 8, arbitrary: inside }, { weight: 1, arbitrary: whole })
}

const points = (mayLeave: boolean): fc.Arbitrary<NormalizedPoint> => {
  const inside = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
  const far = fc.double({ min: -0.2, max: 1.2, noNaN: true }).map((value) => value + 0)
  const value = mayLeave ? fc.oneof({ weight: 9, arbitrary: inside }, { weight: 1, arbitrary: far }) : inside
  return fc.tuple(value, value).map(([x, y]) => normalizedPoint(x, y))
}

/** A star around a middle: a ring that does not cross itself and is some pixels wide. */
function rings({ width, height }: ImageSize): fc.Arbitrary<readonly NormalizedPoint[]> {
  return fc
    .tuple(fc.array(fc.double({ min: 0.5, max: 1, noNaN: true }), { minLength: 3, maxLength: 8 }), points(false))
    .map(([radii, [x, y]]) => {
      const [cx, cy] = [0.25 + x / 2, 0.25 + y / 2]
      return radii.map((radius, i) => {
        const angle = (2 * Math.PI * i) / radii.length
        return normalizedPointFromPixel(
          pixelPoint((cx + Math.cos(angle) * radius * 0.25) * width, (cy + Math.sin(angle) * radius * 0.25) * height),
          { width, height }
        )
      })
    })
}

/** A turned rectangle, clockwise. */
function quads(size: ImageSize): fc.Arbitrary<AnnotationShape> {
  const half = fc.double({ min: 0.5, max: Math.max(1, Math.min(size.width, size.height) / 6), noNaN: true })
  return fc
    .tuple(points(false), half, half, fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }))
    .map(([[x, y], a, b, angle]): AnnotationShape => {
      const [cx, cy] = [(0.3 + 0.4 * x) * size.width, (0.3 + 0.4 * y) * size.height]
      const corner = (u: number, v: number): NormalizedPoint =>
        normalizedPointFromPixel(
          pixelPoint(
            cx + u * a * Math.cos(angle) - v * b * Math.sin(angle),
            cy + u * a * Math.sin(angle) + v * b * Math.cos(angle)
          ),
          size
        )
      return { type: 'quad', points: [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)] }
    })
}

function masks(size: ImageSize): fc.Arbitrary<AnnotationShape> {
  const total = size.width * size.height
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: total - 1 }), { minLength: 1, maxLength: 9 })
  return cuts.map((list): AnnotationShape => {
    const borders = [...list].sort((a, b) => a - b)
    const counts = [...borders, total].map((to, i) => to - (borders[i - 1] ?? 0))
    const { mask } = maskFromCounts(counts, size)
    if (mask === null) throw new Error('expected the counts of a mask')
    return { type: 'mask', size, counts: compressedFromMask(mask) }
  })
}

function keypoints(size: ImageSize, mayLeave: boolean): fc.Arbitrary<AnnotationShape> {
  const point = fc.record({ point: points(mayLeave), visibility: fc.constantFrom(0 as const, 1 as const, 2 as const) })
  return fc
    .tuple(fc.array(point, { minLength: 3, maxLength: 3 }), boxes(size, mayLeave))
    .map(([list, box]): AnnotationShape => ({ type: 'keypoints', points: list, box }))
}

const boxes = (size: ImageSize, mayLeave: boolean): fc.Arbitrary<ReturnType<typeof normalizedBox>> =>
  fc
    .tuple(spans(size.width, mayLeave), spans(size.height, mayLeave))
    .map(([[x0, x1], [y0, y1]]) => normalizedBox(x0, y0, x1, y1))

/** `mayLeave`: some reach outside the image. Masks and rings never do. */
export function shapesOf(kind: AnnotationKind, size: ImageSize, mayLeave: boolean): fc.Arbitrary<AnnotationShape> {
  switch (kind) {
    case 'box':
      return boxes(size, mayLeave).map((box) => ({ type: 'box', box }))
    case 'point':
      return points(mayLeave).map((point) => ({ type: 'point', point }))
    case 'quad':
      return quads(size)
    case 'polygon':
      return rings(size).map((list) => ({ type: 'polygon', points: list }))
    case 'polyline':
      return fc
        .array(points(mayLeave), { minLength: 2, maxLength: 6 })
        .map((list) => ({ type: 'polyline', points: list }))
    case 'multipolygon':
      return fc
        .array(rings(size), { minLength: 2, maxLength: 3 })
        .map((list) => ({ type: 'multipolygon', rings: list }))
    case 'mask':
      return masks(size)
    case 'keypoints':
      return keypoints(size, mayLeave)
  }
}

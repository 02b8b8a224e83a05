/** @file What holds for every shape of a region. */
import { orderCorners } from './box'
import type { GroundedShape, RegionShape, ShapeKind } from './region-shape'
import { normalizedBox } from './space'
import type { NormalizedBox } from './space'

/** How many numbers spell a shape of each kind; `isOpenEnded`: that many or more, in pairs. */
export const COORDINATE_COUNTS: Readonly<Record<ShapeKind, { readonly least: number; readonly isOpenEnded: boolean }>> =
  {
    point: { least: 2, isOpenEnded: false },
    box: { least: 4, isOpenEnded: false },
    quad: { least: 8, isOpenEnded: false },
    polygon: { least: 6, isOpenEnded: true },
    polyline: { least: 4, isOpenEnded: true },
    'coded-mask': { least: 4, isOpenEnded: false }
  }

/** Whether so many numbers can spell a shape of this kind. */
export function isCoordinateCount(kind: ShapeKind, count: number): boolean {
  const { least, isOpenEnded } = COORDINATE_COUNTS[kind]
  return isOpenEnded ? count >= least && count % 2 === 0 : count === least
}

/** Every coordinate as x, y, x, y, …; a box is its two corners. */
export function coordinatesOf(shape: GroundedShape): readonly number[] {
  if (shape.type === 'box' || shape.type === 'coded-mask') return shape.box
  return shape.type === 'point' ? shape.point : shape.points.flat()
}

export const isFiniteShape = (shape: GroundedShape): boolean => coordinatesOf(shape).every(Number.isFinite)

/** Whether the studio can draw, edit and store it. */
export const isRegionShape = (shape: GroundedShape): shape is RegionShape =>
  shape.type === 'box' || shape.type === 'point'

/** The smallest box around a shape; corners ordered. */
export function boundsOfShape(shape: GroundedShape): NormalizedBox {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  // A loop, not `Math.min(...)`: a stroke may have more points than a call may have arguments.
  coordinatesOf(shape).forEach((value, i) => {
    if (i % 2 === 0) [x0, x1] = [Math.min(x0, value), Math.max(x1, value)]
    else [y0, y1] = [Math.min(y0, value), Math.max(y1, value)]
  })
  return normalizedBox(x0, y0, x1, y1)
}

/** What the studio draws and stores of a shape; a shape it cannot edit yet becomes the box around it. */
export const regionShapeOf = (shape: GroundedShape): RegionShape =>
  isRegionShape(shape) ? shape : { type: 'box', box: boundsOfShape(shape) }

/** Same type and exactly the same coordinates. */
export function isSameShape(a: GroundedShape, b: GroundedShape): boolean {
  if (a.type !== b.type) return false
  const [left, right] = [coordinatesOf(a), coordinatesOf(b)]
  if (left.length !== right.length || left.some((value, i) => value !== right[i])) return false
  if (a.type !== 'coded-mask' || b.type !== 'coded-mask') return true
  return a.codes.length === b.codes.length && a.codes.every((code, i) => code === b.codes[i])
}

/** Corners ordered; points are as they are. */
export const orderShape = (shape: RegionShape): RegionShape =>
  shape.type === 'box' ? { type: 'box', box: orderCorners(shape.box) } : shape

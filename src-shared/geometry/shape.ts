/** @file What holds for every shape of a region. */
import { orderCorners } from './box'
import type { GroundedShape, RegionShape } from './region-shape'
import { normalizedBox } from './space'
import type { NormalizedBox } from './space'

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
  const numbers = coordinatesOf(shape)
  const xs = numbers.filter((_, i) => i % 2 === 0)
  const ys = numbers.filter((_, i) => i % 2 === 1)
  return normalizedBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
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

/** @file What holds for every shape of a region. */
import { isFiniteBox, orderCorners } from './box'
import type { RegionShape } from './region-shape'

export const isFiniteShape = (shape: RegionShape): boolean =>
  shape.type === 'box' ? isFiniteBox(shape.box) : shape.point.every(Number.isFinite)

/** Same type and exactly the same coordinates. */
export function isSameShape(a: RegionShape, b: RegionShape): boolean {
  if (a.type === 'box') return b.type === 'box' && a.box.every((value, i) => value === b.box[i])
  return b.type === 'point' && a.point.every((value, i) => value === b.point[i])
}

/** Corners ordered; points are as they are. */
export const orderShape = (shape: RegionShape): RegionShape =>
  shape.type === 'box' ? { type: 'box', box: orderCorners(shape.box) } : shape

/**
 * @file Arithmetic on boxes that is the same in every space. Generic over the space, so a box never
 * changes its space here. Nothing clamps or reorders unless its name says so.
 */
import type { NormalizedBox, NormalizedPoint, PaddedBox, PixelBox, StoredBox, ViewBox } from './space'

export type AnyBox = NormalizedBox | PixelBox | PaddedBox | StoredBox | ViewBox

// The only place that builds a box of an unnamed space: the same brand goes in and comes out.
const like = <B extends AnyBox>(_space: B, x0: number, y0: number, x1: number, y1: number): B =>
  [x0, y0, x1, y1] as unknown as B

export const isFiniteBox = (box: AnyBox): boolean => box.every(Number.isFinite)

/** Width in units of the box's space; negative when the corners are reversed. */
export const boxWidth = (box: AnyBox): number => box[2] - box[0]
export const boxHeight = (box: AnyBox): number => box[3] - box[1]

/** Left ≤ right and top ≤ bottom. */
export const isOrdered = (box: AnyBox): boolean => box[0] <= box[2] && box[1] <= box[3]

/** Area in square units of the box's space; 0 for reversed corners. */
export const boxArea = (box: AnyBox): number => (isOrdered(box) ? boxWidth(box) * boxHeight(box) : 0)

/** No width or no height. */
export const isDegenerate = (box: AnyBox): boolean => box[0] === box[2] || box[1] === box[3]

/** Swaps what is reversed, so that left ≤ right and top ≤ bottom. */
export const orderCorners = <B extends AnyBox>(box: B): B =>
  like(box, Math.min(box[0], box[2]), Math.min(box[1], box[3]), Math.max(box[0], box[2]), Math.max(box[1], box[3]))

/** Clips into `bounds` (ordered, same space). A box wholly outside becomes degenerate on the border. */
export const clampBox = <B extends AnyBox>(box: B, bounds: B): B => {
  const x = (value: number): number => Math.min(Math.max(value, bounds[0]), bounds[2])
  const y = (value: number): number => Math.min(Math.max(value, bounds[1]), bounds[3])
  return like(box, x(box[0]), y(box[1]), x(box[2]), y(box[3]))
}

const clampUnit = (value: number): number => Math.min(Math.max(value, 0), 1)

/** Clips into the image. */
export const clampToImage = (box: NormalizedBox): NormalizedBox =>
  like(box, clampUnit(box[0]), clampUnit(box[1]), clampUnit(box[2]), clampUnit(box[3]))
export const clampPointToImage = (point: NormalizedPoint): NormalizedPoint =>
  [clampUnit(point[0]), clampUnit(point[1])] as unknown as NormalizedPoint

export const isInsideImage = (box: NormalizedBox): boolean => box.every((value) => value >= 0 && value <= 1)

/** Common part; null when the boxes do not overlap or only touch. Corners must be ordered. */
export function intersectBoxes<B extends AnyBox>(a: B, b: B): B | null {
  const box = like(a, Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3]))
  return box[0] < box[2] && box[1] < box[3] ? box : null
}

export const translateBox = <B extends AnyBox>(box: B, dx: number, dy: number): B =>
  like(box, box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)

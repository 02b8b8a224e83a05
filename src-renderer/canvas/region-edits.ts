/**
 * @file What a gesture does to a shape: pure functions on normalized coordinates. A coordinate that
 * the gesture does not touch keeps its exact bits, and a gesture of length zero returns the shape
 * it was given, so that looking at a region never changes it.
 *
 * [Note: the dyadic grid] Drawn corners and movements are rounded to multiples of 2^-44 of the
 * image (10^-9 px on a 10 000 px image). Sums and differences of such numbers in 0..1 are exact in
 * float64: a moved box keeps its width and height to the last bit and moving it back restores it.
 * Coordinates that came from elsewhere are not rounded; they move with an error below one ulp.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import type { ImageSize, NormalizedBox, NormalizedPoint } from '../../src-shared/geometry/space'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'

export type Quad = readonly [x0: number, y0: number, x1: number, y1: number]

/** Sides of a box a handle moves: -1 the left/top one, 1 the right/bottom one, 0 none. */
export interface Handle {
  readonly horizontal: -1 | 0 | 1
  readonly vertical: -1 | 0 | 1
}

const GRID = 2 ** 44

export const onGrid = (fraction: number): number => Math.round(fraction * GRID) / GRID
export const clampUnit = (fraction: number): number => Math.min(Math.max(fraction, 0), 1)

/** Smallest box around the shape; zero-sized for a point, corners of a box as they are. */
export function boundsOf(shape: RegionShape): Quad {
  if (shape.type === 'box') return shape.box
  if (shape.type === 'point') return [shape.point[0], shape.point[1], shape.point[0], shape.point[1]]
  let bounds = knownBounds.get(shape)
  if (bounds === undefined) knownBounds.set(shape, (bounds = boundsOfShape(shape)))
  return bounds
}
/** Asked for at every frame and every pointer move; of an outline they cost a walk along it. */
const knownBounds = new WeakMap<RegionShape, Quad>()

/** Whether a drag can move it. The pixels of a mask lie on their raster: off it, or cut, they would be another mask. */
export const isMovable = (shape: RegionShape): boolean => shape.type !== 'mask'

/** How far `bounds` may move along one axis: never further outside the image than it already is. */
const allowedDelta = (delta: number, low: number, high: number): number =>
  Math.min(Math.max(delta, Math.min(0, -low)), Math.max(0, 1 - high))

/** The part of `(dx, dy)` that all of `shapes` can move together without leaving the image. */
export const limitMove = (
  shapes: readonly RegionShape[],
  dx: number,
  dy: number
): readonly [dx: number, dy: number] => {
  let x = onGrid(dx)
  let y = onGrid(dy)
  for (const shape of shapes) {
    if (!isMovable(shape)) continue
    const bounds = boundsOf(shape)
    x = allowedDelta(x, bounds[0], bounds[2])
    y = allowedDelta(y, bounds[1], bounds[3])
  }
  return [x, y]
}

const movedPair = (low: number, high: number, delta: number): readonly [number, number] => {
  if (delta === 0) return [low, high]
  // The side that stopped at the border is exactly on it, whatever the rounding of `1 - high`.
  if (delta < 0 && delta === -low) return [0, high - low]
  if (delta > 0 && delta === 1 - high) return [1 - (high - low), 1]
  return [low + delta, high + delta]
}

/** Moves by normalized `(dx, dy)`; call `limitMove` first. */
export const moveShape = (shape: RegionShape, dx: number, dy: number): RegionShape => {
  if (dx === 0 && dy === 0) return shape
  const [low, top, high, bottom] = boundsOf(shape)
  const moved = ([x, y]: NormalizedPoint): NormalizedPoint =>
    normalizedPoint(movedValue(x, low, high, dx), movedValue(y, top, bottom, dy))
  const movedBox = (box: NormalizedBox): NormalizedBox => {
    const [x0, x1] = movedPair(box[0], box[2], dx)
    const [y0, y1] = movedPair(box[1], box[3], dy)
    return normalizedBox(x0, y0, x1, y1)
  }
  switch (shape.type) {
    case 'box':
      return { type: 'box', box: movedBox(shape.box) }
    case 'point':
      return { type: 'point', point: moved(shape.point) }
    case 'quad': {
      const [a, b, c, d] = shape.points
      return { type: 'quad', points: [moved(a), moved(b), moved(c), moved(d)] }
    }
    case 'polygon':
    case 'polyline':
      return { type: shape.type, points: shape.points.map(moved) }
    case 'multipolygon':
      return { type: 'multipolygon', rings: shape.rings.map((ring) => ring.map(moved)) }
    case 'keypoints':
      return {
        type: 'keypoints',
        // A point that is not labelled says nothing; what a file wrote for it stays as it is.
        points: shape.points.map((each) => (each.visibility === 0 ? each : { ...each, point: moved(each.point) })),
        box: shape.box === null ? null : movedBox(shape.box)
      }
    case 'mask':
      return shape
  }
}

/** One coordinate of a shape between `low` and `high`: what touches the border is exactly on it afterwards. */
const movedValue = (value: number, low: number, high: number, delta: number): number => {
  if (delta > 0 && delta === 1 - high && value === high) return 1
  if (delta < 0 && delta === -low && value === low) return 0
  return value + delta
}

/**
 * One axis of a resize. The dragged side may cross the other one (the sides swap roles); it never
 * comes nearer than `minimum` unless the box already was thinner than that.
 */
const resizedPair = (
  low: number,
  high: number,
  side: -1 | 0 | 1,
  delta: number,
  minimum: number
): readonly [number, number] => {
  if (side === 0 || delta === 0) return [low, high]
  const fixed = side < 0 ? high : low
  const dragged = side < 0 ? low : high
  const limit = (value: number): number =>
    // Outside the image is data: a side that was outside may stay there, but is not dragged further out.
    Math.min(Math.max(value, Math.min(0, dragged)), Math.max(1, dragged))
  let moved = limit(dragged + onGrid(delta))
  const smallest = Math.min(minimum, high - low)
  if (Math.abs(moved - fixed) < smallest || moved === fixed) {
    const away = moved === fixed ? side : Math.sign(moved - fixed)
    const nudged = limit(fixed + away * minimum)
    moved = nudged === fixed ? limit(fixed - away * minimum) : nudged
  }
  return moved < fixed ? [moved, fixed] : [fixed, moved]
}

/** Drags the sides of `handle` by normalized `(dx, dy)`; `minimum` is one image pixel unless told otherwise. */
export const resizeBox = (
  box: NormalizedBox,
  handle: Handle,
  dx: number,
  dy: number,
  image: ImageSize,
  minimumPx = 1
): NormalizedBox => {
  const [x0, x1] = resizedPair(box[0], box[2], handle.horizontal, dx, minimumPx / image.width)
  const [y0, y1] = resizedPair(box[1], box[3], handle.vertical, dy, minimumPx / image.height)
  if (x0 === box[0] && y0 === box[1] && x1 === box[2] && y1 === box[3]) return box
  return normalizedBox(x0, y0, x1, y1)
}

/** The box between two corners in any order, inside the image; null when it has no area. */
export const boxBetween = (a: readonly [number, number], b: readonly [number, number]): NormalizedBox | null => {
  const [ax, ay, bx, by] = [a[0], a[1], b[0], b[1]].map((value) => onGrid(clampUnit(value))) as [
    number,
    number,
    number,
    number
  ]
  if (ax === bx || ay === by) return null
  return normalizedBox(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))
}

/** Moves all `shapes` together by whole image pixels. */
export const nudgeShapes = (
  shapes: readonly RegionShape[],
  dxPx: number,
  dyPx: number,
  image: ImageSize
): readonly RegionShape[] => {
  const [dx, dy] = limitMove(shapes, dxPx / image.width, dyPx / image.height)
  return shapes.map((shape) => moveShape(shape, dx, dy))
}

/** Moves the right and bottom sides by whole image pixels; they stop one pixel before the opposite side. */
export const nudgeSize = (shape: RegionShape, dxPx: number, dyPx: number, image: ImageSize): RegionShape => {
  if (shape.type !== 'box') return shape
  const stop = (low: number, high: number, deltaPx: number, extent: number): number =>
    Math.max(deltaPx / extent, Math.min(0, 1 / extent - (high - low)))
  const { box } = shape
  const resized = resizeBox(
    box,
    { horizontal: 1, vertical: 1 },
    stop(box[0], box[2], dxPx, image.width),
    stop(box[1], box[3], dyPx, image.height),
    image
  )
  return resized === box ? shape : { type: 'box', box: resized }
}

/**
 * @file The lines of shapes that are no box and no point, flat, as layers draw them and hits are measured:
 * made once for each shape, in normalized space.
 *
 *   area        closed rings: quad, polygon, multipolygon, mask
 *   stroke      one open ring: polyline
 *   keypoints   two lists of places, visible and hidden ones, with the box around them; `dots` without a box
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { doubleAreaOfRing } from '../../src-shared/geometry/polygon'
import { outlinesOfShape } from '../../src-shared/geometry/shape'
import type { NormalizedPoint } from '../../src-shared/geometry/space'

export type Form = 'box' | 'point' | 'area' | 'stroke' | 'keypoints' | 'dots'
export const FORMS: readonly Form[] = ['box', 'point', 'area', 'stroke', 'keypoints', 'dots']

/** Drawn along its own lines; the others along the box around them. */
export const hasLines = (form: Form): boolean => form === 'area' || form === 'stroke'

export interface Rings {
  /** float64 [points, 2]: x, y, x, y, … of one ring after the other. */
  readonly points: Float64Array
  /** uint32 [rings + 1]: the first point of each ring, and the end of the last. */
  readonly starts: Uint32Array
}

export function formOf(shape: RegionShape): Form {
  switch (shape.type) {
    case 'box':
    case 'point':
      return shape.type
    case 'polyline':
      return 'stroke'
    case 'keypoints':
      return shape.box === null ? 'dots' : 'keypoints'
    case 'quad':
    case 'polygon':
    case 'multipolygon':
    case 'mask':
      return 'area'
  }
}

const known = new WeakMap<RegionShape, Rings>()

/** null for boxes and points, which are their bounds. */
export function ringsOf(shape: RegionShape): Rings | null {
  if (shape.type === 'box' || shape.type === 'point') return null
  let rings = known.get(shape)
  if (rings === undefined) known.set(shape, (rings = packed(linesOf(shape))))
  return rings
}

function linesOf(shape: Exclude<RegionShape, { type: 'box' | 'point' }>): readonly (readonly NormalizedPoint[])[] {
  if (shape.type === 'polyline') return [shape.points]
  if (shape.type === 'keypoints') {
    const of = (wanted: number): readonly NormalizedPoint[] =>
      shape.points.filter(({ visibility }) => visibility === wanted).map(({ point }) => point)
    return [of(2), of(1)]
  }
  const outlines = outlinesOfShape(shape)
  // Their union: rings that overlap would cancel each other if they ran in opposite directions.
  return shape.type === 'multipolygon'
    ? outlines.map((ring) => (doubleAreaOfRing(ring) < 0 ? ring.toReversed() : ring))
    : outlines
}

function packed(lines: readonly (readonly NormalizedPoint[])[]): Rings {
  const starts = new Uint32Array(lines.length + 1)
  lines.forEach((line, i) => {
    starts[i + 1] = starts[i]! + line.length
  })
  const points = new Float64Array(2 * starts.at(-1)!)
  let at = 0
  for (const line of lines) {
    for (const [x, y] of line) {
      points[at++] = x
      points[at++] = y
    }
  }
  return { points, starts }
}

/** How far a place is from the nearest segment, and whether the rings go around it; in units of the scales. */
export interface Nearness {
  readonly distance: number
  /** As canvases fill: not zero times. */
  readonly isInside: boolean
}

/** `scaleX`, `scaleY`: units of one image width and height, so that a distance is the same in x and y. */
export function nearness(
  { points, starts }: Rings,
  isClosed: boolean,
  [x, y]: readonly [number, number],
  scaleX: number,
  scaleY: number
): Nearness {
  let distance = Infinity
  let winding = 0
  for (let ring = 0; ring + 1 < starts.length; ring++) {
    const [first, end] = [starts[ring]!, starts[ring + 1]!]
    for (let i = first; i < end; i++) {
      const next = i + 1 < end ? i + 1 : first
      const [ax, ay] = [(points[2 * i]! - x) * scaleX, (points[2 * i + 1]! - y) * scaleY]
      const [bx, by] = [(points[2 * next]! - x) * scaleX, (points[2 * next + 1]! - y) * scaleY]
      if (next === first && !isClosed) {
        if (end - first === 1) distance = Math.min(distance, Math.hypot(ax, ay))
        continue
      }
      distance = Math.min(distance, distanceToSegment(ax, ay, bx, by))
      if (ay <= 0 !== by <= 0) {
        const side = ax * by - bx * ay
        if (ay <= 0 && side > 0) winding++
        if (ay > 0 && side < 0) winding--
      }
    }
  }
  return { distance, isInside: isClosed && winding !== 0 }
}

/** From the origin. */
function distanceToSegment(ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
  return Math.hypot(ax + along * dx, ay + along * dy)
}

/** From a place to the nearest point of any ring; Infinity when there is none. */
export function distanceToPoints(
  { points }: Rings,
  [x, y]: readonly [number, number],
  scaleX: number,
  scaleY: number
): number {
  let distance = Infinity
  for (let i = 0; i < points.length; i += 2) {
    distance = Math.min(distance, Math.hypot((points[i]! - x) * scaleX, (points[i + 1]! - y) * scaleY))
  }
  return distance
}

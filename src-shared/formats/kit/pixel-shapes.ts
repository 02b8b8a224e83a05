/**
 * @file Shapes between a tool's pixels (of the upright image, edges not centres) and normalized space. Readers build
 * with the first half, writers take apart with the second; nothing here clips or rounds.
 */
import { orderCorners } from '../../geometry/box'
import {
  normalizedFromPixel,
  normalizedPointFromPixel,
  pixelFromNormalized,
  pixelPointFromNormalized
} from '../../geometry/convert'
import type { AnnotationShape, QuadShape } from '../../geometry/region-shape'
import { pixelBox, pixelPoint } from '../../geometry/space'
import type { ImageSize, NormalizedPoint, PixelBox, PixelPoint } from '../../geometry/space'
import { placeOf } from '../round-trip/place'
import { isNumber, nameValue } from './json-fields'

/** A list of `[x, y]`; a text says what is wrong with it. */
export function pixelPointsOf(value: unknown): readonly PixelPoint[] | string {
  if (!Array.isArray(value)) return `points should be a list of [x, y], not ${nameValue(value)}`
  const points: PixelPoint[] = []
  for (const [i, pair] of value.entries()) {
    if (!Array.isArray(pair) || pair.length !== 2 || !isNumber(pair[0]) || !isNumber(pair[1]))
      return `point ${i} should be two numbers, not ${nameValue(pair)}`
    points.push(pixelPoint(pair[0], pair[1]))
  }
  return points
}

const normalized = (points: readonly PixelPoint[], size: ImageSize): readonly NormalizedPoint[] =>
  points.map((point) => normalizedPointFromPixel(point, size))

/** From two opposite corners in any order. */
export const boxFromCorners = ([x0, y0]: PixelPoint, [x1, y1]: PixelPoint, size: ImageSize): AnnotationShape => ({
  type: 'box',
  box: normalizedFromPixel(orderCorners(pixelBox(x0, y0, x1, y1)), size)
})

/** Numbers that are each finite may not be so any more once they are added and turned. */
export const isFinitePlace = (shape: AnnotationShape): boolean =>
  shape.type === 'keypoints' || placeOf(shape).every(Number.isFinite)

/** Also what is too small to be told from a line once it is a fraction of the image. */
export const hasNoArea = (shape: AnnotationShape): boolean =>
  shape.type === 'box' && !(shape.box[0] < shape.box[2] && shape.box[1] < shape.box[3])

export const pointFromPixel = (point: PixelPoint, size: ImageSize): AnnotationShape => ({
  type: 'point',
  point: normalizedPointFromPixel(point, size)
})

export const polylineFromPixels = (points: readonly PixelPoint[], size: ImageSize): AnnotationShape => ({
  type: 'polyline',
  points: normalized(points, size)
})

type Pair = readonly [number, number]
const isSame = (a: Pair | undefined, b: Pair | undefined): boolean => a?.[0] === b?.[0] && a?.[1] === b?.[1]

/** Without the first point said again at the end, as some tools close a ring. */
export const openRing = <T extends readonly [number, number]>(points: readonly T[]): readonly T[] =>
  points.length > 1 && isSame(points[0], points.at(-1)) ? points.slice(0, -1) : points

/** null for fewer than three corners. */
export function polygonFromPixels(points: readonly PixelPoint[], size: ImageSize): AnnotationShape | null {
  const ring = openRing(points)
  return ring.length < 3 ? null : { type: 'polygon', points: normalized(ring, size) }
}

/** Four corners; turned clockwise where they run the other way, the first one stays. */
export function quadFromPixels(points: readonly PixelPoint[], size: ImageSize): QuadShape | null {
  const [a, b, c, d] = points
  if (points.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) return null
  const doubleArea = (c[0] - a[0]) * (d[1] - b[1]) - (d[0] - b[0]) * (c[1] - a[1])
  const [p, q, r, s] = doubleArea < 0 ? [a, d, c, b] : [a, b, c, d]
  const at = (point: PixelPoint): NormalizedPoint => normalizedPointFromPixel(point, size)
  return { type: 'quad', points: [at(p), at(q), at(r), at(s)] }
}

export interface Ellipse {
  readonly centre: PixelPoint
  /** Pixels, along its own axes. */
  readonly radiusX: number
  readonly radiusY: number
  /** Clockwise on the screen. */
  readonly turnedDegrees?: number
}

const FARTHEST_FROM_ARC_PX = 0.1
const FEWEST_CORNERS = 16
const MOST_CORNERS = 360

/**
 * Corners on the outline, as many as keep the polygon within a tenth of a pixel of it, 16 to 360.
 * `errorPx`: how far the polygon's sides are inside the outline at most.
 */
export function ringOfEllipse({ centre, radiusX, radiusY, turnedDegrees = 0 }: Ellipse): {
  readonly ring: readonly PixelPoint[]
  readonly errorPx: number
} {
  const radius = Math.max(radiusX, radiusY)
  const wanted = Math.ceil(Math.PI / Math.acos(Math.max(0, 1 - FARTHEST_FROM_ARC_PX / Math.max(radius, 1))))
  const corners = Math.min(Math.max(wanted, FEWEST_CORNERS), MOST_CORNERS)
  const turned = (turnedDegrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(turned), Math.sin(turned)]
  const ring = Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners
    const [x, y] = [radiusX * Math.cos(angle), radiusY * Math.sin(angle)]
    return pixelPoint(centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos)
  })
  return { ring, errorPx: radius * (1 - Math.cos(Math.PI / corners)) }
}

/** Corners of a box turned clockwise about a point, from its top-left; exact for whole quarter turns. */
export function cornersOfTurnedBox(
  [x0, y0, x1, y1]: PixelBox,
  turnedDegrees: number,
  pivot: PixelPoint
): readonly PixelPoint[] {
  const quarters = turnedDegrees / 90
  const turned = (turnedDegrees * Math.PI) / 180
  const [cos, sin] = Number.isInteger(quarters)
    ? ([
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1]
      ][((quarters % 4) + 4) % 4] as [number, number])
    : [Math.cos(turned), Math.sin(turned)]
  const corners = [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1]
  ] as const
  return corners.map(([x, y]) => {
    const [dx, dy] = [x - pivot[0], y - pivot[1]]
    return pixelPoint(pivot[0] + dx * cos - dy * sin, pivot[1] + dx * sin + dy * cos)
  })
}

export const pixelCorners = (points: readonly NormalizedPoint[], size: ImageSize): readonly PixelPoint[] =>
  points.map((point) => pixelPointFromNormalized(point, size))

export const pixelBoxOf = (shape: Extract<AnnotationShape, { type: 'box' }>, size: ImageSize): PixelBox =>
  orderCorners(pixelFromNormalized(shape.box, size))

/** Farthest two equal lengths or a right angle may be off, in pixels. */
const RECTANGLE_TOLERANCE_PX = 0.01

/** A quad that is a rectangle: its size, turn about its middle, clockwise; null when it is none. */
export function turnedRectangle(
  quad: QuadShape,
  size: ImageSize
): {
  readonly centre: PixelPoint
  readonly width: number
  readonly height: number
  /** -180..180; 0 for an axis-aligned one that begins top-left. */
  readonly turnedDegrees: number
} | null {
  const [a, b, c, d] = pixelCorners(quad.points, size) as readonly [PixelPoint, PixelPoint, PixelPoint, PixelPoint]
  const centre = pixelPoint((a[0] + c[0]) / 2, (a[1] + c[1]) / 2)
  const other = [(b[0] + d[0]) / 2, (b[1] + d[1]) / 2] as const
  const diagonals = Math.hypot(c[0] - a[0], c[1] - a[1]) - Math.hypot(d[0] - b[0], d[1] - b[1])
  const isRectangle =
    Math.abs(centre[0] - other[0]) <= RECTANGLE_TOLERANCE_PX &&
    Math.abs(centre[1] - other[1]) <= RECTANGLE_TOLERANCE_PX &&
    Math.abs(diagonals) <= RECTANGLE_TOLERANCE_PX
  if (!isRectangle) return null
  return {
    centre,
    width: Math.hypot(b[0] - a[0], b[1] - a[1]),
    height: Math.hypot(d[0] - a[0], d[1] - a[1]),
    turnedDegrees: (Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI
  }
}

/**
 * @file Shapes that are lists of points, as one flat list of 64-bit floats: nothing is rounded, and neither storing nor
 * hashing an outline has to spell its numbers.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'

export type PointShape = Extract<RegionShape, { type: 'quad' | 'polygon' | 'polyline' | 'multipolygon' }>
export type PointShapeType = PointShape['type']

export interface FlatPoints {
  /** How many points each ring has; one number for all but multipolygons. */
  readonly ringLengths: readonly number[]
  /** x, y, x, y, … of all rings. */
  readonly points: Float64Array<ArrayBuffer>
}

export const isPointShapeType = (type: unknown): type is PointShapeType =>
  type === 'quad' || type === 'polygon' || type === 'polyline' || type === 'multipolygon'

/** Rings of a shape of points; null: it is none, or not one that is well formed. */
function ringsOf(shape: RegionShape): readonly (readonly (readonly [x: number, y: number])[])[] | null {
  if (!isPointShapeType(shape.type)) return null
  const rings: unknown = shape.type === 'multipolygon' ? shape.rings : 'points' in shape ? [shape.points] : null
  if (!Array.isArray(rings)) return null
  for (const ring of rings as readonly unknown[]) {
    if (!Array.isArray(ring)) return null
    for (const point of ring as readonly unknown[]) {
      if (!Array.isArray(point) || point.length !== 2) return null
      if (typeof point[0] !== 'number' || typeof point[1] !== 'number') return null
    }
  }
  return rings as readonly (readonly (readonly [x: number, y: number])[])[]
}

/** How many points each ring has; null: it is no such shape, or not one that is well formed. */
export const ringLengthsOf = (shape: RegionShape): readonly number[] | null =>
  ringsOf(shape)?.map(({ length }) => length) ?? null

/** Writes the points of a shape that has `ringLengthsOf`; returns where it ended. */
export function writePoints(shape: RegionShape, into: Float64Array, start: number): number {
  let at = start
  const rings = (
    shape.type === 'multipolygon' ? shape.rings : 'points' in shape ? [shape.points] : []
  ) as readonly (readonly (readonly [x: number, y: number])[])[]
  for (const ring of rings) {
    for (const [x, y] of ring) {
      // There is no -0 in JSON, and none here.
      into[at++] = x + 0
      into[at++] = y + 0
    }
  }
  return at
}

export const countOf = (ringLengths: readonly number[]): number => ringLengths.reduce((sum, length) => sum + length, 0)

/** null: it is no such shape, or not one that is well formed. */
export function flatPoints(shape: RegionShape): FlatPoints | null {
  const ringLengths = ringLengthsOf(shape)
  if (ringLengths === null) return null
  const points = new Float64Array(countOf(ringLengths) * 2)
  writePoints(shape, points, 0)
  return { ringLengths, points }
}

/** Not checked: whether it is a shape is for `recordProblem`. */
export function shapeFromPoints(type: unknown, ringLengths: readonly number[], points: Float64Array): unknown {
  let at = 0
  const rings = ringLengths.map((length) => Array.from({ length }, () => [points[at++], points[at++]] as const))
  return type === 'multipolygon' ? { type, rings } : { type, points: rings[0] }
}

export interface Bounds {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** null: there is no point, or one that is not finite. */
export function boundsOfPoints(points: Float64Array): Bounds | null {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  // What is not finite makes this NaN.
  let check = 0
  for (let at = 0; at + 1 < points.length; at += 2) {
    const x = points[at] as number
    const y = points[at + 1] as number
    if (x < x0) x0 = x
    if (x > x1) x1 = x
    if (y < y0) y0 = y
    if (y > y1) y1 = y
    check += x * 0 + y * 0
  }
  return points.length < 2 || check !== 0 ? null : { x0, y0, x1, y1 }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The floats as little-endian bytes: a view where that is what the machine has. */
export function bytesOfPoints(points: Float64Array): Buffer {
  const bytes = Buffer.from(points.buffer, points.byteOffset, points.byteLength)
  return isLittleEndian ? bytes : Buffer.from(bytes).swap64()
}

/** null: no whole number of points. */
export function pointsOfBytes(bytes: Uint8Array): Float64Array<ArrayBuffer> | null {
  if (bytes.byteLength % 16 !== 0) return null
  // A copy: what SQLite gives need not be aligned.
  const copy = Buffer.from(bytes)
  if (!isLittleEndian) copy.swap64()
  const points = new Float64Array(bytes.byteLength / 8)
  new Uint8Array(points.buffer).set(copy)
  return points
}

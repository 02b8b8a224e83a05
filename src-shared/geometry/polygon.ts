/**
 * @file Outlines in pixels. Not in normalized space: there a pixel is not square, so areas are only
 * proportional and turning is no rotation. Overlaps are measured in `overlap/`.
 */
import type { PixelPoint } from './space'

/** Closed; the last point is not the first one again, and either direction will do. */
export type PixelRing = readonly PixelPoint[]
/** An outline and its holes, in any order: what an odd number of rings goes around is inside (even-odd). */
export type PixelPolygon = readonly PixelRing[]

/** Twice the area; positive when the ring runs clockwise on the screen (y down). */
export function doubleAreaOfRing(ring: readonly (readonly [x: number, y: number])[] | PixelRing): number {
  // Seen from its first point, which keeps the digits of a small ring far from the origin.
  const [originX, originY] = ring[0] ?? [0, 0]
  let sum = 0
  for (let i = 0; i < ring.length; i++) {
    const [x, y] = ring[i] ?? [NaN, NaN]
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [NaN, NaN]
    sum += (x - originX) * (nextY - originY) - (nextX - originX) * (y - originY)
  }
  return sum
}

/** @file Points added to outlines and lines, and taken away. Pure; quads and keypoints have the points they have. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../src-shared/geometry/space'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { onGrid } from './region-edits'
import type { Vertex } from './vertices'
import { verticesOf } from './vertices'
import type { ScreenPoint, View } from './view'

type Ring = readonly NormalizedPoint[]

const LEAST_POINTS = { polygon: 3, multipolygon: 3, polyline: 2 } as const

/** null for shapes whose number of points is not a person's to choose. */
function openRings(shape: RegionShape): readonly Ring[] | null {
  if (shape.type === 'polygon' || shape.type === 'polyline') return [shape.points]
  return shape.type === 'multipolygon' ? shape.rings : null
}

function withRing(shape: RegionShape, ring: number, points: Ring): RegionShape {
  if (shape.type === 'polygon' || shape.type === 'polyline') return { type: shape.type, points }
  return shape.type === 'multipolygon' ? { type: 'multipolygon', rings: shape.rings.with(ring, points) } : shape
}

/** The shape with one point more, which lies on its line. */
export interface AddedVertex {
  readonly shape: RegionShape
  readonly vertex: Vertex
}

/** Where the line passes within `reach` CSS px of `screen`; null when it does not, or the shape takes no more points. */
export function addVertexAt(
  shape: RegionShape,
  screen: ScreenPoint,
  view: View,
  image: ImageSize,
  reach: number
): AddedVertex | null {
  const rings = openRings(shape)
  // Where there are too many to be shown, one more could not be taken.
  if (rings === null || verticesOf(shape).length === 0) return null
  const onScreen = ([x, y]: NormalizedPoint): ScreenPoint => ({
    x: x * image.width * view.scale + view.offsetX,
    y: y * image.height * view.scale + view.offsetY
  })
  let best: (Vertex & { readonly at: NormalizedPoint }) | null = null
  let bestDistance = reach
  for (const [ring, points] of rings.entries()) {
    for (const [index, from] of points.entries()) {
      const to = points[index + 1] ?? (shape.type === 'polyline' ? undefined : points[0])
      if (to === undefined) continue
      const [a, b] = [onScreen(from), onScreen(to)]
      const along = clampedShare(screen, a, b)
      const distance = Math.hypot(a.x + along * (b.x - a.x) - screen.x, a.y + along * (b.y - a.y) - screen.y)
      if (distance > bestDistance) continue
      bestDistance = distance
      const [x, y] = [from[0] + along * (to[0] - from[0]), from[1] + along * (to[1] - from[1])]
      best = { ring, index: index + 1, at: normalizedPoint(onGrid(x), onGrid(y)) }
    }
  }
  if (best === null) return null
  const { ring, index, at } = best
  return { shape: withRing(shape, ring, (rings[ring] ?? []).toSpliced(index, 0, at)), vertex: { ring, index } }
}

/** How far along from `a` to `b` the nearest place to `p` lies, 0 to 1. */
function clampedShare(p: ScreenPoint, a: ScreenPoint, b: ScreenPoint): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const square = dx * dx + dy * dy
  return square === 0 ? 0 : Math.min(Math.max(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0), 1)
}

/** null where the rest would be no such shape any more. */
export function removeVertex(shape: RegionShape, { ring, index }: Vertex): RegionShape | null {
  const points = openRings(shape)?.[ring]
  if (points?.[index] === undefined) return null
  const least = LEAST_POINTS[shape.type as keyof typeof LEAST_POINTS]
  return points.length <= least ? null : withRing(shape, ring, points.toSpliced(index, 1))
}

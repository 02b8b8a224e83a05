/** @file The points of a shape that can be taken one by one. Pure; masks, boxes and points have none. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../src-shared/geometry/space'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { onGrid } from './region-edits'
import type { ScreenPoint, View } from './view'

export interface Vertex {
  /** Place of the ring in a multipolygon, else 0. */
  readonly ring: number
  readonly index: number
}

/** With more of them than this, they would cover the shape: it is moved whole. */
export const MOST_VERTICES = 300

/** Every one with its place; keypoints that are not labelled are left out. Empty beyond `MOST_VERTICES`. */
export function verticesOf(shape: RegionShape): readonly (Vertex & { readonly at: NormalizedPoint })[] {
  const rings = ringsWithVertices(shape)
  if (rings.reduce((sum, ring) => sum + ring.length, 0) > MOST_VERTICES) return []
  const all = rings.flatMap((points, ring) => points.map((at, index) => ({ ring, index, at })))
  return shape.type === 'keypoints' ? all.filter(({ index }) => shape.points[index]?.visibility !== 0) : all
}

function ringsWithVertices(shape: RegionShape): readonly (readonly NormalizedPoint[])[] {
  switch (shape.type) {
    case 'quad':
    case 'polygon':
    case 'polyline':
      return [shape.points]
    case 'multipolygon':
      return shape.rings
    case 'keypoints':
      return [shape.points.map(({ point }) => point)]
    case 'box':
    case 'point':
    case 'mask':
      return []
  }
}

/** The nearest within `reach` CSS px; null when there is none. */
export function vertexAt(
  shape: RegionShape,
  screen: ScreenPoint,
  view: View,
  image: ImageSize,
  reach: number
): Vertex | null {
  let best: Vertex | null = null
  let bestDistance = reach
  for (const { ring, index, at } of verticesOf(shape)) {
    const x = at[0] * image.width * view.scale + view.offsetX - screen.x
    const y = at[1] * image.height * view.scale + view.offsetY - screen.y
    const distance = Math.hypot(x, y)
    if (distance > bestDistance) continue
    best = { ring, index }
    bestDistance = distance
  }
  return best
}

/** One coordinate after a drag: one that lies outside the image may stay there, but is not dragged further out. */
const dragged = (value: number, delta: number): number =>
  delta === 0 ? value : Math.min(Math.max(value + onGrid(delta), Math.min(0, value)), Math.max(1, value))

/** The shape with one of its points moved by normalized `(dx, dy)`; the shape itself when nothing moves. */
export function moveVertex(shape: RegionShape, { ring, index }: Vertex, dx: number, dy: number): RegionShape {
  const old = ringsWithVertices(shape)[ring]?.[index]
  if (old === undefined) return shape
  const point = normalizedPoint(dragged(old[0], dx), dragged(old[1], dy))
  if (point[0] === old[0] && point[1] === old[1]) return shape
  const replaced = (points: readonly NormalizedPoint[]): readonly NormalizedPoint[] => points.with(index, point)
  switch (shape.type) {
    case 'quad': {
      const [a, b, c, d] = replaced(shape.points) as typeof shape.points
      return { type: 'quad', points: [a, b, c, d] }
    }
    case 'polygon':
    case 'polyline':
      return { type: shape.type, points: replaced(shape.points) }
    case 'multipolygon':
      return { type: 'multipolygon', rings: shape.rings.with(ring, replaced(shape.rings[ring] ?? [])) }
    case 'keypoints': {
      const before = shape.points[index]
      return before === undefined ? shape : { ...shape, points: shape.points.with(index, { ...before, point }) }
    }
    default:
      return shape
  }
}

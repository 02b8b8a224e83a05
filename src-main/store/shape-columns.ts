/**
 * @file A shape as columns of `region`: its bounds in x0 … y1, and in `shape_json` what the bounds do not
 * say. Lists of points are one flat list of numbers: with their brackets they take a fifth more.
 *
 *     box, point          null: the bounds are the shape (reversed corners stay reversed)
 *     quad, polygon,      [x, y, x, y, …]
 *     polyline
 *     multipolygon        [[x, y, …], …]
 *     mask                [width, height, "run lengths"]
 *     keypoints           [[x, y, visibility, …], box or null]
 *
 * Numbers are JSON's shortest that read back as the same, so nothing is rounded.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { boundsOfShape } from '../../src-shared/geometry/shape'

export type Row = Readonly<Record<string, unknown>>

export interface ShapeColumns {
  readonly shape_type: RegionShape['type']
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly shape_json: string | null
}

function detailsOf(shape: RegionShape): unknown {
  switch (shape.type) {
    case 'box':
    case 'point':
      return null
    case 'quad':
    case 'polygon':
    case 'polyline':
      return shape.points.flat()
    case 'multipolygon':
      return shape.rings.map((ring) => ring.flat())
    case 'mask':
      return [shape.size.width, shape.size.height, shape.counts]
    case 'keypoints':
      return [shape.points.flatMap(({ point, visibility }) => [...point, visibility]), shape.box]
  }
}

export function shapeToColumns(shape: RegionShape): ShapeColumns {
  // As it is: the corners of a box may be reversed, and must come back so.
  const [x0, y0, x1, y1] = shape.type === 'box' ? shape.box : boundsOfShape(shape)
  const details = detailsOf(shape)
  return { shape_type: shape.type, x0, y0, x1, y1, shape_json: details === null ? null : JSON.stringify(details) }
}

/** null: no list of whole groups. */
function inGroups(numbers: unknown, size: number): readonly (readonly unknown[])[] | null {
  if (!Array.isArray(numbers) || numbers.length % size !== 0) return null
  return Array.from({ length: numbers.length / size }, (_, i) => numbers.slice(i * size, (i + 1) * size) as unknown[])
}
/** What is no list of pairs stays in one piece, for the check of records to refuse. */
const pairsOf = (numbers: unknown): unknown => inGroups(numbers, 2) ?? numbers
const partsOf = (details: unknown): readonly unknown[] => (Array.isArray(details) ? details : [])

/** Not checked: whether it is a shape is for `recordProblem`. Throws when `shape_json` is not JSON. */
export function shapeFromColumns(row: Row): unknown {
  const { shape_type: type, x0, y0, x1, y1, shape_json: json } = row
  if (type === 'box') return { type, box: [x0, y0, x1, y1], ...unexpected(json) }
  if (type === 'point') return { type, point: [x0, y0], ...unexpected(json) }
  const details: unknown = json === null ? null : JSON.parse(String(json))
  switch (type) {
    case 'multipolygon':
      return { type, rings: Array.isArray(details) ? details.map(pairsOf) : details }
    case 'mask': {
      const [width, height, counts, ...more] = partsOf(details)
      return { type, size: { width, height }, counts, ...(more.length > 0 ? { more } : {}) }
    }
    case 'keypoints': {
      const [numbers, box, ...more] = partsOf(details)
      const groups = inGroups(numbers, 3)
      const points = groups?.map(([x, y, visibility]) => ({ point: [x, y], visibility })) ?? numbers
      return { type, points, box, ...(more.length > 0 ? { more } : {}) }
    }
    default:
      return { type, points: pairsOf(details) }
  }
}
const unexpected = (json: unknown): object => (json === null ? {} : { more: json })

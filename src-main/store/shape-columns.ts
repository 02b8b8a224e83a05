/**
 * @file A shape as columns of `region`: its bounds in x0 … y1, and in `shape_json` what the bounds do not
 * say. Lists of points are one flat list of numbers: with their brackets they take a fifth more.
 *
 *     box, point          null: the bounds are the shape (reversed corners stay reversed)
 *     quad, polygon,      [points of each ring]; the points in `shape_points` (point-shapes.ts)
 *     polyline,           or [[points of each ring], decimals, width, height]; the points there as whole numbers of that
 *     multipolygon        grid (point-grid.ts), as imports write them
 *     mask                [width, height, "run lengths"]
 *     keypoints           [[x, y, visibility, …], box or null]
 *
 * Rows of earlier formats have no `shape_points`: [x, y, x, y, …], of multipolygons [[x, y, …], …]. Nothing is rounded.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import { pointGridOf, unpackPoints } from './point-grid'
import { boundsOfPoints, bytesOfPoints, flatPoints, pointsOfBytes, shapeFromPoints } from './point-shapes'

export type Row = Readonly<Record<string, unknown>>

export interface ShapeColumns {
  readonly shape_type: RegionShape['type']
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly shape_json: string | null
  readonly shape_points: Buffer | null
}

function detailsOf(shape: RegionShape): unknown {
  switch (shape.type) {
    case 'mask':
      return [shape.size.width, shape.size.height, shape.counts]
    case 'keypoints':
      return [shape.points.flatMap(({ point, visibility }) => [...point, visibility]), shape.box]
    default:
      return null
  }
}

export function shapeToColumns(shape: RegionShape): ShapeColumns {
  const flat = flatPoints(shape)
  const bounds = flat && boundsOfPoints(flat.points)
  if (flat && bounds) {
    const shape_json = JSON.stringify(flat.ringLengths)
    return { shape_type: shape.type, ...bounds, shape_json, shape_points: bytesOfPoints(flat.points) }
  }
  // As it is: the corners of a box may be reversed, and must come back so.
  const [x0, y0, x1, y1] = shape.type === 'box' ? shape.box : boundsOfShape(shape)
  const details = detailsOf(shape)
  const shape_json = details === null ? null : JSON.stringify(details)
  return { shape_type: shape.type, x0, y0, x1, y1, shape_json, shape_points: null }
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
  const { shape_type: type, x0, y0, x1, y1, shape_json: json, shape_points: bytes } = row
  if (bytes instanceof Uint8Array) return shapeFromBytes(type, json, bytes)
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
/** What does not fit stays in one piece, for the check of records to refuse. */
function shapeFromBytes(type: unknown, json: unknown, bytes: Uint8Array): unknown {
  const details: unknown = JSON.parse(String(json))
  const [first, ...rest] = partsOf(details)
  const isPacked = Array.isArray(first)
  const lengths = isPacked ? (first as unknown[]) : details
  const isLength = (length: unknown): boolean => Number.isSafeInteger(length) && (length as number) >= 0
  if (!Array.isArray(lengths) || !lengths.every(isLength)) return { type, points: details }
  const total = (lengths as number[]).reduce((sum, length) => sum + length, 0)
  const grid = isPacked ? pointGridOf(rest) : null
  const points = !isPacked ? pointsOfBytes(bytes) : grid === null ? null : unpackPoints(bytes, total, grid)
  const isWhole = points !== null && total * 2 === points.length
  if (!isWhole || (type !== 'multipolygon' && lengths.length !== 1)) return { type, points: details }
  return shapeFromPoints(type, lengths as number[], points)
}

const unexpected = (json: unknown): object => (json === null ? {} : { more: json })

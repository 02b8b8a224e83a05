/** @file One `shape_attributes`, to a shape. */
import type { AnnotationShape } from '../../geometry/region-shape'
import { pixelPoint } from '../../geometry/space'
import type { ImageSize, PixelPoint } from '../../geometry/space'
import { doubted, noted } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isNumber, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { OwnFields } from '../kit/own-fields'
import {
  boxFromCorners,
  hasNoArea,
  isFinitePlace,
  pointFromPixel,
  polygonFromPixels,
  polylineFromPixels,
  quadFromPixels,
  ringOfEllipse
} from '../kit/pixel-shapes'
import type { ImportIssue } from '../reading/item'

export interface ReadShape {
  readonly shape: AnnotationShape
  readonly points: readonly PixelPoint[]
}
interface Reading {
  readonly fields: JsonObject
  readonly size: ImageSize
  readonly ours: OwnFields
  readonly where: Whereabouts
  readonly tell: (issue: ImportIssue) => void
}
type Reader = (reading: Reading) => ReadShape | string

function numbersOf(fields: JsonObject, names: readonly string[]): readonly number[] | string {
  const found: number[] = []
  for (const name of names) {
    const value = own(fields, name)
    if (!isNumber(value)) return `Its ${name} should be a number, not ${nameValue(value)}.`
    found.push(value)
  }
  return found
}

function rect({ fields, size }: Reading): ReadShape | string {
  const read = numbersOf(fields, ['x', 'y', 'width', 'height'])
  if (typeof read === 'string') return read
  const [x, y, width, height] = read as [number, number, number, number]
  if (width <= 0 || height <= 0) return `It is ${width} × ${height} pixels large: it has no area.`
  const points = [pixelPoint(x, y), pixelPoint(x + width, y + height)] as const
  const shape = boxFromCorners(...points, size)
  return hasNoArea(shape) ? `At (${x}, ${y}) its ${width} × ${height} pixels are no area.` : { shape, points }
}

function pointsOf({ fields }: Reading): readonly PixelPoint[] | string {
  const [xs, ys] = [own(fields, 'all_points_x'), own(fields, 'all_points_y')]
  if (!Array.isArray(xs) || !Array.isArray(ys) || !xs.every(isNumber) || !ys.every(isNumber))
    return `Its all_points_x and all_points_y should be lists of numbers, not ${nameValue(xs)} and ${nameValue(ys)}.`
  if (xs.length !== ys.length) return `It has ${xs.length} numbers for x and ${ys.length} for y.`
  return xs.map((x, i) => pixelPoint(x, ys[i] ?? 0))
}

const outline =
  (make: (points: readonly PixelPoint[], reading: Reading) => AnnotationShape | string): Reader =>
  (reading) => {
    const points = pointsOf(reading)
    if (typeof points === 'string') return points
    const shape = make(points, reading)
    return typeof shape === 'string' ? shape : { shape, points }
  }

function round(reading: Reading, radii: readonly [string, string]): ReadShape | string {
  const { fields, size, where, tell } = reading
  const read = numbersOf(fields, ['cx', 'cy', ...radii])
  if (typeof read === 'string') return read
  const theta = own(fields, 'theta') ?? 0
  if (!isNumber(theta)) return `Its theta should be a number of radians, not ${nameValue(theta)}.`
  const [cx, cy, radiusX, radiusY] = read as [number, number, number, number]
  if (radiusX <= 0 || radiusY <= 0) return 'It has no area.'
  if (Math.abs(theta) > 2 * Math.PI)
    tell(doubted(where, 'import/maybe-degrees', `Its theta is ${theta}; it may be degrees, but was read as radians.`))
  const turnedDegrees = (theta * 180) / Math.PI
  const { ring, errorPx } = ringOfEllipse({ centre: pixelPoint(cx, cy), radiusX, radiusY, turnedDegrees })
  const shape = polygonFromPixels(ring, size)
  if (shape === null) return 'It has no area.'
  const message = `It became a polygon of ${ring.length} corners, at most ${errorPx.toPrecision(2)} pixels inside its outline.`
  tell(noted(where, 'import/ellipse-as-polygon', message))
  return { shape, points: ring }
}

const READERS = {
  rect,
  polygon: outline((points, { ours, size }) => {
    const quad = ours.shape === 'quad' ? quadFromPixels(points, size) : null
    return (
      quad ?? polygonFromPixels(points, size) ?? `A polygon should have 3 points or more, but has ${points.length}.`
    )
  }),
  polyline: outline((points, { size }) =>
    points.length < 2
      ? `A polyline should have 2 points or more, but has ${points.length}.`
      : polylineFromPixels(points, size)
  ),
  point: ({ fields, size }) => {
    const read = numbersOf(fields, ['cx', 'cy'])
    if (typeof read === 'string') return read
    const at = pixelPoint(read[0] ?? 0, read[1] ?? 0)
    return { shape: pointFromPixel(at, size), points: [at] }
  },
  circle: (reading) => round(reading, ['r', 'r']),
  ellipse: (reading) => round(reading, ['rx', 'ry'])
} as const satisfies Readonly<Record<string, Reader>>

export function readShape(name: unknown, reading: Reading): ReadShape | string {
  if (typeof name !== 'string' || !Object.hasOwn(READERS, name))
    return `Its shape ${nameValue(name)} is not one that Eyrie reads.`
  const read = READERS[name as keyof typeof READERS](reading)
  return typeof read === 'string' || isFinitePlace(read.shape) ? read : 'Its numbers are larger than any place.'
}

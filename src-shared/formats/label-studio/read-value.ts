/**
 * @file The geometry of one result. Percent of the image, before any turning of the view: `image_rotation` says how the
 * picture was looked at, the numbers do not follow it (web/libs/editor/src/tags/object/Image/Image.js: the stage is
 * turned, not the regions). A rectangle turns clockwise about its own top-left corner, in pixels
 * (web/libs/editor/src/regions/RectRegion.jsx; HumanSignal/label-studio#5274).
 */
import { normalizedPointFromPixel } from '../../geometry/convert'
import { boundsOfMask } from '../../geometry/mask'
import type { AnnotationShape } from '../../geometry/region-shape'
import { normalizedBox, normalizedPoint, pixelBox, pixelPoint } from '../../geometry/space'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import { doubted, noted } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isNumber, isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { MOST_MASK_PIXELS, maskShapeOf } from '../kit/mask-shapes'
import {
  cornersOfTurnedBox,
  hasNoArea,
  isFinitePlace,
  openRing,
  quadFromPixels,
  ringOfEllipse
} from '../kit/pixel-shapes'
import type { ImportIssue } from '../reading/item'
import { maskFromBrush } from './brush-rle'

export interface ValueReading {
  readonly value: JsonObject
  /** null where the task says none and there is no image to ask. */
  readonly size: ImageSize | null
  readonly where: Whereabouts
  readonly tell: (issue: ImportIssue) => void
}

type Reader = (reading: ValueReading) => AnnotationShape | string

const NO_SIZE = 'Its pixels have no place: neither the task nor an image says how large the image is.'

/** By the word before `labels` in its type. */
const SHAPE_READERS = {
  rectangle,
  polygon,
  keypoint,
  ellipse,
  brush,
  vector
} as const satisfies Readonly<Record<string, Reader>>
export type ShapeWord = keyof typeof SHAPE_READERS
export const isShapeWord = (word: string): word is ShapeWord => Object.hasOwn(SHAPE_READERS, word)

/** A text says why it has no shape. */
export function readShape(word: ShapeWord, reading: ValueReading): AnnotationShape | string {
  const shape = SHAPE_READERS[word](reading)
  return typeof shape === 'string' || isFinitePlace(shape) ? shape : 'Its numbers are larger than any place.'
}

/** Percent of each; null unless all are numbers. */
function percents(value: JsonObject, keys: readonly string[]): readonly number[] | string {
  const found: number[] = []
  for (const key of keys) {
    const number = own(value, key)
    if (!isNumber(number)) return `Its ${key} should be a number, not ${nameValue(number)}.`
    found.push(number)
  }
  return found
}
const fraction = (x: number, y: number): NormalizedPoint => normalizedPoint(x / 100, y / 100)

function rotationOf(value: JsonObject): number | string {
  const rotation = own(value, 'rotation')
  if (rotation === undefined || rotation === null) return 0
  return isNumber(rotation) ? rotation : `Its rotation should be a number of degrees, not ${nameValue(rotation)}.`
}

function rectangle({ value, size }: ValueReading): AnnotationShape | string {
  const read = percents(value, ['x', 'y', 'width', 'height'])
  if (typeof read === 'string') return read
  const [x, y, width, height] = read as [number, number, number, number]
  if (width <= 0 || height <= 0) return `It is ${width} × ${height} percent large: it has no area.`
  const rotation = rotationOf(value)
  if (typeof rotation === 'string') return rotation
  if (rotation === 0) {
    const box = normalizedBox(x / 100, y / 100, (x + width) / 100, (y + height) / 100)
    return hasNoArea({ type: 'box', box })
      ? `At (${x}, ${y}) its ${width} × ${height} percent are no area.`
      : { type: 'box', box }
  }
  if (size === null) return NO_SIZE
  const [left, top] = [(x * size.width) / 100, (y * size.height) / 100]
  const box = pixelBox(left, top, left + (width * size.width) / 100, top + (height * size.height) / 100)
  const corners = cornersOfTurnedBox(box, rotation, pixelPoint(left, top))
  return quadFromPixels(corners, size) ?? 'It has no four corners.'
}

function pointList(list: unknown, at: (entry: unknown) => NormalizedPoint | null): readonly NormalizedPoint[] | string {
  if (!Array.isArray(list)) return `Its points should be a list, not ${nameValue(list)}.`
  const points: NormalizedPoint[] = []
  for (const [i, entry] of list.entries()) {
    const point = at(entry)
    if (point === null) return `Its point ${i} should be two numbers, not ${nameValue(entry)}.`
    points.push(point)
  }
  return points
}

function polygon({ value, where, tell }: ValueReading): AnnotationShape | string {
  const points = pointList(own(value, 'points'), (entry) =>
    Array.isArray(entry) && entry.length === 2 && isNumber(entry[0]) && isNumber(entry[1])
      ? fraction(entry[0], entry[1])
      : null
  )
  if (typeof points === 'string') return points
  if (own(value, 'closed') === false) {
    if (points.length < 2) return `An open polygon should have 2 points or more, but has ${points.length}.`
    tell(doubted(where, 'import/open-polygon', 'It is a polygon that was never closed; read as a stroke.'))
    return { type: 'polyline', points }
  }
  const ring = openRing(points)
  return ring.length < 3
    ? `A polygon should have 3 points or more, but has ${points.length}.`
    : { type: 'polygon', points: ring }
}

function vector({ value }: ValueReading): AnnotationShape | string {
  const vertices = own(value, 'vertices')
  if (Array.isArray(vertices) && vertices.some((vertex) => isObject(vertex) && own(vertex, 'isBezier') === true))
    return 'It is a vector with curves, which Eyrie does not read.'
  const points = pointList(vertices, (entry) => {
    if (!isObject(entry)) return null
    const [x, y] = [own(entry, 'x'), own(entry, 'y')]
    return isNumber(x) && isNumber(y) ? fraction(x, y) : null
  })
  if (typeof points === 'string') return points
  const isClosed = own(value, 'closed') === true
  if (points.length < (isClosed ? 3 : 2))
    return `A vector should have ${isClosed ? 3 : 2} points or more, but has ${points.length}.`
  return { type: isClosed ? 'polygon' : 'polyline', points }
}

/** Its `width` is how large the dot is drawn. */
function keypoint({ value }: ValueReading): AnnotationShape | string {
  const read = percents(value, ['x', 'y'])
  if (typeof read === 'string') return read
  return { type: 'point', point: fraction(read[0] ?? 0, read[1] ?? 0) }
}

function ellipse({ value, size, where, tell }: ValueReading): AnnotationShape | string {
  const read = percents(value, ['x', 'y', 'radiusX', 'radiusY'])
  if (typeof read === 'string') return read
  const rotation = rotationOf(value)
  if (typeof rotation === 'string') return rotation
  const [x, y, radiusX, radiusY] = read as [number, number, number, number]
  if (radiusX <= 0 || radiusY <= 0) return 'It is an ellipse without an area.'
  if (size === null) return NO_SIZE
  const { ring, errorPx } = ringOfEllipse({
    centre: pixelPoint((x * size.width) / 100, (y * size.height) / 100),
    radiusX: (radiusX * size.width) / 100,
    radiusY: (radiusY * size.height) / 100,
    turnedDegrees: rotation
  })
  const message = `An ellipse became a polygon of ${ring.length} corners, at most ${errorPx.toPrecision(2)} pixels inside it.`
  tell(noted(where, 'import/ellipse-as-polygon', message))
  return { type: 'polygon', points: ring.map((point) => normalizedPointFromPixel(point, size)) }
}

const isByte = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256

function brush({ value, size }: ValueReading): AnnotationShape | string {
  const bytes = own(value, 'rle')
  const format = own(value, 'format')
  if (format !== undefined && format !== 'rle') return `Its format ${nameValue(format)} is not one that Eyrie reads.`
  if (!Array.isArray(bytes) || !bytes.every(isByte))
    return `Its rle should be a list of bytes, not ${nameValue(bytes)}.`
  if (size === null) return NO_SIZE
  if (size.width * size.height > MOST_MASK_PIXELS) return 'The image is too large for masks.'
  const { mask, problem } = maskFromBrush(bytes, size)
  if (mask === null) return `Its mask cannot be read: ${problem}.`
  return boundsOfMask(mask) === null ? 'Its mask is empty.' : maskShapeOf(mask)
}

/** @file The geometry of one shape of CVAT: floats in pixels of the upright image, edges, turned about the middle. */
import { boundsOfMask, maskFromCompressed } from '../../geometry/mask'
import { normalizedFromPixel, normalizedPointFromPixel } from '../../geometry/convert'
import type { AnnotationShape } from '../../geometry/region-shape'
import { pixelBox, pixelPoint } from '../../geometry/space'
import type { ImageSize, PixelPoint } from '../../geometry/space'
import { doubted, noted } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { nameValue } from '../kit/json-fields'
import { MOST_MASK_PIXELS, maskFromPatch } from '../kit/mask-shapes'
import type { OwnFields } from '../kit/own-fields'
import {
  boxFromCorners,
  cornersOfTurnedBox,
  hasNoArea,
  pointFromPixel,
  polygonFromPixels,
  polylineFromPixels,
  quadFromPixels,
  ringOfEllipse
} from '../kit/pixel-shapes'
import { numberOf } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportIssue } from '../reading/item'

export interface ShapeReading {
  readonly element: XmlElement
  readonly size: ImageSize
  readonly ours: OwnFields
  readonly where: Whereabouts
  readonly tell: (issue: ImportIssue) => void
}
export interface ReadShape {
  readonly shape: AnnotationShape
  /** Pixels as the file has them. */
  readonly points: readonly PixelPoint[]
}

type Reader = (reading: ShapeReading) => ReadShape | string

export const SHAPE_READERS = {
  box,
  polygon: (reading) => withPoints(reading, (points) => polygonOf(points, reading)),
  polyline: (reading) =>
    withPoints(reading, (points) =>
      points.length < 2
        ? `A polyline should have 2 points or more, but has ${points.length}.`
        : polylineFromPixels(points, reading.size)
    ),
  points: (reading) => withPoints(reading, (points) => pointsOf(points, reading)),
  ellipse,
  mask,
  skeleton
} as const satisfies Readonly<Record<string, Reader>>
export type ShapeName = keyof typeof SHAPE_READERS
export const isShapeName = (name: string): name is ShapeName => Object.hasOwn(SHAPE_READERS, name)

/** A text says which attribute is missing or no number. */
function numbersOf({ attributes }: XmlElement, names: readonly string[]): readonly number[] | string {
  const found: number[] = []
  for (const name of names) {
    const text = attributes.get(name)
    const value = numberOf(text)
    if (value === null) return `Its ${name} should be a number, not ${nameValue(text)}.`
    found.push(value)
  }
  return found
}

function rotationOf({ attributes }: XmlElement): number | string {
  const text = attributes.get('rotation')
  if (text === undefined) return 0
  return numberOf(text) ?? `Its rotation should be a number of degrees, not ${nameValue(text)}.`
}

/** `x,y;x,y;…` */
export function pointListOf(text: string | undefined): readonly PixelPoint[] | string {
  if (text === undefined) return 'It has no points.'
  const points: PixelPoint[] = []
  for (const [i, pair] of text.split(';').entries()) {
    const [x, y, ...more] = pair.split(',').map((part) => numberOf(part))
    if (x === undefined || x === null || y === undefined || y === null || more.length > 0)
      return `Its point ${i} should be two numbers, not ${nameValue(pair)}.`
    points.push(pixelPoint(x, y))
  }
  return points
}

function withPoints(
  { element }: ShapeReading,
  make: (points: readonly PixelPoint[]) => AnnotationShape | string
): ReadShape | string {
  const points = pointListOf(element.attributes.get('points'))
  if (typeof points === 'string') return points
  const shape = make(points)
  return typeof shape === 'string' ? shape : { shape, points }
}

function polygonOf(points: readonly PixelPoint[], { ours, size }: ShapeReading): AnnotationShape | string {
  const shape = ours.shape === 'quad' ? quadFromPixels(points, size) : null
  return (
    shape ??
    polygonFromPixels(points, size) ??
    `A polygon should have 3 different points or more; it has ${points.length} in all.`
  )
}

function keypointsOf(
  all: NonNullable<OwnFields['keypoints']>,
  corners: OwnFields['box'],
  size: ImageSize
): AnnotationShape {
  return {
    type: 'keypoints',
    points: all.map(([x, y, visibility]) => ({ point: normalizedPointFromPixel(pixelPoint(x, y), size), visibility })),
    box: corners === null ? null : normalizedFromPixel(pixelBox(...corners), size)
  }
}

/** One point is a point; several belong together. */
function pointsOf(points: readonly PixelPoint[], { ours, size, where, tell }: ShapeReading): AnnotationShape | string {
  const { keypoints, box: corners } = ours
  const labelled = keypoints?.filter(([, , visibility]) => visibility > 0) ?? []
  const isKept =
    labelled.length === points.length && labelled.every(([x, y], i) => x === points[i]?.[0] && y === points[i][1])
  if (keypoints !== null && isKept) return keypointsOf(keypoints, corners, size)
  if (keypoints !== null)
    tell(
      noted(
        where,
        'import/points-changed',
        'Its points are others than were exported, so which of them are hidden is not known.'
      )
    )
  const [only] = points
  if (points.length === 1 && only !== undefined && keypoints === null) return pointFromPixel(only, size)
  return keypointsOf(
    points.map(([x, y]) => [x, y, 2] as const),
    null,
    size
  )
}

function box({ element, size, ours }: ShapeReading): ReadShape | string {
  const corners = numbersOf(element, ['xtl', 'ytl', 'xbr', 'ybr'])
  if (typeof corners === 'string') return corners
  const [x0, y0, x1, y1] = corners as [number, number, number, number]
  const isKeypoints = ours.keypoints !== null && ours.box?.every((side, i) => side === corners[i]) === true
  const points = [pixelPoint(x0, y0), pixelPoint(x1, y1)] as const
  if (isKeypoints) return { shape: keypointsOf(ours.keypoints, ours.box, size), points }
  const upright = boxFromCorners(...points, size)
  if (x1 <= x0 || y1 <= y0 || hasNoArea(upright))
    return `It reaches from (${x0}, ${y0}) to (${x1}, ${y1}): it has no area, or its corners are swapped.`
  const rotation = rotationOf(element)
  if (typeof rotation === 'string') return rotation
  if (rotation === 0) return { shape: upright, points }
  const turned = cornersOfTurnedBox(pixelBox(x0, y0, x1, y1), rotation, pixelPoint((x0 + x1) / 2, (y0 + y1) / 2))
  const shape = quadFromPixels(turned, size)
  return shape === null ? 'It has no four corners.' : { shape, points: turned }
}

function ellipse({ element, size, where, tell }: ShapeReading): ReadShape | string {
  const read = numbersOf(element, ['cx', 'cy', 'rx', 'ry'])
  if (typeof read === 'string') return read
  const rotation = rotationOf(element)
  if (typeof rotation === 'string') return rotation
  const [cx, cy, radiusX, radiusY] = read as [number, number, number, number]
  if (radiusX <= 0 || radiusY <= 0) return 'It is an ellipse without an area.'
  const { ring, errorPx } = ringOfEllipse({ centre: pixelPoint(cx, cy), radiusX, radiusY, turnedDegrees: rotation })
  const message = `An ellipse became a polygon of ${ring.length} corners, at most ${errorPx.toPrecision(2)} pixels inside it.`
  tell(noted(where, 'import/ellipse-as-polygon', message))
  const shape = polygonFromPixels(ring, size)
  return shape === null ? 'It is an ellipse without an area.' : { shape, points: ring }
}

/**
 * Run lengths of the box's pixels in reading order, outside first (open-edge-platform/datumaro
 * plugins/data_formats/cvat/base.py: rows, where COCO has columns).
 */
function mask({ element, size, where, tell }: ShapeReading): ReadShape | string {
  const read = numbersOf(element, ['left', 'top', 'width', 'height'])
  if (typeof read === 'string') return read
  const [left, top, width, height] = read as [number, number, number, number]
  if (![left, top, width, height].every(Number.isInteger) || width < 1 || height < 1)
    return `Its place (${read.join(', ')}) should be whole pixels.`
  if (size.width * size.height > MOST_MASK_PIXELS || width * height > size.width * size.height)
    return `Its mask of ${width} × ${height} pixels is larger than the image.`
  const pixels = new Uint8Array(width * height)
  let [at, value] = [0, 0]
  for (const text of (element.attributes.get('rle') ?? '').split(',')) {
    const length = numberOf(text)
    if (length === null || !Number.isInteger(length) || length < 0)
      return `Its run lengths hold ${nameValue(text)} where a whole number is expected.`
    if (value === 1) pixels.fill(1, at, at + length)
    at += length
    value = 1 - value
    if (at > pixels.length) break
  }
  if (at !== pixels.length)
    return `Its run lengths have ${at} pixels; its box of ${width} × ${height} has ${pixels.length}.`
  const { shape, cutPixels } = maskFromPatch({ size: { width, height }, pixels }, left, top, size)
  const { mask: whole } = maskFromCompressed(shape.counts, shape.size)
  if (whole === null || boundsOfMask(whole) === null) return 'Its mask is empty inside the image.'
  if (cutPixels > 0)
    tell(doubted(where, 'import/mask-cut', `${cutPixels} pixels of its mask lie outside the image and were left out.`))
  // Its pixels are inside the image now, whatever its box says.
  return { shape, points: [] }
}

/** Its points in their order; their names are told as left behind. */
function skeleton({ element, size, where, tell }: ShapeReading): ReadShape | string {
  const joints = element.children.filter(({ name }) => name === 'points')
  if (joints.length === 0) return 'It is a skeleton without points.'
  const all: (readonly [number, number, 0 | 1 | 2])[] = []
  const names: string[] = []
  for (const { attributes } of joints) {
    const points = pointListOf(attributes.get('points'))
    if (typeof points === 'string') return `One of its points cannot be read: ${points}`
    const [only] = points
    if (points.length !== 1 || only === undefined)
      return `One of its points should be one place, but has ${points.length}.`
    const isOutside = attributes.get('outside') === '1'
    all.push([only[0], only[1], isOutside ? 0 : attributes.get('occluded') === '1' ? 1 : 2])
    names.push(attributes.get('label') ?? '')
  }
  tell(noted(where, 'import/joint-names', `The names of its points are not kept: ${names.join(', ')}.`))
  const seen = all.filter(([, , visibility]) => visibility > 0).map(([x, y]) => pixelPoint(x, y))
  return { shape: keypointsOf(all, null, size), points: seen }
}

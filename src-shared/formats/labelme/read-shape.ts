/** @file The geometry of one entry of `shapes`. */
import { normalizedFromPixel, normalizedPointFromPixel } from '../../geometry/convert'
import { boundsOfMask, maskFromCompressed } from '../../geometry/mask'
import type { AnnotationShape } from '../../geometry/region-shape'
import { roundTiesToEven } from '../../geometry/round'
import { pixelBox, pixelPoint } from '../../geometry/space'
import type { ImageSize, PixelPoint } from '../../geometry/space'
import { bytesFromBase64 } from '../kit/base64'
import { doubted, noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { MOST_MASK_PIXELS, maskFromPatch } from '../kit/mask-shapes'
import {
  boxFromCorners,
  hasNoArea,
  isFinitePlace,
  pixelPointsOf,
  pointFromPixel,
  polygonFromPixels,
  polylineFromPixels,
  quadFromPixels,
  ringOfEllipse
} from '../kit/pixel-shapes'
import { bitmapFromPng } from '../kit/png-bitmap'
import type { ImportIssue } from '../reading/item'
import { ownFields } from '../kit/own-fields'
import type { OwnFields } from '../kit/own-fields'

export interface ReadGeometry {
  readonly shape: AnnotationShape
  /** Pixels as the file has them, for what they say about themselves. */
  readonly points: readonly PixelPoint[]
}

interface Reading {
  readonly entry: JsonObject
  readonly points: readonly PixelPoint[]
  readonly size: ImageSize
  readonly where: Whereabouts
  readonly tell: (issue: ImportIssue) => void
}

const countProblem = (type: string, expected: string, found: number): string =>
  `A ${type} should have ${expected}, but has ${found}.`

/** null: it is left out, and why was told. */
export function readGeometry(
  entry: JsonObject,
  size: ImageSize,
  where: Whereabouts,
  tell: (issue: ImportIssue) => void
): ReadGeometry | null {
  // Files of LabelMe before 3.3 have polygons only and name no type.
  const type = own(entry, 'shape_type') ?? 'polygon'
  const points = pixelPointsOf(own(entry, 'points'))
  if (typeof points === 'string') {
    tell(skipped(where, 'import/bad-points', `It cannot be read: ${points}.`))
    return null
  }
  if (typeof type !== 'string' || !Object.hasOwn(READERS, type)) {
    tell(skipped(where, 'import/shape-type', `Its shape_type ${nameValue(type)} is not one that Eyrie reads.`))
    return null
  }
  const shape = READERS[type as ShapeType]({ entry, points, size, where, tell })
  const read = typeof shape === 'string' || isFinitePlace(shape) ? shape : 'Its numbers are larger than any place.'
  if (typeof read === 'string') {
    tell(skipped(where, 'import/bad-shape', read))
    return null
  }
  return { shape: read, points: type === 'circle' ? cornersOf(points) : points }
}

/** Of a circle, the box around it. */
function cornersOf([centre, rim]: readonly PixelPoint[]): readonly PixelPoint[] {
  if (centre === undefined || rim === undefined) return []
  const radius = Math.hypot(rim[0] - centre[0], rim[1] - centre[1])
  return [pixelPoint(centre[0] - radius, centre[1] - radius), pixelPoint(centre[0] + radius, centre[1] + radius)]
}

type Reader = (reading: Reading) => AnnotationShape | string

function rectangle({ entry, points, size, where, tell }: Reading): AnnotationShape | string {
  const [a, b, c, d] = points
  const { keypoints, box } = ownFields(entry)
  const isKeypoints =
    points.length === 2 && keypoints !== null && box?.every((side, i) => side === points.flat()[i]) === true
  if (isKeypoints) return keypointsShape(keypoints, box, size)
  if (points.length === 2 && a !== undefined && b !== undefined) return positive(a, b, size)
  if (points.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined)
    return countProblem('rectangle', '2 opposite corners or 4 corners', points.length)
  const isStraight =
    (a[0] === d[0] && b[0] === c[0] && a[1] === b[1] && c[1] === d[1]) ||
    (a[0] === b[0] && c[0] === d[0] && a[1] === d[1] && b[1] === c[1])
  if (isStraight) return positive(a, c, size)
  tell(
    doubted(
      where,
      'import/turned-rectangle',
      'It is called a rectangle, but its sides are not upright; read as four corners.'
    )
  )
  return quadFromPixels(points, size) ?? countProblem('rectangle', '4 corners', points.length)
}

function positive(a: PixelPoint, b: PixelPoint, size: ImageSize): AnnotationShape | string {
  const box = boxFromCorners(a, b, size)
  return hasNoArea(box) ? 'It is a rectangle without an area.' : box
}

function polygon({ entry, points, size }: Reading): AnnotationShape | string {
  const isQuad = ownFields(entry).shape === 'quad' && points.length === 4
  const shape = isQuad ? quadFromPixels(points, size) : polygonFromPixels(points, size)
  return shape ?? countProblem('polygon', '3 points or more', points.length)
}

const fourCorners =
  (type: string): Reader =>
  ({ points, size }) =>
    quadFromPixels(points, size) ?? countProblem(type, '4 points', points.length)

const stroke =
  (type: string, exactly: number | null): Reader =>
  ({ points, size }) =>
    points.length === exactly || (exactly === null && points.length >= 2)
      ? polylineFromPixels(points, size)
      : countProblem(type, exactly === null ? '2 points or more' : `${exactly} points`, points.length)

function circle({ points, size, where, tell }: Reading): AnnotationShape | string {
  const [centre, rim] = points
  if (points.length !== 2 || centre === undefined || rim === undefined)
    return countProblem('circle', 'its centre and a point on its rim', points.length)
  const radius = Math.hypot(rim[0] - centre[0], rim[1] - centre[1])
  if (radius === 0) return 'It is a circle without an area.'
  const { ring, errorPx } = ringOfEllipse({ centre, radiusX: radius, radiusY: radius })
  const message = `A circle became a polygon of ${ring.length} corners, at most ${errorPx.toPrecision(2)} pixels inside it.`
  tell(noted(where, 'import/circle-as-polygon', message))
  return polygonFromPixels(ring, size) ?? 'It is a circle without an area.'
}

function point({ points, size }: Reading): AnnotationShape | string {
  const [only] = points
  return points.length === 1 && only !== undefined
    ? pointFromPixel(only, size)
    : countProblem('point', '1 point', points.length)
}

function pointSet({ entry, points, size, where, tell }: Reading): AnnotationShape | string {
  if (points.length === 0) return countProblem('set of points', '1 point or more', 0)
  const { keypoints, box } = ownFields(entry)
  const labelled = keypoints?.filter(([, , visibility]) => visibility > 0) ?? []
  const isKept =
    labelled.length === points.length && labelled.every(([x, y], i) => x === points[i]?.[0] && y === points[i][1])
  if (keypoints !== null && !isKept)
    tell(
      noted(
        where,
        'import/points-changed',
        'Its points are others than were exported, so which of them are hidden is not known.'
      )
    )
  if (keypoints !== null && isKept) return keypointsShape(keypoints, box, size)
  return keypointsShape(
    points.map(([x, y]) => [x, y, 2] as const),
    null,
    size
  )
}

function keypointsShape(
  keypoints: NonNullable<OwnFields['keypoints']>,
  box: OwnFields['box'],
  size: ImageSize
): AnnotationShape {
  return {
    type: 'keypoints',
    points: keypoints.map(([x, y, visibility]) => ({
      point: normalizedPointFromPixel(pixelPoint(x, y), size),
      visibility
    })),
    box: box === null ? null : normalizedFromPixel(pixelBox(...box), size)
  }
}

/** The picture's size counts, not the second corner: LabelMe's own reading since its corners may be fractions. */
function mask({ entry, points, size, where, tell }: Reading): AnnotationShape | string {
  const [topLeft, bottomRight] = points
  if (points.length !== 2 || topLeft === undefined || bottomRight === undefined)
    return countProblem('mask', '2 corners', points.length)
  const text = own(entry, 'mask')
  if (typeof text !== 'string') return `Its mask should be a PNG in base64, not ${nameValue(text)}.`
  if (size.width * size.height > MOST_MASK_PIXELS) return 'The image is too large for masks.'
  const png = bytesFromBase64(text)
  if (png === null) return 'Its mask is not base64.'
  const { bitmap, problem } = bitmapFromPng(png, size.width * size.height)
  if (bitmap === null) return `Its mask cannot be read: ${problem}.`
  const [left, top] = [roundTiesToEven(topLeft[0]), roundTiesToEven(topLeft[1])]
  const [width, height] = [bottomRight[0] - topLeft[0] + 1, bottomRight[1] - topLeft[1] + 1]
  if (Math.abs(width - bitmap.size.width) > 2 || Math.abs(height - bitmap.size.height) > 2) {
    const message = `Its mask is a picture of ${bitmap.size.width} × ${bitmap.size.height} pixels, its corners are ${width} × ${height} apart; the picture was taken.`
    tell(doubted(where, 'import/mask-size', message))
  }
  const { shape, cutPixels } = maskFromPatch(bitmap, left, top, size)
  const { mask: read } = maskFromCompressed(shape.counts, shape.size)
  if (read === null || boundsOfMask(read) === null) return 'Its mask is empty inside the image.'
  if (cutPixels > 0)
    tell(doubted(where, 'import/mask-cut', `${cutPixels} pixels of its mask lie outside the image and were left out.`))
  return shape
}

const READERS = {
  rectangle,
  polygon,
  oriented_rectangle: fourCorners('oriented_rectangle'),
  rotation: fourCorners('rotation'),
  quadrilateral: fourCorners('quadrilateral'),
  line: stroke('line', 2),
  linestrip: stroke('linestrip', null),
  circle,
  point,
  points: pointSet,
  mask
} as const satisfies Readonly<Record<string, Reader>>
type ShapeType = keyof typeof READERS

/** @file How far apart two shapes are, in pixels of the upright image. */
import { scaled } from '../../geometry/axis'
import { boundsOfMask, maskFromCompressed } from '../../geometry/mask'
import { clampPointToImage, clampToImage } from '../../geometry/box'
import { normalizedFromPixel } from '../../geometry/convert'
import type { AnnotationShape } from '../../geometry/region-shape'
import { normalizedBox } from '../../geometry/space'
import type { ImageSize, NormalizedBox, NormalizedPoint } from '../../geometry/space'

/** Coordinates x, y, x, y, …; those of a keypoint that is not labelled are NaN, because its place says nothing. */
export function placeOf(shape: AnnotationShape): readonly number[] {
  switch (shape.type) {
    case 'box':
      return shape.box
    case 'point':
      return shape.point
    case 'multipolygon':
      return shape.rings.flat(2)
    case 'keypoints':
      return shape.points.flatMap(({ point, visibility }) => (visibility === 0 ? [NaN, NaN] : point))
    case 'mask':
      return []
    default:
      return shape.points.flat()
  }
}

/** What must be the same to the letter: two shapes with other kinds are never near. */
export function kindOf(shape: AnnotationShape): string {
  switch (shape.type) {
    case 'multipolygon':
      return `multipolygon ${shape.rings.map((ring) => ring.length).join(' ')}`
    case 'keypoints':
      return `keypoints ${shape.points.map(({ visibility }) => visibility).join('')}`
    case 'mask':
      return `mask ${shape.size.width}×${shape.size.height} ${shape.counts}`
    case 'polygon':
    case 'polyline':
      return `${shape.type} ${shape.points.length}`
    default:
      return shape.type
  }
}

export interface Distance {
  /** Pixels. */
  readonly x: number
  readonly y: number
}

/** Largest distance on each axis; infinite between different kinds. The box of keypoints counts where both have one. */
export function distanceBetween(a: AnnotationShape, b: AnnotationShape, size: ImageSize): Distance {
  const far = { x: Infinity, y: Infinity }
  if (kindOf(a) !== kindOf(b)) return far
  const [left, right] = [[...placeOf(a)], [...placeOf(b)]]
  if (a.type === 'keypoints' && b.type === 'keypoints' && a.box !== null) {
    if (b.box === null) return far
    left.push(...a.box)
    right.push(...b.box)
  }
  let [x, y] = [0, 0]
  for (let i = 0; i < left.length; i++) {
    const [from, to] = [left[i] ?? NaN, right[i] ?? NaN]
    if (Number.isNaN(from) && a.type === 'keypoints') continue
    const difference = Math.abs(from - to)
    // A coordinate that is no number is as far as can be.
    if (Number.isNaN(difference)) return far
    if (i % 2 === 0) x = Math.max(x, scaled(difference, 1, size.width))
    else y = Math.max(y, scaled(difference, 1, size.height))
  }
  return { x, y }
}

/** Cut at the image's border, point by point; masks lie inside anyway. */
export function clipped(shape: AnnotationShape): AnnotationShape {
  const ring = <T extends readonly NormalizedPoint[]>(points: T): T => points.map(clampPointToImage) as unknown as T
  switch (shape.type) {
    case 'box':
      return { type: 'box', box: clampToImage(shape.box) }
    case 'point':
      return { type: 'point', point: clampPointToImage(shape.point) }
    case 'mask':
      return shape
    case 'multipolygon':
      return { type: 'multipolygon', rings: shape.rings.map(ring) }
    case 'keypoints': {
      const points = shape.points.map(({ point, visibility }) => ({ point: clampPointToImage(point), visibility }))
      return { type: 'keypoints', points, box: shape.box === null ? null : clampToImage(shape.box) }
    }
    case 'quad':
      return { type: 'quad', points: ring(shape.points) }
    case 'polygon':
      return { type: 'polygon', points: ring(shape.points) }
    case 'polyline':
      return { type: 'polyline', points: ring(shape.points) }
  }
}

/** The smallest box around; null around nothing: an empty mask, keypoints of which none is labelled. */
export function boundsOf(shape: AnnotationShape): NormalizedBox | null {
  if (shape.type === 'mask') {
    const { mask } = maskFromCompressed(shape.counts, shape.size)
    const bounds = mask === null ? null : boundsOfMask(mask)
    return bounds === null ? null : normalizedFromPixel(bounds, shape.size)
  }
  if (shape.type === 'keypoints' && shape.box !== null) return shape.box
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  placeOf(shape).forEach((value, i) => {
    if (Number.isNaN(value)) return
    if (i % 2 === 0) [x0, x1] = [Math.min(x0, value), Math.max(x1, value)]
    else [y0, y1] = [Math.min(y0, value), Math.max(y1, value)]
  })
  return x0 === Infinity ? null : normalizedBox(x0, y0, x1, y1)
}

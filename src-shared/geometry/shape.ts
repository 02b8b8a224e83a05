/** @file What holds for every shape of a region. */
import { orderCorners } from './box'
import { boundsOfMaskShape, outlinesOfMaskShape } from './mask-shape'
import type { BoxShape, GroundedShape, PointShape, RegionShape, ShapeKind, SpelledShape } from './region-shape'
import { normalizedBox } from './space'
import type { NormalizedBox, NormalizedPoint } from './space'

/** How many numbers spell a shape of each kind; `isOpenEnded`: that many or more, in pairs. */
export const COORDINATE_COUNTS: Readonly<Record<ShapeKind, { readonly least: number; readonly isOpenEnded: boolean }>> =
  {
    point: { least: 2, isOpenEnded: false },
    box: { least: 4, isOpenEnded: false },
    quad: { least: 8, isOpenEnded: false },
    polygon: { least: 6, isOpenEnded: true },
    polyline: { least: 4, isOpenEnded: true },
    'coded-mask': { least: 4, isOpenEnded: false }
  }

/** Whether so many numbers can spell a shape of this kind. */
export function isCoordinateCount(kind: ShapeKind, count: number): boolean {
  const { least, isOpenEnded } = COORDINATE_COUNTS[kind]
  return isOpenEnded ? count >= least && count % 2 === 0 : count === least
}

/**
 * Every coordinate as x, y, x, y, …; a box is its two corners. A mask has the corners of its bounds; of
 * keypoints those that are labelled count, and their box comes first.
 */
export function coordinatesOf(shape: GroundedShape): readonly number[] {
  switch (shape.type) {
    case 'box':
    case 'coded-mask':
      return shape.box
    case 'point':
      return shape.point
    case 'quad':
    case 'polygon':
    case 'polyline':
      return shape.points.flat()
    case 'multipolygon':
      return shape.rings.flat(2)
    case 'mask':
      return boundsOfMaskShape(shape) ?? []
    case 'keypoints': {
      const labelled = shape.points.flatMap(({ point, visibility }) => (visibility === 0 ? [] : [...point]))
      return shape.box === null ? labelled : [...shape.box, ...labelled]
    }
  }
}

export const isFiniteShape = (shape: GroundedShape): boolean => coordinatesOf(shape).every(Number.isFinite)

/** Whether a project can hold it: everything but the codes of a model's own codebook. */
export const isRegionShape = (shape: GroundedShape): shape is RegionShape => shape.type !== 'coded-mask'

/** The smallest box around a shape; corners ordered. A shape that says no place at all has the box `[0, 0, 0, 0]`. */
export function boundsOfShape(shape: GroundedShape): NormalizedBox {
  if (shape.type === 'keypoints' && shape.box !== null) return orderCorners(shape.box)
  const coordinates = coordinatesOf(shape)
  if (coordinates.length === 0) return normalizedBox(0, 0, 0, 0)
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  // A loop, not `Math.min(...)`: a stroke may have more points than a call may have arguments.
  coordinates.forEach((value, i) => {
    if (i % 2 === 0) [x0, x1] = [Math.min(x0, value), Math.max(x1, value)]
    else [y0, y1] = [Math.min(y0, value), Math.max(y1, value)]
  })
  return normalizedBox(x0, y0, x1, y1)
}

export const boundingBoxShape = (shape: GroundedShape): BoxShape => ({ type: 'box', box: boundsOfShape(shape) })

/** What a project keeps of a shape; codes that only a model's decoder can draw become the box around them. */
export const regionShapeOf = (shape: GroundedShape): RegionShape =>
  isRegionShape(shape) ? shape : boundingBoxShape(shape)

/**
 * Closed outlines of a shape that has an inside, holes wound against their outline, in normalized space.
 * Empty for points and strokes. Keypoints have the outline of the box a file gives with them.
 */
export function outlinesOfShape(shape: GroundedShape): readonly (readonly NormalizedPoint[])[] {
  switch (shape.type) {
    case 'quad':
    case 'polygon':
      return [shape.points]
    case 'multipolygon':
      return shape.rings
    case 'mask':
      return outlinesOfMaskShape(shape)
    case 'box':
    case 'coded-mask':
      return [cornersOf(shape.box)]
    case 'keypoints':
      return shape.box === null ? [] : [cornersOf(shape.box)]
    case 'point':
    case 'polyline':
      return []
  }
}

/** Clockwise from the top left. */
export const cornersOf = ([x0, y0, x1, y1]: NormalizedBox): readonly [
  NormalizedPoint,
  NormalizedPoint,
  NormalizedPoint,
  NormalizedPoint
] => [
  [x0, y0] as unknown as NormalizedPoint,
  [x1, y0] as unknown as NormalizedPoint,
  [x1, y1] as unknown as NormalizedPoint,
  [x0, y1] as unknown as NormalizedPoint
]

/** A point as it is; of everything else, the box around it. */
export const boxOrPointOf = (shape: GroundedShape): BoxShape | PointShape =>
  shape.type === 'box' || shape.type === 'point' ? shape : boundingBoxShape(shape)

/**
 * The nearest to a shape that can be spelled by `kinds`: itself; else its one outline, if people drew it (that
 * of a mask follows every pixel, which no model was taught); else `boxOrPointOf`, whether or not `kinds` has
 * it. Anything but itself is a loss of the caller's to say.
 */
export function spelledShapeOf(shape: GroundedShape, kinds: readonly ShapeKind[]): SpelledShape {
  if ((kinds as readonly string[]).includes(shape.type)) return shape as SpelledShape
  if (kinds.includes('polygon') && (shape.type === 'quad' || shape.type === 'multipolygon')) {
    const [outline, ...more] = outlinesOfShape(shape)
    if (outline !== undefined && more.length === 0) return { type: 'polygon', points: outline }
  }
  return boxOrPointOf(shape)
}

const isSameList = <T>(a: readonly T[], b: readonly T[], isSame: (a: T, b: T) => boolean): boolean =>
  a.length === b.length && a.every((value, i) => isSame(value, b[i] as T))
const isSameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  isSameList(a, b, (left, right) => left === right)

/** Same type and exactly the same coordinates, codes, runs and visibilities. */
export function isSameShape(a: GroundedShape, b: GroundedShape): boolean {
  if (a === b) return true
  if (a.type !== b.type) return false
  if (a.type === 'mask' && b.type === 'mask')
    return a.counts === b.counts && a.size.width === b.size.width && a.size.height === b.size.height
  if (a.type === 'multipolygon' && b.type === 'multipolygon')
    return isSameList(a.rings, b.rings, (left, right) => isSameList(left, right, isSameNumbers))
  if (a.type === 'keypoints' && b.type === 'keypoints') {
    return (
      isSameNumbers(a.box ?? [], b.box ?? []) &&
      isSameList(
        a.points,
        b.points,
        (left, right) => left.visibility === right.visibility && isSameNumbers(left.point, right.point)
      )
    )
  }
  if (!isSameNumbers(coordinatesOf(a), coordinatesOf(b))) return false
  return a.type !== 'coded-mask' || b.type !== 'coded-mask' || isSameNumbers(a.codes, b.codes)
}

/** Corners ordered; everything else is as it is. */
export const orderShape = (shape: RegionShape): RegionShape =>
  shape.type === 'box' ? { type: 'box', box: orderCorners(shape.box) } : shape

/**
 * @file One step from one raster to the next. Three kinds are enough, because each is undone by one of
 * the same kind: turning (EXIF), cutting or widening the frame (crop and pad are one), and resizing.
 *
 * Coordinates are edges, not pixel centres: resizing has no half-pixel shift, a mirrored x is W − x,
 * and pixel (column, row) is the box `[column, row, column + 1, row + 1]`.
 */
import { assert } from '../../errors'
import { scaled } from '../axis'
import type { ImageSize } from '../space'

/** Values of the EXIF tag 0x0112; 1 is upright. */
export type ExifOrientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** What a viewer does to a stored picture so that it stands upright. */
export interface OrientStep {
  readonly type: 'orient'
  readonly orientation: ExifOrientation
}
/**
 * A new frame over the old raster, in its pixels. Inside it is a crop, around it a pad (`left` and `top`
 * are then negative), and it may be both. Fractions are legal: a crop around a region has them.
 */
export interface WindowStep {
  readonly type: 'window'
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
/** The whole raster to a new size, each axis by its own factor. */
export interface ResizeStep {
  readonly type: 'resize'
  readonly width: number
  readonly height: number
}
export type ViewStep = OrientStep | WindowStep | ResizeStep

/** A point or box of any space: x, y, x, y, … */
type Numbers = readonly number[]

interface Turn {
  readonly isSwapped: boolean
  readonly isMirroredX: boolean
  readonly isMirroredY: boolean
}
/**
 * Swap x and y first, then mirror. Source: EXIF 2.32 (CIPA DC-008), tag Orientation, which says where the
 * stored row 0 and column 0 belong.
 */
const TURNS: Readonly<Record<ExifOrientation, Turn>> = {
  1: { isSwapped: false, isMirroredX: false, isMirroredY: false },
  2: { isSwapped: false, isMirroredX: true, isMirroredY: false },
  3: { isSwapped: false, isMirroredX: true, isMirroredY: true },
  4: { isSwapped: false, isMirroredX: false, isMirroredY: true },
  5: { isSwapped: true, isMirroredX: false, isMirroredY: false },
  6: { isSwapped: true, isMirroredX: true, isMirroredY: false },
  7: { isSwapped: true, isMirroredX: true, isMirroredY: true },
  8: { isSwapped: true, isMirroredX: false, isMirroredY: true }
}

export const isExifOrientation = (value: number): value is ExifOrientation => Object.hasOwn(TURNS, value)

const checkedSize = (size: ImageSize): ImageSize => {
  const { width, height } = size
  assert(width > 0 && height > 0 && width + height < Infinity, `expected a positive size, got ${width}×${height}`)
  return { width, height }
}

/** The raster after the step. Throws `InvariantError` for a size that is not positive and finite. */
export function sizeAfterStep(step: ViewStep, size: ImageSize): ImageSize {
  if (step.type !== 'orient') return checkedSize(step)
  return TURNS[step.orientation].isSwapped ? { width: size.height, height: size.width } : size
}

/** The step that leads back; `size` is the raster before it. */
export function invertStep(step: ViewStep, size: ImageSize): ViewStep {
  if (step.type === 'resize') return { type: 'resize', ...size }
  if (step.type === 'window') return { type: 'window', left: 0 - step.left, top: 0 - step.top, ...size }
  // A quarter turn is undone by the other one; every other turn undoes itself.
  const { orientation } = step
  return { type: 'orient', orientation: orientation === 6 ? 8 : orientation === 8 ? 6 : orientation }
}

/** x, y, x, y, … through the step; `size` is the raster before it. */
export function pointsThroughStep(points: Numbers, step: ViewStep, size: ImageSize): Numbers {
  if (step.type === 'window') return points.map((value, i) => value - (i % 2 === 0 ? step.left : step.top))
  if (step.type === 'resize')
    return points.map((value, i) =>
      i % 2 === 0 ? scaled(value, size.width, step.width) : scaled(value, size.height, step.height)
    )
  const { isSwapped, isMirroredX, isMirroredY } = TURNS[step.orientation]
  const { width, height } = sizeAfterStep(step, size)
  return points.map((_, i) => {
    const value = points[isSwapped ? i ^ 1 : i] ?? NaN
    if (i % 2 === 0) return isMirroredX ? width - value : value
    return isMirroredY ? height - value : value
  })
}

/** A box keeps its left on the left: mirroring swaps its edges, so ordered corners stay ordered. */
export function boxThroughStep(box: Numbers, step: ViewStep, size: ImageSize): Numbers {
  const [x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN] = pointsThroughStep(box, step, size)
  if (step.type !== 'orient') return [x0, y0, x1, y1]
  const { isMirroredX, isMirroredY } = TURNS[step.orientation]
  const [left, right] = isMirroredX ? [x1, x0] : [x0, x1]
  const [top, bottom] = isMirroredY ? [y1, y0] : [y0, y1]
  return [left, top, right, bottom]
}

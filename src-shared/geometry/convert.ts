/**
 * @file Between spaces that need nothing but the image's size; the factor itself is in `axis.ts`. Each
 * function names the space it makes and the space it takes; the image size is always that of the upright original.
 */
import { assert } from '../errors'
import { scaled } from './axis'
import {
  normalizedBox,
  normalizedPoint,
  paddedBox,
  paddedPoint,
  pixelBox,
  pixelPoint,
  type ImageSize,
  type NormalizedBox,
  type NormalizedPoint,
  type PaddedBox,
  type PaddedPoint,
  type PixelBox,
  type PixelPoint
} from './space'

const checked = ({ width, height }: ImageSize): ImageSize => {
  assert(width > 0 && height > 0 && width + height < Infinity, `expected a positive image size, got ${width}×${height}`)
  return { width, height }
}

export function pixelFromNormalized(box: NormalizedBox, size: ImageSize): PixelBox {
  const { width, height } = checked(size)
  return pixelBox(
    scaled(box[0], 1, width),
    scaled(box[1], 1, height),
    scaled(box[2], 1, width),
    scaled(box[3], 1, height)
  )
}
export function normalizedFromPixel(box: PixelBox, size: ImageSize): NormalizedBox {
  const { width, height } = checked(size)
  return normalizedBox(
    scaled(box[0], width, 1),
    scaled(box[1], height, 1),
    scaled(box[2], width, 1),
    scaled(box[3], height, 1)
  )
}
export function pixelPointFromNormalized(point: NormalizedPoint, size: ImageSize): PixelPoint {
  const { width, height } = checked(size)
  return pixelPoint(scaled(point[0], 1, width), scaled(point[1], 1, height))
}
export function normalizedPointFromPixel(point: PixelPoint, size: ImageSize): NormalizedPoint {
  const { width, height } = checked(size)
  return normalizedPoint(scaled(point[0], width, 1), scaled(point[1], height, 1))
}

/** From `x, y, x, y, …` in pixels, as files write outlines; a last number without a partner is left out. */
export function normalizedPointsFromPixels(numbers: readonly number[], size: ImageSize): readonly NormalizedPoint[] {
  const { width, height } = checked(size)
  const points: NormalizedPoint[] = []
  for (let i = 0; i + 1 < numbers.length; i += 2)
    points.push(normalizedPoint(scaled(numbers[i] ?? NaN, width, 1), scaled(numbers[i + 1] ?? NaN, height, 1)))
  return points
}

/** As `normalizedPointsFromPixels`, from and into flat lists; 0 for -0. Millions of numbers pass here in one file. */
export function normalizeInto(
  pixels: ArrayLike<number>,
  start: number,
  count: number,
  size: ImageSize,
  into: Float64Array,
  at: number
): void {
  const { width, height } = checked(size)
  for (let i = 0; i < count * 2; i += 2) {
    into[at + i] = scaled(pixels[start + i] ?? NaN, width, 1) + 0
    into[at + i + 1] = scaled(pixels[start + i + 1] ?? NaN, height, 1) + 0
  }
}

/** The square canvas an image is centred on, and where the image lies in it. Pixels. */
export interface SquareCanvas {
  readonly side: number
  /** Whole pixels; the larger half of an odd margin is on the right or bottom. */
  readonly left: number
  readonly top: number
}

/** Source: shikras/shikra mllm/dataset/utils/transform.py, `Expand2square`: offset `(long - short) // 2`. */
export function squareCanvas(size: ImageSize): SquareCanvas {
  const { width, height } = checked(size)
  const side = Math.max(width, height)
  return { side, left: Math.floor((side - width) / 2), top: Math.floor((side - height) / 2) }
}

// The long axis fills the canvas: its fractions are the same, and stay so to the last bit.
const padAxis = (value: number, length: number, offset: number, side: number): number =>
  length === side ? value : scaled(scaled(value, 1, length) + offset, side, 1)
const unpadAxis = (value: number, length: number, offset: number, side: number): number =>
  length === side ? value : scaled(scaled(value, 1, side) - offset, length, 1)

export function paddedFromNormalized(box: NormalizedBox, size: ImageSize): PaddedBox {
  const { side, left, top } = squareCanvas(size)
  const x = (value: number): number => padAxis(value, size.width, left, side)
  const y = (value: number): number => padAxis(value, size.height, top, side)
  return paddedBox(x(box[0]), y(box[1]), x(box[2]), y(box[3]))
}
export function normalizedFromPadded(box: PaddedBox, size: ImageSize): NormalizedBox {
  const { side, left, top } = squareCanvas(size)
  const x = (value: number): number => unpadAxis(value, size.width, left, side)
  const y = (value: number): number => unpadAxis(value, size.height, top, side)
  return normalizedBox(x(box[0]), y(box[1]), x(box[2]), y(box[3]))
}
export function paddedPointFromNormalized(point: NormalizedPoint, size: ImageSize): PaddedPoint {
  const { side, left, top } = squareCanvas(size)
  return paddedPoint(padAxis(point[0], size.width, left, side), padAxis(point[1], size.height, top, side))
}
export function normalizedPointFromPadded(point: PaddedPoint, size: ImageSize): NormalizedPoint {
  const { side, left, top } = squareCanvas(size)
  return normalizedPoint(unpadAxis(point[0], size.width, left, side), unpadAxis(point[1], size.height, top, side))
}

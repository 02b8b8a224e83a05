/**
 * @file Between shapes in normalized space and the numbers of a text. A codec is built from one
 * quantiser per source, because sources differ in rounding *and* in the order of operations.
 */
import {
  normalizedFromPadded,
  normalizedPointFromPadded,
  paddedFromNormalized,
  paddedPointFromNormalized,
  squareCanvas
} from '../../geometry/convert'
import type { GroundedShape, ShapeKind } from '../../geometry/region-shape'
import { roundHalfEven, roundTiesToEven } from '../../geometry/round'
import { coordinatesOf } from '../../geometry/shape'
import { normalizedBox, normalizedPoint, paddedBox, paddedPoint } from '../../geometry/space'
import type { NormalizedPoint } from '../../geometry/space'
import type { DialectContext, DialectProfile, DialectSpace } from '../dialect'

/** A truncated decimal fraction lands one below itself without this: `29 / 100 * 100` is 28.999…96. */
const NUDGE = 1e-9

/** One coordinate on its way into the text. */
export interface AxisValue {
  /** Of the dialect's space; inside 0..1. */
  readonly fraction: number
  /** Pixels in the dialect's space, exact because the region was made from them; null when it was not. */
  readonly pixel: number | null
  /** Length of the axis in pixels of the dialect's space. */
  readonly side: number
}
export type Quantiser = (value: AxisValue) => number

/** `round(v / W · D)` of Python. */
export const rounded =
  (denominator: number): Quantiser =>
  ({ fraction, pixel, side }) =>
    roundTiesToEven((pixel === null ? fraction : pixel / side) * denominator)

/** `int(v / W · D)`. */
export const truncated =
  (denominator: number): Quantiser =>
  ({ fraction, pixel, side }) =>
    pixel === null ? Math.floor(fraction * denominator + NUDGE) : Math.trunc((pixel / side) * denominator)

/** `int(v · (D / W))`: the ratio first. */
export const truncatedByRatio =
  (denominator: number): Quantiser =>
  ({ fraction, pixel, side }) =>
    pixel === null ? Math.floor(fraction * denominator + NUDGE) : Math.trunc(pixel * (denominator / side))

/** `floor(v / (W / D))`: the width of a bin first. */
export const flooredByBin =
  (denominator: number): Quantiser =>
  ({ fraction, pixel, side }) =>
    pixel === null ? Math.floor(fraction * denominator + NUDGE) : Math.floor(pixel / (side / denominator))

/** Python's `round(v, decimals)`. */
export const fixed =
  (decimals: number): Quantiser =>
  ({ fraction }) =>
    roundHalfEven(fraction, decimals)

export const spaceOf = (profile: DialectProfile, context: DialectContext): DialectSpace =>
  context.space ?? profile.space

/** x, y, x, y, … as fractions of `space`. Resizing keeps fractions. */
export function fractionsOf(shape: GroundedShape, space: DialectSpace, context: DialectContext): readonly number[] {
  const numbers = coordinatesOf(shape)
  if (space !== 'padded-square') return numbers
  if (shape.type === 'box' || shape.type === 'coded-mask') return paddedFromNormalized(shape.box, context.image)
  return pairsOf(numbers).flatMap(([x, y]) => [...paddedPointFromNormalized(normalizedPoint(x, y), context.image)])
}

const pairsOf = (numbers: readonly number[]): (readonly [number, number])[] =>
  numbers.flatMap((x, i) => (i % 2 === 0 ? [[x, numbers[i + 1] ?? NaN] as const] : []))

/** A shape from fractions of `space`; `numbers` are x, y, x, y, … */
export function shapeFromFractions(
  kind: ShapeKind,
  numbers: readonly number[],
  space: DialectSpace,
  context: DialectContext,
  codes: readonly number[] = []
): GroundedShape {
  const isPadded = space === 'padded-square'
  const a = numbers[0] ?? NaN
  const b = numbers[1] ?? NaN
  const c = numbers[2] ?? NaN
  const d = numbers[3] ?? NaN
  if (kind === 'box' || kind === 'coded-mask') {
    const box = isPadded ? normalizedFromPadded(paddedBox(a, b, c, d), context.image) : normalizedBox(a, b, c, d)
    return kind === 'box' ? { type: 'box', box } : { type: 'coded-mask', box, codes }
  }
  const points = pairsOf(numbers).map(([x, y]): NormalizedPoint =>
    isPadded ? normalizedPointFromPadded(paddedPoint(x, y), context.image) : normalizedPoint(x, y)
  )
  const [p = normalizedPoint(NaN, NaN), q = p, r = p, s = p] = points
  if (kind === 'point') return { type: 'point', point: p }
  return kind === 'quad' ? { type: 'quad', points: [p, q, r, s] } : { type: kind, points }
}

/** Pixels of the dialect's space from pixels of the original, on one axis. */
function pixelInSpace(pixel: number, axis: number, space: DialectSpace, context: DialectContext): number {
  if (space === 'original') return pixel
  if (space === 'padded-square') {
    const { left, top } = squareCanvas(context.image)
    return pixel + (axis === 0 ? left : top)
  }
  const { image, resized = image } = context
  return axis === 0 ? (pixel * resized.width) / image.width : (pixel * resized.height) / image.height
}

function sideOf(axis: number, space: DialectSpace, { image, resized = image }: DialectContext): number {
  if (space === 'padded-square') return Math.max(image.width, image.height)
  const size = space === 'resized' ? resized : image
  return axis === 0 ? size.width : size.height
}

export interface Written {
  /** In the order of the text. */
  readonly numbers: readonly number[]
  /** Part of the shape lay outside what can be written. */
  readonly isClamped: boolean
}

/** Between one shape and its numbers in the text. */
export interface Codec {
  write(shape: GroundedShape, context: DialectContext, pixels: readonly number[] | undefined): Written
  /** `numbers` in the order of the text; no clamp, no swap. */
  read(kind: ShapeKind, numbers: readonly number[], context: DialectContext, codes?: readonly number[]): GroundedShape
}

export interface GridSpec {
  readonly profile: DialectProfile
  readonly quantise: (context: DialectContext) => Quantiser
  /** Largest number that may be written. */
  readonly max: (context: DialectContext) => number
  /** The fraction of the dialect's space that a number stands for. */
  readonly decode: (value: number, context: DialectContext) => number
}

/** Swaps x and y of every pair; its own inverse. */
const swapped = (numbers: readonly number[]): readonly number[] => pairsOf(numbers).flatMap(([x, y]) => [y, x])

/** A codec in which every coordinate stands for itself. Values outside are clamped before they are quantised. */
export function gridCodec({ profile, quantise, max, decode }: GridSpec): Codec {
  const isYFirst = profile.order === 'yxyx'
  return {
    write(shape, context, pixels) {
      const space = spaceOf(profile, context)
      const exact = fractionsOf(shape, space, context)
      const [encode, limit] = [quantise(context), max(context)]
      const numbers = exact.map((value, i) => {
        const fraction = Math.min(Math.max(value, 0), 1)
        const given = pixels?.length === exact.length ? pixels[i] : undefined
        const side = sideOf(i % 2, space, context)
        const pixel =
          given === undefined ? null : Math.min(Math.max(pixelInSpace(given, i % 2, space, context), 0), side)
        return Math.min(Math.max(encode({ fraction, pixel, side }), 0), limit)
      })
      return {
        numbers: isYFirst ? swapped(numbers) : numbers,
        isClamped: exact.some((value) => value < -NUDGE || value > 1 + NUDGE)
      }
    },
    read(kind, numbers, context, codes) {
      const fractions: number[] = []
      for (let i = 0; i < numbers.length; i++) fractions.push(decode(numbers[isYFirst ? i ^ 1 : i] ?? NaN, context))
      return shapeFromFractions(kind, fractions, spaceOf(profile, context), context, codes)
    }
  }
}

function defaultOf({ settings = [] }: DialectProfile, id: string): unknown {
  for (const setting of settings) if (setting.id === id) return setting.default
  return undefined
}

/** A number among the settings: the caller's, or the profile's default. */
export function numberSetting(profile: DialectProfile, context: DialectContext, id: string): number {
  const given = context.settings?.[id] ?? defaultOf(profile, id)
  return typeof given === 'number' ? given : NaN
}

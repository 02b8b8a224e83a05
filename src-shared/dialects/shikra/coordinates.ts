/** @file Between shapes in normalized space and the numbers Shikra writes: clamped, three decimals. */
import {
  normalizedFromPadded,
  normalizedPointFromPadded,
  paddedFromNormalized,
  paddedPointFromNormalized
} from '../../geometry/convert'
import type { BoxShape, GroundedShape, PointShape } from '../../geometry/region-shape'
import { boxOrPointOf } from '../../geometry/shape'
import { roundHalfEven, roundTiesToEven } from '../../geometry/round'
import { normalizedBox, normalizedPoint, paddedBox, paddedPoint } from '../../geometry/space'
import type { DialectContext, DialectSpace } from '../dialect'
import { BINS, DECIMALS, SHIKRA_PROFILES } from './profile'
import type { ShikraVariant } from './profile'

export const spaceOf = (context: DialectContext): DialectSpace => context.space ?? SHIKRA_PROFILES.plain.space

/** 4 numbers are a box, 2 a point; fractions of the context's space. */
export function shapeFromNumbers(numbers: readonly number[], context: DialectContext): BoxShape | PointShape {
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers
  const isPadded = spaceOf(context) === 'padded-square'
  if (numbers.length === 4) {
    const box = isPadded ? normalizedFromPadded(paddedBox(a, b, c, d), context.image) : normalizedBox(a, b, c, d)
    return { type: 'box', box }
  }
  const point = isPadded ? normalizedPointFromPadded(paddedPoint(a, b), context.image) : normalizedPoint(a, b)
  return { type: 'point', point }
}

function numbersOf(shape: BoxShape | PointShape, context: DialectContext): readonly number[] {
  const isPadded = spaceOf(context) === 'padded-square'
  if (shape.type === 'box') return isPadded ? paddedFromNormalized(shape.box, context.image) : shape.box
  return isPadded ? paddedPointFromNormalized(shape.point, context.image) : shape.point
}

export interface WrittenNumbers {
  /** 0..1 on the grid of the dialect. */
  readonly numbers: readonly number[]
  /** Part of the shape lay outside what can be written. */
  readonly isClamped: boolean
}

/**
 * Clamp, then round half to even, as the source does. It rounds a box to three decimals before it is
 * written in any notation, and a point only while writing it: as a bin that is `round(v * 1000)`, where the
 * product may be a tie that the fraction is not.
 */
export function quantizedNumbers(
  shape: BoxShape | PointShape,
  context: DialectContext,
  variant: ShikraVariant
): WrittenNumbers {
  const isBinned = variant === 'token' && shape.type === 'point'
  const exact = numbersOf(shape, context)
  const clamped = exact.map((value) => Math.min(Math.max(value, 0), 1))
  return {
    numbers: clamped.map((value) => (isBinned ? roundTiesToEven(value * BINS) / BINS : roundHalfEven(value, DECIMALS))),
    // A conversion may leave the border by less than any pixel; that is no loss.
    isClamped: exact.some((value) => value < -1e-9 || value > 1 + 1e-9)
  }
}

/** What a reader gets back after this shape was written. */
export const quantizeShape = (
  shape: GroundedShape,
  context: DialectContext,
  variant: ShikraVariant
): BoxShape | PointShape => shapeFromNumbers(quantizedNumbers(boxOrPointOf(shape), context, variant).numbers, context)

/** @file Pixels of the picture as the network saw it, and the size it saw. */
import { roundTiesToEven } from '../../geometry/round'
import type { DialectContext } from '../dialect'
import { fractionsOf, shapeFromFractions, spaceOf } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { QWEN25_LIMITS, smartResize } from '../kit/smart-resize'
import { QWEN25_VL_PROFILE } from './profile'

/** Pixels on the axis (0 is x) of what the numbers count. */
export function sideOf(axis: number, context: DialectContext): number {
  const { image } = context
  const space = spaceOf(QWEN25_VL_PROFILE, context)
  if (space === 'padded-square') return Math.max(image.width, image.height)
  const { width, height } = space === 'resized' ? (context.resized ?? image) : image
  return axis === 0 ? width : height
}

/** The numbers of one axis stand for its own side, and the source multiplies by a ratio of sides. */
export const codec: Codec = {
  write(shape, context, pixels) {
    const space = spaceOf(QWEN25_VL_PROFILE, context)
    const fractions = fractionsOf(shape, space, context)
    const isExact = space === 'resized' && pixels?.length === fractions.length
    const numbers = fractions.map((fraction, i) => {
      const side = sideOf(i % 2, context)
      const original = i % 2 === 0 ? context.image.width : context.image.height
      const value = isExact ? (pixels[i] ?? 0) * (side / original) : fraction * side
      return Math.min(Math.max(roundTiesToEven(value), 0), side - 1)
    })
    return { numbers, isClamped: fractions.some((value) => value < -1e-9 || value > 1 + 1e-9) }
  },
  read: (kind, numbers, context) =>
    shapeFromFractions(
      kind,
      numbers.map((value, i) => value / sideOf(i % 2, context)),
      spaceOf(QWEN25_VL_PROFILE, context),
      context
    )
}

/** The longest side that the released limits allow is shorter. */
export const MAX = 99_999

/** The size that the numbers count on, worked out where nobody gave it. */
export const complete = (context: DialectContext): DialectContext => ({
  ...context,
  resized: context.resized ?? smartResize(context.image, QWEN25_LIMITS)
})

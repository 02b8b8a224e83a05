/**
 * @file A codec for dialects whose numbers are pixels of a picture: each axis is counted on its own
 * side, in the dialect's space (usually the picture as the network saw it).
 */
import { roundTiesToEven } from '../../geometry/round'
import type { DialectContext, DialectProfile } from '../dialect'
import { fractionsOf, shapeFromFractions, spaceOf } from './coordinates'
import type { Codec } from './coordinates'

/** Arithmetic between spaces must not make a border look crossed. */
const NUDGE = 1e-9

export interface PixelSpec {
  readonly profile: DialectProfile
  /** Pixel that is written as 0; default 0, the left or upper border. */
  readonly origin?: (side: number) => number
  /** Smallest and largest number that may be written. */
  readonly range: (side: number) => readonly [least: number, most: number]
  /** What a reader makes of a fraction of the space; `side` in pixels of the original. Default: nothing. */
  readonly mend?: (fraction: number, side: number, context: DialectContext) => number
  /** Readers refuse a box without width or height, and so it gets a pixel. */
  readonly isNeverEmpty?: boolean
}

/** Pixels on the axis (0 is x) of what the numbers count. */
export function sideInSpace(profile: DialectProfile, axis: number, context: DialectContext): number {
  const { image, resized = image } = context
  const space = spaceOf(profile, context)
  if (space === 'padded-square') return Math.max(image.width, image.height)
  const { width, height } = space === 'resized' ? resized : image
  return axis === 0 ? width : height
}

/** Two numbers of an axis in order, and a pixel apart at least; the nearer way, within the range. */
function apart(a: number, b: number, middle: number, least: number, most: number): readonly [number, number] {
  const [low, high] = a <= b ? [a, b] : [b, a]
  if (high > low) return [low, high]
  return (middle >= low && low < most) || low === least ? [low, low + 1] : [low - 1, low]
}

export function pixelCodec({ profile, origin = () => 0, range, mend, isNeverEmpty = false }: PixelSpec): Codec {
  return {
    write(shape, context, pixels) {
      const space = spaceOf(profile, context)
      const { width, height } = context.image
      const fractions = fractionsOf(shape, space, context)
      const isExact = space === 'resized' && pixels?.length === fractions.length
      let isClamped = false
      const exact = fractions.map((fraction, i) => {
        const side = sideInSpace(profile, i % 2, context)
        const pixel = isExact ? (pixels[i] ?? 0) * (side / (i % 2 === 0 ? width : height)) : fraction * side
        if (fraction < -NUDGE || fraction > 1 + NUDGE) isClamped = true
        return Math.min(Math.max(pixel, 0), side) - origin(side)
      })
      const numbers = exact.map((value, i) => {
        const [least, most] = range(sideInSpace(profile, i % 2, context))
        if (value < least - 0.5 || value > most + 0.5) isClamped = true
        return Math.min(Math.max(roundTiesToEven(value), least), most) + 0
      })
      if (!isNeverEmpty || shape.type !== 'box') return { numbers, isClamped }
      const [left, right, top, bottom] = [0, 1].flatMap((axis) => {
        const middle = ((exact[axis] ?? 0) + (exact[axis + 2] ?? 0)) / 2
        return apart(numbers[axis] ?? 0, numbers[axis + 2] ?? 0, middle, ...range(sideInSpace(profile, axis, context)))
      })
      return { numbers: [left ?? 0, top ?? 0, right ?? 0, bottom ?? 0], isClamped }
    },
    read(kind, numbers, context) {
      const { width, height } = context.image
      const fractions = numbers.map((value, i) => {
        const side = sideInSpace(profile, i % 2, context)
        const fraction = (value + origin(side)) / side
        return mend === undefined ? fraction : mend(fraction, i % 2 === 0 ? width : height, context)
      })
      return shapeFromFractions(kind, fractions, spaceOf(profile, context), context)
    }
  }
}

/** @file Numbers of Florence-2: floored into 1000 bins, read as the place in a bin that the setting names. */
import type { DialectContext } from '../dialect'
import { flooredByBin, gridCodec, shapeFromFractions, spaceOf } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { BINS, FLORENCE2_PROFILE, decodeOf } from './profile'

export const LAST_BIN = BINS - 1
/** A lenient reader keeps numbers up to here; more than the last bin is the border. */
export const BEYOND = BINS - 0.5

/** Pixels of the axis (0 is x); the port's arithmetic is in single precision. */
function wholePixelFraction(value: number, axis: number, { image }: DialectContext): number {
  const side = axis === 0 ? image.width : image.height
  return Math.trunc(Math.fround(Math.fround(value + 0.5) * Math.fround(side / BINS))) / side
}

function fractionOf(value: number, axis: number, context: DialectContext): number {
  if (context.mode === 'lenient' && value > LAST_BIN) return 1
  const decode = decodeOf(context.settings)
  if (decode === 'whole-pixels') return wholePixelFraction(value, axis, context)
  return (decode === 'start' ? value : value + 0.5) / BINS
}

const grid = gridCodec({
  profile: FLORENCE2_PROFILE,
  quantise: () => flooredByBin(BINS),
  max: () => LAST_BIN,
  decode: (value) => (value + 0.5) / BINS
})

export const florence2Codec: Codec = {
  ...grid,
  read: (kind, numbers, context) =>
    shapeFromFractions(
      kind,
      numbers.map((value, i) => fractionOf(value, i % 2, context)),
      spaceOf(FLORENCE2_PROFILE, context),
      context
    )
}

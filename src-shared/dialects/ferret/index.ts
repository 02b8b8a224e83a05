/** @file Ferret: whole numbers of 1000, clamped to the last pixel, truncated; one bracket for each region. */
import type { DialectContext } from '../dialect'
import { choice, integer, sequence } from '../grammar'
import { bracketBody, bracketDialect } from '../kit/bracket-list'
import { fractionsOf, gridCodec, spaceOf } from '../kit/coordinates'
import type { AxisValue, Codec } from '../kit/coordinates'
import { FERRET_PROFILE } from './profile'

const GRID = 1000
const MAX = 999
const NUDGE = 1e-9

/** `int(min(v, W - 1) * (1000 / W))` for pixels; a fraction that is not the border is on the grid already. */
function quantise({ fraction, pixel, side }: AxisValue): number {
  const isBorder = fraction >= 1 - NUDGE
  if (pixel === null && !isBorder) return Math.floor(fraction * GRID + NUDGE)
  return Math.trunc(Math.min(pixel ?? side, side - 1) * (GRID / side))
}

const grid = gridCodec({
  profile: FERRET_PROFILE,
  quantise: () => quantise,
  max: () => MAX,
  decode: (value) => value / GRID
})

const codec: Codec = {
  read: (kind, numbers, context) => grid.read(kind, numbers, context),
  write(shape, context, pixels) {
    const { numbers, isClamped } = grid.write(shape, context, pixels)
    const exact = fractionsOf(shape, spaceOf(FERRET_PROFILE, context), context)
    const isCut = exact.some((value, i) => value >= 1 - NUDGE && (numbers[i] ?? 0) < MAX)
    return { numbers, isClamped: isClamped || isCut }
  }
}

const INTEGERS = {
  comma: ', ',
  official: /^\d+$/,
  exact: /^\d+$/,
  finished: /(?:^|[^\d.])\d{3}$/
}
const FRACTIONS = { comma: ', ', official: /^\d\.\d+$/, exact: /^\d\.\d{3}$/, finished: /\.\d{3,}$/ }

const hasFractions = (context: DialectContext): boolean => context.settings?.['numbers'] === 'fractions'

export const ferret = bracketDialect({
  profile: FERRET_PROFILE,
  codec,
  open: '[',
  close: ']',
  rule: { arities: [4, 2], max: MAX, numbers: 'integers' },
  readBody(body, context, mode) {
    const read = bracketBody(body, INTEGERS)
    const mayBeFractions = mode === 'lenient' || hasFractions(context)
    const values = read.tuples.flatMap(({ numbers }) => numbers)
    if (read.isIntegers || !mayBeFractions || values.some((value) => value > 1)) return read
    const fractions = bracketBody(body, FRACTIONS)
    return {
      ...fractions,
      tuples: fractions.tuples.map((tuple) => ({
        numbers: tuple.numbers.map((value) => value * GRID),
        isOfficial: tuple.isOfficial,
        isExactWidth: hasFractions(context) && tuple.isExactWidth,
        max: GRID
      }))
    }
  },
  gaps: [' ', ', '],
  suffix: (context) => (context.settings?.['regionFeature'] === true ? ' <region_fea>' : ''),
  brackets: (regions, context) =>
    regions.map(({ numbers }) => {
      const written = hasFractions(context) ? numbers.map((value) => (value / GRID).toFixed(3)) : numbers
      return `[${written.join(', ')}]`
    }),
  bracketGrammar: choice(
    ...[4, 2].map((count) =>
      sequence(
        '[',
        ...Array.from({ length: count }, (_, i) => (i > 0 ? sequence(', ', integer(0, MAX)) : integer(0, MAX))),
        ']'
      )
    )
  ),
  harmless: { '[': '(', ']': ')', '<': '(' }
})

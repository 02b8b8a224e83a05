/** @file InternVL: tagged lists of boxes in thousandths of the original. */
import type { Codec } from '../kit/coordinates'
import { gridCodec, shapeFromFractions, spaceOf, truncated } from '../kit/coordinates'
import { listDialect } from '../kit/list-dialect'
import { INTERNVL_PROFILE } from './profile'

const grid = gridCodec({
  profile: INTERNVL_PROFILE,
  quantise: () => truncated(1000),
  max: () => 1000,
  decode: (value) => value / 1000
})

const codec: Codec = {
  ...grid,
  read(kind, numbers, context) {
    const isFractions =
      context.settings?.['small-sums'] === 'fractions' && numbers.reduce((sum, value) => sum + value, 0) < 4
    if (!isFractions) return grid.read(kind, numbers, context)
    return shapeFromFractions(kind, numbers, spaceOf(INTERNVL_PROFILE, context), context)
  }
}

export const internVl = listDialect({
  profile: INTERNVL_PROFILE,
  phrase: { open: '<ref>', close: '</ref>' },
  box: { open: '<box>', close: '</box>' },
  max: 1000,
  codec,
  takesSingle: true
})

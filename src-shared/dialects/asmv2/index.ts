/** @file All-Seeing v2: tagged lists of boxes on the padded square, and relations of two such lists. */
import type { GroundedShape } from '../../geometry/region-shape'
import { coordinatesOf } from '../../geometry/shape'
import { gridCodec, truncated } from '../kit/coordinates'
import type { IssueCode } from '../kit/issues'
import { listDialect } from '../kit/list-dialect'
import { ASMV2_PROFILE, MAX } from './profile'

const inside = (value: number): number => Math.min(Math.max(value, 0), 1)

/** Nothing is left of a box once its part in the padding is cut off. */
function checkPadding(shape: GroundedShape): readonly IssueCode[] {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = coordinatesOf(shape)
  return inside(x0) === inside(x1) || inside(y0) === inside(y1) ? ['degenerate'] : []
}

export const asmV2 = listDialect({
  profile: ASMV2_PROFILE,
  phrase: { open: '<ref>', close: '</ref>' },
  box: { open: '<box>', close: '</box>' },
  predicate: { open: '<pred>', close: '</pred>' },
  max: MAX,
  codec: gridCodec({
    profile: ASMV2_PROFILE,
    quantise: () => truncated(MAX),
    max: () => MAX,
    decode: (value) => value / MAX
  }),
  takesSingle: false,
  check: checkPadding
})

/** @file Qwen2.5-VL: JSON, pixels of the picture as the network saw it. */
import { roundTiesToEven } from '../../geometry/round'
import type { Dialect, DialectContext } from '../dialect'
import { fractionsOf, shapeFromFractions, spaceOf } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { jsonDialect } from '../kit/json-dialect'
import { QWEN25_LIMITS, smartResize } from '../kit/smart-resize'
import { QWEN25_VL_PROFILE } from './profile'
import { POINTS_OPEN, readXmlPoints } from './xml-points'

/** Pixels on the axis (0 is x) of what the numbers count. */
function sideOf(axis: number, context: DialectContext): number {
  const { image } = context
  const space = spaceOf(QWEN25_VL_PROFILE, context)
  if (space === 'padded-square') return Math.max(image.width, image.height)
  const { width, height } = space === 'resized' ? (context.resized ?? image) : image
  return axis === 0 ? width : height
}

/** The numbers of one axis stand for its own side, and the source multiplies by a ratio of sides. */
const codec: Codec = {
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

const json = jsonDialect({
  profile: QWEN25_VL_PROFILE,
  shapes: [
    { kind: 'box', keys: ['bbox_2d'], aliases: ['bbox', 'box_2d'] },
    { kind: 'point', keys: ['point_2d'], aliases: ['point'] }
  ],
  labels: ['label', 'name', 'text_content'],
  codec,
  limit: sideOf,
  mayBeFractions: true,
  list: { open: '```json\n[\n\t', between: ',\n\t', close: '\n]\n```' },
  decimals: 0,
  // The longest side that the released limits allow is shorter.
  max: 99_999,
  complete: (context) => ({ ...context, resized: context.resized ?? smartResize(context.image, QWEN25_LIMITS) }),
  other: {
    opener: POINTS_OPEN,
    read: (item) =>
      readXmlPoints(item, {
        codec,
        max: (context) => Math.max(sideOf(0, context), sideOf(1, context)),
        kindOf: (count) => (count === 2 ? 'point' : null)
      })
  }
})

export const qwen25Vl: Dialect = {
  ...json,
  resizedSize: (image) => smartResize(image, QWEN25_LIMITS)
}

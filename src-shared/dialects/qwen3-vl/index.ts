/** @file Qwen3-VL: JSON, thousandths of the original. */
import { gridCodec, rounded } from '../kit/coordinates'
import { jsonDialect } from '../kit/json-dialect'
import { QWEN3_VL_PROFILE } from './profile'

export const qwen3Vl = jsonDialect({
  profile: QWEN3_VL_PROFILE,
  shapes: [
    { kind: 'box', keys: ['bbox_2d'], aliases: ['bbox', 'box_2d'] },
    { kind: 'point', keys: ['point_2d'], aliases: ['point'] }
  ],
  labels: ['label', 'name', 'name_en', 'name_zh', 'names', 'en', 'zh'],
  codec: gridCodec({
    profile: QWEN3_VL_PROFILE,
    quantise: () => rounded(1000),
    max: () => 1000,
    decode: (value) => value / 1000
  }),
  limit: () => 1000,
  mayBeFractions: true,
  list: { open: '```json\n[\n\t', between: ',\n\t', close: '\n]\n```' },
  decimals: 0,
  max: 1000
})

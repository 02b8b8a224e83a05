/** @file DeepSeek-VL2: tagged lists of boxes, 0 to 999. */
import { gridCodec, truncated } from '../kit/coordinates'
import { listDialect } from '../kit/list-dialect'
import { DEEPSEEK_VL2_PROFILE } from './profile'

export const deepSeekVl2 = listDialect({
  profile: DEEPSEEK_VL2_PROFILE,
  phrase: { open: '<|ref|>', close: '<|/ref|>' },
  box: { open: '<|det|>', close: '<|/det|>' },
  max: 999,
  // No source shows the encoder: truncation, as the other families of this grid do.
  codec: gridCodec({
    profile: DEEPSEEK_VL2_PROFILE,
    quantise: () => truncated(999),
    max: () => 999,
    decode: (value) => value / 999
  }),
  takesSingle: false
})

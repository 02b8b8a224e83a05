/**
 * @file Shikra's facts. Source: shikras/shikra, mllm/dataset/process_function/box_process_function.py
 * (`PlainBoxFormatter`, `TokenFormatter`) and mllm/dataset/utils/transform.py (`Expand2square`).
 *
 *     plain           the dog[0.102,0.250,0.430,0.981]   several: [..;..]   point: [0.440,0.310]
 *     small-brackets  the dog(0.102,0.250,0.430,0.981)
 *     token           the dog<b_st><bin_102> <bin_250> <bin_430> <bin_981><b_ed>   points: <p_st>..<p_ed>
 */
import type { DialectProfile } from '../dialect'

/** `precision=3` of the plain formatter and `num_bins=1001` of the token formatter are one grid. */
export const DECIMALS = 3
export const STEP = 0.001
export const BINS = 1000
/** The demo server leaves it at the end of an answer. */
export const STOP_TOKEN = '</s>'

export type ShikraVariant = 'plain' | 'small-brackets' | 'token'

const profileOf = (id: string, name: string): DialectProfile => ({
  id,
  name,
  space: 'padded-square',
  step: STEP,
  kinds: ['box', 'point'],
  phraseMarks: 'none',
  source: 'shikras/shikra:mllm/dataset/process_function/box_process_function.py'
})

export const SHIKRA_PROFILES: Readonly<Record<ShikraVariant, DialectProfile>> = {
  plain: profileOf('shikra', 'Shikra'),
  'small-brackets': profileOf('shikra-small-brackets', 'Shikra (small brackets)'),
  token: profileOf('shikra-token', 'Shikra (bin tokens)')
}

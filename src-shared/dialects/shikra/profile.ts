/**
 * @file Shikra's facts. Source: shikras/shikra, mllm/dataset/process_function/box_process_function.py
 * (`PlainBoxFormatter`, `TokenFormatter`) and mllm/dataset/utils/transform.py (`Expand2square`).
 *
 *     plain           the dog[0.102,0.250,0.430,0.981]   several: [..;..]   point: [0.440,0.310]
 *     small-brackets  the dog(0.102,0.250,0.430,0.981)
 *     token           the dog<b_st><bin_102> <bin_250> <bin_430> <bin_981><b_ed>   points: <p_st>..<p_ed>
 */
import type { DialectPage, DialectProfile } from '../dialect'

/** `precision=3` of the plain formatter and `num_bins=1001` of the token formatter are one grid. */
export const DECIMALS = 3
export const STEP = 0.001
export const BINS = 1000
/** The demo server leaves it at the end of an answer. */
export const STOP_TOKEN = '</s>'

export type ShikraVariant = 'plain' | 'small-brackets' | 'token'

const PHRASES_NOTE =
  'The text marks no phrases. The words right before a bracket are its phrase, back to punctuation, another bracket, a stop word (left out) or a determiner (taken in). A bracket without such words is a word itself.'

const PAGES: Readonly<Record<ShikraVariant, DialectPage>> = {
  plain: {
    examples: [
      ['the dog[0.102,0.250,0.430,0.981]', 'a box after its words, no space'],
      ['two cats[0.010,0.020,0.300,0.400;0.500,0.020,0.800,0.400]', 'regions of one phrase share a bracket'],
      ['What is [0.440,0.310]?', 'two numbers are a point']
    ],
    writes: 'Fractions of the padded square, clamped to 0..1, rounded half to even to three decimals as Python does.',
    reads: 'A number is the fraction itself. No clamp, no swap.',
    strict:
      'One digit before the dot, no sign, no space, a closed bracket, no mixture of boxes and points. Values above 1 and whole numbers are read as they stand.',
    notes: [
      PHRASES_NOTE,
      'Whole numbers in brackets are points to the official reader: `union[3,7]` of a CLEVR program is the point (3, 7). Lenient reading takes them for words.',
      'Boxes and points cannot share a bracket; the points of a phrase follow in one of their own.',
      'Braces in words stay braces: the source formats sentences with `str.format`, and breaks on them.'
    ]
  },
  'small-brackets': {
    examples: [['the dog(0.102,0.250,0.430,0.981)', 'as plain, with round brackets (`use_small_brackets`)']],
    writes: 'As plain Shikra.',
    reads: 'As plain Shikra.',
    strict: 'As plain Shikra, with round brackets.',
    notes: [PHRASES_NOTE]
  },
  token: {
    examples: [
      ['the dog<b_st><bin_102> <bin_250> <bin_430> <bin_981><b_ed>', 'a box'],
      ['<p_st><bin_440> <bin_310><p_ed>', 'a point']
    ],
    writes: 'Fractions of the padded square, rounded half to even to 0..1000 (`num_bins` 1001).',
    reads: 'A bin is divided by 1000.',
    strict:
      'Bins with or without spaces between them; the official point reader cannot read what the point writer writes, so both are taken.',
    notes: [PHRASES_NOTE]
  }
}

const profileOf = (variant: ShikraVariant, id: string, name: string): DialectProfile => ({
  id,
  name,
  space: 'padded-square',
  step: STEP,
  kinds: ['box', 'point'],
  phraseMarks: 'none',
  stopTokens: [STOP_TOKEN],
  page: PAGES[variant],
  source: 'shikras/shikra:mllm/dataset/process_function/box_process_function.py'
})

export const SHIKRA_PROFILES: Readonly<Record<ShikraVariant, DialectProfile>> = {
  plain: profileOf('plain', 'shikra', 'Shikra'),
  'small-brackets': profileOf('small-brackets', 'shikra-small-brackets', 'Shikra (small brackets)'),
  token: profileOf('token', 'shikra-token', 'Shikra (bin tokens)')
}

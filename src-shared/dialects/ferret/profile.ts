/**
 * @file Ferret's facts. Sources: apple/ml-ferret ferret/train/train.py, ferret/conversation.py,
 * ferret/eval/{eval_refexp,eval_flickr_entities}.py, ferret/serve/gradio_web_server.py.
 *
 *     two dogs [10, 20, 300, 400] [310, 20, 600, 400] in the yard
 *     What is in region [100, 50, 200, 300] <region_fea>?      (a user's turn)
 */
import type { DialectProfile } from '../dialect'

export const FERRET_PROFILE: DialectProfile = {
  id: 'ferret',
  name: 'Ferret',
  space: 'original',
  step: 1 / 1000,
  worstErrorSteps: 1,
  kinds: ['box', 'point'],
  phraseMarks: 'none',
  stopTokens: ['</s>'],
  settings: [
    {
      id: 'regionFeature',
      default: false,
      values: [false, true],
      says: 'Whether ` <region_fea>` follows each region: in a user’s turn, when the model gets features of regions.'
    },
    {
      id: 'numbers',
      default: 'integers',
      values: ['integers', 'fractions'],
      says: 'Whole numbers of 1000, or fractions with three decimals as the reference answers of Ferret-Bench have them.'
    }
  ],
  variants: { 'user-turn': { regionFeature: true }, 'bench-float': { numbers: 'fractions' } },
  page: {
    examples: [
      ['a cat [300, 200, 600, 800]', 'words and their box'],
      ['two dogs [10, 20, 300, 400] [310, 20, 600, 400]', 'several boxes follow each other'],
      ['[120, 456]', 'a point']
    ],
    writes:
      'Pixels are kept within 0 to W−1 and H−1, multiplied by 1000/W and 1000/H, and truncated: a box over all of a picture ends below 999 unless the picture is large.',
    reads: 'A number is divided by 1000. The official evaluation truncates to a pixel after that.',
    strict: 'Two or four whole numbers with a comma and one space between (setting `numbers`).',
    notes: [
      'When only the fraction of a region is known, the clamp to W−1 is applied to the right and bottom border alone: a number that was read is written again as it was.',
      'Lenient takes numbers up to 1 with a dot for fractions.'
    ],
    unverified: ['The rounding of the fractions of Ferret-Bench.']
  },
  source: 'apple/ml-ferret:ferret/train/train.py, ferret/eval/eval_refexp.py'
}

/**
 * @file Facts of GPT4RoI. Sources: jshilong/GPT4RoI gpt4roi/app.py, gpt4roi/datasets.
 *
 *     What is in region1 <bbox>, and who owns region2 <bbox>? Is region1 old?
 *
 * A region is a name in the text. Its box goes to the network beside it, as a tensor of fractions of
 * the original, in the order of the `<bbox>` marks.
 */
import type { DialectProfile } from '../dialect'

export const BOX_MARK = '<bbox>'

export const GPT4ROI_PROFILE: DialectProfile = {
  id: 'gpt4roi',
  name: 'GPT4RoI',
  space: 'original',
  step: 1,
  kinds: [],
  phraseMarks: 'none',
  stopTokens: ['</s>'],
  page: {
    examples: [
      ['What is in region1 <bbox>?', 'a named region; the text has no coordinates'],
      ['region1 <bbox> is left of region2 <bbox>, so region1 is first', 'a region named before has no mark']
    ],
    writes:
      'Each region is named in the order of first mention, with a mark; a later mention is the name alone. Words of a phrase stand before the name. The printer says of each region that its coordinates are not in the text.',
    reads: 'No region is ever read: a mark is kept as it is and reported as `placeholder`.',
    strict: 'Nothing to accept: the boxes are not in the text.',
    notes: [
      'The number of boxes given beside the text must equal the number of `<bbox>` marks.',
      'The demo turns `<region1>` and `<1>` in what a user writes into a name and a mark. Such words, and marks, are made harmless when they are written as words.'
    ]
  },
  source: 'jshilong/GPT4RoI:gpt4roi/app.py'
}

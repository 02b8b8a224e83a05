/**
 * @file ChatSpot (arXiv:2307.09474). UNCONFIRMED: the paper says that points and boxes are written as
 * coordinates in the text, and no public code, data or example says how. This is a form of ours that
 * can be set to others; nothing here is a fact about the released model.
 *
 *     the dog [0.123,0.456,0.789,0.999] near [0.440,0.310]
 */
import type { DialectProfile } from '../dialect'

export const DECIMALS = 3
export const SCALES = [1, 100, 999, 1000] as const

export const CHATSPOT_PROFILE: DialectProfile = {
  id: 'chatspot',
  name: 'ChatSpot (unconfirmed form)',
  space: 'original',
  step: 1 / 1000,
  kinds: ['box', 'point'],
  phraseMarks: 'none',
  stopTokens: ['</s>'],
  settings: [
    {
      id: 'brackets',
      default: 'square',
      values: ['square', 'round'],
      says: 'Which brackets stand around the numbers of a region. Unconfirmed: no source says.'
    },
    {
      id: 'scale',
      default: 1,
      values: [...SCALES],
      says: 'What a whole side is: 1 for fractions with three decimals, else whole numbers up to it. Unconfirmed: no source says.'
    }
  ],
  page: {
    examples: [
      ['the dog [0.123,0.456,0.789,0.999] runs', 'words, a space, and their box, in the default form'],
      ['two dogs [0.100,0.100,0.200,0.200] [0.300,0.300,0.800,0.900]', 'several boxes'],
      ['[0.440,0.310]', 'a point']
    ],
    writes:
      'Fractions of the original with three decimals, half to even (setting `scale` for whole numbers), cut to the picture.',
    reads: 'A number is divided by the scale.',
    strict: 'What is written, and nothing else: there is no official reader.',
    notes: ['Use it as a form of your own for a model you train; for the released model, check its answers first.'],
    unverified: [
      'Everything: the paper (arXiv:2307.09474) says that points and boxes are coordinates in the text, and nothing public says how they are spelled.'
    ]
  },
  source: 'arXiv:2307.09474 (no code; the form is ours and unconfirmed)'
}

/**
 * @file Pink's facts. Sources: SY-Xuan/Pink pink/datasets/{VisualGrounding,FlickrEntity,VisualGenome}.py,
 * demo.py, pink/eval/eval_vg.py.
 *
 *     two dogs [0.100,0.100,0.200,0.200] [0.300,0.300,0.800,0.900] on the grass
 */
import type { DialectProfile } from '../dialect'

export const DECIMALS = 3
export const STOP_TOKEN = '</s>'

export const PINK_PROFILE: DialectProfile = {
  id: 'pink',
  name: 'Pink',
  space: 'original',
  step: 1 / 1000,
  kinds: ['box', 'point'],
  phraseMarks: 'none',
  stopTokens: [STOP_TOKEN],
  settings: [
    {
      id: 'reader',
      default: 'demo',
      values: ['demo', 'eval'],
      says: 'Who reads: the demo wants no spaces; the scorer collects numbers of three decimals, wherever spaces are.'
    }
  ],
  variants: { eval: { reader: 'eval' } },
  page: {
    examples: [
      ['the dog [0.123,0.456,0.789,0.999] runs', 'words, a space, and their box'],
      ['two dogs [0.100,0.100,0.200,0.200] [0.300,0.300,0.800,0.900]', 'several boxes, the smallest area first'],
      ['[0.440,0.310]', 'a point, as the questions of the point evaluation have it']
    ],
    writes:
      'Fractions of the original with three decimals, half to even, and not clamped: 1.002 and -0.001 are written.',
    reads: 'A number is a fraction of the original. Strict keeps it as it is; lenient cuts it to 0..1 and says so.',
    strict: 'Two or four numbers of one digit, a dot and three digits, without spaces (setting `reader`).',
    notes: [
      'A negative number, or one of 10 and more, is written but read by neither official reader; the printer says so.',
      'In detection-like answers the name follows its box: `[..] man [..] horse`. The text does not tell which task it answers, so the words before a box are its phrase here as everywhere.',
      'The scorer needs exactly four numbers in the whole reply; a reply with two boxes has none for it.',
      'Question marks such as `<loc>..</loc>` are words.'
    ],
    unverified: ['Whether a checkpoint was published that was trained with padding to a square (off by default).']
  },
  source: 'SY-Xuan/Pink:pink/datasets/VisualGrounding.py, pink/datasets/FlickrEntity.py, demo.py'
}

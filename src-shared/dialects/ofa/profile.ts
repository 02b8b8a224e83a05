/**
 * @file Facts of OFA. Sources: OFA-Sys/OFA data/mm_data/refcoco_dataset.py,
 * data/pretrain_data/unify_dataset.py, utils/transforms.py, utils/eval_utils.py.
 *
 *     <bin_10> <bin_20> <bin_300> <bin_400> cat <bin_500> <bin_20> <bin_999> <bin_640> dining table
 */
import type { DialectProfile } from '../dialect'

export const OFA_PROFILE: DialectProfile = {
  id: 'ofa',
  name: 'OFA',
  space: 'original',
  step: 1 / 999,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>', '<pad>'],
  settings: [
    {
      id: 'patch-size',
      default: 512,
      values: [512, 480, 384, 256],
      says: 'Side of the square that the picture is squashed to. The numbers count in 512ths whatever it is, so a checkpoint with a smaller one uses only the first part of the bins.'
    }
  ],
  variants: { detection: {} },
  page: {
    examples: [
      ['<bin_0> <bin_250> <bin_500> <bin_999>', 'the answer to a referring expression: one box'],
      [
        '<bin_10> <bin_20> <bin_300> <bin_400> cat <bin_500> <bin_20> <bin_999> <bin_640> dining table',
        'detection: each box before its label'
      ]
    ],
    writes: 'Fractions of the original are multiplied by 999, rounded half to even and kept within 0 to 999.',
    reads: 'A number is divided by 999.',
    strict: 'Exactly four tokens with one space between them.',
    notes: [
      'The network divides by its largest picture side, 512, not by the side it was run with (setting `patch-size`).',
      'A label ends at `<` or a line break. Words that are not a label are written on a line of their own, which the model never does.'
    ],
    unverified: ['Words between boxes other than labels.']
  },
  source: 'OFA-Sys/OFA:data/mm_data/refcoco_dataset.py, utils/eval_utils.py'
}

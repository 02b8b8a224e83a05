/**
 * @file Facts of PaliGemma and PaliGemma 2. Sources: google-research/big_vision
 * configs/proj/paligemma/README.md, pp/proj/paligemma/segmentation.py,
 * evaluators/proj/paligemma/transfers/segmentation.py; roboflow/supervision detection/vlm.py.
 *
 *     <loc0256><loc0128><loc0768><loc0896> cat ; <loc0100><loc0200><loc0300><loc0400> dog
 *        y0       x0       y1       x1
 */
import type { DialectProfile } from '../dialect'

export const PALIGEMMA_PROFILE: DialectProfile = {
  id: 'paligemma',
  name: 'PaliGemma',
  space: 'original',
  step: 1 / 1023,
  kinds: ['box', 'coded-mask'],
  order: 'yxyx',
  phraseMarks: 'explicit',
  stopTokens: ['<eos>', '<pad>'],
  settings: [
    {
      id: 'denominator',
      default: 1023,
      values: [1023, 1024],
      says: 'What a number is divided by: 1023 in the official scorer, 1024 in supervision and many demos.'
    },
    {
      id: 'reader',
      default: 'big_vision',
      values: ['big_vision', 'supervision'],
      says: 'Who reads strictly: supervision takes nothing but a box with a label behind a space, and a label of word characters, spaces and hyphens.'
    }
  ],
  variants: {
    'supervision-1024': { denominator: 1024, reader: 'supervision' },
    supervision: { denominator: 1024, reader: 'supervision' }
  },
  page: {
    examples: [
      ['<loc0256><loc0128><loc0768><loc0896> cat', 'a box from the top, left to the bottom, right, and its label'],
      [
        '<loc0000><loc0000><loc1023><loc1023> cat ; <loc0100><loc0200><loc0300><loc0400> dog',
        'items are separated by a semicolon between spaces'
      ],
      [
        `<loc0100><loc0050><loc0900><loc0700>${'<seg003>'.repeat(16)} dog`,
        'sixteen codes behind the box are a mask; only the decoder of the model can draw it'
      ]
    ],
    writes: 'Fractions of the original are multiplied by 1023, rounded half to even and kept within 0 to 1023.',
    reads: 'A number is divided by 1023 (setting `denominator`).',
    strict: 'Exactly four tokens of four digits, then sixteen codes of three digits or none, then a label or none.',
    notes: [
      'y comes first.',
      "A label ends at a semicolon, a line break or `<`. The parser of supervision cuts `woman's hat` to `woman`, and strict with its reader does too; lenient keeps the whole label.",
      'The answer of a referring segmentation has no label: the prompt is the expression.',
      'The scorer counts a mask only when its box has a width and a height, and so strict takes no other; written, such a box gets one step.',
      'Several regions of one phrase are written as items with the same label.'
    ]
  },
  source: 'google-research/big_vision:big_vision/configs/proj/paligemma/README.md'
}

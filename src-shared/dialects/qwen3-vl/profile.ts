/** @file Facts of Qwen3-VL. Sources: QwenLM/Qwen3-VL cookbooks/{spatial_understanding,omni_recognition,think_with_images}.ipynb. */
import type { DialectProfile } from '../dialect'

export const QWEN3_VL_PROFILE: DialectProfile = {
  id: 'qwen3-vl',
  name: 'Qwen3-VL',
  space: 'original',
  step: 1 / 1000,
  kinds: ['box', 'point'],
  phraseMarks: 'explicit',
  stopTokens: ['<|im_end|>', '<|endoftext|>'],
  page: {
    examples: [
      ['```json\n[\n\t{"bbox_2d": [412, 77, 581, 301], "label": "lamp"}\n]\n```', 'a box with its words'],
      ['```json\n[\n\t{"point_2d": [925, 618], "label": "point_1"}\n]\n```', 'a point']
    ],
    writes: 'Fractions of the original are multiplied by 1000, rounded half to even and kept within 0 to 1000.',
    reads: 'A number is divided by 1000.',
    strict:
      'Objects with `bbox_2d` or `point_2d` anywhere in the text, in a list or alone, fenced or not. Single quotes, tuples, trailing commas, doubled braces and reversed corners are repaired; an object that was cut is dropped.',
    notes: [
      'The words may come before the box, and under other keys when the prompt asked for them: `name_en`, `name_zh`, or an object `names`.',
      '`bbox` for `bbox_2d` has been seen, and is read in lenient mode.',
      'A label that is a number is read as its digits; an empty label is not a missing one.',
      'Numbers up to 1 with a dot are fractions to a lenient reader; strict divides them by 1000 like any other.',
      'Replies use 999 for the right and bottom border.'
    ],
    unverified: ['Whether numbers were rounded or truncated in training.']
  },
  source: 'QwenLM/Qwen3-VL:cookbooks/spatial_understanding.ipynb'
}

/**
 * @file Facts of LLaVA-1.5. Sources: haotian-liu/LLaVA llava/mm_utils.py (padding), docs/Data.md,
 * issues #606, #822, #623, #1833.
 *
 *     [0.61, 0.36, 0.92, 0.83]
 */
import type { DialectProfile } from '../dialect'

export const DECIMALS = 2

export const LLAVA_PROFILE: DialectProfile = {
  id: 'llava-1.5',
  name: 'LLaVA-1.5',
  space: 'padded-square',
  step: 1 / 100,
  kinds: ['box'],
  phraseMarks: 'none',
  stopTokens: ['</s>'],
  page: {
    examples: [
      ['[0.61, 0.36, 0.92, 0.83]', 'an answer that is one box'],
      ['the dog [0.61, 0.36, 0.92, 0.83] [0.10, 0.20, 0.30, 0.40]', 'words and two boxes']
    ],
    writes:
      'Fractions of the square that the picture is centred on, kept within 0 to 1, two decimals, rounded half to even.',
    reads: 'A number is a fraction of the padded square.',
    strict: 'Four numbers of one digit, a dot and one to three digits, with a comma and a space between.',
    notes: [
      'The larger half of an odd margin is on the right or at the bottom.',
      'A step is a hundredth of the longer side: over 6 pixels at 640.',
      'LLaVA-1.0 has no boxes in its text.'
    ],
    unverified: [
      'Whether the RefCOCO part of the training data was padded too: users disagree.',
      'Rounding or truncation when the training data was written, and whether trailing zeros are dropped.',
      'Several boxes of one phrase: written here with a space between.'
    ]
  },
  source: 'haotian-liu/LLaVA#606, haotian-liu/LLaVA#822, haotian-liu/LLaVA:docs/Data.md'
}

/**
 * @file Facts of CogVLM's grounding checkpoints. Sources: THUDM/CogVLM README.md,
 * utils/utils/grounding_parser.py, utils/utils/template.py, issue #127.
 *
 *     a man [[212,498,787,564]] and two dogs [[010,020,300,400;310,020,600,400]]
 */
import type { DialectProfile } from '../dialect'

export const DIGITS = 3
export const MAX = 999

export const COGVLM_PROFILE: DialectProfile = {
  id: 'cogvlm',
  name: 'CogVLM grounding',
  space: 'original',
  step: 1 / 1000,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'none',
  stopTokens: ['</s>'],
  page: {
    examples: [
      ['the man [[212,498,787,564]] sits', 'words, a space, and their box'],
      ['two dogs [[100,200,300,400;500,600,700,800]]', 'several boxes share one pair of brackets'],
      ['[[086,540,400,760]]', 'a box used as a word; numbers have three digits']
    ],
    writes:
      'Fractions of the original are multiplied by 1000, truncated and kept within 000 to 999, with three digits.',
    reads: 'A number is divided by 1000.',
    strict:
      'Between the brackets, what stands between semicolons is read if it is digits and commas only; the rest is passed over. Digits need not be three, and spaces are not taken.',
    notes: [
      'The official reader does not count the numbers; here a box has four, and anything else is refused.',
      'The official answer is keyed by the lower-cased phrase, so that of two boxes with the same phrase only the last is left. Here both are kept.',
      'The official phrase is the noun chunk that spaCy finds before the box, or all words before when they end in a question mark. Here it is a guess by rules: see the words that are coloured.',
      '`[[x0,y0,x1,y1]]` in a prompt is no box.'
    ],
    unverified: ['Rounding when writing: the encoder is not public.']
  },
  source: 'THUDM/CogVLM:utils/utils/grounding_parser.py, README.md'
}

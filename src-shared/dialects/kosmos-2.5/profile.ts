/**
 * @file Facts of Kosmos-2.5. Sources: microsoft/unilm kosmos-2.5/inference.py; huggingface/transformers
 * docs/source/en/model_doc/kosmos2_5.md, models/kosmos2_5/image_processing_kosmos2_5.py.
 *
 *     <bbox><x_53><y_573><x_69><y_606></bbox>1⏎
 *     <bbox><x_79><y_573><x_464><y_612></bbox>BLACK SAKURA⏎
 *     └ pixels of the resized picture ───────┘└ a line of text
 */
import type { ImageSize } from '../../geometry/space'
import type { DialectProfile } from '../dialect'

/** The picture is cut into patches of so many pixels a side, and into no more than so many. */
const PATCH = 16
const MOST_PATCHES = 4096

/** As large as the patches allow, both sides whole patches; the sides keep their ratio as far as that goes. */
export function patchedSize({ width, height }: ImageSize): ImageSize {
  const scale = Math.sqrt(MOST_PATCHES * (PATCH / height) * (PATCH / width))
  const toPatches = (side: number): number =>
    Math.max(Math.min(Math.floor((scale * side) / PATCH), MOST_PATCHES), 1) * PATCH
  return { width: toPatches(width), height: toPatches(height) }
}

/** No side is longer. */
export const LONGEST_SIDE = PATCH * MOST_PATCHES

export const KOSMOS25_PROFILE: DialectProfile = {
  id: 'kosmos-2.5',
  name: 'Kosmos-2.5',
  space: 'resized',
  step: 1,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>', '<pad>'],
  settings: [
    {
      id: 'decode',
      default: 'exact',
      values: ['exact', 'int'],
      says: 'The released readers cut a coordinate to a whole pixel of the original (`int`); `exact` keeps the fraction.'
    }
  ],
  variants: { int: { decode: 'int' } },
  page: {
    examples: [
      ['<bbox><x_53><y_573><x_69><y_606></bbox>1\n', 'a line of text and the box around it'],
      ['<x_53><y_573><x_69><y_606></bbox>1\n', 'the first line of a reply to a prompt that ends in `<bbox>`']
    ],
    writes:
      'Fractions are multiplied by the sides of the resized picture and rounded. A box without width or height gets a pixel, since readers leave such boxes out.',
    reads: 'A number is divided by the side of the resized picture and kept within the picture (setting `decode`).',
    strict:
      'x, y, x, y in their marks without spaces; a box whose second corner is not right of and below its first is left out, as the reader of transformers does.',
    notes: [
      'The numbers mean nothing without the size of the resized picture. Where it is not given it is worked out: at most 4096 patches of 16 × 16 pixels, the ratio of the sides kept.',
      'A line ends at a line break or at the next box. What stands on a line without a box is words.',
      'The original reader leaves out a box without text, and keeps a reversed one; the reader of transformers does it the other way round, and that is done here.',
      '`<ocr>` and `<md>` are marks of the prompt; an answer to `<md>` has no boxes.'
    ],
    unverified: ['How training rounds a coordinate, and which numbers have a token.']
  },
  source: 'microsoft/unilm:kosmos-2.5/inference.py'
}

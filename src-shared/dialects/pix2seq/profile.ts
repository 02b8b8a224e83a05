/**
 * @file Facts of Pix2Seq. Sources: google-research/pix2seq vocab.py (token ranges), utils.py (quantize,
 * dequantize), tasks/object_detection.py, tasks/task_utils.py (decode_object_seq_to_bbox).
 *
 *     1250 1100 1749 1899 117      ymin xmin ymax xmax class: coordinates from 1000 on, classes from 100 on
 */
import type { DialectProfile } from '../dialect'

/** `quantization_bins` is 1000: bins 0 to 999. */
export const LAST_BIN = 999
export const COORDINATE_SHIFT = 1_000
/** Tokens below are coordinates, of which those above the last bin are read as the border. */
export const TEXT_SHIFT = 3_000
export const CLASS_SHIFT = 100
/** The class of a box that has none (`FAKE_CLASS_TOKEN`). */
export const NO_CLASS = 30

export const PIX2SEQ_PROFILE: DialectProfile = {
  id: 'pix2seq',
  name: 'Pix2Seq',
  space: 'original',
  step: 1 / LAST_BIN,
  kinds: ['box'],
  order: 'yxyx',
  phraseMarks: 'explicit',
  settings: [
    {
      id: 'canvas',
      default: 'picture',
      values: ['picture', 'padded'],
      says: 'What the fractions are of: the picture, or the square it was padded to at the right and the bottom (the released detection configs).'
    }
  ],
  variants: { 'token-ids': {}, padded: { canvas: 'padded' }, 'pali-x': {} },
  page: {
    examples: [
      ['1250 1100 1749 1899 117', 'one box of class 17'],
      ['1000 1000 1999 1999 30', 'a box without a class']
    ],
    writes:
      'Fractions are multiplied by 999, rounded half to even and shifted by 1000; the class number is shifted by 100.',
    reads: 'A token less 1000 is divided by 999 and kept within 0 to 1. The phrase is the class number.',
    strict: 'Fives of token ids with one space between; an incomplete five at the end is dropped.',
    notes: [
      'The model writes tokens and no words: a phrase that is no class number is written as words on a line of their own, with a box without a class behind it, and the loss is said.',
      'The released detection configs scale a picture to fit 640 and pad it at the right and the bottom; their fractions are of that square (setting `canvas`).',
      'Objects come in any order; the score of one is the probability of its class token.',
      'Polygons and key points of the other tasks (flat lists with separator and invisible tokens) are not read.'
    ],
    unverified: ['PaLI-X: its paper says that it detects as Pix2Seq does, and no code is public.']
  },
  source: 'google-research/pix2seq:vocab.py, utils.py, tasks/object_detection.py'
}

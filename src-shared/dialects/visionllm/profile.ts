/**
 * @file What is known of VisionLLM (v1), whose code was not released: arXiv:2305.11175.
 *
 *     (<c3>, <p-120>, <p-40>, <p85>, <p200>)
 *      class  offsets in pixels from the centre of the resized picture: x, y, x, y, …
 */
import type { ImageSize } from '../../geometry/space'
import type { DialectProfile } from '../dialect'

/** Offsets go so far to either side of the centre. */
export const FARTHEST = 512
/** Classes are numbered from 0; what they mean stands in the instruction. */
export const LAST_CLASS = 511

/** The longest side as long as the offsets reach, so that all of the picture can be written. */
export function reachedSize({ width, height }: ImageSize): ImageSize {
  const scale = (2 * FARTHEST) / Math.max(width, height)
  const scaled = (side: number): number => Math.max(1, Math.round(side * scale))
  return { width: scaled(width), height: scaled(height) }
}

export const VISIONLLM_PROFILE: DialectProfile = {
  id: 'visionllm',
  name: 'VisionLLM',
  space: 'resized',
  step: 1,
  kinds: ['box', 'polygon'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>'],
  page: {
    examples: [
      ['(<c3>, <p-120>, <p-40>, <p85>, <p200>)', 'a box of class 3: two corners'],
      ['(<c3>, <p-12>, <p0>, <p12>, <p0>, <p0>, <p20>)', 'a mask of class 3: the points of its outline, three here'],
      ['(<c0>, <p0>, <p0>, <p5>, <p5>), (<c1>, <p-5>, <p-5>, <p0>, <p0>)', 'a list of tuples']
    ],
    writes:
      'Fractions are multiplied by the sides of the resized picture, the centre is subtracted, and the rest is rounded and kept within −512 to 512. Two points are a box, three and more an outline.',
    reads: 'Half the side of the resized picture is added to a number, and the sum is divided by the side.',
    strict:
      'There is no official reader. A tuple as it is written here: a comma and a space between two tokens, a class first or none.',
    notes: [
      'The numbers mean nothing without the size of the resized picture. Where it is not given, the longest side is taken to be 1024, as far as the offsets reach.',
      'The phrase is the number of the class; the instruction says what it means. A phrase that is no such number is written as words, with a tuple without a class behind it, and the loss is said.',
      'A comma between two tuples is part of the list and no word.',
      'VisionLLM v2 is another system: it writes routing tokens (`[DET]`, `[SEG]`, …) and no coordinates.'
    ],
    unverified: [
      'All of it: the paper describes tuples of a class and coordinates, the tokens and their ranges, and no code or checkpoint of v1 is public.',
      'How a tuple is spelled: brackets, commas, spaces; whether a task without classes leaves the class out.',
      'The size of the resized picture and the rounding of a coordinate.',
      'How many points an outline has; 8 in the examples of the paper.'
    ]
  },
  source: 'VisionLLM paper, arXiv:2305.11175'
}

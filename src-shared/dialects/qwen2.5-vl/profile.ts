/**
 * @file Facts of Qwen2.5-VL. Sources: QwenLM/Qwen3-VL qwen-vl-finetune/tools/process_bbox.ipynb,
 * qwen-vl-finetune/README.md, evaluation/ODinW-13/run_odinw.py.
 */
import type { DialectProfile } from '../dialect'

export const QWEN25_VL_PROFILE: DialectProfile = {
  id: 'qwen2.5-vl',
  name: 'Qwen2.5-VL',
  space: 'resized',
  // One pixel of the picture as the network saw it.
  step: 1,
  // The right and bottom border are one pixel beyond the last number that is written.
  worstErrorSteps: 1,
  kinds: ['box', 'point'],
  phraseMarks: 'explicit',
  stopTokens: ['<|im_end|>', '<|endoftext|>'],
  // Read in any case; JSON is what is written.
  variants: { 'xml-points': {} },
  page: {
    examples: [
      ['```json\n[\n\t{"bbox_2d": [147, 134, 619, 407], "label": "bowl of carrots"}\n]\n```', 'a box with its words'],
      ['<points x1="312" y1="204" x2="640" y2="410" alt="the dogs">the dogs</points>', 'points, when asked for XML']
    ],
    writes:
      'Pixels of the original are multiplied by the resized side over the original side, rounded half to even and kept within 0 to the side less one.',
    reads: 'A number is divided by the resized side.',
    strict:
      'Objects with `bbox_2d` or `point_2d` anywhere in the text, in a list or alone, fenced or not, and `<points>`. Single quotes, tuples, trailing commas and reversed corners are repaired; an object that was cut or has the wrong count of numbers is dropped.',
    notes: [
      'The resized size must be known with the answer; without it, that of the released notebook is used: multiples of 28, rounded half to even (70 becomes 56), 3136 to 1003520 pixels. Servers use other limits.',
      'Another wording of the question has been seen to bring fractions instead of pixels: lenient takes numbers up to 1 with a dot for fractions of the sides, strict for pixels.',
      'A label that is a number is read as its digits; an empty label is not a missing one.'
    ]
  },
  source: 'QwenLM/Qwen3-VL:qwen-vl-finetune/tools/process_bbox.ipynb'
}

/** Asked for with a system prompt of one's own. */
export const QWEN25_VL_LINES_PROFILE: DialectProfile = {
  id: 'qwen2.5-vl-lines',
  name: 'Qwen2.5-VL (plain lines)',
  space: 'resized',
  step: 1,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['<|im_end|>', '<|endoftext|>'],
  page: {
    examples: [['147,134,619,407 bowl of carrots', 'a line of four numbers, a space and the words']],
    writes: 'As Qwen2.5-VL writes them in JSON; one line for each box.',
    reads: 'A number is divided by the resized side.',
    strict:
      'Four whole numbers with commas and without spaces at the beginning of a line, then a space and the words up to the end of the line. Reversed corners are repaired.',
    notes: [
      'The line breaks around a line are not words. A line of three, or of five and more, numbers stays words, and is reported.',
      'Four numbers at the very end of a text may be cut, and are no box: a space, a line break or an end mark finishes them.'
    ],
    unverified: ['How the released tools read such answers: only that the model writes them is known.']
  },
  source: 'QwenLM/Qwen3-VL:cookbooks/spatial_understanding.ipynb'
}

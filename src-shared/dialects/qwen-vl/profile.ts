/**
 * @file Facts of Qwen-VL and Qwen2-VL. Sources: QwenLM/Qwen-VL README.md, TUTORIAL.md,
 * eval_mm/evaluate_grounding.py, tokenization_qwen.py; QwenLM/Qwen3-VL
 * qwen-vl-finetune/tools/process_bbox.ipynb for Qwen2-VL.
 *
 *     qwen-vl    <ref>two cats</ref><box>(10,20),(300,400)</box><box>(310,20),(600,400)</box>
 *     qwen2-vl   <|object_ref_start|>two cats<|object_ref_end|><|box_start|>(10,20),(300,400)<|box_end|>
 */
import type { DialectProfile } from '../dialect'

export const QWEN_VL_PROFILE: DialectProfile = {
  id: 'qwen-vl',
  name: 'Qwen-VL',
  space: 'original',
  step: 1 / 1000,
  worstErrorSteps: 1,
  kinds: ['box', 'quad'],
  phraseMarks: 'explicit',
  stopTokens: ['<|endoftext|>', '<|im_end|>'],
  settings: [
    {
      id: 'denominator',
      default: 1000,
      values: [1000, 999],
      says: 'What a number is divided by when it is read: 1000 in the drawing code, 999 in the scorer.'
    }
  ],
  variants: { 'eval-999': { denominator: 999 } },
  page: {
    examples: [
      ['<ref>the dog</ref><box>(219,424),(576,896)</box>', 'words and one box'],
      [
        '<ref>two cats</ref><box>(10,20),(300,400)</box><box>(310,20),(600,400)</box>',
        'several regions follow each other'
      ],
      ['<ref>STOP</ref><quad>(120,80),(340,92),(336,200),(118,190)</quad>', 'a quadrilateral']
    ],
    writes: 'Fractions of the original are multiplied by 1000, truncated and kept within 0 to 999.',
    reads: 'A number is divided by 1000 (setting `denominator`).',
    strict: 'Whole numbers without spaces in balanced tags. A reply may begin inside a tag that the prompt opened.',
    notes: [
      'Spaces around the words of a phrase do not belong to it.',
      'Strictly, a space between a phrase and its box leaves the box without words, as in the drawing code; lenient reading keeps them together and says so.',
      'Nothing inside `<img>..</img>` is read: a file name may hold anything.'
    ],
    unverified: ['Rounding when writing: the encoder is not public.', 'The body of `<quad>`.']
  },
  source: 'QwenLM/Qwen-VL:README.md, eval_mm/evaluate_grounding.py'
}

export const QWEN2_VL_PROFILE: DialectProfile = {
  id: 'qwen2-vl',
  name: 'Qwen2-VL',
  space: 'original',
  step: 1 / 1000,
  kinds: ['box', 'point', 'quad'],
  phraseMarks: 'explicit',
  stopTokens: ['<|im_end|>', '<|endoftext|>'],
  page: {
    examples: [
      [
        '<|object_ref_start|>the dog<|object_ref_end|><|box_start|>(219,424),(576,1000)<|box_end|>',
        'words and one box'
      ],
      ['<|box_start|>(512,384)<|box_end|>', 'one pair is a point']
    ],
    writes: 'Fractions of the original are multiplied by 1000, rounded half to even and kept within 0 to 1000.',
    reads: 'A number is divided by 1000.',
    strict: 'Whole numbers without spaces in balanced tags.',
    notes: [
      '1000 is legal: it is the right or bottom border.',
      'One pair that the text is cut behind may be half a box; lenient reading does not take it for a point.'
    ],
    unverified: ['The body of `<|quad_start|>`.']
  },
  source: 'QwenLM/Qwen3-VL:qwen-vl-finetune/tools/process_bbox.ipynb'
}

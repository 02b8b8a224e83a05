/**
 * @file Facts of InternVL 1.2 to 3. Source: OpenGVLab/InternVL internvl_chat/eval/refcoco/evaluate_grounding.py,
 * streamlit_demo, issues #227, #239, #285, #625, #953, #1063.
 *
 *     <ref>cars</ref><box>[[75, 658, 250, 871], [286, 558, 444, 711]]</box>
 */
import type { DialectProfile } from '../dialect'

export const INTERNVL_PROFILE: DialectProfile = {
  id: 'internvl',
  name: 'InternVL',
  space: 'original',
  step: 1 / 1000,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['<|im_end|>', '<|endoftext|>', '<|end|>', '</s>'],
  settings: [
    {
      id: 'small-sums',
      default: 'thousandths',
      values: ['thousandths', 'fractions'],
      says: 'What four numbers with a sum below 4 are: thousandths like all others, or fractions as in the scorer.'
    }
  ],
  variants: { scorer: { 'small-sums': 'fractions' } },
  page: {
    examples: [
      ['<ref>the dog</ref><box>[[253, 231, 733, 787]]</box>', 'words and one box'],
      ['<ref>cars</ref><box>[[75, 658, 250, 871], [286, 558, 444, 711]]</box>', 'several boxes share one list']
    ],
    writes: 'Fractions of the original are multiplied by 1000 and truncated; 1000 is legal.',
    reads: 'A number is divided by 1000.',
    strict: 'Tags with a list of boxes, or one box without the outer brackets; spaces may stand between the tags.',
    notes: [
      'The tiles that the network sees do not change the coordinates.',
      'A tokenizer that drops special tokens leaves `car[[75, 658, 250, 871]]`; lenient reading takes that, and one box in single brackets.',
      'The scorer divides only when the four numbers sum to 4 or more (setting `small-sums`).'
    ],
    unverified: ['The body of `<quad>`, which is not read or written.']
  },
  source: 'OpenGVLab/InternVL:internvl_chat/eval/refcoco/evaluate_grounding.py'
}

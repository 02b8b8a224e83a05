/**
 * @file Facts of DeepSeek-VL2. Source: roboflow/supervision supervision/detection/{core,vlm}.py.
 *
 *     <|ref|>the giraffe at the back<|/ref|><|det|>[[580, 270, 999, 904]]<|/det|>
 */
import type { DialectProfile } from '../dialect'

export const DEEPSEEK_VL2_PROFILE: DialectProfile = {
  id: 'deepseek-vl2',
  name: 'DeepSeek-VL2',
  space: 'original',
  step: 1 / 999,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['<|end▁of▁sentence|>', '<｜end▁of▁sentence｜>'],
  page: {
    examples: [
      ['<|ref|>the giraffe<|/ref|><|det|>[[580, 270, 999, 904]]<|/det|>', 'words and one box'],
      ['<|ref|>giraffes<|/ref|><|det|>[[1, 2, 300, 400], [580, 270, 999, 904]]<|/det|>', 'several boxes share one list']
    ],
    writes: 'Fractions of the original are multiplied by 999 and truncated.',
    reads: 'A number is divided by 999.',
    strict: 'Tags with a list of boxes.',
    notes: ['999 is the right or bottom border.'],
    unverified: ['Rounding when writing: the encoder is not public.']
  },
  source: 'roboflow/supervision:supervision/detection/vlm.py'
}

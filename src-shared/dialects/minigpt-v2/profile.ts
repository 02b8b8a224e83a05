/**
 * @file Facts of MiniGPT-v2. Sources: Vision-CAIR/MiniGPT-4 minigpt4/datasets/datasets/coco_dataset.py,
 * eval_scripts/eval_ref.py, demo_v2.py.
 *
 *     <p>two sheep</p> {<11><20><45><78>}<delim>{<50><25><88><80>}
 */
import type { DialectProfile } from '../dialect'

export const MAX = 100

export const MINIGPT_V2_PROFILE: DialectProfile = {
  id: 'minigpt-v2',
  name: 'MiniGPT-v2',
  space: 'original',
  step: 1 / 100,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>'],
  page: {
    examples: [
      ['<p>A sheep</p> {<11><20><45><78>}', 'words, a space, and their box'],
      ['<p>two sheep</p> {<11><20><45><78>}<delim>{<50><25><88><80>}', 'several boxes with a mark between'],
      ['[identify] what is this {<4><50><30><65>}', 'a box used as a word, as in questions']
    ],
    writes: 'Fractions of the original are multiplied by 100 and truncated; 100 is legal.',
    reads: 'A number is divided by 100.',
    strict:
      'Four whole numbers of at most three digits in braces, once spaces and `<unk>` are taken away, as in the scorer; numbers above 100 stay as they are. A `<p>` without its `</p>` hides its box, as in the demo.',
    notes: [
      'An edge moves by up to a hundredth of the side, 6.4 px of 640: never read a written box over a precise one.',
      'A fraction such as 0.29 times 100 is 28.999…96; what was read is written again with the number it had.',
      'The scorer wants a box at the very beginning of a reply; here a box is read wherever it stands.',
      'The demo takes the first four numbers of each part, even of five, signed, or without braces; here those are refused, or recovered and reported.',
      '`<unk>` outside braces is left among the words.'
    ]
  },
  source: 'Vision-CAIR/MiniGPT-4:eval_scripts/eval_ref.py, demo_v2.py, minigpt4/datasets/datasets/coco_dataset.py'
}

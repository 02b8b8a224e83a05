/**
 * @file Facts of All-Seeing v2 (ASMv2). Sources: OpenGVLab/all-seeing all-seeing-v2/app.py,
 * scripts_asmv2/visualize_rec.py, llava/eval/eval_grounding.py, llava/eval/eval_psg.py, issues #6, #10.
 *
 *     <ref>bus</ref><box>[[290, 260, 835, 781]]</box>
 *     <pred>driving on</pred><box>[[290, 260, 835, 781]]</box><box>[[0, 583, 984, 900]]</box>
 *     └ predicate ──────────┘└ subject ──────────────────────┘└ object ────────────────────┘
 */
import type { DialectProfile } from '../dialect'

export const MAX = 999

export const ASMV2_PROFILE: DialectProfile = {
  id: 'asmv2',
  name: 'All-Seeing v2',
  space: 'padded-square',
  step: 1 / MAX,
  worstErrorSteps: 1,
  kinds: ['box'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>'],
  page: {
    examples: [
      ['<ref>bus</ref><box>[[290, 260, 835, 781]]</box>', 'words and one box'],
      ['<ref>cars</ref><box>[[827, 572, 885, 646], [1, 583, 238, 744]]</box>', 'several boxes share one list'],
      [
        '<pred>driving on</pred><box>[[290, 260, 835, 781]]</box><box>[[0, 583, 984, 900]]</box>',
        'words of a relation, the boxes of who does it, and the boxes it is done to'
      ]
    ],
    writes:
      'The picture is put in the middle of a square; fractions of the square are multiplied by 999 and truncated.',
    reads:
      'A number is divided by 999. What lies in the padding is outside the picture; a box wholly there is reported as `degenerate`.',
    strict:
      'A JSON list of lists of four numbers in its tags, and for a relation two of them. Spaces may stand between the tags.',
    notes: [
      'Numbers are fractions of the padded square unless the context says otherwise: data named `wo_square_pad` is of the original (`space: original`).',
      'Several subjects and objects are paired by position; one may stand for many.',
      'A relation with one list of boxes is invalid as a whole: half of it says something else.',
      'The grounding scorer takes the first box of the first list, wherever it stands, and a box of zeros when there is none.'
    ],
    unverified: ['How questions of referring expressions are worded.', 'A text form of the first All-Seeing model.']
  },
  source: 'OpenGVLab/all-seeing:all-seeing-v2/app.py, all-seeing-v2/scripts_asmv2/visualize_rec.py'
}

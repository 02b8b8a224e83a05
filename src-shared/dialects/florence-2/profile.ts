/**
 * @file Facts of Florence-2. Sources: microsoft/Florence-2 model card (processing_florence2.py);
 * huggingface/transformers src/transformers/models/florence2/processing_florence2.py;
 * huggingface/transformers.js packages/transformers/src/models/florence2/processing_florence2.js.
 *
 *     boxes     car<loc_53><loc_333><loc_933><loc_774><loc_…       several boxes share the label before them
 *     quads     Hello<loc_100>… eight of them
 *     polygons  <loc_279><loc_379>… pairs, <sep> between polygons, in <poly> and </poly> or bare
 */
import type { DialectProfile, DialectSettings } from '../dialect'

export const BINS = 1000

export type Florence2Answer = 'boxes' | 'quads' | 'polygons'
export type Florence2Decode = 'centre' | 'whole-pixels' | 'start'

const BOXES: DialectSettings = { answer: 'boxes' }
const POLYGONS: DialectSettings = { answer: 'polygons' }

export const FLORENCE2_PROFILE: DialectProfile = {
  id: 'florence-2',
  name: 'Florence-2',
  space: 'original',
  step: 1 / BINS,
  kinds: ['box', 'quad', 'polygon'],
  phraseMarks: 'explicit',
  stopTokens: ['</s>', '<s>', '<pad>'],
  settings: [
    {
      id: 'answer',
      default: 'boxes',
      values: ['boxes', 'quads', 'polygons'],
      says: 'What the numbers of an answer are, which only the task says: quads for OCR with regions, polygons for segmentation, boxes for the rest. Among boxes, what stands in `<poly>` is a polygon.'
    },
    {
      id: 'decode',
      default: 'centre',
      values: ['centre', 'whole-pixels', 'start'],
      says: 'Where in its bin a number lies: the centre in the code of the model card and in transformers.js; the pixel that holds the centre in transformers; the beginning, n/1000, in supervision for answers about one region.'
    }
  ],
  variants: {
    '<CAPTION>': BOXES,
    '<DETAILED_CAPTION>': BOXES,
    '<MORE_DETAILED_CAPTION>': BOXES,
    '<OD>': BOXES,
    '<DENSE_REGION_CAPTION>': BOXES,
    '<REGION_PROPOSAL>': BOXES,
    '<OCR>': BOXES,
    '<OCR_WITH_REGION>': { answer: 'quads' },
    '<CAPTION_TO_PHRASE_GROUNDING>': BOXES,
    '<OPEN_VOCABULARY_DETECTION>': BOXES,
    '<REFERRING_EXPRESSION_SEGMENTATION>': POLYGONS,
    '<REGION_TO_SEGMENTATION>': POLYGONS,
    '<REGION_TO_CATEGORY>': BOXES,
    '<REGION_TO_DESCRIPTION>': BOXES,
    '<REGION_TO_OCR>': BOXES,
    transformers: { decode: 'whole-pixels' },
    supervision: { decode: 'start' }
  },
  page: {
    examples: [
      ['car<loc_53><loc_333><loc_933><loc_774>', 'a label and its box'],
      [
        'wheel<loc_704><loc_576><loc_866><loc_772><loc_149><loc_584><loc_310><loc_773>',
        'boxes that follow a label share it'
      ],
      ['<loc_52><loc_333><loc_932><loc_774>', 'a box with an empty label: a region proposal, or the input of a task'],
      [
        'Hello<loc_100><loc_100><loc_200><loc_100><loc_200><loc_200><loc_100><loc_200>',
        'with `answer` quads: four corners, clockwise from the top left; with boxes these are two'
      ],
      [
        'car<poly><loc_10><loc_20><loc_300><loc_20><loc_300><loc_400><sep><loc_500><loc_20><loc_600><loc_20><loc_600><loc_90></poly>',
        'two polygons of one label'
      ]
    ],
    writes:
      'A coordinate is divided by the width of a bin, W/1000, floored, and kept within 0 to 999. Polygons stand in `<poly>` where boxes may stand too, and bare in an answer of polygons.',
    reads: 'A number is the centre of its bin, (n + 0.5)/1000 (setting `decode`).',
    strict:
      'Runs of number tokens with nothing between them; what is left over behind the last whole region is dropped. The label is what stands before, back to `<`, without spaces around it; for quads back to a line break, and it must not be empty. One quad to a label. `<poly>` need not be closed. A number above 999 is read where it points, outside of the picture.',
    notes: [
      'Words between regions have no place: before a region they would be its label. They are left out, and that is a loss.',
      'A label cannot hold `<`. transformers drops a box whose label holds a line break, takes no box without a label in most tasks, and drops what is not ASCII from labels; transformers.js does none of it.',
      'With `decode` whole-pixels an answer that is written again drifts: the pixel may lie before the bin.',
      'A polygon of fewer than three points is no region, though transformers returns it.',
      'transformers skips some phrases, such as `the image`, when it grounds a caption; they are read here.',
      '`</s>`, `<s>` and `<pad>` may stand before an answer as well as behind it.'
    ],
    unverified: ['Whether the model writes polygons of one label in one `<poly>` or in several; both are read.']
  },
  source: 'huggingface/transformers:src/transformers/models/florence2/processing_florence2.py'
}

const settingOf = (settings: DialectSettings | undefined, id: string): unknown =>
  settings?.[id] ?? FLORENCE2_PROFILE.settings?.find((setting) => setting.id === id)?.default

export function answerOf(settings: DialectSettings | undefined): Florence2Answer {
  const answer = settingOf(settings, 'answer')
  return answer === 'quads' || answer === 'polygons' ? answer : 'boxes'
}

export function decodeOf(settings: DialectSettings | undefined): Florence2Decode {
  const decode = settingOf(settings, 'decode')
  return decode === 'whole-pixels' || decode === 'start' ? decode : 'centre'
}

/**
 * @file Pink's generated data (SY-Xuan/Pink dataset_generation): a record for each image with `anno`, a list of objects,
 * and `pred`, what a model said of them. Boxes are `[left, top, right, bottom]` in pixels. `{ image_id, sentence, bbox }`,
 * as its captions of Visual Genome and its referring expressions are, is read too.
 */
import type { Format } from '../format'
import { BOXES_WITH_WORDS } from '../keeps'
import { recogniseRecords } from '../kit/conversation/record-files'
import { pinkTest, readPink } from './read'
import { PINK_FILE, writePink } from './write'

export const pinkJsonl: Format = {
  info: {
    id: 'pink-jsonl',
    name: 'Pink',
    fileName: PINK_FILE,
    fileNames: [PINK_FILE],
    limits: [
      'A line for each image: its objects under “anno”, and the phrase of each, where it has one, under “pred”.',
      'Boxes only: of other regions the box around them is written, and that is said.',
      'Regions without a label have an empty category_name. States, confidences and attributes are kept under “eyrie”. Dialogues and relations are left out and counted.',
      'Read: a prediction that overlaps its object by less than half, or that Pink marked as badly formatted, is left out and said; a second caption of an object becomes an expression.'
    ],
    takesDialect: false,
    keeps: BOXES_WITH_WORDS
  },
  reader: { recognise: (source) => recogniseRecords(source, pinkTest), read: readPink },
  encode: writePink
}

/**
 * @file ODVG, what Grounding DINO is trained on (open-mmlab/mmdetection mmdet/datasets/odvg.py, tools/dataset_converters/
 * coco2odvg.py, goldg2odvg.py, refcoco2odvg.py; longzw1997/Open-GroundingDino data_format.md, datasets/odvg.py). A JSON
 * object on each line, boxes `[left, top, right, bottom]` in pixels of the upright image:
 *
 *   detection  { filename, height, width, detection: { instances: [{ bbox, label, category }] } }, and a label map
 *              `{"0": "person", …}` in a file of its own; the index decides, `category` is for people
 *   grounding  { filename, height, width, grounding: { caption, regions: [{ bbox, phrase, tokens_positive }] } }:
 *              `tokens_positive` are pairs of code points; mmdetection wants them, Open-GroundingDino does not know
 *              them; `bbox` may be one box or a list, `phrase` a text or a list of parts (mmdetection only)
 *   referring  { …, referring: [{ bbox, phrase: [expression, …] }] }, read only
 *
 * A loader takes detection or grounding, and fails on lines without it: hence two formats. Either reads both.
 */
import type { Format } from '../format'
import { recogniseOdvg } from './files'
import { readOdvg } from './read'
import { DETECTION_FILE, GROUNDING_FILE, LABEL_MAP_FILE, writeOdvgDetection, writeOdvgGrounding } from './write'

const MARKS_LIMIT =
  'State, confidence, attributes and words of a region are kept under a key `eyrie` that trainers do not look at.'
const COORDINATES_LIMIT =
  'Boxes only, in exact pixels of the upright image; other shapes are written as the box around them. Trainers leave out boxes of less than one pixel or wholly outside.'

export const odvgDetection: Format = {
  info: {
    id: 'odvg-detection',
    name: 'ODVG detection JSONL (Grounding DINO)',
    fileName: DETECTION_FILE,
    fileNames: [DETECTION_FILE, LABEL_MAP_FILE],
    limits: [
      'Regions with a label; others are left out and counted. Every image has a line, also one without regions.',
      COORDINATES_LIMIT,
      MARKS_LIMIT,
      'Dialogues and captions are left out and counted: export them as ODVG grounding.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      otherShapes: 'box',
      regions: ['labelled'],
      labels: 'in-order',
      phrases: true,
      states: true,
      confidences: true,
      attributes: true,
      dialogues: 'none',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise: (source) => recogniseOdvg('detection', source), read: readOdvg },
  encode: writeOdvgDetection
}

export const odvgGrounding: Format = {
  info: {
    id: 'odvg-grounding',
    name: 'ODVG grounding JSONL (Grounding DINO)',
    fileName: GROUNDING_FILE,
    fileNames: [GROUNDING_FILE],
    limits: [
      'A line for each caption, and one for each region with a phrase that no caption names. Regions without words are left out and counted.',
      COORDINATES_LIMIT,
      'Captions are answers that nobody asked for; questions and their answers are left out and counted, and so are captions that use a region as a word.',
      'Phrases without a region leave as words. A phrase of several regions is an entry for each.',
      `${MARKS_LIMIT} So are labels, in no order.`
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      otherShapes: 'box',
      regions: ['phrased', 'in-dialogues'],
      images: 'with-content',
      labels: 'names',
      phrases: true,
      states: true,
      confidences: true,
      attributes: true,
      dialogues: 'none',
      captions: 'grounded',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise: (source) => recogniseOdvg('grounding', source), read: readOdvg },
  encode: writeOdvgGrounding
}

/**
 * @file MDETR's grounding JSON (ashkamath/mdetr: datasets/coco.py `ModulatedDetection`, scripts/), also what Ferret,
 * GPT4RoI and VisionLLM v2 train on. COCO, with one image for each *caption*: `images[]` have `caption`, annotations have
 * `bbox` as [left, top, width, height] in pixels and `tokens_positive`, the half-open spans of the caption that name it,
 * which count characters (Python). Captions of one `file_name` are about one photo.
 *
 * RefCOCO in this form (`finetune_refcoco_train.json`) has an image for each expression; `dataset_name` tells.
 */
import type { Format } from '../format'
import { readMdetr } from './read'
import { recogniseMdetr } from './recognise'
import { MDETR_FILE, writeMdetr } from './write'

export const mdetrJson: Format = {
  info: {
    id: 'mdetr-json',
    name: 'MDETR grounding JSON',
    fileName: MDETR_FILE,
    fileNames: [MDETR_FILE],
    limits: [
      'An image for each caption, and one for each region with a phrase that no caption names. Regions without words are left out and counted.',
      'Boxes only, in exact pixels of the upright image; other shapes are written as the box around them.',
      'Captions are answers that nobody asked for; questions and their answers are left out and counted, and so are captions that use a region as a word.',
      'Phrases without a region leave as words.',
      'Label, state, confidence and attributes of a region are kept under a key `eyrie` that trainers do not look at.'
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
  reader: { recognise: recogniseMdetr, read: readMdetr },
  encode: writeMdetr
}

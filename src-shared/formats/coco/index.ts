/** @file COCO JSON: instances and keypoints are read and written, captions are read. Source: cocodataset.org, data format. */
import type { Format } from '../format'
import { readCoco, readCocoInBulk } from './read'
import { recogniseCoco } from './recognise'
import { COCO_FILE, writeCoco } from './write'

export const cocoJson: Format = {
  info: {
    id: 'coco-json',
    name: 'COCO JSON',
    fileName: COCO_FILE,
    fileNames: [COCO_FILE],
    limits: [
      'Boxes, outlines, masks and keypoints; single points, strokes and dialogues are left out and counted.',
      'Regions without a label go to a category “unlabelled”, which is there only when there are any.',
      'The phrase is written as “caption”, the confidence as “score”; state and origin are kept under “eyrie”.',
      'Coordinates are exact pixels of the upright image and may lie outside it; a mask that counts on another grid is stretched to the image.',
      'Class colours are left out; read from a file: super-categories, licences and what else images are said to have.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box', 'quad', 'polygon', 'multipolygon', 'mask', 'keypoints'],
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
  reader: { recognise: recogniseCoco, read: readCoco, readInBulk: readCocoInBulk },
  encode: writeCoco
}

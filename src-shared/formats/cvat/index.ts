/** @file CVAT for images 1.1. Everything about it: tool.ts. */
import type { Format } from '../format'
import { readCvat } from './read'
import { recogniseCvat } from './recognise'
import { ANNOTATIONS_FILE, LABELS_FILE, writeCvat } from './write'

export const cvatXml: Format = {
  info: {
    id: 'cvat',
    name: 'CVAT for images 1.1',
    fileName: ANNOTATIONS_FILE,
    fileNames: [ANNOTATIONS_FILE, LABELS_FILE],
    limits: [
      'Labels with their attributes are in cvat-labels.json too: paste it into CVAT’s raw label editor, or CVAT drops the attributes.',
      'Phrases, confidences and attributes are attributes; what words cannot say is JSON in the attribute “eyrie”.',
      'Keypoints are written as points: CVAT’s skeletons need labels of their own. Dialogues are left out.',
      'A mask on another grid than the image is stretched to it. Letters that XML cannot hold are left out of names.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask', 'keypoints'],
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
  reader: { recognise: recogniseCvat, read: readCvat },
  encode: writeCvat
}

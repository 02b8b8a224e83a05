/** @file Label Studio JSON (labelstud.io, HumanSignal/label-studio): tasks with results in percent of the image. */
import type { Format } from '../format'
import { readLabelStudio } from './read'
import { recogniseLabelStudio } from './recognise'
import { CONFIG_FILE, TASKS_FILE, writeLabelStudio } from './write'

export const labelStudioJson: Format = {
  info: {
    id: 'label-studio',
    name: 'Label Studio JSON',
    fileName: TASKS_FILE,
    fileNames: [TASKS_FILE, CONFIG_FILE],
    limits: [
      'Images are named as local files: give Label Studio a local storage whose root is the project’s image folder.',
      'Proposals are predictions, by model; everything else is one annotation of each image.',
      'Captions are words in a text area. Keypoints, dialogues, and relations between a proposal and what is accepted are left out.',
      'The order and colours of classes are in label-studio-config.xml, for the tool’s “Labeling Interface”.',
      'A mask on another grid than the image is stretched to it.',
      'Attributes are kept in the meta of results, which the tool carries along without showing it.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask'],
      otherShapes: 'left-out',
      labels: 'in-order',
      phrases: true,
      states: true,
      confidences: true,
      attributes: true,
      dialogues: 'none',
      captions: 'words',
      relations: false,
      done: true,
      resolution: 'exact'
    }
  },
  reader: { recognise: recogniseLabelStudio, read: readLabelStudio },
  encode: writeLabelStudio
}

/** @file Pascal VOC XML. Source: VOC2007 development kit, sections 3.1 and 6.1. What its numbers count: edges.ts. */
import type { Format } from '../format'
import { EDGES } from './edges'
import { readVoc } from './read'
import { recogniseVoc } from './recognise'
import { VOC_FOLDER, writeVoc } from './write'

export const pascalVoc: Format = {
  info: {
    id: 'pascal-voc',
    name: 'Pascal VOC XML',
    fileName: VOC_FOLDER,
    fileNames: [VOC_FOLDER],
    limits: [
      'One file for each image. Boxes only: of other regions the box around them is written, and that is said.',
      'Whole pixels, counted from 1, both included, as in the original: an edge moves by at most half a pixel, that of a box smaller than a pixel by one.',
      'The order of classes, colours and dialogues are left out.',
      'Phrase, state, origin and confidence are kept in an element <eyrie>, which other readers pass over.',
      'Letters that XML cannot hold (control characters) are left out.'
    ],
    takesDialect: false,
    layout: 'folder',
    keeps: {
      shapes: ['box'],
      otherShapes: 'box',
      labels: 'names',
      phrases: true,
      states: true,
      confidences: true,
      attributes: true,
      dialogues: 'none',
      relations: false,
      done: true,
      resolution: 1
    }
  },
  reader: { recognise: recogniseVoc, read: readVoc, settings: [EDGES] },
  encode: writeVoc
}

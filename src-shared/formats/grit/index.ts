/**
 * @file GRIT, what Kosmos-2 is trained on (microsoft/unilm kosmos-2/README.md), as JSON: a record for each caption with
 * `noun_chunks` and `ref_exps`, lists of `[start, end, left, top, right, bottom, score]`. Spans are half-open and count
 * characters (Python); boxes are fractions of the image; a span with several boxes stands there several times. A noun chunk
 * lies in the referring expression that grew from it, with the same box. Records come as a list, as lines, or in a file
 * for each image, as img2dataset writes them.
 */
import type { Format } from '../format'
import { recogniseGrit } from './files'
import { readGrit } from './read'
import { GRIT_FILE, writeGrit } from './write'

export const gritJson: Format = {
  info: {
    id: 'grit',
    name: 'GRIT (Kosmos-2)',
    fileName: GRIT_FILE,
    fileNames: [GRIT_FILE],
    limits: [
      'A record for each caption; regions that no caption names are left out and counted.',
      'Captions are answers that nobody asked for; questions and their answers are left out and counted, and so are captions that use a region as a word.',
      'Boxes only, as fractions of the image; other shapes are written as the box around them. Two regions at one place become one.',
      'Outer phrases are referring expressions, inner ones noun chunks, those without another in or around them both. Phrases without a region leave as words.',
      'The confidence of a region is its score, 1 where it has none. Labels, states, phrases of regions and attributes are left out; a record with a proposal is marked.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      otherShapes: 'box',
      regions: ['in-dialogues'],
      images: 'with-content',
      labels: 'none',
      phrases: false,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'none',
      captions: 'grounded',
      relations: false,
      resolution: 'exact'
    }
  },
  reader: { recognise: recogniseGrit, read: readGrit },
  encode: writeGrit
}

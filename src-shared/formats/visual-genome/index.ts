/**
 * @file Visual Genome (visualgenome.org, data readme). Lists with an element for each image: `image_data.json` (sizes),
 * `region_descriptions.json` (`x, y, width, height, phrase`), `objects.json` (`x, y, w, h, names`), `relationships.json`
 * (`predicate`, and objects at both ends). Boxes are whole pixels. Region files call the image's id `id` or `image_id`;
 * ends of relationships have `name` or `names`, and some are objects that objects.json merged into others.
 */
import type { Format } from '../format'
import { recogniseGenome } from './files'
import { readGenome } from './read'
import { GENOME_FILES, REGIONS_FILE, writeGenome } from './write'

export const visualGenome: Format = {
  info: {
    id: 'visual-genome',
    name: 'Visual Genome',
    fileName: REGIONS_FILE,
    fileNames: GENOME_FILES,
    limits: [
      'Regions with a phrase are region descriptions, all others objects; relations are relationships, whose ends may be either, told by `region_id` or `object_id`.',
      'Boxes only, in whole pixels; other shapes are written as the box around them.',
      'State, confidence, attributes, and the label of a region description are kept under a key `eyrie`.',
      'Images are named by `file_name`, which the original files do not have. Synsets are read past and written empty.',
      'Dialogues and captions are left out and counted; so is the order of labels.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box'],
      otherShapes: 'box',
      labels: 'names',
      phrases: true,
      states: true,
      confidences: true,
      attributes: true,
      dialogues: 'none',
      relations: true,
      resolution: 1
    }
  },
  reader: { recognise: recogniseGenome, read: readGenome },
  encode: writeGenome
}

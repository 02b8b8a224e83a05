/**
 * @file Flickr30k Entities (BryanPlummer/flickr30k_entities: README.md, flickr30k_entities_utils.py). For each image
 * `Sentences/<image>.txt`, a caption on each line with its phrases marked `[/EN#<chain>/<type> words]`, and
 * `Annotations/<image>.xml` as of Pascal VOC, whose objects are named by chains: several names for one box, several
 * objects for one chain, `scene` or `nobndbox` for what has no box.
 *
 * [Note: Corners of Flickr30k Entities] They count pixels from 1. The official Python reader takes one from all four, and
 * Shikra's conversion does; MDETR's, which Ferret, GPT4RoI and Kosmos-2 took over, does not. We do as the official reader,
 * say so once, and write them so.
 */
import type { Format } from '../format'
import { readFlickr30k, recogniseFlickr30k } from './read'
import { FLICKR_FOLDER, writeFlickr30k } from './write'

export const flickr30kEntities: Format = {
  info: {
    id: 'flickr30k-entities',
    name: 'Flickr30k Entities',
    fileName: FLICKR_FOLDER,
    fileNames: [FLICKR_FOLDER],
    limits: [
      'Captions are answers that nobody asked for; questions and their answers are left out and counted, and so are captions that use a region as a word.',
      'Phrases do not lie in each other: an inner one leaves as words. A phrase without a region is marked as not visual.',
      'Square brackets in captions become round ones. The official reader wants a space around each phrase.',
      'Boxes only, in whole pixels counted from 1; other shapes are written as the box around them.',
      'Labels, phrases that no caption has, states, confidences and attributes are left out; the attribute `entity_type` is written as the type.'
    ],
    takesDialect: false,
    layout: 'folder',
    keeps: {
      shapes: ['box'],
      otherShapes: 'box',
      labels: 'none',
      phrases: false,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'none',
      captions: 'grounded',
      relations: false,
      resolution: 1
    }
  },
  reader: { recognise: recogniseFlickr30k, read: readFlickr30k },
  encode: writeFlickr30k
}

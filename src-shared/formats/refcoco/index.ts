/**
 * @file RefCOCO, RefCOCO+ and RefCOCOg (lichengunc/refer: refer.py, README.md), and gRefCOCO (henghuiding/gRefCOCO). In
 * one folder: `instances.json` as COCO, and `refs(unc|google|umd).p`, a pickled list of `{ ref_id, ann_id, category_id,
 * image_id, file_name, split, sent_ids, sentences: [{ tokens, raw, sent_id, sent }] }`; gRefCOCO has `grefs(unc).json`,
 * whose `ann_id` is a list, `[-1]` where an expression refers to nothing. Refs are read from JSON too, and written so:
 * a program that unpickles files of strangers runs what they say.
 */
import type { Format } from '../format'
import { cocoJson } from '../coco'
import { recogniseRefCoco } from './files'
import { readRefCoco } from './read'
import { GENERAL_REFS_FILE, INSTANCES_FILE, REFS_FILE, writeRefCoco } from './write'

const coco = cocoJson.info.keeps
if (coco === undefined) throw new Error('COCO says what it keeps')

export const refCoco: Format = {
  info: {
    id: 'refcoco',
    name: 'RefCOCO / RefCOCO+ / RefCOCOg / gRefCOCO',
    fileName: INSTANCES_FILE,
    fileNames: [INSTANCES_FILE, REFS_FILE, GENERAL_REFS_FILE],
    limits: [
      'Regions as COCO holds them. The phrase of a region is its first expression; captions that are one phrase are the others.',
      'Expressions of several regions or none go to a file of their own, as gRefCOCO has them.',
      'Captions with words outside their phrase, and questions with their answers, are left out and counted.',
      'Refs are JSON: load them with json.load where refer.py says pickle.load. `raw` and `sent` are the words as they are.',
      'The split of an expression is the attribute `split` of its first region, `train` where there is none.'
    ],
    takesDialect: false,
    keeps: { ...coco, captions: 'expressions' }
  },
  reader: { recognise: recogniseRefCoco, read: readRefCoco },
  encode: writeRefCoco
}

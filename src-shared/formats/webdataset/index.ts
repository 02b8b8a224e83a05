/** @file WebDataset: shards of samples, as trainers stream them. What a sample holds: read.ts, record.ts. */
import type { Format } from '../format'
import { readWebDataset } from './read'
import { recogniseWebDataset } from './samples'
import { FIRST_SHARD, writeWebDataset } from './write'

export const webDataset: Format = {
  info: {
    id: 'webdataset',
    name: 'WebDataset shards',
    fileName: FIRST_SHARD,
    fileNames: [FIRST_SHARD],
    limits: [
      'Shards (.tar) with the pictures themselves: up to 10 000 samples or 1 GB each; an image that is not there is left out and counted.',
      'Each sample has a .json with regions, dialogues and relations, and a .txt with its first caption in plain words.',
      'To be checked, shards are unpacked once beside where they are written; that takes as much room again.',
      'The order of classes and their colours are left out.',
      'Read: .json as Eyrie or img2dataset write it, and .txt captions; a .cls class of a whole image is not kept, which is said. A project shows the pictures when the shards are unpacked below its image folder.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask', 'keypoints'],
      labels: 'names',
      phrases: true,
      states: true,
      confidences: true,
      attributes: true,
      dialogues: 'grounded',
      captions: 'grounded',
      relations: true,
      done: true,
      resolution: 'exact'
    }
  },
  reader: { recognise: recogniseWebDataset, read: readWebDataset },
  encode: writeWebDataset
}

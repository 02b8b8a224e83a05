/**
 * @file ms-swift's grounding data (modelscope/ms-swift swift/dataset/preprocessor/core.py, swift/template/base.py, 4.6.0):
 * lines of `{ messages: [{ role, content }], images: [path], objects: { ref, bbox, bbox_type, image_id } }`. The k-th
 * `<ref-object>` of all texts together stands for `ref[k]`, the k-th `<bbox>` for `bbox[k]`: four numbers, or two for a
 * point. Its loader takes other keys out of messages, so `origin` and `state` of ours cost nothing.
 */
import type { Format } from '../format'
import { TEXT_KEEPS, TEXT_LIMITS } from '../kit/conversation/text-keeps'
import { readSwift, recogniseSwift } from './read'
import { FILE, writeSwift } from './write'

export const msSwift: Format = {
  info: {
    id: 'ms-swift',
    name: 'ms-swift messages with objects',
    fileName: FILE,
    fileNames: [FILE],
    limits: [
      ...TEXT_LIMITS.filter((limit) => !limit.startsWith('Coordinates')),
      'Coordinates are exact pixels (bbox_type real) and may lie outside the image; ms-swift makes the numbers of a model of them when it trains.',
      'Regions that follow each other without words between them come back as one group; that is said where it happens.',
      'Read: messages, and query, response and history of older versions. Records of several images, of video or sound, and turns of tools are skipped and said; system prompts and refused answers are not kept; records marked as refused (KTO) are skipped and said.'
    ],
    takesDialect: false,
    keeps: { ...TEXT_KEEPS, resolution: 'exact', outside: 'kept' }
  },
  reader: { recognise: recogniseSwift, read: readSwift },
  encode: writeSwift
}

/** @file YOLO, as Ultralytics has it (docs: Datasets, of each task): one format for each task over the same files. */
import type { Format } from '../format'
import type { FormatKeeps } from '../keeps'
import { readYolo } from './read'
import { recogniseYolo } from './recognise'
import type { YoloTask } from './rows'
import { YOLO_RESOLUTION, writeYolo } from './write'

const LIMITS = [
  'One file for each image, class numbers in the order of labels; put the images below images/ to train.',
  'Regions without a label have no number and are left out. Phrases, states, confidences, attributes and dialogues are left out; proposals, when asked for, cannot be told from the rest.',
  'Fractions with eight decimals. Of two images that differ in their extension only, the second is left out.'
]

function yolo(task: YoloTask, name: string, shapes: FormatKeeps['shapes'], limit: string): Format {
  const id = `yolo-${task}`
  return {
    info: {
      id,
      name,
      fileName: id,
      fileNames: [id],
      limits: [limit, ...LIMITS],
      takesDialect: false,
      layout: 'folder',
      keeps: {
        shapes,
        ...(task === 'detect' ? { otherShapes: 'box' as const } : {}),
        regions: ['labelled'],
        labels: 'in-order',
        phrases: false,
        states: false,
        confidences: false,
        attributes: false,
        dialogues: 'none',
        relations: false,
        resolution: { fraction: YOLO_RESOLUTION }
      }
    },
    reader: {
      recognise: (source) => recogniseYolo(task, source),
      read: (source, options) => readYolo(task, source, options),
      takesClassNames: true
    },
    encode: (source, options) => writeYolo(task, id, source, options)
  }
}

export const YOLO_FORMATS: readonly Format[] = [
  yolo(
    'detect',
    'YOLO detection',
    ['box'],
    'Boxes; of other regions the box around them is written, and that is said.'
  ),
  yolo('segment', 'YOLO segmentation', ['polygon'], 'Outlines of one part; other regions are left out and counted.'),
  yolo('obb', 'YOLO turned boxes', ['quad'], 'Four corners; other regions are left out and counted.'),
  yolo(
    'pose',
    'YOLO pose',
    ['keypoints'],
    'Keypoints with their box, as many as the first region has; other regions are left out and counted.'
  )
]

/** @file VGG Image Annotator. Everything about it: tool.ts. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Format } from '../format'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { readVia } from './read'
import { PROJECT_FILE, writeVia } from './write'

const HEAD_BYTES = 32 * 1024
const MOST_LOOKED_AT = 16

async function recognise(source: DataSource): Promise<Recognition | null> {
  const paths: string[] = []
  for (const { path } of source.files.filter((file) => isNamed(file.path, 'json')).slice(0, MOST_LOOKED_AT)) {
    const head = (await headText(source, path, HEAD_BYTES)) ?? ''
    const isProject = /"_via_(img_metadata|settings)"\s*:/.test(head)
    const isExport = /"filename"\s*:/.test(head) && /"(shape_attributes|file_attributes)"\s*:/.test(head)
    if (isProject || isExport) paths.push(path)
  }
  return paths.length === 0 ? null : { score: 0.97, because: 'images with shape_attributes, as VIA writes them', paths }
}

export const viaJson: Format = {
  info: {
    id: 'via',
    name: 'VGG Image Annotator (VIA) project',
    fileName: PROJECT_FILE,
    fileNames: [PROJECT_FILE],
    limits: [
      'Images are named by their path below the image folder: set it as VIA’s default path. Sizes are not in the file; reading it back needs the images.',
      'Masks, keypoints, dialogues and relations are left out; colours of classes too.',
      'The class is the attribute “label”; what words cannot say is JSON in the attribute “eyrie”.'
    ],
    takesDialect: false,
    keeps: {
      shapes: ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon'],
      otherShapes: 'left-out',
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
  reader: { recognise, read: readVia },
  encode: writeVia
}

/** @file LabelMe JSON. Everything about it: tool.ts. */
import type { Format } from '../format'
import { readLabelTool } from './read'
import { recogniseLabelTool } from './recognise'
import type { LabelTool } from './tool'
import { writeLabelTool } from './write'

export const labelMe: LabelTool = {
  id: 'labelme',
  name: 'LabelMe',
  version: '6.3.1',
  classFile: 'labels.txt',
  pseudoClasses: ['__ignore__', '_background_'],
  hasMasks: true,
  rectanglePoints: 2,
  turnedRectangle: 'oriented_rectangle',
  quadrilateral: null,
  folder: 'labelme',
  keeps: {
    shapes: ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask', 'keypoints'],
    labels: 'in-order',
    phrases: true,
    states: true,
    confidences: true,
    attributes: true,
    dialogues: 'none',
    relations: false,
    resolution: 'exact'
  }
}

export const labelmeJson: Format = {
  info: {
    id: 'labelme',
    name: 'LabelMe JSON',
    fileName: 'labelme',
    fileNames: ['labelme'],
    limits: [
      'One file for each image; put them beside the images to open them in LabelMe. Pictures are not copied into them.',
      'The order of classes is kept in labels.txt; colours and dialogues are left out.',
      'State, origin, confidence, hidden keypoints and attributes that are no words are kept under keys that LabelMe carries along without showing them.',
      'A mask that counts on another grid than the image is stretched to it.'
    ],
    takesDialect: false,
    layout: 'folder',
    keeps: labelMe.keeps
  },
  reader: {
    recognise: (source) => recogniseLabelTool(labelMe, source),
    read: (source) => readLabelTool(labelMe, source)
  },
  encode: (source, options) => writeLabelTool(labelMe, source, options)
}

/** @file X-AnyLabeling JSON, a superset of LabelMe's. Everything about both: labelme/tool.ts. */
import type { Format } from '../format'
import { readLabelTool } from '../labelme/read'
import { recogniseLabelTool } from '../labelme/recognise'
import type { LabelTool } from '../labelme/tool'
import { writeLabelTool } from '../labelme/write'

export const xAnyLabeling: LabelTool = {
  id: 'x-anylabeling',
  name: 'X-AnyLabeling',
  version: '4.2.1',
  classFile: 'classes.txt',
  pseudoClasses: [],
  hasMasks: false,
  rectanglePoints: 4,
  turnedRectangle: 'rotation',
  quadrilateral: 'quadrilateral',
  folder: 'x-anylabeling',
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
    done: true,
    resolution: 'exact'
  }
}

export const xAnyLabelingJson: Format = {
  info: {
    id: 'x-anylabeling',
    name: 'X-AnyLabeling JSON',
    fileName: 'x-anylabeling',
    fileNames: ['x-anylabeling'],
    limits: [
      'One file for each image; put them beside the images to open them. Pictures are not copied into them.',
      'There are no masks and no keypoints: regions with them are left out and counted.',
      'The order of classes is kept in classes.txt; colours, dialogues and relations are left out.',
      'State, origin and attributes that are no words are kept under a key that the tool carries along without showing it.'
    ],
    takesDialect: false,
    layout: 'folder',
    keeps: xAnyLabeling.keeps
  },
  reader: {
    recognise: (source) => recogniseLabelTool(xAnyLabeling, source),
    read: (source) => readLabelTool(xAnyLabeling, source)
  },
  encode: (source, options) => writeLabelTool(xAnyLabeling, source, options)
}

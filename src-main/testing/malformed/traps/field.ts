/** @file Traps that tools of the field set between versions, and copies, renamed files and merged lists between people. */
import type { FormatId } from '../../../../src-shared/formats/format'
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

const trap = (format: FormatId, name: string, files: Readonly<Record<string, FileBytes | object>>): Trap => ({
  format,
  name,
  files: Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content)
    ])
  )
})

const image = { id: 1, file_name: 'a.jpg', width: 640, height: 480 }
const box = { id: 1, image_id: 1, category_id: 1, bbox: [100, 50, 200, 120], area: 24000, iscrowd: 0 }
const coco = (annotation: object, category: object = {}): object => ({
  images: [image],
  annotations: [{ ...box, ...annotation }],
  categories: [{ id: 1, name: 'cup', ...category }]
})
const COCO: readonly Trap[] = [
  trap('coco-json', 'null wherever a field may be missing', {
    'a.json': coco(
      { segmentation: null, keypoints: null, num_keypoints: null, score: null, caption: null, attributes: null },
      { keypoints: null, skeleton: null, supercategory: null }
    )
  }),
  trap('coco-json', 'keypoints that are an empty list', { 'a.json': coco({ keypoints: [], segmentation: [] }) }),
  trap('coco-json', 'a rotation of CVAT', { 'a.json': coco({ attributes: { occluded: false, rotation: 30 } }) }),
  trap('coco-json', 'no rotation of CVAT', { 'a.json': coco({ attributes: { occluded: false, rotation: 0 } }) }),
  trap('coco-json', 'a turned box of five numbers', { 'a.json': coco({ bbox: [200, 110, 200, 120, 30] }) }),
  trap('coco-json', 'categories are names', { 'a.json': { images: [image], annotations: [box], categories: ['cup'] } }),
  trap('coco-json', 'annotations by id', { 'a.json': { ...coco({}), annotations: { 1: box } } }),
  trap('coco-json', 'lists of annotations in a list', { 'a.json': { ...coco({}), annotations: [[box], [box]] } })
]

const voc = (filename: string, inside: string): string =>
  `<annotation><folder>x</folder><filename>${filename}</filename><size><width>640</width><height>480</height><depth>3</depth></size>${inside}</annotation>`
const cup = (more = '', name = 'cup'): string =>
  `<object><name>${name}</name><bndbox><xmin>0</xmin><ymin>50</ymin><xmax>300</xmax><ymax>170.5</ymax></bndbox>${more}</object>`
const rotation = (degrees: string): string =>
  `<attributes><attribute><name>rotation</name><value>${degrees}</value></attribute></attributes>`
const VOC: readonly Trap[] = [
  trap('pascal-voc', 'a rotation of CVAT', { 'a.xml': voc('a.jpg', cup(rotation('30.0'))) }),
  trap('pascal-voc', 'no rotation of CVAT', { 'a.xml': voc('a.jpg', cup(rotation('0.0'))) }),
  trap('pascal-voc', 'a copied file with the name of another image', { 'a.xml': voc('b.jpg', cup()) }),
  trap('pascal-voc', 'an image that was renamed', { 'a.xml': voc('old name.jpg', cup()) }),
  trap('pascal-voc', 'objects in a list of objects', { 'a.xml': voc('a.jpg', `<objects>${cup()}</objects>`) }),
  trap('pascal-voc', 'a blank line before the declaration', {
    'a.xml': `\n<?xml version="1.0"?>\n${voc('a.jpg', cup())}`
  })
]

const names = 'names: [cup, dog]\n'
const yolo = (format: FormatId, name: string, rows: string, more: Readonly<Record<string, string>> = {}): Trap =>
  trap(format, name, { 'labels/a.txt': rows, ...('data.yaml' in more ? {} : { 'data.yaml': names }), ...more })
const YOLO: readonly Trap[] = [
  yolo('yolo-detect', 'classes.txt in another order than data.yaml', '0 0.5 0.5 0.2 0.2\n', {
    'classes.txt': 'dog\ncup\n'
  }),
  yolo('yolo-detect', 'classes.txt that goes on where data.yaml ends', '0 0.5 0.5 0.2 0.2\n', {
    'classes.txt': 'cup\ndog\npot\n'
  }),
  trap('yolo-detect', 'a list of classes in each folder, in another order', {
    'train/a.txt': '0 0.5 0.5 0.2 0.2\n',
    'train/classes.txt': 'cup\ndog\n',
    'val/b.txt': '0 0.5 0.5 0.2 0.2\n',
    'val/classes.txt': 'dog\ncup\n'
  }),
  yolo('yolo-segment', 'a confidence and the number of a track', '0 0.5 0.5 0.1 0.2 0.87 1\n'),
  yolo('yolo-detect', 'the number of a track', '0 0.5 0.5 0.1 0.2 7\n'),
  yolo('yolo-detect', 'a list of classes with numbers before the names', '1 0.5 0.5 0.2 0.2\n', {
    'data.yaml': 'nc: 2\nnames:\n  0: 0 cup\n  1: 1 dog\n'
  }),
  yolo('yolo-detect', 'null for a name', '1 0.5 0.5 0.2 0.2\n', { 'data.yaml': 'names: [cup, null]\n' })
]

const shape = {
  label: 'cup',
  points: [
    [100, 50],
    [300, 170]
  ],
  shape_type: 'rectangle',
  group_id: null,
  flags: {}
}
const labelme = (patch: object): object => ({
  ...{ version: '5.5.0', flags: {}, shapes: [shape], imagePath: 'a.jpg', imageData: null },
  ...{ imageHeight: 480, imageWidth: 640, ...patch }
})
const LABELME: readonly Trap[] = [
  trap('labelme', 'a copied file with the path of another image', { 'a.json': labelme({ imagePath: 'b.jpg' }) }),
  trap('labelme', 'an image that was renamed', { 'a.json': labelme({ imagePath: '..\\old name.jpg' }) }),
  trap('labelme', 'another name, and no image of its own', { 'c.json': labelme({ imagePath: 'a.jpg' }) }),
  trap('x-anylabeling', 'a copied file with the path of another image', {
    'a.json': labelme({ version: '2.4.4', imagePath: 'b.jpg', shapes: [{ ...shape, kie_linking: [], score: null }] })
  })
]

const CSV: readonly Trap[] = [
  trap('csv', 'a line for Excel that names the delimiter', {
    'a.csv': 'sep=;\nfilename;class;xmin;ymin;xmax;ymax\na.jpg;cup;100;50;300;170\n'
  }),
  trap('csv', 'a size of the image and one corner', {
    'a.csv': 'filename,width,height,class,xmin,ymin,ymax\na.jpg,640,480,cup,0,0,170\n'
  }),
  trap('csv', 'a size of the image and xmin twice', {
    'a.csv': 'filename,width,height,class,xmin,ymin,xmin,ymax\na.jpg,640,480,cup,0,0,300,170\n'
  }),
  trap('csv', 'the head again in the middle', {
    'a.csv': 'filename,class,xmin,ymin,xmax,ymax\na.jpg,cup,100,50,300,170\nfilename,class,xmin,ymin,xmax,ymax\n'
  }),
  trap('csv', 'a total below', {
    'a.csv': 'filename,class,xmin,ymin,xmax,ymax\na.jpg,cup,100,50,300,170\nTotal,1,,,,\n'
  })
]

const odvg = (...instances: readonly object[]): string =>
  `${JSON.stringify({ filename: 'a.jpg', height: 480, width: 640, detection: { instances } })}\n`
const refs = (patch: object): object => [
  {
    ...{ ref_id: 1, ann_id: 1, category_id: 1, image_id: 1, split: 'val', file_name: 'x_1.jpg', sent_ids: [1] },
    ...{ sentences: [{ tokens: ['the', 'cup'], raw: 'The cup', sent: 'the cup', sent_id: 1 }], ...patch }
  }
]
const mug = { object_id: 1, x: 100, y: 50, w: 200, h: 120, names: ['mug'] }
const GROUNDING: readonly Trap[] = [
  trap('odvg-detection', 'a label of two categories', {
    'a.jsonl': odvg(
      { bbox: [100, 50, 300, 170], label: 0, category: 'cup' },
      { bbox: [1, 2, 30, 40], label: 0, category: 'dog' }
    )
  }),
  trap('odvg-detection', 'no label where there is a map', {
    'a.jsonl': odvg({ bbox: [100, 50, 300, 170], category: 'cup' }),
    'label_map.json': { 0: 'cup' }
  }),
  ...[2, 9, 1].map((category_id) =>
    trap('refcoco', `a ref of category ${category_id}`, {
      'refs(unc).json': refs({ category_id }),
      'instances.json': { ...coco({}), categories: [1, 2].map((id) => ({ id, name: id === 1 ? 'cup' : 'dog' })) }
    })
  ),
  ...[100, 101, 300].map((x) =>
    trap('visual-genome', `an end of a relationship at ${x} of an object at 100`, {
      'image_data.json': [{ image_id: 1, url: 'https://x.invalid/VG/a.jpg', width: 640, height: 480 }],
      'objects.json': [{ image_id: 1, objects: [mug, { ...mug, object_id: 2, x: 400, names: ['table'] }] }],
      'relationships.json': [
        {
          image_id: 1,
          relationships: [
            { relationship_id: 5, predicate: 'ON', subject: { ...mug, x }, object: { ...mug, object_id: 2, x: 400 } }
          ]
        }
      ]
    })
  ),
  trap('flickr30k-entities', 'a copied file with the name of another image', {
    'Sentences/a.txt': '[/EN#1/other A cup] .\n',
    'Annotations/a.xml': voc(
      'b.jpg',
      '<object><name>1</name><bndbox><xmin>101</xmin><ymin>51</ymin><xmax>300</xmax><ymax>170</ymax></bndbox></object>'
    )
  })
]

export const TRAPS: readonly Trap[] = [...COCO, ...VOC, ...YOLO, ...LABELME, ...CSV, ...GROUNDING]

/** @file Valid data sets of formats of annotation tools. */
import type { Example } from './example'

const pixels = { order: 'xyxy', unit: 'pixels' } as const
const corners = { order: 'xywh', unit: 'pixels' } as const
const json = { syntax: 'json' } as const
const xml = { syntax: 'xml' } as const
const rows = { syntax: 'text' } as const

const coco: Example = {
  ...{ format: 'coco-json', name: 'instances', ...json, ...corners },
  optional: ['annotations.*.segmentation', 'annotations.*.segmentation.*'],
  files: {
    'instances.json': `{"info":{"year":2017},"licenses":[],
 "images":[{"id":‹n:1›,"file_name":‹i:"a.jpg"›,"width":‹w:640›,"height":‹h:480›},
           {"id":‹n:2›,"file_name":‹i:"b.jpg"›,"width":‹w:480›,"height":‹h:640›}],
 "annotations":[
  {"id":‹n:11›,"image_id":‹r:1›,"category_id":‹c:7›,"bbox":[‹b:400›,‹b:100›,‹b:200›,‹b:120›],"area":24000,"iscrowd":0},
  {"id":‹n:12›,"image_id":‹r:1›,"category_id":‹c:3›,"bbox":[‹b:500›,‹b:50›,‹b:120›,‹b:90›],"area":5400,"iscrowd":0,
   "segmentation":[[‹p:500›,‹p:50›,‹p:620›,‹p:50›,‹p:620›,‹p:140›]]},
  {"id":‹n:13›,"image_id":‹r:2›,"category_id":‹c:3›,"bbox":[‹b:100›,‹b:500›,‹b:200›,‹b:120›],"area":24000,"iscrowd":0,"segmentation":[]}],
 "categories":[{"id":‹n:7›,"name":‹l:"cup"›,"supercategory":"x"},{"id":‹n:3›,"name":‹l:"dog"›,"supercategory":"x"}]}
`
  }
}
const cocoMasks: Example = {
  ...{ format: 'coco-json', name: 'crowd-and-keypoints', ...json, ...corners },
  optional: ['annotations.*.segmentation', 'annotations.*.keypoints'],
  files: {
    'person_keypoints.json': `{"images":[{"id":1,"file_name":"a.jpg","width":‹w:640›,"height":‹h:480›}],
 "annotations":[
  {"id":1,"image_id":1,"category_id":1,"bbox":[‹b:1›,‹b:0›,‹b:1›,‹b:480›],"area":480,"iscrowd":1,
   "segmentation":{"size":[‹h:480›,‹w:640›],"counts":[‹p:480›,‹p:480›,‹p:306240›]}},
  {"id":2,"image_id":1,"category_id":1,"bbox":[‹b:400›,‹b:100›,‹b:200›,‹b:120›],"area":9,"iscrowd":0,"num_keypoints":2,
   "keypoints":[‹p:410›,‹p:110›,‹p:2›,‹p:500›,‹p:200›,‹p:1›,‹p:0›,‹p:0›,‹p:0›]}],
 "categories":[{"id":1,"name":‹l:"person"›,"keypoints":["nose","eye","ear"],"skeleton":[[1,2]]}]}
`
  }
}
const cocoCaptions: Example = {
  ...{ format: 'coco-captions', name: 'captions', ...json, ...corners },
  files: {
    'captions.json': `{"images":[{"id":‹n:1›,"file_name":‹i:"a.jpg"›,"width":‹w:640›,"height":‹h:480›},{"id":‹n:2›,"file_name":‹i:"b.jpg"›,"width":‹w:480›,"height":‹h:640›}],
 "annotations":[{"id":‹n:1›,"image_id":‹r:1›,"caption":‹t:"A red cup."›},{"id":‹n:2›,"image_id":‹r:2›,"caption":‹t:"A dog."›}]}
`
  }
}
const voc = (image: string, w: number, h: number, box: readonly number[], name: string): string => {
  const [x0, y0, x1, y1] = box
  return `<annotation><folder>VOC</folder><filename>‹i:${image}›</filename><size><width>‹w:${w}›</width><height>‹h:${h}›</height><depth>3</depth></size><segmented>0</segmented>
<object><name>‹l:${name}›</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult><bndbox><xmin>‹b:${x0}›</xmin><ymin>‹b:${y0}›</ymin><xmax>‹b:${x1}›</xmax><ymax>‹b:${y1}›</ymax></bndbox></object>
<object><name>‹l:cat›</name><bndbox><xmin>‹b:${x0}›</xmin><ymin>‹b:${y0}›</ymin><xmax>‹b:${Number(x1) - 9}›</xmax><ymax>‹b:${Number(y1) - 9}›</ymax></bndbox></object></annotation>
`
}
const pascalVoc: Example = {
  ...{ format: 'pascal-voc', name: 'folder', isFolder: true, ...xml, ...pixels },
  files: {
    'Annotations/a.xml': voc('a.jpg', 640, 480, [401, 101, 600, 220], 'cup'),
    'Annotations/b.xml': voc('b.jpg', 480, 640, [101, 501, 300, 620], 'dog')
  }
}
const YAML = 'path: .\ntrain: images/train\nnames:\n  0: cup\n  1: dog\n'
const yolo = (id: string, a: string, b: string, more = ''): Example => ({
  ...{ format: id, name: 'folder', isFolder: true, ...rows, order: 'cxcywh', unit: 'fractions' },
  files: {
    'data.yaml': YAML + more,
    'labels/train/a.txt': a,
    'labels/train/b.txt': b
  }
})
const yoloDetect = yolo(
  'yolo-detect',
  '‹c:0› ‹b:0.78125› ‹b:0.25› ‹b:0.3125› ‹b:0.25›\n‹c:1› ‹b:0.875› ‹b:0.2› ‹b:0.1875› ‹b:0.1875›\n',
  '‹c:1› ‹b:0.4› ‹b:0.875› ‹b:0.4› ‹b:0.1875›\n'
)
const yoloSegment = yolo(
  'yolo-segment',
  '‹c:0› ‹p:0.7› ‹p:0.1› ‹p:0.9› ‹p:0.1› ‹p:0.9› ‹p:0.3› ‹p:0.8› ‹p:0.4› ‹p:0.7› ‹p:0.3›\n',
  '‹c:1› ‹p:0.1› ‹p:0.8› ‹p:0.2› ‹p:0.8› ‹p:0.2› ‹p:0.9›\n'
)
const yoloObb = yolo(
  'yolo-obb',
  '‹c:0› ‹p:0.7› ‹p:0.1› ‹p:0.9› ‹p:0.1› ‹p:0.9› ‹p:0.3› ‹p:0.7› ‹p:0.3›\n',
  '‹c:1› ‹p:0.1› ‹p:0.8› ‹p:0.2› ‹p:0.7› ‹p:0.3› ‹p:0.8› ‹p:0.2› ‹p:0.9›\n'
)
const yoloPose = yolo(
  'yolo-pose',
  '‹c:0› ‹b:0.78125› ‹b:0.25› ‹b:0.3125› ‹b:0.25› ‹p:0.7› ‹p:0.2› ‹p:2› ‹p:0.8› ‹p:0.3› ‹p:1›\n',
  '‹c:1› ‹b:0.4› ‹b:0.875› ‹b:0.4› ‹b:0.1875› ‹p:0.3› ‹p:0.8› ‹p:2› ‹p:0.4› ‹p:0.9› ‹p:2›\n',
  'kpt_shape: [2, 3]\n'
)
const csv: Example = {
  ...{ format: 'csv', name: 'tensorflow', ...rows, ...pixels },
  files: {
    'labels.csv': `filename,width,height,class,xmin,ymin,xmax,ymax
‹i:a.jpg›,‹w:640›,‹h:480›,‹l:cup›,‹b:400›,‹b:100›,‹b:600›,‹b:220›
‹i:a.jpg›,‹w:640›,‹h:480›,‹l:dog›,‹b:500›,‹b:50›,‹b:620›,‹b:140›
‹i:b.jpg›,‹w:480›,‹h:640›,‹l:dog›,‹b:100›,‹b:500›,‹b:300›,‹b:620›
`
  }
}
const retinaNet: Example = {
  ...{ format: 'csv', name: 'retinanet', endsInWords: true, ...rows, ...pixels },
  files: {
    'train.csv': `‹i:a.jpg›,‹b:400›,‹b:100›,‹b:600›,‹b:220›,‹l:cup›
‹i:a.jpg›,‹b:500›,‹b:50›,‹b:620›,‹b:140›,‹l:dog›
‹i:b.jpg›,‹b:100›,‹b:500›,‹b:300›,‹b:620›,‹l:dog›
`
  }
}
const labelme = (image: string, w: number, h: number, shapes: string): string =>
  `{"version":"5.5.0","flags":{},"shapes":[${shapes}],"imagePath":‹i:"${image}"›,"imageData":null,"imageHeight":‹h:${h}›,"imageWidth":‹w:${w}›}\n`
const rectangle = (label: string, [x0, y0, x1, y1]: readonly number[]): string =>
  `{"label":‹l:"${label}"›,"points":[[‹b:${x0}›,‹b:${y0}›],[‹b:${x1}›,‹b:${y1}›]],"group_id":null,"description":"","shape_type":"rectangle","flags":{},"mask":null}`
const labelMe: Example = {
  ...{ format: 'labelme', name: 'folder', isAnyCorners: true, isFolder: true, ...json, ...pixels },
  files: {
    'a.json': labelme(
      ...(['a.jpg', 640, 480] as const),
      `${rectangle('cup', [400, 100, 600, 220])},
 {"label":‹l:"dog"›,"points":[[‹p:500›,‹p:50›],[‹p:620›,‹p:50›],[‹p:620›,‹p:140›],[‹p:510›,‹p:120›]],"group_id":null,"shape_type":"polygon","flags":{}}`
    ),
    'b.json': labelme(
      ...(['b.jpg', 480, 640] as const),
      `${rectangle('dog', [100, 500, 300, 620])},{"label":"tip","points":[[‹p:5›,‹p:600›]],"shape_type":"point","flags":{}},
 {"label":"ring","points":[[‹p:100›,‹p:500›],[‹p:120›,‹p:500›]],"shape_type":"circle","flags":{}}`
    )
  }
}
const xAny = (image: string, w: number, h: number, label: string, [x0, y0, x1, y1]: readonly number[]): string =>
  `{"version":"4.2.1","flags":{},"checked":false,"shapes":[{"label":‹l:"${label}"›,"score":null,"points":[[${x0},${y0}],[‹p:${x1}›,‹p:${y0}›],[‹p:${x1}›,‹p:${y1}›],[${x0},${y1}]],"group_id":null,"description":"","difficult":false,"shape_type":"rectangle","flags":{},"attributes":{},"kie_linking":[]},
 {"label":‹l:"tilted"›,"score":0.5,"points":[[‹p:50›,‹p:20›],[‹p:90›,‹p:40›],[‹p:80›,‹p:60›],[‹p:40›,‹p:40›]],"group_id":1,"description":"words","difficult":true,"shape_type":"rotation","direction":0.46,"flags":{},"attributes":{"colour":"red"},"kie_linking":[]}],
 "imagePath":‹i:"${image}"›,"imageData":null,"imageHeight":‹h:${h}›,"imageWidth":‹w:${w}›}\n`
const xAnyLabeling: Example = {
  ...{ format: 'x-anylabeling', name: 'folder', isFolder: true, ...json, ...pixels },
  files: {
    'a.json': xAny('a.jpg', 640, 480, 'cup', [400, 100, 600, 220]),
    'b.json': xAny('b.jpg', 480, 640, 'dog', [100, 500, 300, 620])
  }
}
const lsResult = (id: string, w: number, h: number, label: string, [x, y, width, height]: readonly number[]): string =>
  `{"id":‹n:"${id}"›,"type":"rectanglelabels","from_name":"label","to_name":"image","origin":"manual","original_width":‹w:${w}›,"original_height":‹h:${h}›,"image_rotation":0,"value":{"x":‹b:${x}›,"y":‹b:${y}›,"width":‹b:${width}›,"height":‹b:${height}›,"rotation":0,"rectanglelabels":[‹l:"${label}"›]}}`
const labelStudio: Example = {
  ...{ format: 'label-studio', name: 'export', ...json, order: 'xywh', unit: 'percent' },
  optional: ['*.annotations', '*.annotations.*.result.*.labels', '*.annotations.*.result.*.labels.*'],
  files: {
    'export.json': `[{"id":1,"data":{"image":‹i:"a.jpg"›},"annotations":[{"id":1,"was_cancelled":false,"result":[${lsResult('r1', 640, 480, 'cup', [62.5, 20, 31.25, 25])},
  {"id":"r2","type":"polygonlabels","from_name":"poly","to_name":"image","original_width":640,"original_height":480,"image_rotation":0,"value":{"points":[[‹p:70›,‹p:10›],[‹p:90›,‹p:10›],[‹p:90›,‹p:30›]],"closed":true,"polygonlabels":[‹l:"dog"›]}},
  {"type":"relation","from_id":‹r:"r1"›,"to_id":‹r:"r2"›,"direction":"right","labels":["on"]}]}],"predictions":[]},
 {"id":2,"data":{"image":‹i:"b.jpg"›},"annotations":[{"id":2,"was_cancelled":false,"result":[${lsResult('r3', 480, 640, 'dog', [20, 78, 41, 19])}]}],"predictions":[]}]
`
  }
}
const cvat: Example = {
  ...{ format: 'cvat', name: 'images', ...xml, ...pixels },
  files: {
    'annotations.xml': `<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><labels><label><name>cup</name></label><label><name>dog</name></label></labels></task></meta>
<image id="‹n:0›" name="‹i:a.jpg›" width="‹w:640›" height="‹h:480›"><box label="‹l:cup›" source="manual" occluded="0" xtl="‹b:400.00›" ytl="‹b:100.00›" xbr="‹b:600.00›" ybr="‹b:220.00›" z_order="0"><attribute name="colour">red</attribute></box>
<polygon label="‹l:dog›" source="manual" occluded="0" points="‹p:500.00›,‹p:50.00›;‹p:620.00›,‹p:50.00›;‹p:620.00›,‹p:140.00›" z_order="0"></polygon>
<mask label="cup" source="manual" occluded="0" rle="‹p:1›, ‹p:2›, ‹p:1›" left="‹p:3›" top="‹p:4›" width="‹p:2›" height="‹p:2›" z_order="0"></mask></image>
<image id="‹n:1›" name="‹i:b.jpg›" width="‹w:480›" height="‹h:640›"><box label="‹l:dog›" source="manual" occluded="0" xtl="‹b:100.00›" ytl="‹b:500.00›" xbr="‹b:300.00›" ybr="‹b:620.00›" z_order="0"></box></image></annotations>
`
  }
}
const via: Example = {
  ...{ format: 'via', name: 'project', ...json, ...corners },
  optional: [
    ...['_via_img_metadata', '_via_img_metadata.a.jpg123', '_via_img_metadata.b.jpg456'],
    ...['_via_img_metadata.a.jpg123.regions', '_via_img_metadata.b.jpg456.regions']
  ],
  files: {
    'via.json': `{"_via_settings":{"project":{"name":"x"}},"_via_img_metadata":{
 "a.jpg123":{"filename":‹i:"a.jpg"›,"size":123,"regions":[{"shape_attributes":{"name":"rect","x":‹b:400›,"y":‹b:100›,"width":‹b:200›,"height":‹b:120›},"region_attributes":{"label":‹l:"cup"›}},
   {"shape_attributes":{"name":"polygon","all_points_x":[‹p:500›,‹p:620›,‹p:620›],"all_points_y":[‹p:50›,‹p:50›,‹p:140›]},"region_attributes":{"label":‹l:"dog"›}}],"file_attributes":{}},
 "b.jpg456":{"filename":‹i:"b.jpg"›,"size":456,"regions":[{"shape_attributes":{"name":"rect","x":‹b:100›,"y":‹b:500›,"width":‹b:200›,"height":‹b:120›},"region_attributes":{"label":‹l:"dog"›}}],"file_attributes":{}}},
 "_via_attributes":{"region":{"label":{"type":"dropdown","options":{"cup":"","dog":""}}},"file":{}}}
`
  }
}

export const ANNOTATION_EXAMPLES: readonly Example[] = [
  ...[coco, cocoMasks, cocoCaptions, pascalVoc, yoloDetect, yoloSegment, yoloObb, yoloPose, csv, retinaNet],
  ...[labelMe, xAnyLabeling, labelStudio, cvat, via]
]

/** @file Valid data sets of formats that tie words to places. */
import { piecesOf, textOf } from './example'
import type { Example } from './example'

const pixels = { order: 'xyxy', unit: 'pixels' } as const
const sized = { order: 'xywh', unit: 'pixels' } as const
const fractions = { order: 'xyxy', unit: 'fractions' } as const
const json = { syntax: 'json' } as const

const odvgDetection: Example = {
  ...{ format: 'odvg-detection', name: 'with-map', isFolder: true, ...json, ...pixels },
  files: {
    'train.jsonl': `{"filename":‹i:"a.jpg"›,"height":‹h:480›,"width":‹w:640›,"detection":{"instances":[{"bbox":[‹b:400›,‹b:100›,‹b:600›,‹b:220›],"label":‹c:0›,"category":‹l:"cup"›},{"bbox":[‹b:500›,‹b:50›,‹b:620›,‹b:140›],"label":‹c:1›,"category":‹l:"dog"›}]}}
{"filename":‹i:"b.jpg"›,"height":‹h:640›,"width":‹w:480›,"detection":{"instances":[{"bbox":[‹b:100›,‹b:500›,‹b:300›,‹b:620›],"label":‹c:1›,"category":‹l:"dog"›}]}}
`,
    'label_map.json': '{"0":"cup","1":"dog"}\n'
  }
}
const odvgGrounding: Example = {
  ...{ format: 'odvg-grounding', name: 'grounding', ...json, ...pixels },
  files: {
    'train.jsonl': `{"filename":‹i:"a.jpg"›,"height":‹h:480›,"width":‹w:640›,"grounding":{"caption":‹t:"a red cup and a dog"›,"regions":[{"bbox":[‹b:400›,‹b:100›,‹b:600›,‹b:220›],"phrase":‹t:"a red cup"›},{"bbox":[‹b:500›,‹b:50›,‹b:620›,‹b:140›],"phrase":‹t:"a dog"›}]}}
{"filename":‹i:"b.jpg"›,"height":‹h:640›,"width":‹w:480›,"grounding":{"caption":‹t:"two dogs"›,"regions":[{"bbox":[‹b:100›,‹b:500›,‹b:300›,‹b:620›],"phrase":‹t:"two dogs"›}]}}
`
  }
}
const refCoco: Example = {
  ...{ format: 'refcoco', name: 'json', isFolder: true, ...json, ...sized },
  optional: ['*.sentences.*', 'annotations.*.category_id'],
  files: {
    'instances.json': `{"images":[{"id":‹n:100›,"width":‹w:640›,"height":‹h:480›,"file_name":‹i:"a.jpg"›},{"id":‹n:101›,"width":‹w:480›,"height":‹h:640›,"file_name":‹i:"b.jpg"›}],
"annotations":[{"id":‹n:10›,"image_id":‹r:100›,"category_id":‹c:47›,"bbox":[‹b:400›,‹b:100›,‹b:200›,‹b:120›],"area":24000,"iscrowd":0},{"id":‹n:12›,"image_id":‹r:101›,"category_id":‹c:47›,"bbox":[‹b:100›,‹b:500›,‹b:200›,‹b:120›],"area":24000,"iscrowd":0}],
"categories":[{"id":‹n:47›,"name":‹l:"cup"›}]}
`,
    'refs(unc).json': `[{"ref_id":‹n:1›,"ann_id":‹r:10›,"category_id":47,"image_id":‹r:100›,"file_name":"COCO_train2014_000000000100_10.jpg","split":"val","sent_ids":[1],"sentences":[{"tokens":["left","cup"],"raw":"left cup","sent_id":1,"sent":‹t:"left cup"›}]},
{"ref_id":‹n:2›,"ann_id":‹r:12›,"category_id":47,"image_id":‹r:101›,"file_name":"x_12.jpg","split":"val","sent_ids":[2],"sentences":[{"tokens":["low","cup"],"raw":"low cup","sent_id":2,"sent":‹t:"low cup"›}]}]
`
  }
}
const mdetr: Example = {
  ...{ format: 'mdetr-json', name: 'flickr', ...json, ...sized },
  optional: ['annotations.*.tokens_positive.*'],
  files: {
    'final_flickr.json': `{"images":[{"id":‹n:0›,"file_name":‹i:"a.jpg"›,"width":‹w:640›,"height":‹h:480›,"caption":‹t:"a cup and a dog"›,"dataset_name":"flickr","original_img_id":1,"sentence_id":0,"tokens_negative":[[0,15]]},{"id":‹n:1›,"file_name":‹i:"b.jpg"›,"width":‹w:480›,"height":‹h:640›,"caption":‹t:"two dogs"›,"dataset_name":"flickr","original_img_id":2,"sentence_id":0,"tokens_negative":[[0,8]]}],
"annotations":[{"id":‹n:0›,"image_id":‹r:0›,"bbox":[‹b:400›,‹b:100›,‹b:200›,‹b:120›],"area":24000,"iscrowd":0,"category_id":1,"tokens_positive":[[‹p:0›,‹p:5›]]},{"id":‹n:1›,"image_id":‹r:1›,"bbox":[‹b:100›,‹b:500›,‹b:200›,‹b:120›],"area":24000,"iscrowd":0,"category_id":1,"tokens_positive":[[‹p:0›,‹p:8›]]}],
"categories":[{"id":1,"name":"object"}]}
`
  }
}
const entity = (id: number, [x0, y0, x1, y1]: readonly number[]): string =>
  `<object><name>‹r:${id}›</name><bndbox><xmin>‹b:${x0}›</xmin><ymin>‹b:${y0}›</ymin><xmax>‹b:${x1}›</xmax><ymax>‹b:${y1}›</ymax></bndbox></object>`
const flickr: Example = {
  ...{ format: 'flickr30k-entities', name: 'folder', isFolder: true, syntax: 'xml', ...pixels },
  files: {
    'Sentences/a.txt': '[/EN#‹n:1›/other ‹t:A red cup›] stands by [/EN#‹n:2›/animals ‹t:a dog›] .\n',
    'Annotations/a.xml': `<annotation><filename>‹i:a.jpg›</filename><size><width>‹w:640›</width><height>‹h:480›</height><depth>3</depth></size>
${entity(1, [401, 101, 600, 220])}
${entity(2, [501, 51, 620, 140])}</annotation>
`,
    'Sentences/b.txt': '[/EN#‹n:3›/animals ‹t:Two dogs›] sleep .\n',
    'Annotations/b.xml': `<annotation><filename>‹i:b.jpg›</filename><size><width>‹w:480›</width><height>‹h:640›</height><depth>3</depth></size>
${entity(3, [101, 501, 300, 620])}</annotation>
`
  }
}
const genomeBox = (w: string, h: string, [x, y, width, height]: readonly number[]): string =>
  `"x":‹b:${x}›,"y":‹b:${y}›,"${w}":‹b:${width}›,"${h}":‹b:${height}›`
const cupObject = `{"object_id":2,${genomeBox('w', 'h', [400, 100, 200, 120])},"names":[‹l:"cup"›],"synsets":[]}`
/** Of ends of relationships it is the id that counts. */
const plain = (object: string): string => textOf(piecesOf(object))
const dogObject = `{"object_id":3,${genomeBox('w', 'h', [500, 50, 120, 90])},"names":["dog"],"synsets":[]}`
const visualGenome: Example = {
  ...{ format: 'visual-genome', name: 'folder', isFolder: true, ...json, ...sized },
  optional: ['*.objects.*.names'],
  files: {
    'image_data.json': `[{"image_id":‹n:1›,"url":‹i:"https://example.invalid/VG/a.jpg"›,"width":‹w:640›,"height":‹h:480›,"coco_id":null,"flickr_id":null},{"image_id":‹n:2›,"url":‹i:"https://example.invalid/VG/b.jpg"›,"width":‹w:480›,"height":‹h:640›,"coco_id":null,"flickr_id":null}]\n`,
    'region_descriptions.json': `[{"id":1,"regions":[{"region_id":‹n:7›,"image_id":1,${genomeBox('width', 'height', [400, 100, 200, 120])},"phrase":‹t:"a red cup"›,"synsets":[]}]},{"id":2,"regions":[{"region_id":‹n:8›,"image_id":2,${genomeBox('width', 'height', [100, 500, 200, 120])},"phrase":‹t:"a dog"›,"synsets":[]}]}]\n`,
    'objects.json': `[{"image_id":‹r:1›,"objects":[${cupObject},${dogObject}]}]\n`,
    'relationships.json': `[{"image_id":1,"relationships":[{"relationship_id":5,"predicate":‹t:"ON"›,"synsets":[],"subject":${plain(cupObject)},"object":${plain(dogObject)}}]}]\n`
  }
}
const grit: Example = {
  ...{ format: 'grit', name: 'lines', ...json, ...fractions },
  optional: ['ref_exps', 'ref_exps.*', 'noun_chunks', 'noun_chunks.*', 'ref_exps.*.*', 'noun_chunks.*.*'],
  files: {
    'grit.jsonl': `{"id":‹n:"g1"›,"key":"a","url":‹i:"http://example.invalid/a.jpg"›,"caption":‹t:"a cup by a dog"›,"width":‹w:640›,"height":‹h:480›,"noun_chunks":[[‹p:0›,‹p:5›,‹b:0.6›,‹b:0.2›,‹b:0.9›,‹b:0.45›,0.93],[9,14,‹b:0.7›,‹b:0.1›,‹b:0.95›,‹b:0.3›,0.8]],"ref_exps":[[‹p:0›,‹p:14›,‹b:0.55›,‹b:0.1›,‹b:0.95›,‹b:0.45›,0.93]]}
{"id":‹n:"g2"›,"key":"b","url":‹i:"http://example.invalid/b.jpg"›,"caption":‹t:"two dogs"›,"width":‹w:480›,"height":‹h:640›,"noun_chunks":[[‹p:0›,‹p:8›,‹b:0.2›,‹b:0.8›,‹b:0.6›,‹b:0.95›,0.9]],"ref_exps":[]}
`
  }
}
const pink: Example = {
  ...{ format: 'pink-jsonl', name: 'captions', ...json, ...pixels },
  optional: ['pred', 'anno.*'],
  files: {
    'pink.jsonl': `{"id":‹n:9›,"image_id":‹i:"a.jpg"›,"height":‹h:480›,"width":‹w:640›,"anno":[{"id":1,"bbox":[‹b:400›,‹b:100›,‹b:600›,‹b:220›],"category_name":‹l:"cup"›,"area":24000,"ignore":0}],"pred":[{"object_id":‹r:0›,"caption":‹t:"red cup"›,"bbox":[‹b:402›,‹b:101›,‹b:601›,‹b:221›],"format_error":0}]}
{"id":‹n:10›,"image_id":‹i:"b.jpg"›,"height":‹h:640›,"width":‹w:480›,"anno":[{"id":1,"bbox":[‹b:100›,‹b:500›,‹b:300›,‹b:620›],"category_name":‹l:"dog"›,"area":24000,"ignore":0}],"pred":[]}
`
  }
}
const shikraRec: Example = {
  ...{ format: 'shikra-jsonl', name: 'rec', ...json, ...pixels },
  files: {
    'REC_ref3_train.jsonl': `{"img_path":‹i:"a.jpg"›,"expression":‹t:"left cup"›,"bbox":[‹b:400›,‹b:100›,‹b:600›,‹b:220›]}
{"img_path":‹i:"a.jpg"›,"expression":‹t:"the dog"›,"bbox":[‹b:500›,‹b:50›,‹b:620›,‹b:140›]}
{"img_path":‹i:"b.jpg"›,"expression":‹t:"two dogs"›,"bbox":[‹b:100›,‹b:500›,‹b:300›,‹b:620›]}
`
  }
}
const shikraFlickr: Example = {
  ...{ format: 'shikra-jsonl', name: 'spotting', ...json, ...pixels },
  optional: ['boxes_seq.*', 'boxes_seq.*.*'],
  files: {
    'CWB_flickr30k_train.jsonl': `{"id":0,"image_id":‹i:"a"›,"boxes":[[‹b:400›,‹b:100›,‹b:600›,‹b:220›],[‹b:500›,‹b:50›,‹b:620›,‹b:140›]],"sentence":‹t:"<ph_st>A cup<ph_ed> and <ph_st>a dog<ph_ed> ."›,"boxes_seq":[[‹r:0›],[‹r:1›]]}
{"id":1,"image_id":‹i:"b"›,"boxes":[[‹b:100›,‹b:500›,‹b:300›,‹b:620›]],"sentence":‹t:"<ph_st>Two dogs<ph_ed> sleep ."›,"boxes_seq":[[‹r:0›]]}
`
  }
}

export const GROUNDING_EXAMPLES: readonly Example[] = [
  ...[odvgDetection, odvgGrounding, refCoco, mdetr, flickr, visualGenome, grit, pink, shikraRec, shikraFlickr]
]

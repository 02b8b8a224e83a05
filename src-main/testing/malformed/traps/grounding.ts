/** @file Traps in formats that tie words to places. */
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

const linesOf = (...records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
const trap = (format: string, name: string, files: Readonly<Record<string, FileBytes>>): Trap => ({
  format,
  name,
  files
})

const instance = (patch: object = {}): object => ({ bbox: [100, 50, 300, 170], label: 0, category: 'cup', ...patch })
const detection = (
  name: string,
  instances: unknown,
  patch: object = {},
  map: FileBytes | null = '{"0":"cup","1":"dog"}'
): Trap =>
  trap('odvg-detection', name, {
    'train.jsonl': linesOf({ filename: 'a.jpg', height: 480, width: 640, detection: { instances }, ...patch }),
    ...(map === null ? {} : { 'label_map.json': map })
  })
const grounding = (name: string, caption: unknown, regions: unknown): Trap =>
  trap('odvg-grounding', name, {
    'train.jsonl': linesOf({ filename: 'a.jpg', height: 480, width: 640, grounding: { caption, regions } })
  })
const ODVG: readonly Trap[] = [
  detection('a size for the second corner', [instance({ bbox: [400, 300, 200, 120] })]),
  detection('label and category disagree', [instance({ label: 1 })]),
  detection('a label beyond the map', [instance({ label: 7 })]),
  detection('a label as text', [instance({ label: '0' })]),
  detection('a label of 0.5', [instance({ label: 0.5 })]),
  detection('no map, no category', [instance({ category: undefined })], {}, null),
  detection('a map that is a list', [instance({ category: undefined })], {}, '["cup","dog"]'),
  detection('a map from 1', [instance({ label: 1, category: undefined })], {}, '{"1":"cup","2":"dog"}'),
  detection('a map the other way round', [instance({ category: undefined })], {}, '{"cup":0,"dog":1}'),
  detection('width and height swapped', [instance({ bbox: [400, 100, 600, 200] })], { height: 640, width: 480 }),
  detection('fractions', [instance({ bbox: [0.1, 0.1, 0.5, 0.6] })]),
  detection('instances null', null),
  detection('both detection and grounding', [instance()], { grounding: { caption: 'a cup', regions: [] } }),
  grounding('a phrase that the caption does not have', 'a red cup', [
    { bbox: [100, 50, 300, 170], phrase: 'a blue cup' }
  ]),
  grounding('a phrase twice in the caption', 'a cup and a cup', [
    { bbox: [100, 50, 300, 170], phrase: 'a cup' },
    { bbox: [400, 50, 500, 170], phrase: 'a cup' }
  ]),
  grounding('a phrase in other letters', 'A red cup', [{ bbox: [100, 50, 300, 170], phrase: 'a red cup' }]),
  grounding('a phrase within a word', 'a teacup', [{ bbox: [100, 50, 300, 170], phrase: 'cup' }]),
  grounding('spans and a phrase that disagree', 'a red cup and a dog', [
    { bbox: [100, 50, 300, 170], phrase: 'a dog', tokens_positive: [[0, 9]] }
  ]),
  grounding('spans that count bytes', '杯子 and a dog', [
    { bbox: [100, 50, 300, 170], phrase: 'a dog', tokens_positive: [[11, 16]] }
  ]),
  grounding('several boxes of a phrase', 'two dogs', [
    {
      bbox: [
        [100, 50, 300, 170],
        [400, 50, 500, 170]
      ],
      phrase: 'two dogs'
    }
  ]),
  grounding('no caption', undefined, [{ bbox: [100, 50, 300, 170], phrase: 'a dog' }]),
  grounding('an empty caption', '', [{ bbox: [100, 50, 300, 170], phrase: 'a dog' }]),
  grounding('a caption of NFD and a phrase of NFC', 'a cafe\u0301', [
    { bbox: [100, 50, 300, 170], phrase: 'a caf\u00e9' }
  ])
]

const INSTANCES = {
  images: [{ id: 1, width: 640, height: 480, file_name: 'a.jpg' }],
  annotations: [
    { id: 10, image_id: 1, category_id: 1, bbox: [100, 50, 200, 120], area: 24000, iscrowd: 0 },
    { id: 11, image_id: 1, category_id: 1, bbox: [400, 50, 100, 120], area: 12000, iscrowd: 0 }
  ],
  categories: [{ id: 1, name: 'cup' }]
}
const sentence = (sent: unknown, id = 1): object => ({ tokens: String(sent).split(' '), raw: sent, sent_id: id, sent })
const ref = (patch: object = {}): object => ({
  ref_id: 1,
  ann_id: 10,
  category_id: 1,
  image_id: 1,
  file_name: 'COCO_train2014_000000000001_10.jpg',
  split: 'val',
  sent_ids: [1],
  sentences: [sentence('left cup')],
  ...patch
})
const refcoco = (name: string, refs: unknown, instances: object = INSTANCES): Trap =>
  trap('refcoco', name, {
    'instances.json': JSON.stringify(instances),
    'refs(unc).json': typeof refs === 'string' ? refs : JSON.stringify(refs)
  })
const REFCOCO: readonly Trap[] = [
  refcoco('an ann_id that is not there', [ref({ ann_id: 99 })]),
  refcoco('an ann_id of another image', [ref({ image_id: 2 })], {
    ...INSTANCES,
    images: [...INSTANCES.images, { id: 2, width: 480, height: 640, file_name: 'b.jpg' }]
  }),
  refcoco('another category than the annotation', [ref({ category_id: 5 })]),
  refcoco('an ann_id as text', [ref({ ann_id: '10' })]),
  refcoco('ann_id of -1: no target', [ref({ ann_id: -1 })]),
  refcoco('several ann_ids', [ref({ ann_id: [10, 11] })]),
  refcoco('no sentences', [ref({ sentences: [] })]),
  refcoco('a sentence of null', [ref({ sentences: [sentence(null)] })]),
  refcoco('sent and raw disagree', [ref({ sentences: [{ ...sentence('left cup'), raw: 'RIGHT CUP' }] })]),
  refcoco('one ref twice', [ref(), ref()]),
  refcoco('one ref_id for two', [ref(), ref({ ann_id: 11, sentences: [sentence('right cup', 2)] })]),
  refcoco('one file_name for another image', [ref({ file_name: 'COCO_train2014_000000000999_10.jpg' })]),
  refcoco('refs that are a thing', { refs: [ref()] }),
  refcoco('refs for each line', linesOf(ref(), ref({ ref_id: 2, ann_id: 11 }))),
  refcoco('an unknown split', [ref({ split: 'holdout' })]),
  trap('refcoco', 'a pickle that runs a program', {
    'instances.json': JSON.stringify(INSTANCES),
    'refs(unc).p': "cos\nsystem\n(S'echo x'\ntR."
  }),
  trap('refcoco', 'a pickle without an end', {
    'instances.json': JSON.stringify(INSTANCES),
    'refs(unc).p': Buffer.from([0x80, 2, 0x5d, 0x71, 0])
  }),
  trap('refcoco', 'a pickle of deep lists', {
    'instances.json': JSON.stringify(INSTANCES),
    'refs(unc).p': Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(100_000, 0x5d), Buffer.from('.')])
  }),
  trap('refcoco', 'refs without instances', { 'refs(unc).json': JSON.stringify([ref()]) })
]

const entities = (name: string, sentences: FileBytes, objects: string): Trap =>
  trap('flickr30k-entities', name, {
    'Sentences/a.txt': sentences,
    'Annotations/a.xml': `<annotation><filename>a.jpg</filename><size><width>640</width><height>480</height><depth>3</depth></size>${objects}</annotation>`
  })
const entity = (id: string, [x0, y0, x1, y1]: readonly number[] = [101, 51, 300, 170]): string =>
  `<object><name>${id}</name><bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox></object>`
const FLICKR: readonly Trap[] = [
  entities('a chain without a box', '[/EN#9/other A red cup] .\n', entity('1')),
  entities('an open mark', '[/EN#1/other A red cup .\n', entity('1')),
  entities('a mark in a mark', '[/EN#1/other A [/EN#2/other red cup]] .\n', entity('1') + entity('2', [1, 1, 9, 9])),
  entities('a mark without words', '[/EN#1/other ] stands .\n', entity('1')),
  entities('a mark without type', '[/EN#1 A cup] .\n', entity('1')),
  entities('chain 0', '[/EN#0/notvisual Something] .\n', entity('0')),
  entities(
    'two names for a box',
    '[/EN#1/other A cup] and [/EN#2/other a mug] .\n',
    '<object><name>1</name><name>2</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>'
  ),
  entities(
    'nobndbox',
    '[/EN#1/other A cup] .\n',
    '<object><name>1</name><scene>0</scene><nobndbox>1</nobndbox></object>'
  ),
  entities(
    'scene',
    '[/EN#1/scene A room] .\n',
    '<object><name>1</name><scene>1</scene><nobndbox>0</nobndbox></object>'
  ),
  entities(
    'a box and nobndbox',
    '[/EN#1/other A cup] .\n',
    entity('1').replace('</object>', '<nobndbox>1</nobndbox></object>')
  ),
  entities('a bracket that is none', '[sic] a cup [/EN#1/other A cup] .\n', entity('1')),
  entities('Latin-1', Buffer.from('[/EN#1/other A caf\u00e9] .\n', 'latin1'), entity('1')),
  entities('reversed', '[/EN#1/other A cup] .\n', entity('1', [300, 170, 101, 51])),
  trap('flickr30k-entities', 'a size that no image has', {
    'Sentences/a.txt': '[/EN#1/other A cup] .\n',
    'Annotations/a.xml': `<annotation><filename>a.jpg</filename><size><width>1000000000000</width><height>480</height></size>${entity('1')}</annotation>`
  }),
  trap('flickr30k-entities', 'sentences without annotations', { 'Sentences/a.txt': '[/EN#1/other A cup] .\n' }),
  trap('flickr30k-entities', 'annotations of another image', {
    'Sentences/a.txt': '[/EN#1/other A cup] .\n',
    'Annotations/b.xml': `<annotation><filename>b.jpg</filename><size><width>480</width><height>640</height></size>${entity('1')}</annotation>`
  })
]

const IMAGE_DATA = JSON.stringify([
  { image_id: 1, url: 'https://x.invalid/VG/a.jpg', width: 640, height: 480, coco_id: null, flickr_id: null }
])
const vgRegion = (patch: object = {}): object => ({
  region_id: 7,
  image_id: 1,
  x: 100,
  y: 50,
  width: 200,
  height: 120,
  phrase: 'a red cup',
  synsets: [],
  ...patch
})
const genome = (name: string, files: Readonly<Record<string, unknown>>): Trap =>
  trap('visual-genome', name, {
    'image_data.json': IMAGE_DATA,
    ...Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)]))
  })
const vgObject = (patch: object = {}): object => ({
  object_id: 2,
  x: 100,
  y: 50,
  w: 200,
  h: 120,
  names: ['cup'],
  synsets: [],
  ...patch
})
const GENOME: readonly Trap[] = [
  genome('w and h for width and height', {
    'region_descriptions.json': [
      { id: 1, regions: [{ ...vgRegion(), width: undefined, height: undefined, w: 200, h: 120 }] }
    ]
  }),
  genome('a region of another image', {
    'region_descriptions.json': [{ id: 1, regions: [vgRegion({ image_id: 2 })] }]
  }),
  genome('a size of 0', { 'region_descriptions.json': [{ id: 1, regions: [vgRegion({ width: 0 })] }] }),
  genome('outside', { 'region_descriptions.json': [{ id: 1, regions: [vgRegion({ x: 600 })] }] }),
  genome('an empty phrase', { 'region_descriptions.json': [{ id: 1, regions: [vgRegion({ phrase: '' })] }] }),
  genome('an image that image_data does not have', {
    'region_descriptions.json': [{ id: 9, regions: [vgRegion({ image_id: 9 })] }]
  }),
  genome('name for names', {
    'objects.json': [{ image_id: 1, objects: [vgObject({ names: undefined, name: 'cup' })] }]
  }),
  genome('several names', { 'objects.json': [{ image_id: 1, objects: [vgObject({ names: ['cup', 'mug'] })] }] }),
  genome('no names', { 'objects.json': [{ image_id: 1, objects: [vgObject({ names: [] })] }] }),
  genome('one object twice, elsewhere', {
    'objects.json': [{ image_id: 1, objects: [vgObject(), vgObject({ x: 1 })] }]
  }),
  genome('a relationship to itself', {
    'relationships.json': [
      {
        image_id: 1,
        relationships: [{ relationship_id: 5, predicate: 'ON', synsets: [], subject: vgObject(), object: vgObject() }]
      }
    ]
  }),
  genome('a relationship without object', {
    'relationships.json': [
      { image_id: 1, relationships: [{ relationship_id: 5, predicate: 'ON', synsets: [], subject: vgObject() }] }
    ]
  }),
  genome('a subject that differs from objects.json', {
    'objects.json': [{ image_id: 1, objects: [vgObject(), vgObject({ object_id: 3, names: ['dog'], x: 400 })] }],
    'relationships.json': [
      {
        image_id: 1,
        relationships: [
          {
            relationship_id: 5,
            predicate: 'ON',
            synsets: [],
            subject: vgObject({ names: ['plate'] }),
            object: vgObject({ object_id: 3, names: ['dog'], x: 300 })
          }
        ]
      }
    ]
  }),
  genome('an empty predicate', {
    'relationships.json': [
      {
        image_id: 1,
        relationships: [
          {
            relationship_id: 5,
            predicate: '',
            synsets: [],
            subject: vgObject(),
            object: vgObject({ object_id: 3, x: 400 })
          }
        ]
      }
    ]
  })
]

const gritRecord = (patch: object = {}): object => ({
  id: 'g1',
  url: 'http://x.invalid/a.jpg',
  caption: 'a cup by a dog',
  width: 640,
  height: 480,
  noun_chunks: [[0, 5, 0.1, 0.1, 0.5, 0.5, 0.9]],
  ref_exps: [],
  clip_similarity_vitb32: 0.3,
  ...patch
})
const grit = (name: string, patch: object): Trap => trap('grit', name, { 'grit.jsonl': linesOf(gritRecord(patch)) })
const GRIT: readonly Trap[] = [
  grit('a span beyond the caption', { noun_chunks: [[0, 99, 0.1, 0.1, 0.5, 0.5, 0.9]] }),
  grit('a span reversed', { noun_chunks: [[5, 0, 0.1, 0.1, 0.5, 0.5, 0.9]] }),
  grit('floats as offsets', { noun_chunks: [[0.0, 5.0, 0.1, 0.1, 0.5, 0.5, 0.9]] }),
  grit('offsets of 0.5', { noun_chunks: [[0.5, 5, 0.1, 0.1, 0.5, 0.5, 0.9]] }),
  grit('pixels', { noun_chunks: [[0, 5, 64, 48, 320, 240, 0.9]] }),
  grit('thousandths', { noun_chunks: [[0, 5, 100, 100, 500, 500, 0.9]] }),
  grit('a corner and a size', { noun_chunks: [[0, 5, 0.6, 0.6, 0.3, 0.2, 0.9]] }),
  grit('over the edge by rounding', { noun_chunks: [[0, 5, 0.1, 0.1, 1.0000001, 0.5, 0.9]] }),
  grit('no score', { noun_chunks: [[0, 5, 0.1, 0.1, 0.5, 0.5]] }),
  grit('a score above 1', { noun_chunks: [[0, 5, 0.1, 0.1, 0.5, 0.5, 1.2]] }),
  grit('crossing spans', {
    noun_chunks: [
      [0, 8, 0.1, 0.1, 0.5, 0.5, 0.9],
      [5, 14, 0.2, 0.2, 0.6, 0.6, 0.9]
    ]
  }),
  grit('a caption of letters of four bytes', { caption: '😀 a cup', noun_chunks: [[2, 7, 0.1, 0.1, 0.5, 0.5, 0.9]] }),
  grit('noun_chunks as a text', { noun_chunks: '[[0, 5, 0.1, 0.1, 0.5, 0.5, 0.9]]' }),
  grit('noun_chunks as things', { noun_chunks: [{ start: 0, end: 5, box: [0.1, 0.1, 0.5, 0.5] }] }),
  grit('no caption', { caption: null })
]

const flickrImage = {
  id: 0,
  file_name: 'a.jpg',
  width: 640,
  height: 480,
  caption: 'a cup and a dog',
  dataset_name: 'flickr',
  original_img_id: 1,
  sentence_id: 0,
  tokens_negative: [[0, 15]]
}
const mdetrAnnotation = (patch: object = {}): object => ({
  id: 0,
  image_id: 0,
  bbox: [100, 50, 200, 120],
  area: 24000,
  iscrowd: 0,
  category_id: 1,
  tokens_positive: [[0, 5]],
  ...patch
})
const mdetr = (name: string, annotations: unknown, image: object = {}): Trap =>
  trap('mdetr-json', name, {
    'final.json': JSON.stringify({
      images: [{ ...flickrImage, ...image }],
      annotations,
      categories: [{ id: 1, name: 'object' }]
    })
  })
const MDETR: readonly Trap[] = [
  mdetr('a span of half a word', [mdetrAnnotation({ tokens_positive: [[0, 3]] })]),
  mdetr('a flat span', [mdetrAnnotation({ tokens_positive: [0, 5] })]),
  mdetr('spans with a gap', [
    mdetrAnnotation({
      tokens_positive: [
        [0, 1],
        [2, 5]
      ]
    })
  ]),
  mdetr('corners', [mdetrAnnotation({ bbox: [400, 300, 600, 420] })]),
  mdetr('an annotation of a caption that is not there', [mdetrAnnotation({ image_id: 5 })]),
  mdetr('a caption of null', [mdetrAnnotation()], { caption: null }),
  mdetr('a caption of white space', [mdetrAnnotation()], { caption: '  ' })
]

const pinkRecord = (patch: object = {}): object => ({
  id: 9,
  image_id: 'a.jpg',
  height: 480,
  width: 640,
  anno: [{ id: 1, bbox: [100, 50, 300, 170], category_name: 'cup', area: 24000, ignore: 0 }],
  pred: [],
  ...patch
})
const pink = (name: string, patch: object): Trap =>
  trap('pink-jsonl', name, { 'pink.jsonl': linesOf(pinkRecord(patch)) })
const PINK: readonly Trap[] = [
  pink('a corner and a size', {
    anno: [{ id: 1, bbox: [400, 300, 200, 120], category_name: 'cup', area: 24000, ignore: 0 }]
  }),
  pink('object_id beyond anno', {
    pred: [{ object_id: 3, caption: 'red cup', bbox: [100, 50, 300, 170], format_error: 0 }]
  }),
  pink('a format error', { pred: [{ object_id: 0, caption: 'red cup', bbox: [100, 50, 300, 170], format_error: 1 }] }),
  pink('a pred far from anno', {
    pred: [{ object_id: 0, caption: 'red cup', bbox: [500, 300, 600, 400], format_error: 0 }]
  }),
  pink('ignore', { anno: [{ id: 1, bbox: [100, 50, 300, 170], category_name: 'cup', area: 24000, ignore: 1 }] }),
  pink('two objects', {
    anno: [
      { id: 1, bbox: [100, 50, 300, 170], category_name: 'cup' },
      { id: 2, bbox: [1, 2, 30, 40], category_name: 'cup' }
    ]
  })
]

const shikra = (name: string, record: object): Trap => trap('shikra-jsonl', name, { 'x_train.jsonl': linesOf(record) })
const SHIKRA: readonly Trap[] = [
  shikra('REC: a corner and a size', { img_path: 'a.jpg', expression: 'left cup', bbox: [400, 300, 200, 120] }),
  shikra('REC: fractions', { img_path: 'a.jpg', expression: 'left cup', bbox: [0.1, 0.1, 0.5, 0.6] }),
  shikra('REC: several boxes', { img_path: 'a.jpg', expression: 'left cup', bbox: [[100, 50, 300, 170]] }),
  shikra('REC: a list of expressions', {
    img_path: 'a.jpg',
    expression: ['left cup', 'cup'],
    bbox: [100, 50, 300, 170]
  }),
  shikra('spotting: boxes_seq beyond boxes', {
    id: 0,
    image_id: 'a',
    boxes: [[100, 50, 300, 170]],
    sentence: '<ph_st>A cup<ph_ed> .',
    boxes_seq: [[3]]
  }),
  shikra('spotting: fewer boxes_seq than marks', {
    id: 0,
    image_id: 'a',
    boxes: [[100, 50, 300, 170]],
    sentence: '<ph_st>A cup<ph_ed> and <ph_st>a dog<ph_ed> .',
    boxes_seq: [[0]]
  }),
  shikra('spotting: an open mark', {
    id: 0,
    image_id: 'a',
    boxes: [[100, 50, 300, 170]],
    sentence: '<ph_st>A cup and a dog .',
    boxes_seq: [[0]]
  }),
  shikra('spotting: an end without a begin', {
    id: 0,
    image_id: 'a',
    boxes: [[100, 50, 300, 170]],
    sentence: 'A cup<ph_ed> .',
    boxes_seq: [[0]]
  }),
  shikra('spotting: a negative index', {
    id: 0,
    image_id: 'a',
    boxes: [[100, 50, 300, 170]],
    sentence: '<ph_st>A cup<ph_ed> .',
    boxes_seq: [[-1]]
  }),
  shikra('V7W: an answer that is none of the candidates', {
    file_path: 'a.jpg',
    question: 'Which is red?',
    candidates: [
      [1, 2, 30, 40],
      [50, 60, 70, 80]
    ],
    answer: [100, 50, 300, 170],
    point: [5, 6]
  }),
  shikra('PointQA: a point outside its box', {
    file_path: 'a.jpg',
    question: 'What colour?',
    answer: 'red',
    bbox: [100, 50, 300, 170],
    point: [400, 400]
  }),
  shikra('RD: a question_boxes_seq of text', {
    img_path: 'a.jpg',
    boxes: [[100, 50, 300, 170]],
    question: 'What is <ph_st>this<ph_ed>?',
    question_boxes_seq: '0',
    answer: 'a cup',
    cot_with_ans: 'A <ph_st>cup<ph_ed>.',
    answer_boxes_seq: [[0]]
  })
]

export const TRAPS: readonly Trap[] = [...ODVG, ...REFCOCO, ...FLICKR, ...GENOME, ...GRIT, ...MDETR, ...PINK, ...SHIKRA]

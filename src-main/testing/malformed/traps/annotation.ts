/** @file Traps in formats of annotation tools. */
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

const IMAGES = [
  { id: 1, file_name: 'a.jpg', width: 640, height: 480 },
  { id: 2, file_name: 'b.jpg', width: 480, height: 640 }
]
const CATEGORIES = [
  { id: 1, name: 'cup' },
  { id: 2, name: 'dog' }
]
const annotation = (patch: object = {}): object => ({
  ...{ id: 1, image_id: 1, category_id: 1, bbox: [100, 50, 200, 120], area: 24000, iscrowd: 0 },
  ...patch
})
const coco = (name: string, parts: object | string): Trap => ({
  format: 'coco-json',
  name,
  files: {
    'coco.json':
      typeof parts === 'string'
        ? parts
        : JSON.stringify({ images: IMAGES, annotations: [annotation()], categories: CATEGORIES, ...parts })
  }
})
const some = (...patches: readonly object[]): object => ({
  annotations: patches.map((patch, i) => annotation({ id: i + 1, ...patch }))
})

const COCO: readonly Trap[] = [
  coco(
    'corners in place of a size, all',
    some(
      { bbox: [100, 50, 300, 170] },
      { bbox: [400, 300, 600, 420], image_id: 1 },
      { bbox: [300, 400, 470, 600], image_id: 2 }
    )
  ),
  coco('corners in place of a size that stay inside', some({ bbox: [10, 10, 100, 100] }, { bbox: [20, 30, 200, 150] })),
  coco('corners, where the area tells', some({ bbox: [100, 50, 300, 170], area: 24000 })),
  coco('fractions', some({ bbox: [0.15, 0.1, 0.3, 0.25] }, { bbox: [0.5, 0.5, 0.25, 0.25] })),
  coco('fractions and pixels in one file', some({ bbox: [0.15, 0.1, 0.3, 0.25] }, {})),
  coco('thousandths', some({ bbox: [700, 800, 200, 150] }, { bbox: [100, 900, 50, 90] })),
  coco('width and height swapped in images', { images: [{ id: 1, file_name: 'a.jpg', width: 480, height: 640 }] }),
  coco('width and height swapped, box beyond the wrong width', {
    images: [{ id: 1, file_name: 'a.jpg', width: 480, height: 640 }],
    ...some({ bbox: [400, 100, 200, 100] })
  }),
  coco('image sizes of the original, twice as large', {
    images: [{ id: 1, file_name: 'a.jpg', width: 1280, height: 960 }],
    ...some({ bbox: [200, 100, 400, 240] })
  }),
  coco('categories with 0 and gaps', {
    categories: [
      { id: 0, name: 'cup' },
      { id: 90, name: 'dog' }
    ],
    ...some({ category_id: 90 }, { category_id: 0 })
  }),
  coco('two categories with one id', {
    categories: [
      { id: 1, name: 'cup' },
      { id: 1, name: 'dog' }
    ]
  }),
  coco('one category twice, the same', {
    categories: [
      { id: 1, name: 'cup' },
      { id: 1, name: 'cup' }
    ]
  }),
  coco('two categories with one name', {
    categories: [
      { id: 1, name: 'cup' },
      { id: 2, name: 'cup' }
    ],
    ...some({ category_id: 2 }, {})
  }),
  coco('a category id as text', some({ category_id: '1' })),
  coco('a category by its name', some({ category_id: 'cup' })),
  coco('categories as names alone', { categories: ['cup', 'dog'] }),
  coco('categories as a map', { categories: { 1: 'cup', 2: 'dog' } }),
  coco('no categories', { categories: [] }),
  coco('categories not there', { categories: undefined }),
  coco('image ids as text in images, as numbers in annotations', { images: [{ ...IMAGES[0], id: '1' }] }),
  coco('image ids as file names', { images: [{ ...IMAGES[0], id: 'a.jpg' }], ...some({ image_id: 'a.jpg' }) }),
  coco(
    'ids beyond 2^53 that differ in the last digit',
    `{"images":[{"id":9007199254740992,"file_name":"a.jpg","width":640,"height":480},{"id":9007199254740993,"file_name":"b.jpg","width":480,"height":640}],"annotations":[{"id":1,"image_id":9007199254740993,"category_id":1,"bbox":[1,2,3,4],"area":1,"iscrowd":0}],"categories":[{"id":1,"name":"cup"}]}`
  ),
  coco(
    '1.0 and 1 as the same id',
    `{"images":[{"id":1.0,"file_name":"a.jpg","width":640,"height":480}],"annotations":[{"id":1,"image_id":1,"category_id":1.0,"bbox":[1,2,3,4],"area":1,"iscrowd":0}],"categories":[{"id":1,"name":"cup"}]}`
  ),
  coco('an empty segmentation', some({ segmentation: [] })),
  coco('a segmentation of null', some({ segmentation: null })),
  coco('a flat polygon', some({ segmentation: [100, 50, 300, 50, 300, 170, 100, 170] })),
  coco(
    'a polygon of pairs',
    some({
      segmentation: [
        [
          [100, 50],
          [300, 50],
          [300, 170]
        ]
      ]
    })
  ),
  coco('a polygon of an odd count', some({ segmentation: [[100, 50, 300, 50, 300]] })),
  coco('a polygon of four numbers', some({ segmentation: [[100, 50, 300, 170]] })),
  coco('a polygon elsewhere than its box', some({ segmentation: [[400, 300, 500, 300, 500, 400]] })),
  coco('a polygon in fractions', some({ segmentation: [[0.2, 0.1, 0.4, 0.1, 0.4, 0.3]] })),
  coco('no bbox but a polygon', some({ bbox: undefined, segmentation: [[100, 50, 300, 50, 300, 170]] })),
  coco('an empty bbox and a polygon', some({ bbox: [], segmentation: [[100, 50, 300, 50, 300, 170]] })),
  coco('a crowd with polygons', some({ iscrowd: 1, segmentation: [[100, 50, 300, 50, 300, 170]] })),
  coco(
    'run lengths for [w, h]',
    some({ iscrowd: 1, bbox: [0, 0, 640, 1], segmentation: { size: [640, 480], counts: [0, 100, 307100] } })
  ),
  coco(
    'run lengths of a smaller picture',
    some({ iscrowd: 1, bbox: [0, 0, 1, 100], segmentation: { size: [240, 320], counts: [0, 50, 76750] } })
  ),
  coco('run lengths that are too few', some({ iscrowd: 1, segmentation: { size: [480, 640], counts: [0, 100, 5] } })),
  coco('run lengths as bytes of Python', some({ iscrowd: 1, segmentation: { size: [480, 640], counts: "b'abc'" } })),
  coco('run lengths with a negative', some({ segmentation: { size: [480, 640], counts: [10, -5, 307195] } })),
  coco(
    'a binary mask as lists',
    some({
      segmentation: [
        [0, 0, 1, 1],
        [0, 1, 1, 0]
      ]
    })
  ),
  coco('keypoints of two numbers', {
    ...some({ keypoints: [110, 60, 120, 70], num_keypoints: 2 }),
    categories: [{ id: 1, name: 'cup', keypoints: ['a', 'b'], skeleton: [] }]
  }),
  coco('keypoints that are not a multiple of three', {
    ...some({ keypoints: [110, 60, 2, 120], num_keypoints: 1 }),
    categories: [{ id: 1, name: 'cup', keypoints: ['a', 'b'], skeleton: [] }]
  }),
  coco('keypoints with visibility 3', {
    ...some({ keypoints: [110, 60, 3], num_keypoints: 1 }),
    categories: [{ id: 1, name: 'cup', keypoints: ['a'], skeleton: [] }]
  }),
  coco('more keypoints than names', {
    ...some({ keypoints: [110, 60, 2, 120, 70, 2], num_keypoints: 2 }),
    categories: [{ id: 1, name: 'cup', keypoints: ['a'], skeleton: [] }]
  }),
  coco('keypoints in fractions', {
    ...some({ keypoints: [0.2, 0.2, 2], num_keypoints: 1 }),
    categories: [{ id: 1, name: 'cup', keypoints: ['a'], skeleton: [] }]
  }),
  coco('keypoints that nobody labelled', {
    ...some({ keypoints: [0, 0, 0], num_keypoints: 0 }),
    categories: [{ id: 1, name: 'cup', keypoints: ['a'], skeleton: [] }]
  }),
  coco('a box of texts', some({ bbox: ['100', '50', '200', '120'] })),
  coco('a box as one text', some({ bbox: '100,50,200,120' })),
  coco('a box in a list', some({ bbox: [[100, 50, 200, 120]] })),
  coco('a box as a thing', some({ bbox: { x: 100, y: 50, w: 200, h: 120 } })),
  coco('a box of five numbers', some({ bbox: [100, 50, 200, 120, 30] })),
  coco('a negative size', some({ bbox: [300, 170, -200, -120] })),
  coco('a box of -1', some({ bbox: [-1, -1, -1, -1] })),
  coco('a box of the whole image', some({ bbox: [0, 0, 640, 480] })),
  coco('a box one pixel over the edge', some({ bbox: [540, 400, 101, 81] })),
  coco('two annotations with one id', { annotations: [annotation(), annotation({ bbox: [1, 2, 30, 40] })] }),
  coco('the same annotation twice', { annotations: [annotation(), annotation()] }),
  coco('an annotation of an image that is not there', some({ image_id: 99 })),
  coco('an image that is listed twice', { images: [IMAGES[0], IMAGES[0]] }),
  coco('two files with one image id', { images: [IMAGES[0], { ...IMAGES[1], id: 1 }] }),
  coco('one file with two image ids', {
    images: [IMAGES[0], { ...IMAGES[0], id: 2 }],
    ...some({}, { image_id: 2, bbox: [1, 2, 30, 40] })
  }),
  coco('results without the rest', JSON.stringify([{ image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], score: 0.9 }])),
  coco('one annotation for each line', [IMAGES[0], annotation()].map((each) => JSON.stringify(each)).join('\n')),
  coco(
    'two documents one after the other',
    JSON.stringify({ images: IMAGES, annotations: [annotation()], categories: CATEGORIES }).repeat(2)
  ),
  coco(
    'annotations inside images',
    JSON.stringify({ images: [{ ...IMAGES[0], annotations: [annotation()] }], categories: CATEGORIES })
  ),
  coco('a name of an image in a URL', {
    images: [{ ...IMAGES[0], file_name: 'http://images.cocodataset.org/train2017/a.jpg' }]
  }),
  coco('a name of an image with backslashes', { images: [{ ...IMAGES[0], file_name: 'C:\\data\\train\\a.jpg' }] }),
  coco('coco_url but no file_name', {
    images: [{ id: 1, width: 640, height: 480, coco_url: 'http://x.invalid/a.jpg' }]
  }),
  coco('names in capitals', { images: [{ ...IMAGES[0], file_name: 'A.JPG' }] }),
  coco('a class of white space', { categories: [{ id: 1, name: '  ' }] }),
  coco('a class that is a number', { categories: [{ id: 1, name: 7 }] }),
  coco('a class in NFD', {
    categories: [
      { id: 1, name: 'cafe\u0301' },
      { id: 2, name: 'caf\u00e9' }
    ],
    ...some({}, { category_id: 2 })
  }),
  coco('a class with a turned direction', { categories: [{ id: 1, name: 'a\u202egnp' }] }),
  coco(
    'NaN in a box',
    '{"images":[{"id":1,"file_name":"a.jpg","width":640,"height":480}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[NaN,1,2,3]}],"categories":[{"id":1,"name":"cup"}]}'
  ),
  coco(
    'a trailing comma',
    '{"images":[{"id":1,"file_name":"a.jpg","width":640,"height":480},],"annotations":[],"categories":[]}'
  ),
  coco(
    'the license is lists 100 000 deep',
    `{"info":${'['.repeat(100_000)}${']'.repeat(100_000)},"images":[],"annotations":[],"categories":[]}`
  ),
  coco('area is not that of the box', some({ area: 5 })),
  coco('area is negative', some({ area: -5 })),
  coco('iscrowd is true', some({ iscrowd: true })),
  coco('scores beside', some({ score: 0.9 })),
  coco('score above 1', some({ score: 90 }))
]

const VOC = (
  objects: string,
  head = '<filename>a.jpg</filename><size><width>640</width><height>480</height><depth>3</depth></size>'
): string => `<annotation>${head}${objects}</annotation>`
const object = (box: readonly (string | number)[], name = 'cup', more = ''): string => {
  const [x0, y0, x1, y1] = box
  return `<object><name>${name}</name>${more}<bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox></object>`
}
const voc = (name: string, content: FileBytes, path = 'a.xml'): Trap => ({
  format: 'pascal-voc',
  name,
  files: { [path]: content }
})
const BOX = [101, 51, 300, 170] as const

const PASCAL: readonly Trap[] = [
  voc('corners reversed', VOC(object([300, 170, 101, 51]))),
  voc('x reversed alone', VOC(object([300, 51, 101, 170]))),
  voc('floats', VOC(object([100.5, 50.25, 300.75, 170.125]))),
  voc('from 0', VOC(object([0, 0, 639, 479]))),
  voc('to the size, from 1', VOC(object([1, 1, 640, 480]))),
  voc('from 0 to the size', VOC(object([0, 0, 640, 480]))),
  voc('no size', VOC(object(BOX), '<filename>a.jpg</filename>')),
  voc(
    'a size of 0',
    VOC(object(BOX), '<filename>a.jpg</filename><size><width>0</width><height>0</height><depth>3</depth></size>')
  ),
  voc(
    'a size that is swapped',
    VOC(object([401, 51, 600, 170]), '<filename>a.jpg</filename><size><width>480</width><height>640</height></size>')
  ),
  voc(
    'a size of another scale',
    VOC(object([202, 102, 600, 340]), '<filename>a.jpg</filename><size><width>1280</width><height>960</height></size>')
  ),
  voc('fractions', VOC(object([0.1, 0.2, 0.5, 0.6]))),
  voc('thousandths', VOC(object([100, 200, 900, 950]))),
  voc('x and y swapped', VOC(object([51, 401, 170, 620]))),
  voc('width and height for the second corner', VOC(object([401, 301, 200, 120]))),
  voc('comma decimals', VOC(object(['100,5', 50, 300, 170]))),
  voc('the same object twice', VOC(object(BOX) + object(BOX))),
  voc(
    'several names in an object',
    VOC(
      `<object><name>cup</name><name>dog</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>`
    )
  ),
  voc(
    'two boxes in an object',
    VOC(
      object(BOX).replace(
        '</object>',
        '<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>'
      )
    )
  ),
  voc('no name', VOC(object(BOX).replace('<name>cup</name>', ''))),
  voc('a name of white space', VOC(object(BOX, '  '))),
  voc('a name with spaces around', VOC(object(BOX, ' cup '))),
  voc('a name with an entity', VOC(object(BOX, 'cup &amp; dog'))),
  voc('a name in CDATA', VOC(object(BOX, '<![CDATA[cup]]>'))),
  voc('no bndbox', VOC('<object><name>cup</name></object>')),
  voc(
    'corners in other order of elements',
    VOC(
      '<object><name>cup</name><bndbox><xmax>300</xmax><xmin>101</xmin><ymax>170</ymax><ymin>51</ymin></bndbox></object>'
    )
  ),
  voc('xmin twice', VOC(object(BOX).replace('<xmin>', '<xmin>5</xmin><xmin>'))),
  voc(
    'a turned box',
    VOC(
      '<object><name>cup</name><robndbox><cx>200</cx><cy>100</cy><w>50</w><h>20</h><angle>0.5</angle></robndbox></object>'
    )
  ),
  voc(
    'a polygon',
    VOC(object(BOX, 'cup', '<polygon><x1>101</x1><y1>51</y1><x2>300</x2><y2>51</y2><x3>300</x3><y3>170</y3></polygon>'))
  ),
  voc(
    'a part outside its object',
    VOC(
      object(
        BOX,
        'person',
        `<part><name>head</name><bndbox><xmin>400</xmin><ymin>300</ymin><xmax>420</xmax><ymax>320</ymax></bndbox></part>`
      )
    )
  ),
  voc('difficult as a word', VOC(object(BOX, 'cup', '<difficult>Unspecified</difficult>'))),
  voc('no filename', VOC(object(BOX), '<size><width>640</width><height>480</height></size>')),
  voc(
    'filename without extension',
    VOC(object(BOX), '<filename>a</filename><size><width>640</width><height>480</height></size>')
  ),
  voc(
    'a filename of another image',
    VOC(object(BOX), '<filename>b.jpg</filename><size><width>640</width><height>480</height></size>')
  ),
  voc(
    'a path and another filename',
    VOC(
      object(BOX),
      '<folder>x</folder><filename>a.jpg</filename><path>C:\\x\\b.jpg</path><size><width>640</width><height>480</height></size>'
    )
  ),
  voc(
    'a filename that leads out',
    VOC(object(BOX), '<filename>../../a.jpg</filename><size><width>640</width><height>480</height></size>')
  ),
  voc('no objects', VOC('')),
  voc('objects of annotations twice', `${VOC(object(BOX))}${VOC(object(BOX, 'dog'))}`),
  voc('annotations around', `<annotations>${VOC(object(BOX))}</annotations>`),
  voc(
    'a billion laughs',
    `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>${VOC(object(BOX, '&c;'))}`
  ),
  voc(
    'an outer entity',
    `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>${VOC(object(BOX, '&a;'))}`
  ),
  voc(
    'an outer DTD',
    `<?xml version="1.0"?><!DOCTYPE annotation SYSTEM "http://x.invalid/voc.dtd">${VOC(object(BOX))}`
  ),
  voc(
    'GBK that says it is UTF-8',
    Buffer.concat([
      Buffer.from('<?xml version="1.0" encoding="utf-8"?>' + VOC('').replace('</annotation>', '<object><name>')),
      Buffer.from([0xb1, 0xad, 0xd7, 0xd3]),
      Buffer.from('</name></object></annotation>')
    ])
  ),
  voc(
    'GBK that says so',
    Buffer.concat([
      Buffer.from(
        '<?xml version="1.0" encoding="gbk"?><annotation><filename>a.jpg</filename><size><width>640</width><height>480</height></size><object><name>'
      ),
      Buffer.from([0xb1, 0xad, 0xd7, 0xd3]),
      Buffer.from(
        '</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>'
      )
    ])
  ),
  voc('elements 100 000 deep', `<annotation>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}</annotation>`),
  voc('a JSON file', '{"shapes":[]}'),
  voc('tags in capitals', VOC(object(BOX)).toUpperCase()),
  voc('a namespace', VOC(object(BOX)).replace('<annotation>', '<annotation xmlns="http://x.invalid/voc">')),
  voc('cut off inside the second object', VOC(object(BOX) + object([1, 2, 30, 40], 'dog')).slice(0, -60))
]

const YAML = 'path: .\ntrain: images\nnames: [cup, dog]\n'
const yolo = (format: string, name: string, row: FileBytes, yaml: string | null = YAML): Trap => ({
  format,
  name,
  files: { ...(yaml === null ? {} : { 'data.yaml': yaml }), 'labels/a.txt': row }
})
const detect = (name: string, row: FileBytes, yaml: string | null = YAML): Trap => yolo('yolo-detect', name, row, yaml)
const GOOD = '0 0.5 0.5 0.25 0.25'

const YOLO: readonly Trap[] = [
  detect('corners for centre and size', '0 0.1 0.1 0.9 0.9\n1 0.6 0.2 0.95 0.4\n'),
  detect('pixels', '0 320 240 100 80\n'),
  detect('percent', '0 50 50 25 25\n'),
  detect('thousandths', '0 500 500 250 250\n'),
  detect('pixels and fractions', `0 320 240 100 80\n${GOOD}\n`),
  detect('from the top-left corner', '0 0.9 0.9 0.2 0.2\n'),
  detect('a class beyond the names', '2 0.5 0.5 0.25 0.25\n'),
  detect('a negative class', '-1 0.5 0.5 0.25 0.25\n'),
  detect('a class of 1.0', '1.0 0.5 0.5 0.25 0.25\n'),
  detect('a class of 0.5', '0.5 0.5 0.5 0.25 0.25\n'),
  detect('a class by its name', 'cup 0.5 0.5 0.25 0.25\n'),
  detect('classes from 1', '1 0.5 0.5 0.25 0.25\n2 0.3 0.3 0.1 0.1\n'),
  detect('five numbers and a confidence', '0 0.5 0.5 0.25 0.25 0.9\n'),
  detect('a confidence of 90', '0 0.5 0.5 0.25 0.25 90\n'),
  detect('four numbers', '0 0.5 0.5 0.25\n'),
  detect('nine numbers: a turned box', '0 0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.3\n'),
  detect('ten numbers', '0 0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.3 0.2\n'),
  detect('seven numbers', '0 0.1 0.1 0.3 0.1 0.3 0.3\n'),
  detect('eight numbers', '0 0.1 0.1 0.3 0.1 0.3 0.3 0.5\n'),
  detect('keypoints', '0 0.5 0.5 0.25 0.25 0.4 0.4 2 0.6 0.6 1\n'),
  detect('commas', '0,0.5,0.5,0.25,0.25\n'),
  detect('decimal commas', '0 0,5 0,5 0,25 0,25\n'),
  detect('tabs', '0\t0.5\t0.5\t0.25\t0.25\n'),
  detect('two spaces, spaces around', ' 0  0.5 0.5   0.25 0.25 \n'),
  detect('CRLF', `${GOOD}\r\n${GOOD}\r\n`),
  detect('CR', `${GOOD}\r1 0.2 0.2 0.1 0.1\r`),
  detect('blank lines', `\n\n${GOOD}\n\n\n`),
  detect('a head', `class x y w h\n${GOOD}\n`),
  detect('a remark', `# made by x\n${GOOD}\n`),
  detect('scientific', '0 5e-1 5e-1 2.5E-1 .25\n'),
  detect('a box over the edge by rounding', '0 0.5 0.5 1.000001 1.000001\n'),
  detect('a box over the edge', '0 0.9 0.9 0.4 0.4\n'),
  detect('a size of 0', '0 0.5 0.5 0 0.25\n'),
  detect('a negative size', '0 0.5 0.5 -0.25 0.25\n'),
  detect('the same row twice', `${GOOD}\n${GOOD}\n`),
  detect('NaN', '0 nan 0.5 0.25 0.25\n'),
  detect('full-width digits', '０ ０.5 0.5 0.25 0.25\n'),
  detect('UTF-16', Buffer.from(`\ufeff${GOOD}\n`, 'utf16le')),
  detect('a BOM', `\ufeff${GOOD}\n`),
  detect('no names', GOOD, null),
  detect('names as a map with gaps', '5 0.5 0.5 0.25 0.25\n', 'names:\n  0: cup\n  5: dog\n'),
  detect('names as a map in another order', GOOD, 'names:\n  1: dog\n  0: cup\n'),
  detect('names as a map from 1', '1 0.5 0.5 0.25 0.25\n', 'names:\n  1: cup\n  2: dog\n'),
  detect('names as one text', GOOD, 'names: cup, dog\n'),
  detect('names as a list of Python', GOOD, "names: ['cup', 'dog']\n"),
  detect('names: no, yes, 1.0', GOOD, 'names: [no, yes, 1.0]\n'),
  detect('a name twice', '1 0.5 0.5 0.25 0.25\n', 'names: [cup, cup]\n'),
  detect('nc is not the names', GOOD, 'nc: 5\nnames: [cup, dog]\n'),
  detect('nc without names', GOOD, 'nc: 2\n'),
  detect('names that are null', GOOD, 'names:\n'),
  detect('names twice', GOOD, 'names: [cup]\nnames: [dog]\n'),
  detect('a yaml with tabs', GOOD, 'names:\n\t0: cup\n'),
  detect('a yaml with an object of Python', GOOD, 'names: !!python/object/apply:os.system ["ls"]\n'),
  detect(
    'a yaml of a billion laughs',
    GOOD,
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nnames: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`
  ),
  detect('a yaml in CRLF with a BOM', GOOD, '\ufeffnames:\r\n  0: cup\r\n  1: dog\r\n'),
  yolo('yolo-segment', 'a box', `${GOOD}\n`),
  yolo('yolo-segment', 'an odd count', '0 0.1 0.1 0.3 0.1 0.3 0.3 0.2\n'),
  yolo('yolo-segment', 'two points', '0 0.1 0.1 0.3 0.1\n'),
  yolo('yolo-segment', 'pixels', '0 64 48 192 48 192 144\n'),
  yolo('yolo-segment', 'a ring that is closed', '0 0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.1\n'),
  yolo('yolo-segment', 'outside', '0 0.1 0.1 1.3 0.1 0.3 0.3\n'),
  yolo('yolo-obb', 'centre, size and angle', '0 0.5 0.5 0.25 0.25 0.7\n'),
  yolo('yolo-obb', 'a box', `${GOOD}\n`),
  yolo('yolo-obb', 'pixels', '0 64 48 192 48 192 144 64 144\n'),
  yolo('yolo-obb', 'DOTA: corners, name, difficulty', '64 48 192 48 192 144 64 144 cup 0\n'),
  yolo('yolo-obb', 'four corners and a confidence', '0 0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.3 0.9\n'),
  yolo('yolo-obb', 'crossing corners', '0 0.1 0.1 0.3 0.3 0.3 0.1 0.1 0.3\n'),
  yolo('yolo-pose', 'no kpt_shape', '0 0.5 0.5 0.25 0.25 0.4 0.4 2 0.6 0.6 1\n'),
  yolo(
    'yolo-pose',
    'two numbers where three are said',
    '0 0.5 0.5 0.25 0.25 0.4 0.4 0.6 0.6\n',
    `${YAML}kpt_shape: [2, 3]\n`
  ),
  yolo('yolo-pose', 'fewer points than said', '0 0.5 0.5 0.25 0.25 0.4 0.4 2\n', `${YAML}kpt_shape: [2, 3]\n`),
  yolo(
    'yolo-pose',
    'visibility of 0.97',
    '0 0.5 0.5 0.25 0.25 0.4 0.4 0.97 0.6 0.6 0.1\n',
    `${YAML}kpt_shape: [2, 3]\n`
  ),
  yolo('yolo-pose', 'points in pixels', '0 0.5 0.5 0.25 0.25 256 192 2 384 288 1\n', `${YAML}kpt_shape: [2, 3]\n`),
  yolo('yolo-pose', 'points beyond the box', '0 0.5 0.5 0.1 0.1 0.9 0.9 2 0.1 0.1 1\n', `${YAML}kpt_shape: [2, 3]\n`)
]

const captions = (name: string, annotations: unknown): Trap => ({
  format: 'coco-captions',
  name,
  files: { 'captions.json': JSON.stringify({ images: IMAGES, annotations }) }
})
const CAPTIONS: readonly Trap[] = [
  captions('a caption of null', [
    { id: 1, image_id: 1, caption: null },
    { id: 2, image_id: 2, caption: 'a dog' }
  ]),
  captions('a caption of white space', [
    { id: 1, image_id: 1, caption: '  ' },
    { id: 2, image_id: 2, caption: 'a dog' }
  ]),
  captions('a caption as a list', [
    { id: 1, image_id: 1, caption: ['a cup'] },
    { id: 2, image_id: 2, caption: 'a dog' }
  ]),
  captions('an image that is not there', [{ id: 1, image_id: 9, caption: 'a cup' }]),
  captions('one id twice', [
    { id: 1, image_id: 1, caption: 'a cup' },
    { id: 1, image_id: 1, caption: 'a red cup' }
  ]),
  captions('a caption with a box beside', [{ id: 1, image_id: 1, caption: 'a cup', bbox: [1, 2, 3, 4] }])
]

export const TRAPS: readonly Trap[] = [...COCO, ...CAPTIONS, ...PASCAL, ...YOLO]

/** @file Traps in files of LabelMe, X-AnyLabeling, Label Studio, CVAT, VIA, and in tables. */
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

const trap = (format: string, name: string, path: string, content: FileBytes | object): Trap => ({
  format,
  name,
  files: { [path]: typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content) }
})

const shape = (patch: object = {}): object => ({
  ...{
    label: 'cup',
    points: [
      [100, 50],
      [300, 170]
    ],
    group_id: null,
    description: '',
    shape_type: 'rectangle',
    flags: {},
    mask: null
  },
  ...patch
})
const labelme = (name: string, shapes: unknown, patch: object = {}): Trap =>
  trap('labelme', name, 'a.json', {
    version: '5.5.0',
    flags: {},
    shapes,
    imagePath: 'a.jpg',
    imageData: null,
    imageHeight: 480,
    imageWidth: 640,
    ...patch
  })

const LABELME: readonly Trap[] = [
  labelme('a rectangle of four points', [
    shape({
      points: [
        [100, 50],
        [300, 50],
        [300, 170],
        [100, 170]
      ]
    })
  ]),
  labelme('a rectangle of one point', [shape({ points: [[100, 50]] })]),
  labelme('corners from bottom right', [
    shape({
      points: [
        [300, 170],
        [100, 50]
      ]
    })
  ]),
  labelme('a rectangle as [x, y, w, h]', [shape({ points: [100, 50, 200, 120] })]),
  labelme('points as things', [
    shape({
      points: [
        { x: 100, y: 50 },
        { x: 300, y: 170 }
      ]
    })
  ]),
  labelme('points as texts', [
    shape({
      points: [
        ['100', '50'],
        ['300', '170']
      ]
    })
  ]),
  labelme('fractions', [
    shape({
      points: [
        [0.1, 0.1],
        [0.5, 0.6]
      ]
    })
  ]),
  labelme('fractions and pixels', [
    shape({
      points: [
        [0.1, 0.1],
        [0.5, 0.6]
      ]
    }),
    shape()
  ]),
  labelme('no shape_type', [shape({ shape_type: undefined })]),
  labelme('no shape_type, three points', [
    shape({
      shape_type: undefined,
      points: [
        [1, 2],
        [30, 4],
        [5, 60]
      ]
    })
  ]),
  labelme('a circle without radius', [
    shape({
      shape_type: 'circle',
      points: [
        [100, 50],
        [100, 50]
      ]
    })
  ]),
  labelme('a polygon of two points', [shape({ shape_type: 'polygon' })]),
  labelme('a polygon that crosses itself', [
    shape({
      shape_type: 'polygon',
      points: [
        [0, 0],
        [100, 100],
        [100, 0],
        [0, 100]
      ]
    })
  ]),
  labelme('a polygon of one place', [
    shape({
      shape_type: 'polygon',
      points: [
        [5, 5],
        [5, 5],
        [5, 5]
      ]
    })
  ]),
  labelme('an unknown shape', [shape({ shape_type: 'cuboid' })]),
  labelme('a label of null', [shape({ label: null })]),
  labelme('a label that is a number', [shape({ label: 3 })]),
  labelme(
    'width and height swapped',
    [
      shape({
        points: [
          [500, 50],
          [600, 170]
        ]
      })
    ],
    { imageHeight: 640, imageWidth: 480 }
  ),
  labelme('another size than the image', [shape()], { imageHeight: 960, imageWidth: 1280 }),
  labelme('no size', [shape()], { imageHeight: undefined, imageWidth: undefined }),
  labelme('a size as text', [shape()], { imageHeight: '480', imageWidth: '640' }),
  labelme('an imagePath of Windows', [shape()], { imagePath: '..\\images\\a.jpg' }),
  labelme('an absolute imagePath', [shape()], { imagePath: '/home/x/a.jpg' }),
  labelme('an imagePath of another image', [shape()], { imagePath: 'b.jpg' }),
  labelme('no imagePath', [shape()], { imagePath: undefined }),
  labelme('shapes null', null),
  labelme('shapes as a thing', { 0: shape() }),
  labelme('a mask without mask', [shape({ shape_type: 'mask' })]),
  labelme('a mask that is no picture', [shape({ shape_type: 'mask', mask: 'AAAA' })]),
  labelme('a group of two', [
    shape({ group_id: 1 }),
    shape({
      group_id: 1,
      points: [
        [400, 50],
        [500, 170]
      ]
    })
  ]),
  labelme('a list of files in one', [shape()], {}),
  trap('labelme', 'a list of files', 'a.json', [
    { shapes: [shape()], imagePath: 'a.jpg', imageHeight: 480, imageWidth: 640 }
  ]),
  trap('labelme', 'a value of null for everything', 'a.json', {
    version: null,
    flags: null,
    shapes: [],
    imagePath: null,
    imageData: null,
    imageHeight: null,
    imageWidth: null
  })
]

const anylabeling = (name: string, shapes: unknown, patch: object = {}): Trap =>
  trap('x-anylabeling', name, 'a.json', {
    version: '2.4.4',
    flags: {},
    checked: true,
    shapes,
    imagePath: 'a.jpg',
    imageData: null,
    imageHeight: 480,
    imageWidth: 640,
    ...patch
  })
const FOUR = [
  [100, 50],
  [300, 50],
  [300, 170],
  [100, 170]
]
const xshape = (patch: object = {}): object => ({
  label: 'cup',
  score: null,
  points: FOUR,
  group_id: null,
  description: '',
  difficult: false,
  shape_type: 'rectangle',
  flags: {},
  attributes: {},
  ...patch
})
const ANYLABELING: readonly Trap[] = [
  anylabeling('four corners of a rectangle', [xshape()]),
  anylabeling('four corners that are no rectangle', [
    xshape({
      points: [
        [100, 50],
        [300, 60],
        [310, 170],
        [90, 160]
      ]
    })
  ]),
  anylabeling('two corners', [
    xshape({
      points: [
        [100, 50],
        [300, 170]
      ]
    })
  ]),
  anylabeling('a rotation in degrees', [xshape({ shape_type: 'rotation', direction: 90 })]),
  anylabeling('a rotation of five points', [xshape({ shape_type: 'rotation', points: [...FOUR, [1, 1]] })]),
  anylabeling('a cuboid', [xshape({ shape_type: 'cuboid' })]),
  anylabeling('a score of text', [xshape({ score: '0.9' })]),
  anylabeling('a score of 90', [xshape({ score: 90 })]),
  anylabeling('keypoints in a group', [
    xshape({ group_id: 1 }),
    xshape({ group_id: 1, shape_type: 'point', label: 'nose', points: [[150, 80]] })
  ]),
  anylabeling('a description', [xshape({ description: 'a red cup' })]),
  anylabeling('fractions', [
    xshape({
      points: [
        [0.1, 0.1],
        [0.5, 0.1],
        [0.5, 0.6],
        [0.1, 0.6]
      ]
    })
  ])
]

const value = (patch: object = {}): object => ({
  x: 10,
  y: 20,
  width: 30,
  height: 40,
  rotation: 0,
  rectanglelabels: ['cup'],
  ...patch
})
const result = (patch: object = {}): object => ({
  ...{
    id: 'r1',
    type: 'rectanglelabels',
    from_name: 'label',
    to_name: 'image',
    original_width: 640,
    original_height: 480,
    image_rotation: 0,
    value: value()
  },
  ...patch
})
const task = (results: unknown, patch: object = {}): object => ({
  id: 1,
  data: { image: 'a.jpg' },
  annotations: [{ id: 1, result: results }],
  ...patch
})
const studio = (name: string, content: unknown): Trap => trap('label-studio', name, 'export.json', content as object)
const STUDIO: readonly Trap[] = [
  studio('percent', [task([result()])]),
  studio('fractions', [task([result({ value: value({ x: 0.1, y: 0.2, width: 0.3, height: 0.4 }) })])]),
  studio('pixels', [task([result({ value: value({ x: 64, y: 96, width: 192, height: 192 }) })])]),
  studio('pixels that are percents as well', [
    task([result({ value: value({ x: 50, y: 60, width: 40, height: 30 }) })])
  ]),
  studio('over the edge', [task([result({ value: value({ x: 90, y: 20, width: 30, height: 40 }) })])]),
  studio('turned by 30 degrees', [task([result({ value: value({ rotation: 30 }) })])]),
  studio('turned by 360 degrees', [task([result({ value: value({ rotation: 360 }) })])]),
  studio('turned by a text', [task([result({ value: value({ rotation: '30' }) })])]),
  studio('another original size', [task([result({ original_width: 1280, original_height: 960 })])]),
  studio('two original sizes', [task([result(), result({ id: 'r2', original_width: 480, original_height: 640 })])]),
  studio('cancelled', [task([], { annotations: [{ id: 1, was_cancelled: true, result: [result()] }] })]),
  studio('two annotations', [
    task([], {
      annotations: [
        { id: 1, result: [result()] },
        { id: 2, result: [result({ value: value({ x: 50 }) })] }
      ]
    })
  ]),
  studio('predictions alone', [
    task([], { annotations: [], predictions: [{ model_version: 'm', score: 0.9, result: [result()] }] })
  ]),
  studio('predictions beside', [task([result()], { predictions: [{ result: [result({ id: 'p' })] }] })]),
  studio('two labels', [task([result({ value: value({ rectanglelabels: ['cup', 'dog'] }) })])]),
  studio('no label', [task([result({ value: value({ rectanglelabels: [] }) })])]),
  studio('labels as a text', [task([result({ value: value({ rectanglelabels: 'cup' }) })])]),
  studio('a rectangle without labels', [
    task([result({ type: 'rectangle', value: value({ rectanglelabels: undefined }) })])
  ]),
  studio('a type that is not its value', [task([result({ type: 'polygonlabels' })])]),
  studio('the same id twice', [task([result(), result({ value: value({ x: 50 }) })])]),
  studio('a textarea of a region', [
    task([
      result(),
      {
        id: 'r1',
        type: 'textarea',
        from_name: 't',
        to_name: 'image',
        original_width: 640,
        original_height: 480,
        value: { ...value(), rectanglelabels: undefined, text: ['the red cup'] }
      }
    ])
  ]),
  studio('a textarea of a region that is not there', [
    task([{ id: 'r9', type: 'textarea', from_name: 't', to_name: 'image', value: { text: ['the red cup'] } }])
  ]),
  studio('a relation to what is not there', [
    task([result(), { type: 'relation', from_id: 'r1', to_id: 'r9', direction: 'right', labels: ['on'] }])
  ]),
  studio('an upload', [task([result()], { data: { image: '/data/upload/1/12345678-a.jpg' } })]),
  studio('local files', [task([result()], { data: { image: '/data/local-files/?d=x/a.jpg' } })]),
  studio('S3', [task([result()], { data: { image: 's3://bucket/a.jpg' } })]),
  studio('two images', [task([result()], { data: { image1: 'a.jpg', image2: 'b.jpg' } })]),
  studio('result null', [task(null)]),
  studio('a brush without rle', [
    task([result({ type: 'brushlabels', value: { format: 'rle', brushlabels: ['cup'] } })])
  ]),
  studio('a video', [
    task([result({ type: 'videorectangle', value: { sequence: [] } })], { data: { video: 'a.mp4' } })
  ]),
  studio('one task, no list', task([result()])),
  studio(
    'one task for each line',
    [task([result()]), task([result()], { id: 2, data: { image: 'b.jpg' } })]
      .map((each) => JSON.stringify(each))
      .join('\n')
  )
]

const cvatFile = (inside: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><meta><task><labels><label><name>cup</name></label><label><name>dog</name></label></labels></task></meta>${inside}</annotations>`
const image = (inside: string, head = 'id="0" name="a.jpg" width="640" height="480"'): string =>
  `<image ${head}>${inside}</image>`
const box = (patch = '', label = 'cup'): string =>
  `<box label="${label}" occluded="0" xtl="100" ytl="50" xbr="300" ybr="170" z_order="0" ${patch}></box>`
const cvat = (name: string, inside: string): Trap => trap('cvat', name, 'annotations.xml', cvatFile(inside))
const CVAT: readonly Trap[] = [
  cvat('a turned box', image(box('rotation="30"'))),
  cvat('a turn of words', image(box('rotation="left"'))),
  cvat('corners reversed', image(box().replace('xtl="100"', 'xtl="300"').replace('xbr="300"', 'xbr="100"'))),
  cvat('a class that meta does not name', image(box('', 'bird'))),
  cvat('a class in other letters', image(box('', 'Cup'))),
  cvat('no label', image(box().replace('label="cup"', ''))),
  cvat('comma decimals', image(box().replace('xtl="100"', 'xtl="100,5"'))),
  cvat('a polygon of two points', image('<polygon label="cup" points="1,2;3,4"></polygon>')),
  cvat('points with spaces', image('<polygon label="cup" points="1,2; 30,4 ;5,60"></polygon>')),
  cvat('points that end in ;', image('<polygon label="cup" points="1,2;30,4;5,60;"></polygon>')),
  cvat('points of three numbers', image('<polygon label="cup" points="1,2,3;30,4,5;5,60,7"></polygon>')),
  cvat('a mask that is too short', image('<mask label="cup" rle="1, 2" left="3" top="4" width="5" height="5"></mask>')),
  cvat('a mask over the edge', image('<mask label="cup" rle="0, 25" left="638" top="4" width="5" height="5"></mask>')),
  cvat(
    'a mask of a milliard pixels',
    image('<mask label="cup" rle="0, 1" left="0" top="0" width="99999" height="99999"></mask>')
  ),
  cvat(
    'a track',
    `<track id="0" label="cup"><box frame="0" keyframe="1" outside="0" occluded="0" xtl="1" ytl="2" xbr="30" ybr="40"></box><box frame="1" keyframe="1" outside="1" occluded="0" xtl="1" ytl="2" xbr="30" ybr="40"></box></track>`
  ),
  cvat(
    'a track beside images',
    image(box()) +
      '<track id="0" label="cup"><box frame="0" outside="0" occluded="0" keyframe="1" xtl="1" ytl="2" xbr="30" ybr="40"></box></track>'
  ),
  cvat('outside in an image', image(box('outside="1"'))),
  cvat(
    'a skeleton',
    image('<skeleton label="cup"><points label="a" outside="0" occluded="0" points="10,20"></points></skeleton>')
  ),
  cvat('a cuboid', image('<cuboid label="cup" xtl1="1" ytl1="2" xbl1="1" ybl1="9"></cuboid>')),
  cvat('an ellipse', image('<ellipse label="cup" cx="100" cy="100" rx="50" ry="20" rotation="10"></ellipse>')),
  cvat('an ellipse without an area', image('<ellipse label="cup" cx="100" cy="100" rx="0" ry="20"></ellipse>')),
  cvat('a tag', image('<tag label="cup" source="manual"></tag>')),
  cvat(
    'a size that is swapped',
    image(box().replace('xbr="300"', 'xbr="600"'), 'id="0" name="a.jpg" width="480" height="640"')
  ),
  cvat('no size', image(box(), 'id="0" name="a.jpg"')),
  cvat('one image twice', image(box()) + image(box('', 'dog'))),
  cvat('one id for two images', image(box()) + image(box(), 'id="0" name="b.jpg" width="480" height="640"')),
  cvat('an image in a folder', image(box(), 'id="0" name="train/a.jpg" width="640" height="480"')),
  cvat('no image name', image(box(), 'id="0" width="640" height="480"')),
  cvat(
    'fractions',
    image(box().replace('100', '0.1').replace('"50"', '"0.1"').replace('300', '0.5').replace('170', '0.6'))
  ),
  cvat(
    'an attribute twice',
    image(box().replace('</box>', '<attribute name="c">red</attribute><attribute name="c">blue</attribute></box>'))
  ),
  cvat('elements nobody knows', image('<blob label="cup"></blob>'))
]

const via = (name: string, regions: unknown, patch: object = {}): Trap =>
  trap('via', name, 'via.json', { 'a.jpg1': { filename: 'a.jpg', size: 1, regions, file_attributes: {}, ...patch } })
const region = (shapeAttributes: object, attributes: object = { label: 'cup' }): object => ({
  shape_attributes: shapeAttributes,
  region_attributes: attributes
})
const RECT = { name: 'rect', x: 100, y: 50, width: 200, height: 120 }
const VIA: readonly Trap[] = [
  via('corners', [region({ name: 'rect', x: 400, y: 300, width: 600, height: 420 })]),
  via('fractions', [region({ name: 'rect', x: 0.1, y: 0.1, width: 0.4, height: 0.5 })]),
  via('numbers as texts', [region({ ...RECT, x: '100' })]),
  via('polygons of other lengths', [region({ name: 'polygon', all_points_x: [1, 2, 3], all_points_y: [1, 2] })]),
  via('no attributes', [region(RECT, {})]),
  via('two attributes', [region(RECT, { name: 'cup', colour: 'red' })]),
  via('a checkbox of two', [region(RECT, { label: { cup: true, dog: true } })]),
  via('a class of white space', [region(RECT, { label: ' ' })]),
  via('an unknown shape', [region({ name: 'blob' })]),
  via('a circle beyond the image', [region({ name: 'circle', cx: 5, cy: 5, r: 50 })]),
  via('an ellipse turned in degrees', [region({ name: 'ellipse', cx: 100, cy: 100, rx: 50, ry: 20, theta: 45 })]),
  via('regions as a map', { 0: region(RECT) }),
  via('an address as the file name', [region(RECT)], { filename: 'https://x.invalid/a.jpg' }),
  via('no file name', [region(RECT)], { filename: undefined })
]

const csv = (name: string, content: FileBytes): Trap => trap('csv', name, 'labels.csv', content)
const HEAD = 'filename,width,height,class,xmin,ymin,xmax,ymax\n'
const CSV: readonly Trap[] = [
  csv('corners', `${HEAD}a.jpg,640,480,cup,100,50,300,170\n`),
  csv('a size for the second corner', `${HEAD}a.jpg,640,480,cup,400,300,200,120\n`),
  csv(
    'a size for the second corner that is larger',
    `${HEAD}a.jpg,640,480,cup,100,50,200,120\na.jpg,640,480,dog,10,20,300,100\n`
  ),
  csv('fractions', `${HEAD}a.jpg,640,480,cup,0.1,0.1,0.5,0.6\n`),
  csv('fractions and pixels', `${HEAD}a.jpg,640,480,cup,0.1,0.1,0.5,0.6\na.jpg,640,480,cup,100,50,300,170\n`),
  csv('columns in another order', 'class,ymin,xmin,ymax,xmax,filename\ncup,50,100,170,300,a.jpg\n'),
  csv('x and y swapped', `${HEAD}a.jpg,640,480,cup,50,400,170,620\n`),
  csv('swapped size', `${HEAD}a.jpg,480,640,cup,400,50,600,170\n`),
  csv('two sizes of one image', `${HEAD}a.jpg,640,480,cup,100,50,300,170\na.jpg,320,240,cup,10,5,30,17\n`),
  csv('semicolons', `${HEAD}a.jpg,640,480,cup,100,50,300,170\n`.replaceAll(',', ';')),
  csv('semicolons and decimal commas', `${HEAD.replaceAll(',', ';')}a.jpg;640;480;cup;100,5;50,5;300,5;170,5\n`),
  csv('decimal commas in commas', `${HEAD}a.jpg,640,480,cup,100,5,50,5,300,5,170,5\n`),
  csv('tabs', `${HEAD}a.jpg,640,480,cup,100,50,300,170\n`.replaceAll(',', '\t')),
  csv('a comma in the class, quoted', `${HEAD}a.jpg,640,480,"cup, red",100,50,300,170\n`),
  csv('a comma in the class', `${HEAD}a.jpg,640,480,cup, red,100,50,300,170\n`),
  csv('a quote that is open', `${HEAD}a.jpg,640,480,"cup,100,50,300,170\na.jpg,640,480,dog,1,2,30,40\n`),
  csv('a formula', `${HEAD}a.jpg,640,480,=1+1,100,50,300,170\n`),
  csv('a formula, escaped', `${HEAD}a.jpg,640,480,'=1+1,100,50,300,170\n`),
  csv('thousands', `${HEAD}a.jpg,640,480,cup,"1,000",50,"1,300",170\n`),
  csv('empty class', `${HEAD}a.jpg,640,480,,100,50,300,170\n`),
  csv('a row too short', `${HEAD}a.jpg,640,480,cup,100,50,300\n`),
  csv('a row too long', `${HEAD}a.jpg,640,480,cup,100,50,300,170,9\n`),
  csv('no head, no class', 'a.jpg,100,50,300,170\n'),
  csv('no head', 'a.jpg,100,50,300,170,cup\n'),
  csv('no head, class second', 'a.jpg,cup,100,50,300,170\n'),
  csv('a column twice', 'filename,class,class,xmin,ymin,xmax,ymax\na.jpg,cup,dog,100,50,300,170\n'),
  csv('x, y, w, h', 'filename,class,x,y,w,h\na.jpg,cup,100,50,200,120\n'),
  csv('x_center', 'filename,class,x_center,y_center,width,height\na.jpg,cup,200,110,200,120\n'),
  csv(
    'Open Images',
    'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded\na,x,/m/02p5f1q,1,0.1,0.5,0.1,0.6,0\n'
  ),
  csv(
    'GBK',
    Buffer.concat([
      Buffer.from(`${HEAD}a.jpg,640,480,`),
      Buffer.from([0xb1, 0xad, 0xd7, 0xd3]),
      Buffer.from(',100,50,300,170\n')
    ])
  ),
  csv('UTF-16', Buffer.from(`\ufeff${HEAD}a.jpg,640,480,cup,100,50,300,170\n`, 'utf16le')),
  csv('a BOM', `\ufeff${HEAD}a.jpg,640,480,cup,100,50,300,170\n`),
  csv('CR alone', `${HEAD}a.jpg,640,480,cup,100,50,300,170\n`.replaceAll('\n', '\r')),
  csv('a negative and a long number', `${HEAD}a.jpg,640,480,cup,-5,-5,99999999999,170\n`),
  csv('NaN', `${HEAD}a.jpg,640,480,cup,NaN,50,300,170\n`),
  csv('the head alone', HEAD),
  csv('the head twice', `${HEAD}a.jpg,640,480,cup,100,50,300,170\n${HEAD}a.jpg,640,480,dog,1,2,30,40\n`),
  csv('an image without boxes', `${HEAD}a.jpg,640,480,,,,,\n`)
]

export const TRAPS: readonly Trap[] = [...LABELME, ...ANYLABELING, ...STUDIO, ...CVAT, ...VIA, ...CSV]

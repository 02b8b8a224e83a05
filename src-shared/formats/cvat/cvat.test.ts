import { describe, expect, test } from 'vitest'
import { maskFromBitmap, maskFromCompressed } from '../../geometry/mask'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { writeToMemory } from '../law-projects'
import { memorySource } from '../reading/memory-source'
import { cvatXml } from '.'

const meta = `<meta><task><labels>
  <label><name>cup</name><color>#FF0000</color><attributes>
    <attribute><name>colour</name><input_type>select</input_type></attribute>
    <attribute><name>full</name><input_type>checkbox</input_type></attribute>
    <attribute><name>count</name><input_type>number</input_type></attribute>
  </attributes></label>
  <label><name>plate</name><color>nice</color><attributes></attributes></label>
  <label><name>handle</name><parent>cup</parent></label>
</labels></task></meta>`
const file = (inside: string, image = 'id="0" name="a.jpg" width="640" height="480"', head = meta): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>${head}<image ${image}>${inside}</image></annotations>`
const read = (inside: string, image?: string, more: Parameters<typeof readFiles>[2] = {}) =>
  readFiles(cvatXml, { 'annotations.xml': file(inside, image) }, more)
const box = (more = '', inside = '', corners = 'xtl="10.00" ytl="20.00" xbr="110.00" ybr="220.00"'): string =>
  `<box label="cup" source="manual" occluded="0" ${corners} z_order="0" ${more}>${inside}</box>`

testFormatLaws(cvatXml)
testDamagedFiles(
  cvatXml,
  [
    new Map([
      [
        'annotations.xml',
        file(
          `${box('rotation="30.5" group_id="3"', '<attribute name="colour">red</attribute><attribute name="full">true</attribute>')}
          <polygon label="plate" source="auto" occluded="1" points="1.50,2;30,4;5,60" z_order="2"></polygon>
          <points label="cup" points="5,6;7,8" occluded="0"/><ellipse label="cup" cx="50" cy="60" rx="20" ry="10"/>
          <mask label="cup" rle="1, 2, 1" left="3" top="4" width="2" height="2"/>
          <skeleton label="cup"><points label="1" outside="0" occluded="1" points="5,6"/><points label="2" outside="1" points="0,0"/></skeleton>
          <tag label="night" source="manual"></tag>`
        )
      ]
    ])
  ],
  new Map([['a.jpg', { width: 640, height: 480 }]])
)

describe('reading CVAT for images', () => {
  test('a box has edges in pixels; labels come in their order with their colours, parts of skeletons are none', async () => {
    const { items, regions, issues } = await read(box())
    expect(items.filter(({ type }) => type === 'label')).toEqual([
      { type: 'label', name: 'cup', colour: '#ff0000' },
      { type: 'label', name: 'plate' }
    ])
    expect(regions).toMatchObject([
      { label: 'cup', shape: { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] } }
    ])
    expect(issues).toEqual([])
  })

  test('a turned box turns clockwise about its middle', async () => {
    const { regions } = await read(box('rotation="90"'))
    const { shape } = regions[0] ?? {}
    if (shape?.type !== 'quad') throw new Error('expected four corners')
    // 100 × 200 about (60, 120): its top-left goes to the top-right of 200 × 100.
    expect(shape.points.map(([x, y]) => [x * 640, y * 480])).toEqual([
      [160, 70],
      [160, 170],
      [-40, 170],
      [-40, 70]
    ])
  })

  test.each<[element: string, kind: string, count: number | undefined]>([
    ['<polygon label="cup" points="1,2;30,4;5,60"/>', 'polygon', 3],
    ['<polygon label="cup" points="1,2;30,4;5,60;1,2"/>', 'polygon', 3],
    ['<polyline label="cup" points="1,2;30,4"/>', 'polyline', 2],
    ['<points label="cup" points="1,2"/>', 'point', undefined],
    ['<points label="cup" points="1,2;3,4"/>', 'keypoints', 2]
  ])('%s', async (element, kind, count) => {
    const { regions, issues } = await read(element)
    const { shape } = regions[0] ?? {}
    expect([shape?.type, shape !== undefined && 'points' in shape ? shape.points.length : undefined, issues]).toEqual([
      kind,
      count,
      []
    ])
  })

  test('the run lengths of a mask go along the rows of its box, outside first', async () => {
    // ##.      at (1, 1) of an image of 5 × 4
    // ..#
    const { regions, issues } = await read(
      '<mask label="cup" rle="0, 2, 3, 1" left="1" top="1" width="3" height="2"/>',
      'id="0" name="a.jpg" width="5" height="4"'
    )
    const { shape } = regions[0] ?? {}
    const expected = maskFromBitmap([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], {
      width: 5,
      height: 4
    })
    expect(shape?.type === 'mask' ? maskFromCompressed(shape.counts, shape.size).mask : null).toEqual(expected)
    expect(issues).toEqual([])
  })

  test('an ellipse is a polygon on its outline, turned with it', async () => {
    const { regions, said } = await read('<ellipse label="cup" cx="320" cy="240" rx="100" ry="50" rotation="90"/>')
    const { shape } = regions[0] ?? {}
    if (shape?.type !== 'polygon') throw new Error('expected a polygon')
    const far = shape.points.map(([x, y]) => ((x * 640 - 320) / 50) ** 2 + ((y * 480 - 240) / 100) ** 2)
    expect(Math.max(...far.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-9)
    expect(said).toEqual(['note import/ellipse-as-polygon'])
  })

  test('a skeleton’s points are keypoints: outside is not labelled, occluded is hidden', async () => {
    const { regions, said } = await read(
      '<skeleton label="cup"><points label="a" outside="0" occluded="0" points="64,48"/><points label="b" outside="0" occluded="1" points="0,0"/><points label="c" outside="1" occluded="0" points="9,9"/></skeleton>'
    )
    const { shape } = regions[0] ?? {}
    expect(shape?.type === 'keypoints' ? shape.points.map(({ visibility }) => visibility) : null).toEqual([2, 1, 0])
    expect(said).toEqual(['note import/joint-names'])
  })

  test('attributes have the types their label declares; occluded, layer, group and source are kept', async () => {
    const inside =
      '<attribute name="colour">red</attribute><attribute name="full">true</attribute><attribute name="count">3</attribute><attribute name="phrase">the left cup</attribute><attribute name="confidence">0.5</attribute><attribute name="other">3</attribute>'
    const { regions } = await read(
      `<box label="cup" source="semi-auto" occluded="1" xtl="1" ytl="2" xbr="3" ybr="4" z_order="-2" group_id="7">${inside}</box>`
    )
    expect(regions[0]).toMatchObject({
      phrase: 'the left cup',
      confidence: 0.5,
      state: 'corrected',
      origin: 'model',
      attributes: { occluded: true, z_order: -2, group_id: 7, colour: 'red', full: true, count: 3, other: '3' }
    })
  })

  test('what somebody changes in the tool counts more than what was exported', async () => {
    const own = '<attribute name="eyrie">{"attributes":{"count":3,"full":false}}</attribute>'
    const values = async (count: string) =>
      (await read(box('', `<attribute name="count">${count}</attribute>${own}`))).regions[0]?.attributes
    expect([await values('3'), await values('4')]).toEqual([
      { count: 3, full: false },
      { count: 4, full: false }
    ])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  test.each<[what: string, inside: string, regions: number, said: readonly string[]]>([
    ['a corner is missing', box('', '', 'xtl="1" ytl="2" xbr="3"'), 0, ['skip import/bad-shape']],
    ['a corner is NaN', box('', '', 'xtl="NaN" ytl="2" xbr="3" ybr="4"'), 0, ['skip import/bad-shape']],
    ['a corner is no decimal', box('', '', 'xtl="0x10" ytl="2" xbr="30" ybr="4"'), 0, ['skip import/bad-shape']],
    ['corners are reversed', box('', '', 'xtl="30" ytl="20" xbr="10" ybr="40"'), 0, ['skip import/bad-shape']],
    ['there is no area', box('', '', 'xtl="1" ytl="2" xbr="1" ybr="4"'), 0, ['skip import/bad-shape']],
    [
      'its width is lost so far away',
      box('', '', 'xtl="9007199254740987" ytl="2" xbr="9007199254740988" ybr="4"'),
      0,
      ['skip import/bad-shape']
    ],
    ['the rotation is a word', box('rotation="left"'), 0, ['skip import/bad-shape']],
    ['there is no label', '<box xtl="1" ytl="2" xbr="3" ybr="4"/>', 0, ['skip import/bad-label']],
    ['a polygon has two points', '<polygon label="cup" points="1,2;3,4"/>', 0, ['skip import/bad-shape']],
    ['a point has three numbers', '<polygon label="cup" points="1,2;3,4,5;6,7"/>', 0, ['skip import/bad-shape']],
    ['points are missing', '<polyline label="cup"/>', 0, ['skip import/bad-shape']],
    ['an ellipse is flat', '<ellipse label="cup" cx="1" cy="1" rx="5" ry="0"/>', 0, ['skip import/bad-shape']],
    [
      'a mask is too short',
      '<mask label="cup" rle="1, 2" left="0" top="0" width="2" height="2"/>',
      0,
      ['skip import/bad-shape']
    ],
    [
      'a mask is too long',
      '<mask label="cup" rle="1, 9" left="0" top="0" width="2" height="2"/>',
      0,
      ['skip import/bad-shape']
    ],
    [
      'a run is negative',
      '<mask label="cup" rle="-1, 5" left="0" top="0" width="2" height="2"/>',
      0,
      ['skip import/bad-shape']
    ],
    [
      'a mask is larger than the image',
      '<mask label="cup" rle="1" left="0" top="0" width="99999" height="99999"/>',
      0,
      ['skip import/bad-shape']
    ],
    [
      'a mask lies outside',
      '<mask label="cup" rle="0, 4" left="700" top="0" width="2" height="2"/>',
      0,
      ['skip import/bad-shape']
    ],
    ...['1e308', '-1e308'].map((left): [string, string, number, readonly string[]] => [
      `a mask lies at ${left}`,
      `<mask label="cup" rle="0, 4" left="${left}" top="0" width="2" height="2"/>`,
      0,
      ['skip import/bad-shape']
    ]),
    [
      'a mask lies partly outside',
      '<mask label="cup" rle="0, 4" left="639" top="0" width="2" height="2"/>',
      1,
      ['doubt import/mask-cut']
    ],
    ['a skeleton is empty', '<skeleton label="cup"></skeleton>', 0, ['skip import/bad-shape']],
    ['it is a cuboid', '<cuboid label="cup" xtl1="1" ytl1="1"/>', 0, ['skip import/cuboid']],
    ['it is something else', '<spline label="cup"/>', 0, ['skip import/shape-type']],
    ['it is a word of JavaScript', '<constructor label="cup"/>', 0, ['skip import/shape-type']],
    ['it is a tag of the image', '<tag label="night"/>', 0, ['note import/image-tag']],
    ['it lies outside', box('', '', 'xtl="600" ytl="20" xbr="700" ybr="90"'), 1, ['doubt import/outside-image']],
    [
      'x and y are swapped',
      box('', '', 'xtl="20" ytl="500" xbr="90" ybr="620"'),
      1,
      ['doubt import/maybe-swapped-axes', 'doubt import/outside-image']
    ],
    [
      'numbers are fractions',
      box('', '', 'xtl="0.1" ytl="0.2" xbr="0.3" ybr="0.4"'),
      1,
      ['doubt import/maybe-normalized']
    ]
  ])('%s', async (_, inside, count, said) => {
    const { regions, said: found, issues } = await read(inside)
    expect([regions.length, found]).toEqual([count, said])
    expect(issues.every(({ file: where }) => where === 'annotations.xml')).toBe(true)
  })

  test.each<[what: string, content: string, images: number, said: readonly string[]]>([
    ['an image has no name', file('', 'id="0" width="5" height="5"'), 0, ['skip import/no-image']],
    ['nobody knows the size', file('', 'id="0" name="a.jpg"'), 0, ['skip import/no-size']],
    [
      'the size is a fraction',
      file('', 'id="0" name="a.jpg" width="5.5" height="5"'),
      0,
      ['doubt import/bad-size', 'skip import/no-size']
    ],
    [
      'it is for video',
      '<annotations><version>1.1</version><track id="1" label="cup"><box frame="0"/></track></annotations>',
      0,
      ['skip import/video-track']
    ],
    ['it is another version', '<annotations><version>2.0</version></annotations>', 0, ['doubt import/other-version']],
    ['it is VOC', '<annotation><filename>a.jpg</filename></annotation>', 0, ['skip import/not-this-format']],
    ['it has an element nobody knows', '<annotations><pictures/></annotations>', 0, ['skip import/unknown-element']]
  ])('%s', async (_, content, count, said) => {
    const { images, said: found } = await readFiles(cvatXml, { 'a.xml': content })
    expect([images.length, found]).toEqual([count, said])
  })

  test.each([
    ['it is cut off', file(box()).slice(0, -30)],
    ['it has an entity of its own', file('<box label="&x;"/>')],
    ['it is empty', '']
  ])('a file is refused by line when %s', async (_, content) => {
    await expect(readFiles(cvatXml, { 'a.xml': content })).rejects.toMatchObject({ code: 'import/xml' })
  })
})

describe('writing and recognising', () => {
  test('labels with the attributes they have are declared in the file and for the raw label editor', async () => {
    const size = { width: 100, height: 100 }
    const image = {
      id: 'i',
      relativePath: 'a & b.jpg',
      contentHash: null,
      sizeBytes: 1,
      size,
      orientation: 1,
      status: 'ok' as const,
      statusReason: null
    }
    const region = {
      id: 'r',
      imageId: 'i',
      shape: { type: 'point' as const, point: [0.1, 0.2] as never },
      labelId: 'c',
      phrase: 'it',
      state: 'accepted' as const,
      original: null,
      confidence: null,
      provenance: { origin: 'human' as const },
      createdAtMs: 0,
      attributes: { colour: 'red', occluded: true }
    }
    const { files } = await writeToMemory(cvatXml, {
      labels: [{ id: 'c', name: 'cup <1>', colour: '#00ff00', order: 0 }],
      documents: [
        { image, regions: [region], dialogues: [], turns: [], relations: [], review: { id: 'i', done: false } }
      ]
    })
    const xml = String(files.get('cvat-annotations.xml'))
    expect(xml).toContain('<image id="0" name="a &amp; b.jpg" width="100" height="100">')
    expect(xml).toContain('<points label="cup &lt;1&gt;" source="manual" occluded="1" points="10,20" z_order="0">')
    const raw = JSON.parse(String(files.get('cvat-labels.json'))) as { name: string; attributes: { name: string }[] }[]
    expect(raw.map(({ name, attributes }) => [name, attributes.map((attribute) => attribute.name)])).toEqual([
      ['cup <1>', ['phrase', 'colour']]
    ])
  })

  test.each<[score: number | undefined, content: string]>([
    [0.97, file(box())],
    [undefined, '<annotation><folder>x</folder></annotation>'],
    [undefined, 'no xml']
  ])('recognised with %s', async (score, content) => {
    const source = memorySource({ files: new Map([['a.xml', content]]) })
    expect((await cvatXml.reader?.recognise(source))?.score).toBe(score)
  })
})

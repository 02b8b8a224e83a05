import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { pascalVoc } from '.'

const BOX = '<bndbox><xmin>11</xmin><ymin>21</ymin><xmax>110</xmax><ymax>220</ymax></bndbox>'
const object = (inside = BOX, name = 'cup'): string => `<object><name>${name}</name>${inside}</object>`
const SIZE = '<size><width>640</width><height>480</height><depth>3</depth></size>'
const file = (inside: string, { source = 'Unknown', size = SIZE, filename = 'a.jpg' } = {}): string =>
  `<?xml version="1.0"?>\n<annotation><folder>x</folder><filename>${filename}</filename>` +
  `<source><database>${source}</database></source>${size}<segmented>0</segmented>\n${inside}</annotation>\n`
const read = async (inside: string, patch: Parameters<typeof file>[1] = {}, more: Record<string, string> = {}) =>
  readFiles(pascalVoc, { 'a.xml': file(inside, patch), ...more })
const box = (x0: number, y0: number, x1: number, y1: number): string =>
  `<bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox>`

testFormatLaws(pascalVoc)
testDamagedFiles(pascalVoc, [
  new Map([
    [
      'a.xml',
      file(
        object(`<pose>Left</pose><truncated>1</truncated><difficult>0</difficult>${BOX}`) +
          object(`${box(1, 2, 30, 40)}<part><name>head</name>${box(2, 3, 5, 6)}</part>`, 'person') +
          object(
            `${box(1, 2, 30, 40)}<polygon><x1>1</x1><y1>2</y1><x2>30</x2><y2>2</y2><x3>30</x3><y3>40</y3></polygon>`
          ) +
          object(`${BOX}<attributes><attribute><name>colour</name><value>red</value></attribute></attributes>`)
      )
    ],
    ['b.xml', file(object(box(0, 0, 5.5, 6)), { size: '' })]
  ])
])

describe('what the numbers count', () => {
  test('a file that names VOC counts pixels from 1, both included', async () => {
    const { regions, issues } = await read(object(), { source: 'The VOC2007 Database' })
    expect([regions[0]?.shape, issues]).toEqual([{ type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] }, []])
  })

  test('the whole picture is pixel 1 to the last', async () => {
    const { regions } = await read(object(box(1, 1, 640, 480)), { source: 'The VOC2007 Database' })
    expect(regions[0]?.shape).toEqual({ type: 'box', box: [0, 0, 1, 1] })
  })

  test('any other has edges from 0, and that is a doubt, once', async () => {
    const { regions, issues } = await read(object(), {}, { 'b.xml': file(object()) })
    expect(regions[0]?.shape).toEqual({ type: 'box', box: [11 / 640, 21 / 480, 110 / 640, 220 / 480] })
    expect(issues.map(({ severity, code, file: where }) => [severity, code, where])).toEqual([
      ['doubt', 'import/image-named-twice', 'b.xml'],
      ['doubt', 'import/edges-unknown', 'a.xml']
    ])
  })

  test('a 0 or a fraction shows it', async () => {
    expect((await read(object(box(0, 3, 4, 5)))).said).toEqual([])
    expect((await read(object(box(1, 3, 4.5, 5)))).said).toEqual([])
    expect((await read(object() + object(box(0, 3, 4, 5)))).said).toEqual([])
  })

  test('a 0 where pixels are counted from 1 is a doubt', async () => {
    const { said, regions } = await read(object(box(0, 3, 4, 5)), { source: 'The VOC2012 Database' })
    expect([said, regions.length]).toEqual([['doubt import/outside-image', 'doubt import/edges-contradict'], 1])
  })

  test('a region of ours that begins outside is no doubt about its edges', async () => {
    const { said } = await read(`${object(box(1, 0, 4, 5))}<eyrie><image>a.jpg</image></eyrie>`)
    expect(said).toEqual(['doubt import/outside-image'])
  })

  test('the setting decides', async () => {
    const source = memorySource({ files: new Map([['a.xml', file(object())]]) })
    const shapes = []
    for (const edges of ['pixels-from-1', 'edges-from-0']) {
      for await (const items of pascalVoc.reader?.read(source, { settings: { edges } }) ?? [])
        shapes.push(...items.map((item) => (item.type === 'region' ? item.shape : item.type)))
    }
    expect(shapes).toEqual([
      'image',
      { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] },
      'image',
      { type: 'box', box: [11 / 640, 21 / 480, 110 / 640, 220 / 480] }
    ])
  })
})

describe('reading', () => {
  test('flags that are raised, a pose that is said, pairs of attributes and other words', async () => {
    const more =
      '<pose>Left</pose><truncated>1</truncated><difficult>0</difficult><occluded>1</occluded><track>7</track>'
    const pairs =
      '<attributes><attribute><name>red</name><value>true</value></attribute>' +
      '<attribute><name>plate</name><value type="text">007</value></attribute></attributes>'
    const { regions, said } = await read(object(`${more}${pairs}${box(0, 1, 2, 3)}`))
    expect([regions[0]?.attributes, said]).toEqual([
      { pose: 'Left', truncated: true, occluded: true, track: 7, red: true, plate: '007' },
      []
    ])
    expect((await read(object(`<pose>Unspecified</pose>${box(0, 1, 2, 3)}`))).regions[0]?.attributes).toBeUndefined()
  })

  test('a part is a region of its own that says what it is part of', async () => {
    const { regions, items } = await read(
      object(`${box(0, 0, 30, 40)}<part><name>head</name>${box(2, 3, 5, 6)}</part>`, 'person')
    )
    expect(regions.map(({ key, label }) => [key, label])).toEqual([
      ['0', 'person'],
      ['0.0', 'head']
    ])
    expect(items.find(({ type }) => type === 'relation')).toEqual({
      type: 'relation',
      imageKey: 'a.xml',
      subject: '0.0',
      predicate: 'part of',
      object: '0'
    })
  })

  test('a polygon beside the box is the shape', async () => {
    const polygon = '<polygon><x1>64</x1><y1>48</y1><x2>128</x2><y2>48</y2><x3>128</x3><y3>96</y3></polygon>'
    const { regions } = await read(object(`${polygon}${BOX}`))
    expect(regions[0]?.shape).toEqual({
      type: 'polygon',
      points: [
        [0.1, 0.1],
        [0.2, 0.1],
        [0.2, 0.2]
      ]
    })
  })

  test.each([
    ['Annotations/a.xml', 'a.jpg', ['JPEGImages/a.jpg', 'a.jpg'], 'JPEGImages/a.jpg', []],
    ['train/a.xml', 'a.jpg', ['train/a.jpg', 'valid/a.jpg'], 'train/a.jpg', []],
    ['Annotations/a.xml', 'a', ['JPEGImages/a.JPEG'], 'JPEGImages/a.JPEG', []],
    ['labels/a.xml', 'old.jpg', ['labels/a.png'], 'labels/a.png', ['doubt import/other-image']],
    ['labels/a.xml', '', ['images/a.png'], 'images/a.png', ['doubt import/no-image']],
    ['a.xml', 'b/c.jpg', [], 'b/c.jpg', []]
  ])('%s that names %j among %j means %s', async (path, filename, images, reference, said) => {
    const files = { ...Object.fromEntries(images.map((image) => [image, ''])), [path]: file('', { filename }) }
    const result = await readFiles(pascalVoc, files)
    expect([result.images.map((image) => image.reference), result.said]).toEqual([[reference], said])
  })

  test('the size of the image is asked for where the file does not say it', async () => {
    const size = '<size><width>0</width><height>0</height></size>'
    const { regions, images } = await readFiles(
      pascalVoc,
      { 'a.xml': file(object(), { size }) },
      { imageSizes: new Map([['a.jpg', { width: 1100, height: 2200 }]]) }
    )
    expect([images[0]?.size, regions[0]?.shape]).toEqual([null, { type: 'box', box: [0.01, 21 / 2200, 0.1, 0.1] }])
  })

  test('verified, as LabelImg writes it, is done; a segmented image is a note', async () => {
    const text = file(object(box(0, 0, 9, 9))).replace('<annotation>', '<annotation verified="yes">')
    const { images, said } = await readFiles(pascalVoc, { 'a.xml': text.replace('<segmented>0', '<segmented>1') })
    expect([images[0]?.done, said]).toEqual([true, ['note import/segmentation-pictures']])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  const known = '<bndbox><xmin>0</xmin><ymin>0</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>'
  test.each<[what: string, inside: string, regions: number, said: readonly string[]]>([
    ['there is no name', `<object>${known}</object>`, 0, ['skip import/bad-label']],
    ['the name is empty', `<object><name> </name>${known}</object>`, 0, ['skip import/bad-label']],
    ['there is no box', '<object><name>a</name></object>', 0, ['skip import/no-shape']],
    [
      'a side is missing',
      object('<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax></bndbox>'),
      0,
      ['skip import/bad-box']
    ],
    ['a side is a word', object(known.replace('>9<', '>nine<')), 0, ['skip import/bad-box']],
    ['a side is NaN', object(known.replace('>9<', '>nan<')), 0, ['skip import/bad-box']],
    ['a side has a comma', object(known.replace('>9<', '>9,5<')), 0, ['skip import/bad-box']],
    ['corners are reversed', object(box(9, 0, 5, 5)), 0, ['skip import/reversed-corners']],
    ['there is no area', object(box(5, 0, 5, 5)), 0, ['skip import/empty-box']],
    ['it lies outside', object(box(0, 0, 700, 5)), 1, ['doubt import/outside-image']],
    ['it lies between 0 and 1', object(box(0.1, 0.2, 0.3, 0.4)), 1, ['doubt import/maybe-normalized']],
    [
      'CVAT says that the box is turned',
      object(`${known}<attributes><attribute><name>rotation</name><value>30.0</value></attribute></attributes>`),
      1,
      ['doubt import/maybe-turned']
    ],
    [
      'CVAT says that it is not',
      object(`${known}<attributes><attribute><name>rotation</name><value>0.0</value></attribute></attributes>`),
      1,
      []
    ],
    ['the box is turned', object('<robndbox><cx>1</cx></robndbox>'), 0, ['skip import/no-shape']],
    [
      'the polygon has two corners',
      object(`<polygon><x1>1</x1><y1>2</y1></polygon>${known}`),
      1,
      ['doubt import/bad-outline']
    ],
    [
      'there is a nested element',
      object(`<actions><jumping>1</jumping></actions>${known}`),
      1,
      ['note import/other-fields']
    ],
    ['there is another element', `<weather>rain</weather>${object(known)}`, 1, ['note import/other-fields']]
  ])('%s', async (_, inside, count, said) => {
    const result = await read(inside)
    expect([result.regions.length, result.said]).toEqual([count, said])
    expect(result.issues.every(({ file: where }) => where === 'a.xml')).toBe(true)
  })

  test('it names another image than that of its own name, in a folder apart', async () => {
    const images = { imageSizes: new Map(['a.jpg', 'b.jpg'].map((name) => [name, { width: 640, height: 480 }])) }
    const text = file(object(known), { filename: 'b.jpg' })
    const { said } = await readFiles(pascalVoc, { 'a.xml': text }, images)
    expect(said).toEqual(['doubt import/other-image'])
    expect((await readFiles(pascalVoc, { 'c.xml': text }, images)).said).toEqual([])
  })

  test.each([
    ['a', true],
    ['', true],
    ['a.jpg', undefined]
  ])('the extension of %j is a guess: %j', async (filename, expected) => {
    const { images } = await readFiles(pascalVoc, { 'a.xml': file(object(known), { filename }) })
    expect(images[0]?.isExtensionGuessed).toBe(expected)
  })

  test('a skipped object is named with its line', async () => {
    const { issues } = await read(`${object(known)}\n<object><name>x</name></object>`)
    expect(issues.map(({ record, line }) => [record, line])).toEqual([['object 1', 4]])
  })

  test.each<[what: string, text: string, said: string]>([
    ['it is cut off', file(object()).slice(0, -20), 'skip import/xml'],
    ['it has an entity of its own', file(object(known, '&x;')), 'skip import/xml'],
    ['it is another XML', '<annotations><image/></annotations>', 'skip import/not-this-format'],
    ['it is no XML', 'x', 'skip import/xml']
  ])('%s: that file is left out', async (_, text, said) => {
    const result = await readFiles(pascalVoc, { 'a.xml': text, 'b.xml': file(object(known), { filename: 'b.jpg' }) })
    expect([result.said, result.regions.length, result.issues[0]?.file]).toEqual([[said], 1, 'a.xml'])
  })

  test('no XML at all is refused', async () => {
    await expect(readFiles(pascalVoc, { 'a.txt': '' })).rejects.toMatchObject({ code: 'import/not-this-format' })
  })
})

describe('recognising', () => {
  const recognise = (files: Readonly<Record<string, string>>) =>
    pascalVoc.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))
  test('its files are named, others are not', async () => {
    const found = await recognise({ 'a.xml': file(''), 'b.xml': '<annotations/>', 'a.jpg': '' })
    expect([found?.score, found?.paths]).toEqual([0.9, ['a.xml']])
  })
  test.each(['<annotations><image name="a"/></annotations>', '<annotation/>', 'no xml', ''])(
    '%j is not',
    async (text) => {
      expect(await recognise({ 'a.xml': text })).toBeNull()
    }
  )
})

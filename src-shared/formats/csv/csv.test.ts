import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { writeToMemory } from '../law-projects'
import { memorySource } from '../reading/memory-source'
import { neutralised, restored } from './cells'
import { csvCell, delimiterOf, rowsOf } from './table'
import { csvBoxes } from '.'

const TF = 'filename,width,height,class,xmin,ymin,xmax,ymax\n'
const ROW = 'a.jpg,640,480,cup,10,20,110,220\n'
const read = (text: string, more: Record<string, string> = {}) => readFiles(csvBoxes, { 'a.csv': text, ...more })
const BOX = { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] }
const sizes = new Map([['a.jpg', { width: 640, height: 480 }]])

testFormatLaws(csvBoxes)
testDamagedFiles(csvBoxes, [
  new Map([['a.csv', `${TF}${ROW}"b ""1"".jpg",10,10,"a,b",1,1,5,5\r\nc.jpg,10,10,,,,,\r\n`]]),
  new Map([
    [
      'a.csv',
      'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n' +
        'a.jpg,1,"{}",1,0,"{""name"":""rect"",""x"":1,""y"":2,""width"":3,""height"":4}","{""class"":""cup""}"\n'
    ]
  ])
])

describe('reading', () => {
  test.each([
    ['TensorFlow', TF + ROW],
    ['semicolons and CRLF', `${TF}${ROW}`.replaceAll(',', ';').replaceAll('\n', '\r\n')],
    ['tabs and a mark', `\ufeff${TF}${ROW}`.replaceAll(',', '\t')],
    ['another order', 'label,image,x1,y1,x2,y2\ncup,a.jpg,10,20,110,220'],
    ['a size instead of a corner', 'filename,label,x,y,w,h\na.jpg,cup,10,20,100,200'],
    ['a size in full words', 'filename,label,x,y,width,height\na.jpg,cup,10,20,100,200'],
    ['RetinaNet', 'a.jpg,10,20,110,220,cup\nb.jpg,,,,,'],
    ['spaces', 'filename, class, xmin, ymin, xmax, ymax\na.jpg, cup, 10, 20, 110, 220']
  ])('%s', async (_, text) => {
    const { regions, issues } = await readFiles(csvBoxes, { 'a.csv': text }, { imageSizes: sizes })
    expect([regions.map(({ shape, label }) => [shape, label]), issues]).toEqual([[[BOX, 'cup']], []])
  })

  test('a row of ours that is cut off is left out, though its numbers may be some', async () => {
    const head = 'filename,width,height,class,xmin,ymin,xmax,ymax,phrase,confidence,state,origin,attributes,eyrie\n'
    const whole = 'a.jpg,640,480,cup,10,20,110,220,,,accepted,human,,1'
    expect((await read(`${head}${whole}\n`)).said).toEqual([])
    for (const end of [1, 3, 8, 20, 24]) {
      const { regions, said } = await read(`${head}${whole}\n${whole.slice(0, -end)}`)
      expect([regions.length, said]).toEqual([1, ['skip import/short-row']])
    }
  })

  test('fractions of Open Images', async () => {
    const head = 'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\n'
    const { regions, issues } = await read(`${head}a,x,/m/01,1,0.1,0.4,0.2,0.5\n`)
    expect(regions[0]).toMatchObject({ shape: { box: [0.1, 0.2, 0.4, 0.5] }, label: '/m/01', confidence: 1 })
    expect(issues.map(({ code }) => code)).toEqual(['import/other-fields'])
  })

  test('shapes of VIA', async () => {
    const row = (shape: object, said: object): string =>
      `a.jpg,1,"{}",1,0,${csvCell(JSON.stringify(shape))},${csvCell(JSON.stringify(said))}\n`
    const text =
      'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n' +
      row({ name: 'rect', x: 10, y: 20, width: 100, height: 200 }, { class: 'cup', colour: 'red' }) +
      row({ name: 'polygon', all_points_x: [1, 5, 5], all_points_y: [1, 1, 5] }, { thing: 'mug' }) +
      row({ name: 'point', cx: 64, cy: 48 }, {}) +
      row({ name: 'circle', cx: 64, cy: 48, r: 5 }, {}) +
      'b.jpg,1,"{}",0,0,"{}","{}"\n'
    const { regions, images, said } = await readFiles(csvBoxes, { 'a.csv': text }, { imageSizes: sizes })
    expect(regions.map(({ shape, label, attributes }) => [shape.type, label, attributes])).toEqual([
      ['box', 'cup', { colour: 'red' }],
      ['polygon', 'mug', undefined],
      ['point', null, undefined]
    ])
    expect([images.map(({ reference }) => reference), said]).toEqual([['a.jpg', 'b.jpg'], ['skip import/bad-shape']])
  })

  test('a row may have line breaks and quotes in its cells, and the next one knows its line', async () => {
    const { regions, issues } = await read(`${TF}a.jpg,640,480,"a\r\n""b""",10,20,110,220\nx.jpg,1,1,c,1,2,3\n`)
    expect([regions[0]?.label, issues.map(({ line }) => line)]).toEqual(['a\n"b"', [4]])
  })

  test('an image is told once, and one without boxes too', async () => {
    const { images } = await read(`${TF}${ROW}${ROW}b.jpg,5,5,,,,,\n`)
    expect(images.map(({ reference, size }) => [reference, size])).toEqual([
      ['a.jpg', { width: 640, height: 480 }],
      ['b.jpg', { width: 5, height: 5 }]
    ])
  })

  test('files of two splits mean the images beside them', async () => {
    const { images } = await readFiles(csvBoxes, {
      'train/_annotations.csv': TF + ROW,
      'valid/_annotations.csv': TF + ROW,
      'train/a.jpg': '',
      'valid/a.jpg': ''
    })
    expect(images.map(({ reference }) => reference)).toEqual(['train/a.jpg', 'valid/a.jpg'])
    expect(new Set(images.map(({ imageKey }) => imageKey)).size).toBe(2)
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  test.each<[what: string, row: string, regions: number, said: readonly string[]]>([
    ['a number is a word', 'a.jpg,640,480,cup,x,20,110,220', 0, ['skip import/bad-box']],
    ['a number is missing', 'a.jpg,640,480,cup,,20,110,220', 0, ['skip import/bad-box']],
    ['a number is NaN', 'a.jpg,640,480,cup,NaN,20,110,220', 0, ['skip import/bad-box']],
    ['cells are missing', 'a.jpg,640,480,cup,10', 0, ['skip import/short-row']],
    ['the row ends in its size', 'a.jpg,640', 0, ['skip import/short-row']],
    ['other separators', 'a.jpg;640;480;cup;10;20;110;220', 0, ['skip import/short-row']],
    ['there is no class', 'a.jpg,640,480,,10,20,110,220', 1, ['doubt import/no-label']],
    ['corners are reversed', 'a.jpg,640,480,cup,110,20,10,220', 0, ['skip import/reversed-corners']],
    ['there is no area', 'a.jpg,640,480,cup,10,20,10,220', 0, ['skip import/empty-box']],
    ['there is a class and no box', 'a.jpg,640,480,cup,,,,', 0, ['skip import/no-shape']],
    ['no image is named', ',640,480,cup,10,20,110,220', 0, ['skip import/no-image']],
    ['nobody knows the size', 'a.jpg,,,cup,10,20,110,220', 0, ['skip import/no-size']],
    ['the size is a word', 'a.jpg,x,480,cup,10,20,110,220', 0, ['doubt import/bad-size', 'skip import/no-size']],
    ['it lies outside', 'a.jpg,640,480,cup,10,20,700,220', 1, ['doubt import/outside-image']],
    ['it lies between 0 and 1', 'a.jpg,640,480,cup,0.1,0.2,0.3,0.4', 1, ['doubt import/maybe-normalized']],
    ['a quote is not closed', '"a.jpg,640,480,cup,10,20,110,220', 0, ['skip import/csv']]
  ])('%s', async (_, row, count, said) => {
    const result = await read(`${TF}${row}\n`)
    expect([result.regions.length, result.said]).toEqual([count, said])
    expect([
      result.issues[0]?.file,
      result.issues[0]?.code === 'import/maybe-normalized' || result.issues[0]?.line
    ]).toEqual(['a.csv', said[0] === 'doubt import/maybe-normalized' ? true : 2])
  })

  test('another size of the same image is a doubt', async () => {
    expect((await read(`${TF}${ROW}${ROW.replace('640', '641')}`)).said).toEqual(['doubt import/bad-size'])
  })

  test.each(['', 'a,b\n1,2\n', 'no table', 'path,x,y\n'])('%j is no table of boxes', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'import/not-this-format' })
    expect(await csvBoxes.reader?.recognise(memorySource({ files: new Map([['a.csv', text]]) }))).toBeNull()
  })
})

describe('cells that a spreadsheet would run', () => {
  test('any text comes back, and none begins with what is run', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[=+\-@\t\r'a]{0,4}$/)), (text) => {
        expect(restored(neutralised(text))).toBe(text)
        expect(neutralised(text)).not.toMatch(/^[=+\-@\t\r]/)
      }),
      { numRuns: 2000 }
    )
  })

  test('no cell of words in our file begins with what is run, and it is said', async () => {
    const label = { id: 'l', name: '=HYPERLINK("x")', colour: '#000000', order: 0 }
    const region = {
      id: 'r',
      imageId: 'i',
      shape: { type: 'box', box: [0.1, 0.1, 0.5, 0.5] },
      labelId: 'l',
      phrase: '@SUM(1)',
      state: 'accepted',
      original: null,
      confidence: null,
      provenance: { origin: 'human' },
      createdAtMs: 0
    }
    const image = { id: 'i', relativePath: '-a.jpg', contentHash: null, sizeBytes: 1, size: { width: 9, height: 9 } }
    const document = { image, regions: [region], dialogues: [], turns: [], review: { id: 'i', done: false } }
    const project = { labels: [label], documents: [document] } as unknown as Parameters<typeof writeToMemory>[1]
    const { files, summary } = await writeToMemory(csvBoxes, project)
    const [, row = ''] = String(files.get('boxes.csv')).split('\r\n')
    const cells = rowsOf(row, ',', 1)[0]?.cells ?? []
    expect([cells[0], cells[3], cells[8]]).toEqual(["'-a.jpg", '\'=HYPERLINK("x")', "'@SUM(1)"])
    expect(summary.losses.map(({ code }) => code)).toEqual(['format/neutralised'])
  })
})

test('the delimiter is the most frequent one outside of quotes', () => {
  expect(['a,b', 'a;b', 'a\tb', 'a|b', '"a;b;c",d', 'a'].map(delimiterOf)).toEqual([',', ';', '\t', '|', ',', ','])
})

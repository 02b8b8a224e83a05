import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import type { ReadFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { writeToMemory } from '../law-projects'
import { memorySource } from '../reading/memory-source'
import { odvgDetection, odvgGrounding } from '.'

testFormatLaws(odvgDetection)
testFormatLaws(odvgGrounding)

const image = { filename: 'a.jpg', height: 480, width: 640 }
const line = (value: object, top: object = image): string => `${JSON.stringify({ ...top, ...value })}\n`
const detection = (...instances: readonly unknown[]): string => line({ detection: { instances } })
const grounding = (caption: unknown, regions: unknown): string => line({ grounding: { caption, regions } })
const cup = { bbox: [10, 20, 110, 220], label: 0, category: 'cup' }
const MAP = '{"0": "cup", "1": "table"}'

const examples = [
  new Map([
    ['train_od.jsonl', detection(cup, { ...cup, label: 1, category: 'table' }) + detection()],
    ['train_label_map.json', MAP]
  ]),
  new Map([
    [
      'train_vg.json',
      grounding('a red mug on 桌子 🙂', [
        { bbox: [1, 2, 30, 40], phrase: 'a red mug', tokens_positive: [[0, 9]] },
        {
          bbox: [
            [1, 2, 30, 40],
            [5, 5, 9, 9]
          ],
          phrase: ['mug', '桌子'],
          tokens_positive: [
            [6, 9],
            [13, 15]
          ]
        }
      ]) + line({ referring: [{ bbox: [1, 2, 30, 40], phrase: ['left mug', 'the red one'] }] })
    ]
  ])
]
testDamagedFiles(odvgDetection, examples)
testDamagedFiles(odvgGrounding, examples)

const wordsOf = ({ items }: ReadFiles): readonly unknown[] =>
  items.flatMap((item) => (item.type === 'dialogue' ? item.turns.map(({ children }) => brief(children)) : []))
const brief = (nodes: readonly unknown[]): readonly unknown[] =>
  (
    nodes as readonly { type: string; value?: string; children?: readonly unknown[]; regionIds?: readonly string[] }[]
  ).map((node) => (node.type === 'text' ? node.value : [brief(node.children ?? []), ...(node.regionIds ?? [])]))

describe('detections', () => {
  test('the index of the label map decides, and the order of its numbers is the order of classes', async () => {
    const read = await readFiles(odvgDetection, {
      'a.jsonl': detection(cup),
      'a_label_map.json': '{"1": "b", "0": "cup"}'
    })
    expect(read.labels).toEqual(['cup', 'b'])
    expect(read.regions).toMatchObject([
      { label: 'cup', phrase: null, shape: { type: 'box', box: [10 / 640, 20 / 480, 110 / 640, 220 / 480] } }
    ])
    expect(read.said).toEqual([])
  })

  test('an image without instances is an image without regions', async () => {
    const read = await readFiles(odvgDetection, { 'a.jsonl': detection(), 'map.json': MAP })
    expect(read.images).toMatchObject([{ reference: 'a.jpg', size: { width: 640, height: 480 } }])
    expect(read.said).toEqual([])
  })

  test('of several label maps each file takes the one whose name is nearest', async () => {
    const read = await readFiles(odvgDetection, {
      'coco_od.jsonl': detection({ bbox: [1, 1, 5, 5], label: 0 }),
      'coco_label_map.json': '{"0": "person"}',
      'o365_od.jsonl': detection({ bbox: [1, 1, 5, 5], label: 0 }),
      'o365_label_map.json': '{"0": "sneakers"}'
    })
    expect(read.regions.map(({ label }) => label)).toEqual(['person', 'sneakers'])
  })

  test.each([
    ['no list of names, but the name itself', { label: 5, category: 'dog' }, null, 'dog', []],
    ['no list of names and no name', { label: 5 }, null, null, ['doubt import/no-label-map']],
    ['an index beyond the list', { label: 2 }, MAP, null, ['doubt import/no-such-category']],
    ['an index below the list', { label: -1 }, MAP, null, ['doubt import/no-such-category']],
    ['an index between two', { label: 0.5 }, MAP, null, ['doubt import/no-such-category']],
    ['an index as text', { label: '1' }, MAP, 'table', []],
    ['a name where the index should be', { label: 'cup' }, MAP, null, ['doubt import/no-such-category']],
    ['no index', { label: undefined }, MAP, null, ['doubt import/no-such-category']],
    ['a name that contradicts the index', { label: 1, category: 'cup' }, MAP, 'table', ['doubt import/class-differs']],
    ['a name from the prototype', { label: 'constructor' }, MAP, null, ['doubt import/no-such-category']]
  ] as const)('%s', async (_, patch, map, label, said) => {
    const entry = { bbox: [10, 20, 110, 220], ...patch }
    const read = await readFiles(odvgDetection, {
      'a.jsonl': detection(entry),
      ...(map === null ? {} : { 'm.json': map })
    })
    expect(read.regions.map((region) => region.label)).toEqual([label])
    expect(read.said).toEqual(said)
  })

  test.each([
    ['reversed corners', [110, 220, 10, 20], 'import/reversed-corners'],
    ['one axis reversed', [110, 20, 10, 220], 'import/reversed-corners'],
    ['no width', [10, 20, 10, 220], 'import/empty-box'],
    ['three numbers', [10, 20, 110], 'import/bad-box'],
    ['five numbers', [10, 20, 110, 220, 1], 'import/bad-box'],
    ['texts', ['10', '20', '110', '220'], 'import/bad-box'],
    ['null', null, 'import/bad-box'],
    ['an object', { x: 1 }, 'import/bad-box'],
    ['a number beyond 2^53', [10, 20, 110, 9007199254740993n], 'import/bad-box'],
    ['borders so near that no fraction tells them apart', [0, 20, 5e-324, 220], 'import/empty-box']
  ])('a box with %s is left out, and the line told', async (_, bbox, code) => {
    const text = detection(cup, { ...cup, bbox: 'BOX' }).replace('"BOX"', literal(bbox))
    const read = await readFiles(odvgDetection, { 'a.jsonl': text, 'm.json': MAP })
    expect(read.regions.length).toBe(1)
    expect(read.issues).toMatchObject([{ severity: 'skip', code, file: 'a.jsonl', line: 1, record: 'instance 1' }])
  })

  test.each([
    ['outside the image', [[600, 20, 700, 220]], ['doubt import/outside-image']],
    [
      'swapped axes',
      [
        [20, 500, 220, 630],
        [20, 550, 220, 610]
      ],
      ['doubt import/outside-image', 'doubt import/maybe-swapped-axes']
    ],
    [
      'fractions',
      [
        [0.1, 0.2, 0.5, 0.6],
        [0, 0, 1, 1]
      ],
      ['doubt import/maybe-normalized']
    ]
  ])('boxes that are %s are read as written, and doubted', async (_, boxes, said) => {
    const read = await readFiles(odvgDetection, {
      'a.jsonl': detection(...boxes.map((bbox) => ({ ...cup, bbox }))),
      'm.json': MAP
    })
    expect(read.regions.length).toBe(boxes.length)
    expect(read.said).toEqual(said)
  })

  test.each([
    ['no JSON', '{"filename": "b.jpg", "detection": {', 'import/json'],
    ['NaN', '{"filename": "b.jpg", "height": NaN}', 'import/json'],
    ['a list', '[1, 2]', 'import/bad-record'],
    ['no filename', '{"height": 4, "width": 4, "detection": {"instances": []}}', 'import/no-image'],
    ['neither form', '{"filename": "b.jpg", "height": 4, "width": 4}', 'import/bad-record'],
    [
      'instances that are no list',
      '{"filename": "b.jpg", "height": 4, "width": 4, "detection": {"instances": {}}}',
      'import/bad-record'
    ],
    ['no size, and no image', '{"filename": "b.jpg", "detection": {"instances": []}}', 'import/no-size']
  ])('a line with %s is left out, the others are read', async (_, bad, code) => {
    const read = await readFiles(odvgDetection, {
      'a.jsonl': `${detection(cup)}\r\n${bad}\r\n${detection(cup)}`,
      'm.json': MAP
    })
    expect(read.regions.length).toBe(2)
    expect(read.issues).toMatchObject([{ severity: 'skip', code, line: 3 }])
  })

  test('a file without sizes asks the images', async () => {
    const text = `{"filename": "b.jpg", "detection": {"instances": [{"bbox": [0, 0, 50, 50], "label": 0}]}}`
    const sizes = new Map([['images/b.jpg', { width: 100, height: 200 }]])
    const read = await readFiles(odvgDetection, { 'a.jsonl': text, 'm.json': MAP }, { imageSizes: sizes })
    expect(read.regions).toMatchObject([{ shape: { box: [0, 0, 0.5, 0.25] } }])
    expect(read.images).toMatchObject([{ size: null }])
  })

  test('a size that is none is doubted, two sizes of one image too', async () => {
    const sizes = new Map([['a.jpg', { width: 100, height: 200 }]])
    const bad = line({ detection: { instances: [cup] } }, { filename: 'a.jpg', width: 0, height: 480 })
    const read = await readFiles(
      odvgDetection,
      { 'a.jsonl': bad + detection(cup), 'm.json': MAP },
      { imageSizes: sizes }
    )
    expect(read.said).toEqual(['doubt import/bad-size', 'doubt import/outside-image', 'doubt import/size-differs'])
  })

  test('a file that is none of these is refused', async () => {
    await expect(readFiles(odvgDetection, { 'a.jsonl': '{"image": "a.jpg"}' })).rejects.toMatchObject({
      code: 'import/not-this-format'
    })
  })

  test('a label map does not make other lines ODVG; beside lines that are, others are told', async () => {
    await expect(readFiles(odvgDetection, { 'a.jsonl': '[1]\n', 'label_map.json': MAP })).rejects.toMatchObject({
      code: 'import/not-this-format'
    })
    const { regions, said } = await readFiles(odvgDetection, {
      'a.jsonl': detection(cup),
      'b.jsonl': '{"image": "a.jpg"}\n',
      'label_map.json': MAP
    })
    expect([regions.length, said]).toEqual([1, ['skip import/not-this-format']])
    expect((await readFiles(odvgDetection, { 'label_map.json': MAP })).said).toEqual([])
    const empty = await readFiles(odvgDetection, { 'a.jsonl': '\n', 'label_map.json': MAP })
    expect([empty.labels, empty.said]).toEqual([['cup', 'table'], ['doubt import/no-records']])
  })
})

const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map((each) => (typeof each === 'bigint' ? String(each) : JSON.stringify(each))).join()}]`
    : JSON.stringify(value)

describe('grounded captions', () => {
  test('spans count characters, whatever a string here counts', async () => {
    const read = await readFiles(odvgGrounding, {
      'a.jsonl': grounding('😀 看 a 猫 and 🐕!', [
        { bbox: [1, 2, 30, 40], phrase: '猫', tokens_positive: [[6, 7]] },
        { bbox: [5, 2, 30, 40], phrase: '🐕', tokens_positive: [[12, 13]] }
      ])
    })
    expect(wordsOf(read)).toEqual([['😀 看 a ', [['猫'], '1.g0.0'], ' and ', [['🐕'], '1.g1.0'], '!']])
    expect(read.regions.map(({ phrase }) => phrase)).toEqual(['猫', '🐕'])
    expect(read.said).toEqual([])
  })

  test('one box is one region in all captions of an image, and a phrase has all its boxes', async () => {
    const mug = { bbox: [1, 2, 30, 40], phrase: 'a mug', tokens_positive: [[0, 5]] }
    const read = await readFiles(odvgGrounding, {
      'a.jsonl':
        grounding('a mug stands', [mug]) +
        grounding('a mug again', [
          {
            ...mug,
            bbox: [
              [9, 9, 20, 20],
              [1, 2, 30, 40]
            ]
          }
        ])
    })
    expect(read.regions.length).toBe(2)
    expect(wordsOf(read)).toEqual([
      [[['a mug'], '1.g0.0'], ' stands'],
      [[['a mug'], '2.g0.0', '1.g0.0'], ' again']
    ])
  })

  test('phrases in phrases are kept, parts of a phrase are phrases of one region', async () => {
    const read = await readFiles(odvgGrounding, {
      'a.jsonl': grounding('a man in a hat sits', [
        { bbox: [1, 2, 30, 40], phrase: 'a hat', tokens_positive: [[9, 14]] },
        { bbox: [1, 2, 60, 70], phrase: 'a man in a hat', tokens_positive: [[0, 14]] },
        {
          bbox: [3, 3, 60, 70],
          phrase: ['a man', 'sits'],
          tokens_positive: [
            [0, 5],
            [15, 19]
          ]
        }
      ])
    })
    expect(wordsOf(read)).toEqual([
      [[[[['a man'], '1.g2.0'], ' in ', [['a hat'], '1.g0.0']], '1.g1.0'], ' ', [['sits'], '1.g2.0']]
    ])
    expect(read.said).toEqual([])
  })

  test('phrases that cross are told; the region stays', async () => {
    const read = await readFiles(odvgGrounding, {
      'a.jsonl': grounding('a b c', [
        { bbox: [1, 2, 30, 40], phrase: 'a b', tokens_positive: [[0, 3]] },
        { bbox: [5, 2, 30, 40], phrase: 'b c', tokens_positive: [[2, 5]] }
      ])
    })
    expect(wordsOf(read)).toEqual([[[['a b'], '1.g0.0'], ' c']])
    expect(read.regions.length).toBe(2)
    expect(read.said).toEqual(['doubt import/crossing-phrases'])
  })

  test.each([
    ['bytes', [[11, 14]], '猫', 'doubt import/other-offsets', [['猫'], '1.g0.0']],
    ['UTF-16 units', [[7, 8]], '猫', 'doubt import/other-offsets', [['猫'], '1.g0.0']],
    ['a place beyond the end', [[6, 70]], '猫', 'doubt import/bad-span', [['猫'], '1.g0.0']],
    ['a start behind its end', [[7, 6]], '猫', 'doubt import/bad-span', [['猫'], '1.g0.0']],
    ['half a number', [[6.5, 7]], '猫', 'doubt import/bad-span', [['猫'], '1.g0.0']],
    ['no pairs', [6, 7], '猫', 'doubt import/bad-span', [['猫'], '1.g0.0']],
    ['other words', [[4, 5]], '猫', 'doubt import/phrase-differs', [['a'], '1.g0.0']]
  ])('spans that count %s', async (_, tokens, phrase, said, node) => {
    const text = grounding('😀 看 a 猫 and', [{ bbox: [1, 2, 30, 40], phrase, tokens_positive: tokens }])
    const read = await readFiles(odvgGrounding, { 'a.jsonl': text })
    expect(read.said).toEqual([said])
    expect((wordsOf(read)[0] as readonly unknown[])[1]).toEqual(node)
  })

  test.each([
    ['stand there once', 'a mug on a mugshot', 'a mug', [], 1],
    ['stand there twice', 'a mug and a mug', 'a mug', ['doubt import/phrase-ambiguous'], 0],
    ['do not stand there', 'a cup', 'a mug', ['doubt import/phrase-missing'], 0],
    ['stand inside a word only', 'mugshots', 'mug', ['doubt import/phrase-missing'], 0],
    ['stand in a script without spaces', '左边的猫', '猫', [], 1],
    ['are no words', 'a mug', 7, ['doubt import/bad-phrase'], 0],
    ['are missing', 'a mug', undefined, ['doubt import/no-phrase'], 0],
    ['are null', 'a mug', null, ['doubt import/no-phrase'], 0],
    ['are a list of none', 'a mug', [], ['doubt import/no-phrase'], 0]
  ])('without spans, words that %s', async (_, caption, phrase, said, phrases) => {
    const read = await readFiles(odvgGrounding, { 'a.jsonl': grounding(caption, [{ bbox: [1, 2, 30, 40], phrase }]) })
    expect(read.regions.length).toBe(1)
    expect(read.said).toEqual(said)
    expect(JSON.stringify(wordsOf(read)).split('1.g0.0').length - 1).toBe(phrases)
  })

  test.each([
    ['no caption', undefined, []],
    ['an empty caption', ' ', []],
    ['regions that are no list', 'a', {}]
  ])('a grounding with %s is left out', async (_, caption, regions) => {
    const read = await readFiles(odvgGrounding, { 'a.jsonl': grounding(caption, regions) })
    expect(read.said).toEqual(['skip import/bad-record'])
  })

  test('expressions: the first is the region’s phrase, the others are dialogues', async () => {
    const read = await readFiles(odvgGrounding, {
      'a.jsonl': line({ referring: [{ bbox: [1, 2, 30, 40], phrase: ['left mug', 'the red one'] }] })
    })
    expect(read.regions.map(({ phrase }) => phrase)).toEqual(['left mug'])
    expect(wordsOf(read)).toEqual([[[['the red one'], '1.e0']]])
    expect(read.items.find(({ type }) => type === 'dialogue')).toMatchObject({ title: 'expression' })
  })
})

describe('writing', () => {
  test('what a loader of mmdetection and one of Open-GroundingDino look for is on every line', async () => {
    const { files } = await writeToMemory(odvgGrounding, {
      labels: [],
      documents: [
        {
          image: {
            ...{ id: 'i', relativePath: 'x/a.jpg', contentHash: null, sizeBytes: 1, orientation: 1 },
            ...{ size: { width: 100, height: 50 }, status: 'ok', statusReason: null }
          },
          regions: [
            {
              ...{
                id: 'r',
                imageId: 'i',
                labelId: null,
                phrase: '狗',
                state: 'accepted',
                original: null,
                confidence: null
              },
              shape: { type: 'box', box: [0, 0, 0.5, 1] as never },
              ...{ provenance: { origin: 'human' }, createdAtMs: 0, attributes: {} }
            }
          ],
          dialogues: [],
          turns: [],
          relations: [],
          review: { id: 'i', done: false }
        }
      ]
    })
    expect(JSON.parse(files.get('odvg-grounding.jsonl') as string)).toEqual({
      filename: 'x/a.jpg',
      height: 50,
      width: 100,
      grounding: {
        caption: '狗',
        regions: [{ bbox: [0, 0, 50, 50], phrase: '狗', tokens_positive: [[0, 1]], eyrie: { region: 0 } }],
        eyrie: { expression: true }
      },
      eyrie: { version: 1 }
    })
  })

  test.each([
    [odvgDetection, 0, ['train_od.jsonl', 'train_label_map.json']],
    [odvgGrounding, 1, ['train_vg.json']]
  ] as const)('$info.id is recognised by its own form only', async (format, own, paths) => {
    const found = await Promise.all(examples.map((files) => format.reader?.recognise(memorySource({ files })) ?? null))
    expect(found.map((recognition) => recognition !== null)).toEqual([own === 0, own === 1])
    expect([...(found[own]?.paths ?? [])].sort()).toEqual([...paths].sort())
  })
})

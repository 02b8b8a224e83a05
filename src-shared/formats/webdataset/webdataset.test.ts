import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { unpackShards } from './law-shards'
import { MOST_ENTRY_BYTES, tarEnd, tarHeader, tarPadding } from './tar'
import { samplesOf } from './samples'
import { webDataset } from '.'

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

testFormatLaws(webDataset, { unpack: unpackShards })

const region = (patch: object = {}): object => ({
  ...{ id: 'r', label: 'cup', phrase: 'a cup', shape: { type: 'box', box: [0.1, 0.2, 0.3, 0.4] } },
  ...patch
})
const ours = (patch: object = {}): string =>
  JSON.stringify({
    ...{ eyrie: { sample: 1 }, image: 'a/b.jpg', width: 100, height: 50, regions: [region()] },
    dialogues: [
      { title: 'caption', turns: [{ role: 'assistant', children: [{ type: 'mention', regionIds: ['r'] }] }] }
    ],
    relations: [{ subject: 'r', predicate: 'near', object: 'r' }],
    ...patch
  })
const read = (files: Readonly<Record<string, string>>) => readFiles(webDataset, files)
const sample = (json: string): Readonly<Record<string, string>> => ({ 's/000.jpg': 'picture', 's/000.json': json })

testDamagedFiles(
  webDataset,
  [
    new Map([
      ['s/000.jpg', 'picture'],
      ['s/000.json', ours()]
    ])
  ],
  new Map([['a/b.jpg', { width: 100, height: 50 }]])
)

describe('archives', () => {
  test('a header has its sum, and refuses what it cannot say', () => {
    const header = tarHeader('000000000.jpg', 1234)
    const sum = header.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0)
    expect(Number.parseInt(text(header.subarray(148, 154)), 8)).toBe(sum)
    expect(text(header.subarray(257, 263))).toBe('ustar\0')
    for (const name of ['', 'x'.repeat(101), 'é', 'a b']) expect(() => tarHeader(name, 1)).toThrow(RangeError)
    for (const size of [-1, 0.5, MOST_ENTRY_BYTES + 1]) expect(() => tarHeader('a', size)).toThrow(RangeError)
    expect([tarPadding(0).byteLength, tarPadding(1).byteLength, tarPadding(512).byteLength]).toEqual([0, 511, 0])
    expect(tarEnd().byteLength).toBe(1024)
  })
})

describe('samples', () => {
  test('are files of one folder whose names are the same up to the first dot', () => {
    const files = ['s/1.jpg', 's/1.json', 's/1.seg.png', 's/2.TXT', 't/1.cls', '.hidden', 's/3', 's/4.doc']
    const found = samplesOf({ files: files.map((path) => ({ path, sizeBytes: 1 })) })
    expect(found.map(({ key, image, others, texts }) => [key, image, others, [...texts.keys()]])).toEqual([
      ['s/1', 's/1.jpg', ['s/1.seg.png'], ['json']],
      ['s/2', null, [], ['txt']],
      ['t/1', null, [], ['cls']]
    ])
  })

  test('of img2dataset give their caption once, whoever says it', async () => {
    const json = JSON.stringify({ caption: ' a cat ', url: 'http://x', status: 'success', width: 640, height: 480 })
    const { items, said } = await read({
      '0.jpg': '',
      '0.json': json,
      '0.txt': 'a cat\n',
      '1.png': '',
      '1.txt': 'a dog'
    })
    expect(items.map((item) => (item.type === 'dialogue' ? item.turns[0]?.rawText : item.type))).toEqual([
      ...['image', 'a cat'],
      ...['image', 'a dog']
    ])
    expect(items[0]).toMatchObject({ reference: '0.jpg', size: { width: 640, height: 480 } })
    expect(said).toEqual([])
  })

  test('of ours give back what was written', async () => {
    const { items, images, regions, said } = await read(sample(ours()))
    expect(images).toEqual([
      { type: 'image', imageKey: 's/000.jpg', reference: 'a/b.jpg', size: { width: 100, height: 50 } }
    ])
    expect(regions).toMatchObject([{ key: 'r', label: 'cup', phrase: 'a cup', state: 'accepted', origin: 'import' }])
    expect(items.map(({ type }) => type)).toEqual(['image', 'region', 'dialogue', 'relation'])
    expect(said).toEqual([])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  test.each<[what: string, files: Readonly<Record<string, string>>, regions: number, said: readonly string[]]>([
    ['a class of the image', { 'a.jpg': '', 'a.cls': '3' }, 0, ['note import/image-class']],
    [
      'a caption without words',
      { 'a.jpg': '', 'a.txt': ' \n', 'b.jpg': '', 'b.txt': 'x' },
      0,
      ['skip import/empty-caption']
    ],
    ['a second image', { 'a.jpg': '', 'a.txt': 'x', 'a.b.jpg': '' }, 0, ['skip import/several-images']],
    ['no image', { 'a.jpg': '', 'a.txt': 'x', 'b.txt': 'y' }, 0, ['skip import/no-image']],
    ['JSON that is a list', sample('[]'), 0, ['skip import/bad-record']],
    ['no JSON', sample('{"a":'), 0, ['skip import/json']],
    ['a caption that is a number', sample('{"caption": 5}'), 0, ['skip import/bad-text']],
    ['fields nobody knows', sample('{"caption": "x", "score": 5}'), 0, ['note import/other-fields']],
    ['a size in words', sample(ours({ width: 'wide' })), 1, ['doubt import/bad-size']],
    [
      'regions that are no list',
      sample(ours({ regions: {}, dialogues: [], relations: [] })),
      0,
      ['skip import/bad-record']
    ],
    [
      'a box whose corners are reversed',
      sample(
        ours({ regions: [region({ shape: { type: 'box', box: [0.1, 0.2, 0.3, 0.1] } })], dialogues: [], relations: [] })
      ),
      0,
      ['skip import/bad-record']
    ],
    ['an id twice', sample(ours({ regions: [region(), region()] })), 1, ['skip import/duplicate-id']],
    [
      'a box without four corners',
      sample(ours({ regions: [region({ shape: { type: 'box', box: [0, 1] } })], dialogues: [], relations: [] })),
      0,
      ['skip import/bad-record']
    ],
    ['words of a region that is not there', sample(ours({ regions: [] })), 0, ['skip import/dangling-id']],
    [
      'a confidence of 2',
      sample(ours({ regions: [region(), region({ id: 'q', confidence: 2 })] })),
      1,
      ['skip import/bad-record']
    ],
    [
      'a state of its own',
      sample(ours({ regions: [region(), region({ id: 'q', state: 'new' })] })),
      1,
      ['skip import/bad-record']
    ],
    ['a dialogue of nobody', sample(ours({ dialogues: [{ turns: [] }] })), 1, ['skip import/bad-record']]
  ])('%s', async (_, files, count, said) => {
    const { regions, said: found } = await read(files)
    expect([regions.length, found]).toEqual([count, said])
  })

  test('files without samples are refused', async () => {
    await expect(read({ 'a.json': '{}' })).rejects.toMatchObject({ code: 'import/not-this-format' })
  })
})

test.each<[score: number | undefined, files: Readonly<Record<string, string>>]>([
  [1, sample(ours())],
  [0.85, sample('{"caption": "x", "url": "http://x"}')],
  [0.75, { 'a.jpg': '', 'a.cls': '3' }],
  [0.6, { 'a.jpg': '', 'a.txt': 'a dog' }],
  [undefined, { 'a.jpg': '', 'a.txt': '0 0.5 0.5 0.1 0.1\n' }],
  [undefined, sample('{"shapes": [], "imagePath": "000.jpg"}')],
  [undefined, sample('{"caption": "x", "noun_chunks": []}')],
  [undefined, { 'a.json': ours() }]
])('recognised with %s', async (score, files) => {
  const source = memorySource({ files: new Map(Object.entries(files)) })
  expect((await webDataset.reader?.recognise(source))?.score).toBe(score)
})

test('without pictures to be read nothing is written', async () => {
  const size = { width: 4, height: 3 }
  const document = { image: { relativePath: 'a.jpg', size }, regions: [], dialogues: [], turns: [], relations: [] }
  const run = webDataset.encode({ labels: [], documents: () => [document as never] }, {
    includeProposals: false
  } as never)
  await expect(async () => {
    for await (const chunk of run.chunks) expect.unreachable(chunk.fileName)
  }).rejects.toMatchObject({ code: 'export/no-pictures' })
})

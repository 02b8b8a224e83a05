import { describe, expect, test } from 'vitest'
import { qwenVl } from '../../dialects/qwen-vl'
import { readDialogues, SIZE } from '../kit/conversation/read-dialogues'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { msSwift } from '.'

const lines = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')
const user = (content: unknown): object => ({ role: 'user', content })
const assistant = (content: unknown): object => ({ role: 'assistant', content })
const box = [64, 96, 320, 288]
const other = [0, 0, 64, 48]
const record = (patch: object = {}): object => ({
  messages: [user('<image>Find <ref-object>'), assistant('<ref-object><bbox><bbox> and <bbox>')],
  images: ['a.jpg'],
  objects: { ref: ['the mug', 'mugs'], bbox: [box, other, [320, 240]], bbox_type: 'real' },
  ...patch
})
const plain = { messages: [user('a'), assistant('b')], images: ['a.jpg'] }
const read = async (...records: readonly object[]) => readDialogues(msSwift, { 'a.jsonl': lines(...records) })

testFormatLaws(msSwift)
testDamagedFiles(
  msSwift,
  [
    new Map([['a.jsonl', lines(record(), plain)]]),
    new Map([['a.jsonl', lines({ query: 'a', response: 'b', history: [['c', 'd']], images: ['a.jpg'] })]])
  ],
  new Map([['a.jpg', SIZE]])
)

describe('reading ms-swift', () => {
  test('words of objects and the boxes behind them are phrases, other boxes are mentions', async () => {
    const { turns, pixels, said } = await read(record())
    expect(turns).toEqual(['user: Find the mug', 'assistant: {mugs → 1, 2} and ‹3›'])
    expect([pixels, said]).toEqual([[box, other, [320, 240]], []])
  })

  test('a box that the texts call for twice is one region', async () => {
    const messages = [user('<image>What is <bbox>?'), assistant('<ref-object><bbox>')]
    const { turns, regions } = await read(record({ messages, objects: { ref: ['a mug'], bbox: [box, box] } }))
    expect([turns, regions.length]).toEqual([['user: What is ‹1›?', 'assistant: {a mug → 1}'], 1])
    expect(regions[0]?.phrase).toBe('a mug')
  })

  test.each<[type: unknown, bbox: readonly number[], said: readonly string[]]>([
    ['real', box, []],
    [undefined, box, []],
    [null, box, []],
    ['norm1', [0.1, 0.2, 0.5, 0.6], []],
    ['norm1000', [100, 200, 500, 600], ['doubt import/bbox-type']]
  ])('numbers of the type %s', async (bbox_type, bbox, said) => {
    const objects = { ref: [], bbox: [bbox], ...(bbox_type === undefined ? {} : { bbox_type }) }
    const found = await read(record({ messages: [user('<image>a'), assistant('<bbox>')], objects }))
    expect([found.pixels, found.said]).toEqual([[box], said])
  })

  test('query, response, history and objects as a text, as older versions have them', async () => {
    const objects = JSON.stringify([{ caption: 'mug', bbox: [100, 200, 500, 600], bbox_type: 'norm_1000', image: 0 }])
    const found = await read({
      query: 'Find <ref-object>',
      response: '<bbox>',
      history: [['a', 'b']],
      system: 's',
      images: ['a.jpg'],
      objects
    })
    expect(found.turns).toEqual(['user: a', 'assistant: b', 'user: Find mug', 'assistant: ‹1›'])
    expect([found.pixels, found.said]).toEqual([[box], ['note import/system-prompt']])
  })

  test('objects that no text calls for are regions with their words', async () => {
    const { regions, said } = await read(record({ messages: plain.messages, objects: { ref: ['m'], bbox: [box] } }))
    expect([regions.map(({ phrase }) => phrase), said]).toEqual([['m'], ['doubt import/loose-boxes']])
  })

  test('texts without objects are read in the dialect a person names', async () => {
    const content = lines({ ...plain, messages: [user('a'), assistant('<ref>m</ref><box>(100,200),(500,600)</box>')] })
    expect((await readDialogues(msSwift, { 'a.jsonl': content })).said).toEqual(['doubt import/no-dialect'])
    const { turns, said } = await readDialogues(msSwift, { 'a.jsonl': content }, { dialect: qwenVl })
    expect([turns[1], said]).toEqual(['assistant: {m → 1}', []])
  })

  test('an image may be an object with a path', async () => {
    expect((await read({ ...plain, images: [{ bytes: null, path: 'a.jpg' }] })).references).toEqual(['a.jpg'])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  const objects = (patch: object): object =>
    record({ objects: { ref: ['a', 'b'], bbox: [box, other, [1, 2]], ...patch } })
  test.each<[what: string, record: object, said: readonly string[]]>([
    ['a box too few', objects({ bbox: [box, other] }), ['skip import/bad-sequence']],
    ['a box too many', objects({ bbox: [box, other, box, box] }), ['skip import/bad-sequence']],
    ['words too few', objects({ ref: ['a'] }), ['skip import/bad-sequence']],
    ['no objects', record({ objects: null }), ['skip import/bad-sequence']],
    ['objects that are a number', record({ objects: 3 }), ['skip import/bad-objects']],
    ['objects that are a broken text', record({ objects: '[{' }), ['skip import/bad-objects']],
    ['words that are a number', objects({ ref: ['a', 3] }), ['skip import/bad-objects']],
    ['boxes that are an object', objects({ bbox: {} }), ['skip import/bad-objects']],
    ['a box of three numbers', objects({ bbox: [box, other, [1, 2, 3]] }), ['skip import/bad-objects']],
    ['a box of texts', objects({ bbox: [box, other, ['1', '2']] }), ['skip import/bad-objects']],
    ['an unknown type', objects({ bbox_type: 'percent' }), ['skip import/bad-objects']],
    ['a box on another image', objects({ image_id: [0, 0, 1] }), ['skip import/bad-objects']],
    [
      'corners the other way',
      objects({ bbox: [[320, 288, 64, 96], other, [1, 2]] }),
      ['doubt import/reversed-corners']
    ],
    ['a box without area', objects({ bbox: [[64, 96, 64, 288], other, [1, 2]] }), ['skip import/empty-box']],
    [
      'fractions for pixels',
      objects({
        bbox: [
          [0.1, 0.2, 0.5, 0.6],
          [0, 0, 0.1, 0.1],
          [0.5, 0.5]
        ]
      }),
      ['doubt import/maybe-normalized']
    ],
    ['two images', record({ images: ['a.jpg', 'b.jpg'] }), ['skip import/several-images']],
    ['no images', record({ images: [] }), ['skip import/no-image']],
    ['a picture inside', record({ images: [{ bytes: 'AAAA', path: null }] }), ['skip import/embedded-image']],
    ['a refused answer', { ...plain, rejected_response: 'c' }, ['note import/refused-answer']],
    ['a tool', { ...plain, messages: [user('a'), { role: 'tool_call', content: 'b' }] }, ['skip import/tool-turn']],
    [
      'a history that is a text',
      { query: 'a', response: 'b', history: 'c', images: ['a.jpg'] },
      ['skip import/bad-turns']
    ]
  ])('%s', async (_what, bad, said) => {
    const found = await read(bad, plain)
    expect([found.said, found.turns.slice(-2)]).toEqual([said, ['user: a', 'assistant: b']])
  })
})

test('it is told apart by its objects', async () => {
  const of = async (value: object) =>
    (await msSwift.reader?.recognise(memorySource({ files: new Map([['a.jsonl', lines(value)]]) })))?.score
  expect([await of(record()), await of(plain), await of({ query: 'a', response: 'b', images: [] })]).toEqual([
    0.99, 0.7, 0.85
  ])
  expect(await of({ image: 'a.jpg', conversations: [] })).toBeUndefined()
})

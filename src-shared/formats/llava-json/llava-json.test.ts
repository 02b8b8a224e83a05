import { describe, expect, test } from 'vitest'
import { llava15 } from '../../dialects/llava-1.5'
import { qwen2Vl } from '../../dialects/qwen-vl'
import { shikra } from '../../dialects/shikra'
import { readDialogues, SIZE } from '../kit/conversation/read-dialogues'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import type { ReaderOptions } from '../reading/reader'
import { llavaJson } from '.'

const human = (value: unknown): object => ({ from: 'human', value })
const gpt = (value: unknown): object => ({ from: 'gpt', value })
const record = (patch: object = {}): object => ({
  id: 'm1',
  image: 'a.jpg',
  conversations: [human('<image>\nWhat is [0.10, 0.20, 0.50, 0.60]?'), gpt('a red mug')],
  ...patch
})
const file = (...records: readonly unknown[]): string => JSON.stringify(records)
/** As it is by itself; named, so that nothing is doubted. */
const SQUARE: ReaderOptions = { space: 'padded-square' }
const read = async (patch: object, options = SQUARE) =>
  readDialogues(llavaJson, { 'a.json': file(record(patch)) }, options)

testFormatLaws(llavaJson, { export: { dialect: qwen2Vl } })
testDamagedFiles(
  llavaJson,
  [
    new Map([['a.json', file(record(), record({ id: 7 }))]]),
    new Map([
      ['b.jsonl', [record(), record({ image: 'b.jpg', model: 'x' })].map((r) => `${JSON.stringify(r)}\n`).join('')]
    ])
  ],
  new Map([['a.jpg', SIZE]])
)

describe('reading LLaVA conversations', () => {
  test('regions of the text are places in the padded square, words keep their links', async () => {
    const { turns, pixels, said, references } = await read({
      conversations: [
        human('What is [0.10, 0.20, 0.50, 0.60]?\n<image>'),
        gpt('the dog [0.50, 0.30, 0.90, 0.75] is there'),
        human('And [0.10, 0.20, 0.50, 0.60]?'),
        gpt('a mug')
      ]
    })
    expect(turns).toEqual([
      'user: What is ‹1›?',
      'assistant: {the dog → 2} is there',
      'user: And ‹1›?',
      'assistant: a mug'
    ])
    // The square is 640 pixels, the picture begins 80 below its top.
    expect(pixels).toEqual([
      [64, 48, 320, 304],
      [320, 112, 576, 400]
    ])
    expect([said, references]).toEqual([[], ['a.jpg']])
  })

  test('that they may be of the image itself is said once, where nobody named the space and it makes a difference', async () => {
    const places = { conversations: [human('<image>\nWhat is [0.10, 0.20, 0.50, 0.60]?'), gpt('a mug')] }
    const words = { conversations: [human('<image>\nWhat is it?'), gpt('a mug')] }
    const saidOf = async (records: readonly object[], options: ReaderOptions = {}) =>
      (await readDialogues(llavaJson, { 'a.json': file(...records) }, options)).said
    expect(await saidOf([record(places), record(places)])).toEqual(['doubt import/which-size'])
    expect(await saidOf([record(places)], { dialect: llava15 })).toEqual([])
    expect(await saidOf([record(places)], { space: 'original' })).toEqual([])
    expect(await saidOf([record(words)])).toEqual([])
    expect(await saidOf([record({ ...places, width: 300, height: 300 })])).toEqual([])
  })

  test('the dialect a person names is read instead', async () => {
    const conversations = [human('<image>\nWhere?'), gpt('the dog[0.500,0.300,0.900,0.750]')]
    expect((await read({ conversations })).pixels).toEqual([])
    const { turns, pixels } = await read({ conversations }, { dialect: shikra, space: 'original' })
    expect([turns[1], pixels]).toEqual(['assistant: {the dog → 1}', [[320, 144, 576, 360]]])
  })

  test('what does not parse stays as words, with a note', async () => {
    const { turns, pixels, said } = await read({ conversations: [human('<image>\na'), gpt('at [0.5,0.3,0.9,0.75]')] })
    expect([turns[1], pixels, said]).toEqual(['assistant: at «[0.5,0.3,0.9,0.75]»', [], ['note import/text-not-read']])
  })

  test('a box without area is told, and its text stays', async () => {
    const { turns, said } = await read({ conversations: [human('<image>\na'), gpt('at [0.50, 0.30, 0.50, 0.75]')] })
    expect([turns[1], said]).toEqual(['assistant: at «[0.50, 0.30, 0.50, 0.75]»', ['skip import/empty-box']])
  })

  test('a turn that Eyrie marked as a proposal is one again', async () => {
    const { regions } = await read({
      conversations: [human('<image>\na'), { ...gpt('[0.10, 0.20, 0.50, 0.60]'), origin: 'model', state: 'proposed' }]
    })
    expect(regions[0]).toMatchObject({ state: 'proposed', origin: 'model' })
  })

  test('lines, a list, a byte order mark and CRLF are read alike', async () => {
    const [one, two] = [JSON.stringify(record()), JSON.stringify(record({ image: 'b.jpg', conversations: [] }))]
    for (const content of [`${one}\r\n\r\n${two}\r\n`, `\ufeff[${one},\r\n${two}]`, `[[${one}], [${two}]]`]) {
      const { references, said } = await readDialogues(llavaJson, { 'a.json': content }, SQUARE)
      expect([references, said]).toEqual([['a.jpg'], ['skip import/no-turns']])
    }
  })

  test('keys of regions are unique over the records of an image', async () => {
    const { regions } = await readDialogues(llavaJson, { 'a.json': file(record(), record()), 'b.json': file(record()) })
    expect(new Set(regions.map(({ key }) => key)).size).toBe(3)
  })

  test('an image beside the annotation file is meant where there is no other', async () => {
    const { references } = await readDialogues(llavaJson, { 'x/a.json': file(record()), 'x/a.jpg': '' })
    expect(references).toEqual(['x/a.jpg'])
  })
})

describe('what is wrong is told, and nothing wrong is read', () => {
  const [q, a] = [human('<image>\na'), gpt('b')]
  test.each<[what: string, patch: object, turns: number, said: readonly string[]]>([
    ['there is no image', { image: undefined }, 0, ['skip import/no-image']],
    ['the image is null', { image: null }, 0, ['skip import/no-image']],
    ['the image is empty', { image: '' }, 0, ['skip import/no-image']],
    ['the image is a number', { image: 7 }, 0, ['skip import/bad-image']],
    ['the image is inside', { image: 'data:image/png;base64,AAAA' }, 0, ['skip import/embedded-image']],
    ['the image is not there', { image: 'gone.jpg' }, 0, ['skip import/no-size']],
    ['the image leads outside', { image: '../../etc/passwd' }, 0, ['skip import/no-size']],
    ['there are two images', { image: ['a.jpg', 'b.jpg'] }, 0, ['skip import/several-images']],
    ['there is one image in a list', { image: ['a.jpg'] }, 2, []],
    ['there is a video', { video: 'a.mp4' }, 0, ['skip import/other-media']],
    ['turns are missing', { conversations: undefined }, 0, ['skip import/bad-turns']],
    ['turns are a text', { conversations: 'a' }, 0, ['skip import/bad-turns']],
    ['there are no turns', { conversations: [] }, 0, ['skip import/no-turns']],
    ['a turn is a text', { conversations: [q, 'b'] }, 0, ['skip import/bad-turns']],
    ['a turn says a number', { conversations: [q, gpt(3)] }, 0, ['skip import/bad-turns']],
    ['a turn says nothing', { conversations: [q, gpt('')] }, 2, ['doubt import/empty-turn']],
    ['a turn has no role', { conversations: [q, { value: 'b' }] }, 0, ['skip import/bad-role']],
    ['a role is unknown', { conversations: [q, { from: '__proto__', value: 'b' }] }, 0, ['skip import/bad-role']],
    ['a tool speaks', { conversations: [q, { from: 'tool', value: 'b' }] }, 0, ['skip import/tool-turn']],
    ['the answer comes first', { conversations: [a, q] }, 2, ['doubt import/turn-order']],
    [
      'the last question has no answer',
      { conversations: [q, a, q] },
      3,
      ['doubt import/turn-order', 'doubt import/image-tokens']
    ],
    [
      'there is a system prompt',
      { conversations: [{ from: 'system', value: 's' }, q, a] },
      2,
      ['note import/system-prompt']
    ],
    [
      'there is only a system prompt',
      { conversations: [{ from: 'system', value: 's' }] },
      0,
      ['note import/system-prompt', 'skip import/no-turns']
    ],
    ['it calls for two images', { conversations: [human('<image><image>a'), a] }, 2, ['doubt import/image-tokens']],
    ['there are other fields', { source: 'web', empty: '' }, 2, ['note import/other-fields']]
  ])('%s', async (_what, patch, turns, said) => {
    const content = file(record(patch), record({ conversations: [q, a] }))
    const found = await readDialogues(llavaJson, { 'a.json': content }, SQUARE)
    expect([found.turns.length - 2, found.said]).toEqual([turns, said])
  })

  test.each<[what: string, content: string, said: readonly string[]]>([
    ['a record is a number', file(3, record()), ['skip import/bad-record']],
    ['a line is no JSON', `${JSON.stringify(record())}\n{"id": NaN}\n`, ['skip import/json']],
    ['a line is cut', `${JSON.stringify(record())}\n${JSON.stringify(record()).slice(0, 40)}`, ['skip import/json']],
    ['there is nothing', '', []],
    ['there are no records', '[]', []]
  ])('%s', async (_what, content, said) => {
    expect((await readDialogues(llavaJson, { 'a.json': content }, SQUARE)).said).toEqual(said)
  })

  test('an id of 64 bits is named in full, and a line by its number', async () => {
    const content = `\n${JSON.stringify(record({ image: '' })).replace('"m1"', '9007199254740993')}\n`
    const { items } = await readDialogues(llavaJson, { 'a.jsonl': content })
    expect(items).toMatchObject([{ record: '9007199254740993', line: 2, file: 'a.jsonl' }])
  })

  test.each<[what: string, content: string, code: string]>([
    ['an object', '{"images": [{}]}', 'import/not-this-format'],
    ['records of another kind', file({ messages: [] }), 'import/not-this-format'],
    ['a list that is cut', file(record()).slice(0, -3), 'import/json'],
    ['a trailing comma', `[${JSON.stringify(record())},]`, 'import/json']
  ])('%s is refused', async (_what, content, code) => {
    await expect(readDialogues(llavaJson, { 'a.json': content }, SQUARE)).rejects.toMatchObject({ code })
  })

  test('a file of another format beside it is told', async () => {
    const found = await readDialogues(llavaJson, { 'a.json': file(record()), 'b.json': file({ bbox: [] }) }, SQUARE)
    expect([found.turns.length, found.said]).toEqual([2, ['skip import/not-this-format']])
  })
})

test('it is told apart by its turns', async () => {
  const of = async (content: string) =>
    llavaJson.reader?.recognise(memorySource({ files: new Map([['a.json', content]]) }))
  expect(await of(file(record()))).toMatchObject({ score: 0.8, paths: ['a.json'] })
  expect(await of(file(record({ image: undefined })))).toMatchObject({ score: 0.5 })
  expect(await of(file({ id: 1, conversations: [{ role: 'user', content: 'a' }] }))).toBeNull()
  expect(await of('[{"id": 1')).toBeNull()
  expect(await of('')).toBeNull()
})

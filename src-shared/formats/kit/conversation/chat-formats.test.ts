/** @file The formats of dialogues that share `chat-reader`: their laws, and what each has of its own. */
import { describe, expect, test } from 'vitest'
import { qwen2Vl, qwenVl } from '../../../dialects/qwen-vl'
import { llamaFactory } from '../../llama-factory'
import { qwen25Vl } from '../../../dialects/qwen2.5-vl'
import { testDamagedFiles } from '../../law-damage'
import { keepsOf, testFormatLaws } from '../../law-kit'
import { openaiJsonl } from '../../openai-jsonl'
import { qwen2VlJson } from '../../qwen2-vl-json'
import { qwenVlJson } from '../../qwen-vl-json'
import { memorySource } from '../../reading/memory-source'
import { readDialogues, SIZE } from './read-dialogues'

const IMAGES = new Map([['a.jpg', SIZE]])
const json = (...records: readonly object[]): string => JSON.stringify(records)
const lines = (...records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')

const LAWS = { export: { dialect: qwen2Vl }, runs: 40 }

const user = (content: unknown): object => ({ role: 'user', content })
const assistant = (content: unknown): object => ({ role: 'assistant', content })

describe('Qwen-VL finetune JSON', () => {
  const turn = (from: string, value: unknown): object => ({ from, value })
  const record = (patch: object = {}): object => ({
    id: 'q1',
    conversations: [
      turn('user', 'Picture 1: <img>a.jpg</img>\nFind the mug'),
      turn('assistant', '<ref>the mug</ref><box>(100,200),(500,600)</box>')
    ],
    ...patch
  })
  // Paths with angle brackets or of more than 256 bytes have no spelling; the names of the laws have none.
  testFormatLaws(qwenVlJson, LAWS)
  testDamagedFiles(qwenVlJson, [new Map([['a.json', json(record())]])], IMAGES)

  test('the picture is taken out of the text, regions are thousandths of the image', async () => {
    const { turns, pixels, references, said } = await readDialogues(qwenVlJson, { 'a.json': json(record()) })
    expect(turns).toEqual(['user: Find the mug', 'assistant: {the mug → 1}'])
    expect([pixels, references, said]).toEqual([[[64, 96, 320, 288]], ['a.jpg'], []])
  })

  const other = turn('assistant', 'b')
  test.each<[what: string, value: string, turns: number, said: readonly string[]]>([
    ['no picture', 'Hello', 0, ['skip import/no-image']],
    [
      'two pictures',
      'Picture 1: <img>a.jpg</img>\nPicture 2: <img>b.jpg</img>\nHow do they differ?',
      0,
      ['skip import/several-images']
    ],
    ['a picture twice', 'Picture 1: <img>a.jpg</img>\n<img>a.jpg</img>What?', 2, []],
    ['an empty name', '<img></img>What?', 0, ['skip import/no-image']],
    ['a web address', '<img>https://host.invalid/x/a.jpg</img>What?', 2, []],
    ['no image of that name', '<img>c.jpg</img>What?', 0, ['skip import/no-size']]
  ])('%s', async (_what, value, turns, said) => {
    const content = json(record({ conversations: [turn('user', value), other] }), record())
    const found = await readDialogues(qwenVlJson, { 'a.json': content })
    expect([found.turns.length - 2, found.said]).toEqual([turns, said])
  })
})

describe('Qwen2/2.5/3-VL finetune JSON', () => {
  const record = (answer: string, patch: object = {}): object => ({
    image: 'a.jpg',
    conversations: [
      { from: 'human', value: '<image>\nLocate the mug.' },
      { from: 'gpt', value: answer }
    ],
    ...patch
  })
  const answer = '[{"bbox_2d": [63, 48, 315, 240], "label": "mug"}]'
  testFormatLaws(qwen2VlJson, LAWS)
  testDamagedFiles(qwen2VlJson, [new Map([['a.jsonl', lines(record(answer), record('a mug'))]])], IMAGES)

  test('pixels are of the resized picture, and that is doubted once for a file', async () => {
    const { pixels, said } = await readDialogues(qwen2VlJson, { 'a.jsonl': lines(record(answer), record(answer)) })
    const { width, height } = qwen25Vl.resizedSize?.(SIZE) ?? SIZE
    expect([width, height]).not.toEqual([640, 480])
    const expected = [63, 48, 315, 240].map((value, i) => value * (i % 2 === 0 ? 640 / width : 480 / height))
    pixels[0]?.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 1))
    expect(said).toEqual(['doubt import/which-size'])
  })

  test('pixels are of the image itself where a person says so', async () => {
    const files = { 'a.jsonl': lines(record(answer)) }
    const { pixels, said } = await readDialogues(qwen2VlJson, files, { space: 'original' })
    expect([pixels, said]).toEqual([[[63, 48, 315, 240]], []])
  })

  test('packed records are read one by one; a video and a list of images are told', async () => {
    const content = JSON.stringify([
      [],
      [record('a'), record('b')],
      record('c', { image: ['a.jpg', 'b.jpg'] }),
      record('d', { video: 'v.mp4' })
    ])
    const { turns, said } = await readDialogues(qwen2VlJson, { 'a.json': content })
    expect([turns.length, said]).toEqual([
      4,
      ['skip import/bad-record', 'skip import/several-images', 'skip import/other-media']
    ])
  })
})

describe('LLaMA-Factory ShareGPT', () => {
  const record = (patch: object = {}): object => ({
    messages: [user('<image>Who is [0.10, 0.20, 0.50, 0.60]?'), assistant('a man')],
    images: ['a.jpg'],
    ...patch
  })
  testFormatLaws(llamaFactory, LAWS)
  testDamagedFiles(
    llamaFactory,
    [new Map([['a.json', json(record(), record({ chosen: assistant('x'), rejected: assistant('y') }))]])],
    IMAGES
  )

  test('words are words, and numbers that look like places are doubted once', async () => {
    const { turns, said } = await readDialogues(llamaFactory, { 'a.json': json(record(), record()) })
    expect(turns[0]).toBe('user: Who is [0.10, 0.20, 0.50, 0.60]?')
    expect(said).toEqual(['doubt import/no-dialect'])
  })

  test('a named dialect reads them', async () => {
    const messages = [user('<image>Who?'), assistant('<ref>he</ref><box>(100,200),(500,600)</box>')]
    const { turns, said } = await readDialogues(
      llamaFactory,
      { 'a.json': json(record({ messages })) },
      { dialect: qwenVl }
    )
    expect([turns[1], said]).toEqual(['assistant: {he → 1}', []])
  })

  test('of a preference pair the chosen answer is kept, and the refused one is told', async () => {
    const pair = { messages: [user('<image>Who?')], chosen: assistant('he'), rejected: assistant('she') }
    const { turns, said } = await readDialogues(llamaFactory, { 'a.json': json(record(pair)) })
    expect([turns, said]).toEqual([['user: Who?', 'assistant: he'], ['note import/refused-answer']])
  })

  test('its dataset_info.json is no data', async () => {
    const info = '{"eyrie": {"file_name": "a.json"}}'
    const { said } = await readDialogues(llamaFactory, {
      'a.json': json(record({ messages: [user('<image>a'), assistant('b')] })),
      'dataset_info.json': info
    })
    expect(said).toEqual([])
  })

  test.each<[what: string, patch: object, said: readonly string[]]>([
    ['tools', { messages: [user('<image>a'), { role: 'function_call', content: 'b' }] }, ['skip import/tool-turn']],
    ['two images', { images: ['a.jpg', 'b.jpg'] }, ['skip import/several-images']],
    ['a sound', { audios: ['a.wav'] }, ['skip import/other-media']],
    [
      'a system prompt beside',
      { messages: [user('<image>a'), assistant('b')], system: 's' },
      ['note import/system-prompt']
    ],
    ['images that are a number', { images: 3 }, ['skip import/bad-image']]
  ])('%s', async (_what, patch, said) => {
    expect(
      (
        await readDialogues(llamaFactory, {
          'a.json': json(record(patch), record({ messages: [user('<image>a'), assistant('b')] }))
        })
      ).said
    ).toEqual(said)
  })
})

describe('OpenAI chat JSONL', () => {
  const picture = (url: unknown): object => ({ type: 'image_url', image_url: { url, detail: 'low' } })
  const words = (text: unknown): object => ({ type: 'text', text })
  const record = (...parts: readonly object[]): object => ({ messages: [user(parts), assistant('a mug')] })
  testFormatLaws(openaiJsonl, LAWS)
  testDamagedFiles(openaiJsonl, [new Map([['a.jsonl', lines(record(picture('a.jpg'), words('What?')))]])], IMAGES)

  test('parts of text are one text; an address is found by its last name and never fetched', async () => {
    const content = lines(record(words('What '), picture('https://host.invalid/x/a.jpg'), words('is it?')))
    const { turns, said } = await readDialogues(openaiJsonl, { 'a.jsonl': content })
    expect([turns, said]).toEqual([['user: What is it?', 'assistant: a mug'], []])
  })

  test.each<[what: string, parts: readonly object[], said: readonly string[]]>([
    ['a data URL', [picture('data:image/png;base64,AAAA'), words('a')], ['skip import/embedded-image']],
    ['two pictures', [picture('a.jpg'), picture('b.jpg')], ['skip import/several-images']],
    ['no picture', [words('a')], ['skip import/no-image']],
    ['a picture without address', [{ type: 'image_url' }, words('a')], ['skip import/no-image']],
    ['an address that is a number', [picture(3), words('a')], ['skip import/bad-image']],
    ['a part of another kind', [picture('a.jpg'), { type: 'input_audio' }], ['skip import/bad-turns']],
    ['a text that is a number', [picture('a.jpg'), words(3)], ['skip import/bad-turns']]
  ])('%s', async (_what, parts, said) => {
    const content = lines(record(...parts), record(picture('a.jpg'), words('a')))
    const found = await readDialogues(openaiJsonl, { 'a.jsonl': content })
    expect([found.said, found.turns.length]).toEqual([said, 2])
  })
})

test('each is told apart from the others', async () => {
  const formats = [qwenVlJson, qwen2VlJson, llamaFactory, openaiJsonl]
  const best = async (content: string) => {
    const source = memorySource({ files: new Map([['a.json', content]]) })
    const scores = await Promise.all(
      formats.map(async (format) => [(await format.reader?.recognise(source))?.score ?? 0, format.info.id] as const)
    )
    return scores.toSorted(([a], [b]) => b - a)[0]?.[1]
  }
  const turns = (value: string): object => ({
    conversations: [
      { from: 'user', value },
      { from: 'assistant', value: 'b' }
    ]
  })
  expect(await best(json(turns('<img>a.jpg</img>')))).toBe('qwen-vl-json')
  expect(await best(json({ image: ['a.jpg'], ...turns('a') }))).toBe('qwen2-vl-json')
  expect(await best(json({ images: ['a.jpg'], ...turns('a') }))).toBe('llama-factory')
  expect(await best(json({ messages: [user([{ type: 'image_url' }])] }))).toBe('openai-jsonl')
  for (const format of formats) expect(keepsOf(format).dialogues).toBe('grounded')
})

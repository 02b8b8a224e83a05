import { describe, expect, test } from 'vitest'
import { PROMPT_SYSTEMS } from '../../src-shared/prompts/systems/registry'
import { listTemplates, promptVector } from './dialect-prompt'
import { runCli } from './program'
import type { CliRooms } from './rooms'
import { capturedStreams } from '../testing/captured-streams'

const io = (lines: readonly object[] = []) => capturedStreams(lines.map((line) => JSON.stringify(line)).join('\n'))
/** `dialect` touches no room. */
const noRooms = { places: { version: '0' }, close: () => Promise.resolve() } as unknown as CliRooms

describe('a line becomes what a model reads', () => {
  test('words and a box, with picture, stop and place of the picture', () => {
    const line = {
      id: 'a',
      system: 'minigpt-4',
      task: 'vqa',
      slots: { question: 'What is {this}?' }
    }
    const made = promptVector(line) as { chat: string; imageAt: { start: number; end: number }[] }
    expect(made).toMatchObject({ id: 'a', text: 'What is {this}?', stop: ['###'], losses: [], isExact: false })
    expect(made.chat.endsWith('###Human: <Img><ImageHere></Img> What is {this}?###Assistant: ')).toBe(true)
    expect(made.imageAt.map(({ start, end }) => made.chat.slice(start, end))).toEqual(['<Img><ImageHere></Img>'])
  })
  test('pixels of the original are written as the dialect counts them', () => {
    const region = { kind: 'box', pixels: [64, 48, 320, 240] }
    expect(
      promptVector({ system: 'ferret', task: 'reg', image: { width: 640, height: 480 }, slots: { region } })
    ).toMatchObject({
      text: 'Write a phrase that fits [100, 100, 500, 500] and nothing else in the image.'
    })
  })
  test('a seed picks a wording, a list is joined, a form is chosen by its token', () => {
    const wordings = new Set(
      Array.from(
        { length: 30 },
        (_, seed) => (promptVector({ system: 'json', task: 'caption', seed }) as { text: string }).text
      )
    )
    expect(wordings.size).toBe(4)
    expect(promptVector({ system: 'paligemma', task: 'detect-classes', slots: { classes: ['a', 'b'] } })).toMatchObject(
      { text: 'detect a ; b' }
    )
    expect(promptVector({ system: 'florence-2', task: 'caption', token: '<DETAILED_CAPTION>' })).toMatchObject({
      text: 'Describe in detail what is shown in the image.',
      token: '<DETAILED_CAPTION>'
    })
  })
  test('a spelling of the dialect, a chat template and a system text are taken', () => {
    const region = { kind: 'box', coords: [0.1, 0.2, 0.3, 0.4] }
    expect(promptVector({ system: 'shikra', variant: 'token', task: 'reg', slots: { region } })).toMatchObject({
      text: expect.stringContaining('<b_st><bin_100> <bin_200> <bin_300> <bin_400><b_ed>')
    })
    expect(
      promptVector({ system: 'internvl', task: 'caption', chat: 'internvl-phi3-chat', systemText: 'Be brief.' })
    ).toMatchObject({
      chat: '<|system|>\nBe brief.<|end|><|user|>\n<image>\nDescribe the image.<|end|><|assistant|>\n'
    })
    expect(promptVector({ system: 'qwen2-vl', task: 'caption', systemText: null, pictures: [] })).toMatchObject({
      chat: '<|im_start|>user\nDescribe the image.<|im_end|>\n<|im_start|>assistant\n',
      imageAt: []
    })
  })
})

test.each([
  [{ task: 'rec' }, 'no system'],
  [{ system: 'shikra', task: 'rec', slots: [] }, 'slots are no object'],
  [{ system: 'shikra', task: 'rec', slots: { expression: 3 } }, 'neither words'],
  [{ system: 'shikra', task: 'detect-classes', slots: { classes: 'cat' } }, 'takes a list of words'],
  [{ system: 'shikra', task: 'reg', slots: { region: { kind: 'star' } } }, 'no known kind'],
  [{ system: 'shikra', task: 'caption', seed: 1.5 }, 'no whole number'],
  [{ system: 'shikra', task: 'caption', pictures: [{ tokens: -1 }] }, 'no whole number'],
  [{ system: 'shikra', task: 'rec', slots: {} }, '{expression} is not filled'],
  [{ system: 'shikra', task: 'caption', slots: { wish: 'x' } }, 'no slot {wish}'],
  [{ system: 'qwen-vl', task: 'grounded-caption' }, 'reads the name'],
  [{ system: 'klingon', task: 'rec' }, 'klingon']
])('%j: %s', (line, reason) => {
  expect(() => promptVector(line)).toThrow(expect.objectContaining({ message: expect.stringContaining(reason) }))
})

describe('the commands', () => {
  test('a bad line is named, the others are done, and the exit code says so', async () => {
    const streams = io([
      { system: 'ofa', task: 'caption' },
      { system: 'ofa', task: 'counting' }
    ])
    expect(await runCli(['dialect', 'prompt'], streams, noRooms)).toBe(1)
    expect(JSON.parse(streams.written.out)).toMatchObject({ text: ' what does the image describe?' })
    expect(streams.written.err).toMatch(/line 2: OFA cannot be asked for counting/)
  })
  test('help names the fields', async () => {
    const streams = io()
    expect(await runCli(['dialect', 'prompt', '--help'], streams, noRooms)).toBe(0)
    expect(streams.written.out).toMatch(/system, task[\s\S]*slots[\s\S]*answerPrefix/)
  })
  test('templates lists every system, and as JSON every wording with its slots', () => {
    const table = io()
    listTemplates(false, table)
    for (const { id } of PROMPT_SYSTEMS)
      expect(table.written.out).toMatch(new RegExp(`^${id.replaceAll('.', '\\.')} `, 'm'))
    const json = io()
    listTemplates(true, json)
    const listed = JSON.parse(json.written.out) as {
      systems: { id: string; templates: { task: string; wording: string }[]; chats: unknown[] }[]
    }
    const paligemma = listed.systems.find(({ id }) => id === 'paligemma')
    expect(paligemma?.templates).toContainEqual(
      expect.objectContaining({ task: 'segment', wording: 'segment {expression}' })
    )
    expect(paligemma?.chats).toEqual([expect.objectContaining({ id: 'paligemma' })])
  })
})

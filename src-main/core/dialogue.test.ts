import { pbkdf2 } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors'
import type { ImageDocument, LabelRecord, RegionRecord } from '../../src-shared/document/records'
import { regionRecord } from '../../src-shared/document/testing'
import type { Change } from '../../src-shared/document/transaction'
import { normalizedBox } from '../../src-shared/geometry/space'
import { mention, text } from '../../src-shared/grounded/build'
import type { GroundedNode } from '../../src-shared/grounded/nodes'
import type { AskResult } from '../../src-shared/ipc/contract'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import { parseParams, transactionSchema } from '../../src-shared/ipc/schemas'
import { TEST_MODEL, answerOf, crashing, streaming, untilCancelled } from '../testing/scripted-inference'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
let imageId: string
beforeEach(async () => {
  t = await createTestCore()
  await t.open()
  imageId = (await t.imageIds())[0] ?? ''
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

let count = 0
const ask = (
  children: readonly GroundedNode[] | string,
  dialogueId: string | null = null,
  requestId = `q${++count}`,
  form: AnswerForm | null = null
): Promise<AskResult> =>
  t.core.handlers['dialogue.ask'](
    parseParams('dialogue.ask', {
      requestId,
      imageId,
      dialogueId,
      children: typeof children === 'string' ? [text(children)] : children,
      modelId: null,
      form
    })
  )
const document = (): Promise<ImageDocument> => t.core.handlers['document.get']({ imageId })
const apply = (...changes: Change[]): Promise<unknown> =>
  t.core.handlers['document.apply']({
    transaction: {
      id: `t${++count}`,
      label: 'test',
      origin: 'human',
      imageId: changes[0]?.kind === 'label' ? null : imageId,
      changes,
      createdAtMs: 1
    }
  })
const region = (id: string, x: number): RegionRecord =>
  regionRecord(id, { imageId, shape: { type: 'box', box: normalizedBox(x, 0.25, x + 0.25, 0.5) } })
const label = (id: string, name: string, order: number): LabelRecord => ({ id, name, colour: '#336699', order })

test('a question and its answer become turns, its boxes proposals with words, confidence and where they came from', async () => {
  t.inference.script = streaming('There is a red dog[0.100,0.200,0.300,0.400] and [0.500,0.500].')
  const result = await ask('What is here?')
  expect(result).toMatchObject({ status: 'complete', statusReason: null, provider: 'cpu' })
  const { dialogues, turns, regions } = await document()
  expect(dialogues).toHaveLength(1)
  expect(turns.map(({ role, order, rawText, status }) => [role, order, rawText, status])).toEqual([
    ['user', 0, 'What is here?', 'complete'],
    ['assistant', 1, 'There is a red dog[0.100,0.200,0.300,0.400] and [0.500,0.500].', 'complete']
  ])
  expect(turns[1]?.timings?.newTokens).toBe(6)
  const provenance = {
    origin: 'model',
    modelId: 'test-model',
    modelRevision: '1',
    provider: 'cpu',
    dialect: 'shikra',
    turnId: turns[1]?.id
  }
  const byType = (type: string): RegionRecord | undefined => regions.find(({ shape }) => shape.type === type)
  expect(byType('box')).toMatchObject({
    shape: { box: [0.1, 0.2, 0.3, 0.4] },
    phrase: 'a red dog',
    state: 'proposed',
    labelId: null,
    provenance
  })
  expect(byType('point')).toMatchObject({ shape: { point: [0.5, 0.5] }, phrase: null, state: 'proposed' })
  expect(byType('box')?.confidence).toBeCloseTo(0.5, 10)
})

test('both commits were broadcast, fit the schema of a transaction, and undo one by one', async () => {
  t.inference.script = streaming('A dog[0.100,0.200,0.300,0.400].')
  const { committed } = await ask('What?')
  expect(committed.map(({ transaction }) => [transaction.label, transaction.origin])).toEqual([
    ['dialogue.ask', 'human'],
    ['dialogue.answer', 'model']
  ])
  for (const { transaction } of committed) expect(() => transactionSchema.parse(transaction)).not.toThrow()
  expect(t.events('document.committed').map((event) => event.committed)).toEqual(committed)
  await t.core.handlers['history.undo']({})
  expect(await document()).toMatchObject({ regions: [], turns: [{ role: 'user' }] })
  await t.core.handlers['history.undo']({})
  expect(await document()).toMatchObject({ turns: [], dialogues: [] })
  await t.core.handlers['history.redo']({})
  await t.core.handlers['history.redo']({})
  expect((await document()).regions).toHaveLength(1)
})

test('a slow disk does not let a document overtake a change that is newer than it', async () => {
  await apply({ kind: 'region', id: 'r1', before: null, after: region('r1', 0.25) })
  // Every thread that reads files is busy; the store has its own.
  const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('a', 'b', 150_000, 32, 'sha512'))
  const order: string[] = []
  const read = document().then(({ regions }) => order.push(`document of ${regions.length}`))
  const seen = t.events('document.committed').length
  const change = apply({ kind: 'region', id: 'r2', before: null, after: region('r2', 0.5) })
  await expect.poll(() => t.events('document.committed').length, { interval: 1 }).toBe(seen + 1)
  order.push('change')
  await Promise.all([read, change, ...busy])
  expect(order).toEqual(['document of 1', 'change'])
})

test('while it streams, finished boxes appear with the ids they keep', async () => {
  t.inference.script = streaming('a dog[0.100,0.200,0.300,0.400] a cat[0.500,0.500,0.600,0.600]')
  await ask('What?', null, 'stream')
  const progress = t.events('answer.progress')
  expect(progress.every(({ requestId, imageId: id }) => requestId === 'stream' && id === imageId)).toBe(true)
  expect(progress.map(({ tree }) => tree.regions.length).filter((n, i, all) => n !== all[i - 1])).toEqual([0, 1, 2])
  expect(progress[0]?.phase).toBe('prefill')
  const kept = (await document()).regions.map(({ id }) => id).sort()
  expect(
    progress
      .at(-1)
      ?.tree.regions.map(({ id }) => id)
      .sort()
  ).toEqual(kept)
})

test('a region in the question is written in the space of the model, and follows the region when it moves', async () => {
  await apply({ kind: 'region', id: 'r1', before: null, after: region('r1', 0.25) })
  const children = [text('What is '), mention('r1'), text('?')]
  const preview = { imageId, children, modelId: null }
  expect(await t.core.handlers['dialogue.preview'](preview)).toEqual({
    text: 'What is [0.250,0.250,0.500,0.500]?',
    losses: [],
    dialect: 'shikra'
  })
  // 640×480 on a square canvas: y gets a margin of 80 above.
  t.inference.models = [{ ...TEST_MODEL, space: 'padded-square' }]
  expect((await t.core.handlers['dialogue.preview'](preview)).text).toBe('What is [0.250,0.312,0.500,0.500]?')
  t.inference.models = [TEST_MODEL]

  const { committed } = await ask(children)
  const dialogueId = (await document()).dialogues[0]?.id ?? ''
  expect(committed).toHaveLength(2)
  await apply({ kind: 'region', id: 'r1', before: region('r1', 0.25), after: region('r1', 0.5) })
  await ask('And now?', dialogueId)
  expect(t.inference.requests.at(-1)?.messages).toEqual([
    { role: 'user', text: 'What is [0.500,0.250,0.750,0.500]?' },
    { role: 'assistant', text: 'A dog.' },
    { role: 'user', text: 'And now?' }
  ])
  expect((await document()).turns.map(({ order }) => order)).toEqual([0, 1, 2, 3])
})

test('a phrase finds the label of its name or of its longest ending, whatever the case, and no other', async () => {
  await apply({ kind: 'label', id: 'dog', before: null, after: label('dog', 'Dog', 0) })
  await apply({ kind: 'label', id: 'red', before: null, after: label('red', 'red dog', 1) })
  const spell = (words: string): string => `${words}[0.100,0.100,0.200,0.200]`
  t.inference.script = streaming(['a dog', 'the small red dog', 'a hotdog', 'a cat'].map(spell).join('. '))
  await ask('What?')
  const found = Object.fromEntries((await document()).regions.map(({ phrase, labelId }) => [phrase, labelId]))
  expect(found).toEqual({ 'a dog': 'dog', 'the small red dog': 'red', 'a hotdog': null, 'a cat': null })
})

describe('a form for the answer', () => {
  test('goes to the model as it was asked for', async () => {
    const form: AnswerForm = { kind: 'labels', labels: ['dog', 'cat'] }
    await ask('What?', null, 'held', form)
    expect(t.inference.requests.at(-1)).toMatchObject({ form })
    const turns = async () => (await document()).turns.map(({ provenance }) => provenance.form)
    expect(await turns()).toEqual([undefined, 'labels'])
    await ask('What?', null, 'free')
    expect(t.inference.requests.at(-1)).not.toHaveProperty('form')
  })

  test('that the model cannot be held to is refused before anything is written', async () => {
    t.inference.models = [{ ...TEST_MODEL, forms: [] }]
    await expect(ask('What?', null, 'tool', { kind: 'boxes' })).rejects.toMatchObject({
      code: 'inference/cannot-constrain',
      nextStep: expect.stringContaining('freely')
    })
    expect((await document()).turns).toEqual([])
  })

  test('that is no form is refused by the contract', async () => {
    for (const form of [{ kind: 'poem' }, { kind: 'labels', labels: [] }, { kind: 'boxes', extra: 1 }]) {
      expect(() => ask('What?', null, 'bad', form as AnswerForm)).toThrow()
    }
  })
})

describe('stopping', () => {
  test('keeps what came, marked, with its finished boxes', async () => {
    t.inference.script = untilCancelled('a dog[0.100,0.200,0.300,0.400] and a c')
    const asked = ask('What?', null, 'stop-me')
    await expect.poll(() => t.events('answer.progress').length).toBeGreaterThan(1)
    expect(await t.core.handlers['dialogue.cancel']({ requestId: 'stop-me' })).toEqual({ cancelled: true })
    expect(await asked).toMatchObject({ status: 'partial', statusReason: 'Stopped by the person.' })
    const { turns, regions } = await document()
    expect(turns[1]).toMatchObject({ status: 'partial', rawText: 'a dog[0.100,0.200,0.300,0.400] and a c' })
    expect(regions).toHaveLength(1)
  })

  test('before the model was asked leaves an empty, marked answer and no request', async () => {
    const asked = ask('What?', null, 'early')
    await t.core.handlers['dialogue.cancel']({ requestId: 'early' })
    expect(await asked).toMatchObject({ status: 'partial' })
    expect(t.inference.requests).toEqual([])
  })

  test('an unknown request is no error', async () => {
    expect(await t.core.handlers['dialogue.cancel']({ requestId: 'never' })).toEqual({ cancelled: false })
  })

  test('a host that had to be killed to stop counts as stopped, not as crashed', async () => {
    t.inference.script = async (request, observer, cancelled) => {
      observer.text?.('half an ans')
      await cancelled
      return crashing('half an ans')(request, observer, cancelled)
    }
    const asked = ask('What?', null, 'killed')
    await expect.poll(() => t.events('answer.progress').length).toBe(1)
    await t.core.handlers['dialogue.cancel']({ requestId: 'killed' })
    expect(await asked).toMatchObject({ status: 'partial' })
    expect(t.notices()).toEqual([])
  })
})

describe('what goes wrong', () => {
  test('a crash leaves the question, what came of the answer, the reason and a notice', async () => {
    t.inference.script = crashing('a dog[0.100,0.200,0.300,0.400] and')
    expect(await ask('What?')).toMatchObject({ status: 'failed', statusReason: expect.stringContaining('died') })
    const { turns, regions } = await document()
    expect(turns).toMatchObject([
      { role: 'user', status: 'complete' },
      {
        role: 'assistant',
        status: 'failed',
        statusReason: expect.stringContaining('SIGKILL'),
        rawText: 'a dog[0.100,0.200,0.300,0.400] and'
      }
    ])
    expect(regions).toMatchObject([{ state: 'proposed', confidence: null }])
    expect(t.events('notice')).toMatchObject([
      { level: 'error', code: 'inference/crashed', nextStep: expect.stringMatching(/Ask again/) }
    ])
    t.inference.script = streaming('A dog.')
    await ask('Again?', (await document()).dialogues[0]?.id ?? '')
    expect(t.inference.requests.at(-1)?.messages).toEqual([{ role: 'user', text: 'Again?' }])
  })

  test('a prompt longer than the context fails with its reason, and the question is kept', async () => {
    t.inference.script = async () => {
      throw new AppError('inference/prompt-too-long', 'The question has 900 tokens; Test model reads 512.', {
        nextStep: 'Ask a shorter question.'
      })
    }
    expect(await ask('word '.repeat(900))).toMatchObject({
      status: 'failed',
      statusReason: expect.stringContaining('900 tokens')
    })
    expect((await document()).turns[0]?.rawText).toHaveLength(4500)
    expect(t.events('notice')[0]).toMatchObject({
      code: 'inference/prompt-too-long',
      nextStep: 'Ask a shorter question.'
    })
  })

  test('a long dialogue is shortened from its beginning, and that is said', async () => {
    await ask('one')
    const dialogueId = (await document()).dialogues[0]?.id ?? ''
    await ask('two', dialogueId)
    t.inference.script = async (request) => {
      if (request.messages.length > 3) throw new AppError('inference/prompt-too-long', 'Too long.')
      return answerOf('Yes.')
    }
    const { status, diagnostics } = await ask('three', dialogueId)
    expect(status).toBe('complete')
    expect(t.inference.requests.at(-1)?.messages.map(({ text: words }) => words)).toEqual(['two', 'A dog.', 'three'])
    expect(diagnostics).toMatchObject([
      { code: 'dialogue/history-shortened', message: expect.stringContaining('last 1 of 2') }
    ])
  })

  test('a broken model is refused by its own problem before anything is written', async () => {
    const problem = {
      code: 'model/missing-file',
      message: 'Test model has no onnx/decoder_model_merged.onnx.',
      nextStep: 'Copy the folder again.'
    }
    t.inference.models = [{ ...TEST_MODEL, state: 'broken', problem }]
    await expect(ask('What?')).rejects.toMatchObject(problem)
    t.inference.models = []
    await expect(ask('What?')).rejects.toMatchObject({ code: 'model/none' })
    expect((await document()).turns).toEqual([])
  })

  test('a chosen model that is gone is not replaced by another one', async () => {
    await t.core.handlers['settings.set']({ modelId: 'my-old-model' })
    await expect(ask('What?')).rejects.toMatchObject({ code: 'model/not-found', nextStep: 'Choose one of test-model.' })
  })

  test('an image that cannot be read, or that is gone, is refused before anything is written', async () => {
    await t.remove()
    t = await createTestCore(async (dir) => writeFile(join(dir, 'bad.jpg'), 'x'))
    await t.open()
    imageId = (await t.imageIds())[0] ?? ''
    await expect(ask('What?')).rejects.toMatchObject({
      code: 'image/unreadable',
      message: expect.stringContaining('bad.jpg')
    })
    expect((await document()).turns).toEqual([])
  })

  test('a question of a dialogue that is gone is not written down', async () => {
    await expect(ask('What?', 'no-such-dialogue')).rejects.toMatchObject({ code: 'dialogue/unknown' })
    expect(await document()).toMatchObject({ turns: [], dialogues: [] })
  })

  test('a file that became unreadable since the folder was looked at is refused before anything is written', async () => {
    await writeFile(join(t.imagesDir, 'a.jpg'), 'no picture any more')
    await expect(ask('What?')).rejects.toMatchObject({
      code: 'image/unreadable',
      message: expect.stringContaining('a.jpg')
    })
    expect((await document()).turns).toEqual([])
  })

  test('a region that was deleted meanwhile is not asked about', async () => {
    await expect(ask([mention('gone')])).rejects.toMatchObject({ code: 'dialogue/unknown-region' })
  })

  test('a dialogue answers one question at a time', async () => {
    await ask('one')
    const dialogueId = (await document()).dialogues[0]?.id ?? ''
    t.inference.script = untilCancelled('hm')
    const first = ask('two', dialogueId, 'first')
    await expect(ask('three', dialogueId)).rejects.toMatchObject({ code: 'dialogue/busy' })
    await t.core.handlers['dialogue.cancel']({ requestId: 'first' })
    await first
    expect((await document()).turns).toHaveLength(4)
  })

  test('an answer whose question was taken back is dropped with a notice', async () => {
    t.inference.script = untilCancelled('hm')
    const asked = ask('What?', null, 'undone')
    await expect.poll(() => t.events('answer.progress').length).toBeGreaterThan(0)
    await t.core.handlers['history.undo']({})
    await t.core.handlers['dialogue.cancel']({ requestId: 'undone' })
    await expect(asked).rejects.toMatchObject({ code: 'dialogue/answer-dropped' })
    expect(t.notices()).toEqual(['dialogue/answer-dropped'])
    expect(await document()).toMatchObject({ turns: [], regions: [] })
  })

  test('nor is it left without its question when earlier turns of the dialogue are still there', async () => {
    await ask('One?')
    const dialogueId = (await document()).dialogues[0]?.id ?? ''
    t.inference.script = untilCancelled('a dog[0.100,0.200,0.300,0.400]')
    const asked = ask('Two?', dialogueId, 'undone')
    await expect
      .poll(() => t.events('answer.progress').some(({ requestId, text: so }) => requestId === 'undone' && so !== ''))
      .toBe(true)
    await t.core.handlers['history.undo']({})
    await t.core.handlers['dialogue.cancel']({ requestId: 'undone' })
    await expect(asked).rejects.toMatchObject({ code: 'dialogue/answer-dropped' })
    expect((await document()).turns.map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect(t.notices()).toEqual(['dialogue/answer-dropped'])
  })
})

describe('closing', () => {
  test('stops the answer and keeps what came', async () => {
    t.inference.script = untilCancelled('a dog[0.100,0.200,0.300,0.400]')
    const asked = ask('What?')
    await expect.poll(() => t.events('answer.progress').length).toBeGreaterThan(0)
    await t.core.handlers['project.close']({})
    expect(await asked).toMatchObject({ status: 'partial' })
    await t.open()
    expect(await document()).toMatchObject({ turns: [{}, { status: 'partial' }], regions: [{}] })
  })

  test('an answer that comes after the end is dropped with a notice, and the question is kept', async () => {
    let answerLate: () => void = () => undefined
    t.inference.script = async () => {
      await new Promise<void>((resolve) => (answerLate = resolve))
      return answerOf('too late')
    }
    const asked = ask('What?')
    await expect.poll(() => t.inference.requests.length).toBe(1)
    await t.core.handlers['project.close']({})
    answerLate()
    await expect(asked).rejects.toMatchObject({
      code: 'dialogue/answer-dropped',
      message: expect.stringContaining('closed')
    })
    expect(t.notices()).toEqual(['dialogue/answer-dropped'])
    await t.open()
    expect((await document()).turns).toMatchObject([{ role: 'user', rawText: 'What?' }])
  })
})

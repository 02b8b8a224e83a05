/**
 * @file Exports in float16, as most public ones are: embeddings, pictures, keys and values cross in it. The reference is
 * onnxruntime itself on the same graphs, one token a call (`models/export/make_half.py`).
 */
import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerAll } from './batch/answer-all'
import { answerQuestion } from './decode/answer'
import { DEFAULT_STOP_LIMITS } from './decode/stop-rules'
import { bitsFrom, numbersOf } from './floats'
import type { StrategyId } from './kv/strategy'
import { openModel } from './open-model'
import { createMemory } from './prefix/memory'
import { readModelFolder } from './repo/model-folder'
import { loadRuntime } from './runtime'
import { inFloat32 } from './tools/open-sessions'

const FIXTURES = resolve(import.meta.dirname, '../../models/export/fixtures')
const HALF = join(FIXTURES, 'llava-half')
const DECODER = 'onnx/decoder_model_merged'
const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }

interface Reference {
  readonly answers: readonly {
    readonly picture: string
    readonly question: string
    readonly answerIds: readonly number[]
  }[]
  /** Of the decoder in 4-bit blocks, in the order of `answers`. */
  readonly q4f16: readonly (readonly number[])[]
}

let reference: Reference
let dir = ''
beforeAll(async () => {
  reference = JSON.parse(await readFile(join(HALF, 'reference.json'), 'utf8')) as Reference
  dir = await mkdtemp(join(tmpdir(), 'eyrie-half-'))
  await cp(HALF, join(dir, 'q4f16'), { recursive: true })
  await rm(join(dir, 'q4f16', `${DECODER}_fp16.onnx`))
})
afterAll(() => rm(dir, { recursive: true }))

async function open(name: 'fp16' | 'q4f16', strategy?: StrategyId) {
  const folder = await readModelFolder(name === 'fp16' ? HALF : join(dir, name))
  const known = strategy === undefined ? {} : { knownStrategy: strategy }
  return openModel(await loadRuntime(), folder, { providers: ['cpu'], threads: 1, ...known })
}
const expected = (name: 'fp16' | 'q4f16') =>
  reference.answers.map(({ picture, question, answerIds }, at) => ({
    imagePath: resolve(FIXTURES, 'pictures', `${picture}.png`),
    question,
    ids: name === 'fp16' ? answerIds : (reference.q4f16[at] ?? [])
  }))
const asked = (question: string, tokens: number) => ({
  messages: [{ role: 'user' as const, text: question }],
  limits: { ...DEFAULT_STOP_LIMITS, maxNewTokens: tokens, maxRepeatedTokens: 1_000 }
})

describe.each(['fp16', 'q4f16'] as const)('%s', (name) => {
  it.each(['present-past', 'delta', 'split'] as const)(
    'gives the tokens of the reference, kept as %s',
    async (strategy) => {
      const model = await open(name, strategy)
      const { decoder_model_merged: weights } = model.folder.weights
      expect([weights, model.decoder?.strategy]).toEqual([name, strategy])
      for (const { imagePath, question, ids } of expected(name)) {
        const request = { imagePath, ...asked(question, ids.length) }
        const found = await answerQuestion(model, createMemory(1e8), request, quiet)
        expect({ question, ids: found.ids }).toEqual({ question, ids })
      }
      await model.release()
    }
  )

  it('passes the test of the edited graph when it is opened, and keeps half the bytes', async () => {
    const model = await open(name)
    expect(model.decoding?.reason).toMatch(/^a step behind .*; largest difference/)
    const single = await open(name, 'delta')
    const memory = createMemory(1e8)
    const [first] = expected(name)
    await answerQuestion(single, memory, { imagePath: first?.imagePath ?? '', ...asked('the dog', 4) }, quiet)
    // Two layers of two heads of twelve numbers, keys and values, for 64 positions.
    expect(memory.prefixes.sizeBytes % (2 * 2 * 2 * 12 * 64 * 2)).toBe(0)
    expect(memory.prefixes.sizeBytes / (2 * 2 * 2 * 12 * 2)).toBeLessThanOrEqual(128)
    await model.release()
    await single.release()
  })

  it('answers several questions in calls for all of them as it does each alone', async () => {
    const model = await open(name, 'delta')
    const [{ imagePath = '' } = {}] = expected(name)
    const questions = ['Where is the red circle?', 'the dog', 'find every person who wears a hat'].map((text) =>
      asked(text, 8)
    )
    const memory = createMemory(1e8)
    memory.pace.answered(10, 10)
    expect(model.batch).not.toBeNull()
    const together = await answerAll(model, memory, imagePath, questions, quiet)
    for (const [at, question] of questions.entries()) {
      const alone = await answerQuestion(model, createMemory(1e8), { imagePath, ...question }, quiet)
      expect(together[at]?.ids).toEqual(alone.ids)
    }
    await model.release()
  })
})

describe('a tool of float16', () => {
  it('is run as one of float32, with the numbers of the graph itself', async () => {
    const runtime = await loadRuntime()
    const file = join(HALF, 'onnx/vision_encoder_fp16.onnx')
    const session = await runtime.open(file, { provider: 'cpu', threads: 1 })
    const pixels = Float32Array.from({ length: 3 * 30 * 30 }, (_, i) => Math.sin(i))
    const half = runtime.floats('float16', bitsFrom('float16', pixels), [1, 3, 30, 30])
    const expected = (await session.run({ pixel_values: half }, ['image_features']))['image_features']
    const tool = inFloat32(runtime, session)
    const feeds = { pixel_values: runtime.float32(pixels, [1, 3, 30, 30]) }
    const found = (await tool.run(feeds, ['image_features']))['image_features']
    if (found === undefined || expected === undefined) throw new Error('expected features')
    expect([found.type, found.dims, expected.type]).toEqual(['float32', expected.dims, 'float16'])
    expect([...(found.data as Float32Array)]).toEqual([...numbersOf(expected)])
    await session.release()
    const whole = await runtime.open(join(FIXTURES, 'llava/onnx/vision_encoder.onnx'), { provider: 'cpu', threads: 1 })
    expect(inFloat32(runtime, whole)).toBe(whole)
    await whole.release()
  })
})

describe('numbers of float16', () => {
  it('come back as they were, and are fed as they are', async () => {
    const runtime = await loadRuntime()
    const numbers = Float32Array.of(0, -0, 1, 0.0999755859375, 65504, -6.103515625e-5, Infinity, 1 / 3)
    const tensor = runtime.floats('float16', bitsFrom('float16', numbers), [numbers.length])
    expect([...numbersOf(tensor)].slice(0, 7)).toEqual([...numbers].slice(0, 7))
    expect(numbersOf(tensor)[7]).toBeCloseTo(1 / 3, 3)
    expect([...numbersOf(tensor, 6)]).toEqual([Infinity, numbersOf(tensor)[7]])
  })

  it('are refused with the name of the input where a graph takes another type', async () => {
    const wrong = join(dir, 'wrong')
    await cp(HALF, wrong, { recursive: true })
    // An embedding of words is no decoder.
    await copyFile(join(HALF, 'onnx/embed_tokens_fp16.onnx'), join(wrong, `${DECODER}_fp16.onnx`))
    const opening = openModel(await loadRuntime(), await readModelFolder(wrong), { providers: ['cpu'], threads: 1 })
    await expect(opening).rejects.toMatchObject({ code: 'model/unsupported-graph' })
  })
})

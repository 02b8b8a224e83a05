import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AskMessage } from '../../core/ports'
import { writeOriented, writePicture } from '../../testing/pictures'
import { openModel } from '../open-model'
import type { OpenModel } from '../open-model'
import { readModelFolder } from '../repo/model-folder'
import { loadRuntime } from '../runtime'
import { TINY } from '../testing/tiny-graphs'
import { writeTinyModel } from '../testing/tiny-model'
import type { TinyModelOptions } from '../testing/tiny-model'
import { answerQuestion } from './answer'
import type { Answer, AnswerHooks, AnswerRequest } from './answer'
import type { Constraint } from './constraint'
import type { KeyValueCache } from '../kv/cache'
import { cutsAnywhere } from '../kv/strategy'
import type { Decoder, ForwardResult } from './decoder'
import { pickToken } from './pick-token'
import { createMemory } from '../prefix/memory'
import { DEFAULT_STOP_LIMITS } from './stop-rules'

const LOGIT_TOLERANCE = 1e-4
let dir = ''
let model: OpenModel
let told: { readonly decoder: Decoder; readonly width: number }
const at = (name: string): string => join(dir, name)

async function openTiny(name: string, options: TinyModelOptions = {}): Promise<OpenModel> {
  await writeTinyModel(at(name), { id: name, ...options })
  return openModel(await loadRuntime(), await readModelFolder(at(name)), { providers: ['cpu'], threads: 1 })
}

/** Feeds rows in chunks, as they come. */
async function feed(
  { decoder, width }: { readonly decoder: Decoder; readonly width: number },
  embeds: Float32Array,
  cache: KeyValueCache,
  { chunk = embeds.length / width }: { readonly chunk?: number } = {}
): Promise<ForwardResult> {
  let result: ForwardResult = { logits: new Float32Array(0), cache }
  const count = embeds.length / width
  for (let at = 0; at < count; at += chunk) {
    const size = Math.min(chunk, count - at)
    result = await decoder.forward(embeds.subarray(at * width, (at + size) * width), size, result.cache)
  }
  return { ...result, logits: result.logits.slice() }
}

const quiet: AnswerHooks = {
  isCancelled: () => false,
  phase: () => undefined,
  token: () => undefined,
  alive: () => undefined
}
const limits = { ...DEFAULT_STOP_LIMITS, maxNewTokens: 48, maxRepeatedTokens: 1_000_000 }
const request = (text: string, more: Partial<AnswerRequest> = {}): AnswerRequest => ({
  imagePath: at('picture.png'),
  messages: [{ role: 'user', text }],
  limits,
  ...more
})
const answer = (text: string, hooks: Partial<AnswerHooks> = {}, more: Partial<AnswerRequest> = {}): Promise<Answer> =>
  answerQuestion(model, createMemory(1e8), request(text, more), { ...quiet, ...hooks })

interface Step {
  readonly force?: number
  readonly of?: readonly number[]
}

/** An answer laid down step by step; it may end only behind the last. */
function scripted(steps: readonly Step[], start = 0): Constraint {
  let at = start
  return {
    allowed() {
      const { force, of = [] } = steps[at] ?? {}
      return Int32Array.from(force === undefined ? of : [force])
    },
    get canEnd() {
      return at === steps.length
    },
    forced() {
      const run: number[] = []
      for (let ahead = at; steps[ahead]?.force !== undefined; ahead++) run.push(steps[ahead]?.force ?? 0)
      return run
    },
    accept(id) {
      if (steps[at]?.force !== id && steps[at]?.of?.includes(id) !== true) throw new Error(`${id} is not allowed`)
      at++
    },
    fork: () => scripted(steps, at)
  }
}

/** One place of an answer that looks like a box: a bracket or two, then digits between few separators. */
const boxStep = (index: number): Step =>
  [{ force: 97 }, { of: [22, 23] }, { force: 20 }, { of: [22, 23, 24, 25, 26, 27, 28, 29, 30, 31] }, { of: [18, 65] }][
    index % 5
  ] ?? {}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-decode-'))
  await writePicture(at('picture.png'))
  await writeOriented(at('other.png'), 1)
  model = await openTiny('tiny')
  const { decoder, width } = model
  if (decoder === null) throw new Error('expected a decoder')
  told = { decoder, width }
})
afterAll(async () => {
  await model.release()
  await rm(dir, { recursive: true })
})

describe('decoding', () => {
  it('gives with the cache the tokens and logits of a full pass over everything so far', async () => {
    const prompt = Array.from({ length: 20 }, (_, i) => (i * 37) % TINY.vocabulary)
    const ids = [...prompt]
    let step = await feed(told, await model.embed(prompt), told.decoder.emptyCache)
    const picked: number[] = []
    for (let i = 0; i < 24; i++) {
      const full = await feed(told, await model.embed(ids), told.decoder.emptyCache)
      const worst = step.logits.reduce(
        (max, value, v) => Math.max(max, Math.abs(value - (full.logits[v] ?? Infinity))),
        0
      )
      expect(worst).toBeLessThanOrEqual(LOGIT_TOLERANCE)
      const { id } = pickToken(step.logits, 'tiny')
      expect(pickToken(full.logits, 'tiny').id).toBe(id)
      picked.push(id)
      ids.push(id)
      step = await feed(told, await model.embed([id]), step.cache)
    }
    expect(new Set(picked).size).toBeGreaterThan(3)
  })

  it('gives the same logits however the prompt is cut into calls', async () => {
    const embeds = await model.embed(Array.from({ length: 50 }, (_, i) => (i * 53) % TINY.vocabulary))
    const whole = await feed(told, embeds, told.decoder.emptyCache)
    for (const chunk of [1, 7, 49]) {
      const parts = await feed(told, embeds, told.decoder.emptyCache, { chunk })
      const worst = whole.logits.reduce(
        (max, value, v) => Math.max(max, Math.abs(value - (parts.logits[v] ?? Infinity))),
        0
      )
      expect(worst).toBeLessThanOrEqual(LOGIT_TOLERANCE)
    }
  })

  it('answers a second question on the same picture from what it keeps, with the same words as from scratch', async () => {
    const memory = createMemory(1e8)
    await answerQuestion(model, memory, request('What is this?'), quiet)
    const kept = await answerQuestion(model, memory, request('Where is the dog?'), quiet)
    const fresh = await answer('Where is the dog?')
    expect([kept.prefixReused, fresh.prefixReused, kept.timings.visionMs]).toEqual([true, false, 0])
    expect(kept.ids).toEqual(fresh.ids)
    const elsewhere = await answerQuestion(
      model,
      memory,
      request('Where is the dog?', { imagePath: at('other.png') }),
      quiet
    )
    expect(elsewhere.prefixReused).toBe(false)
    expect(elsewhere.ids).not.toEqual(fresh.ids)
  })

  it('counts prompt and answer, and gives one probability per token', async () => {
    const logProbs: number[] = []
    const result = await answer('What is this?', { token: (_text, logProb) => logProbs.push(logProb) })
    const { before, after } = model.tokenizer.prompt([{ role: 'user', text: 'What is this?' }])
    expect(result.timings.promptTokens).toBe(before.length + TINY.imageTokens + after.length)
    expect([result.timings.newTokens, result.ids.length, logProbs.length]).toEqual([48, 48, 48])
    expect([result.stop, result.limit]).toEqual(['length', 'tokens'])
    expect(logProbs.every((value) => value < 0 && value > -Math.log(TINY.vocabulary))).toBe(true)
  })

  it('ends at an end token, which is not part of the answer', async () => {
    const ending = await answer('What is this?')
    const [, , third = 0] = ending.ids
    const first = ending.ids.indexOf(third)
    const withEnd: OpenModel = { ...model, endTokenIds: new Set([third]) }
    const result = await answerQuestion(withEnd, createMemory(0), request('What is this?'), quiet)
    expect([result.stop, result.limit, result.ids]).toEqual(['end', null, ending.ids.slice(0, first)])
  })

  it('says only what a constraint leaves, and feeds what it forces in one call with the token before', async () => {
    const free = await answer('What is this?')
    const [first = 0, second = 0] = free.ids
    const others = [3, 5, 9, 12].filter((id) => id !== first)
    // A start that is forced, one of four, three forced ones, then an end.
    const script: readonly Step[] = [{ force: second }, { of: others }, ...[7, 8, 6].map((force) => ({ force }))]
    const calls: number[] = []
    const counted: OpenModel = {
      ...model,
      decoder: {
        ...told.decoder,
        forward: (embeds, count, ...rest) => {
          calls.push(count)
          return told.decoder.forward(embeds, count, ...rest)
        }
      }
    }
    const logProbs: number[] = []
    const hooks = { ...quiet, token: (_text: string, logProb: number) => logProbs.push(logProb) }
    const asked = request('What is this?', { constraint: scripted(script) })
    const result = await answerQuestion(counted, createMemory(0), asked, hooks)
    expect([result.stop, result.limit]).toEqual(['end', null])
    expect([result.ids[0], ...result.ids.slice(2)]).toEqual([second, 7, 8, 6])
    const { before, after } = model.tokenizer.prompt([{ role: 'user', text: 'What is this?' }])
    const pictureLength = before.length + TINY.imageTokens
    // Picture and question with the forced start: at once where what is known can be cut behind the picture. The end
    // behind the last forced run is not asked for.
    const opening = cutsAnywhere(told.decoder.strategy)
      ? [pictureLength + after.length + 1]
      : [pictureLength, after.length + 1]
    expect(calls).toEqual(opening)
    expect(logProbs.map((value) => value === 0)).toEqual([true, false, true, true, true])

    // One more choice behind the run: fed in one call or token by token, it comes out the same.
    const longer = [...script, { of: others }]
    calls.length = 0
    const more = await answerQuestion(
      counted,
      createMemory(0),
      request('What is this?', { constraint: scripted(longer) }),
      quiet
    )
    expect(more.ids.slice(0, 5)).toEqual(result.ids)
    // The choice and its forced run, and a guess at the choice behind it: the same four were left before.
    expect(calls).toEqual([...opening, 4 + 1])
    const single = await answerQuestion(
      counted,
      createMemory(0),
      request('What is this?', {
        mayGuess: false,
        constraint: scripted(longer.map((step) => (step.force === undefined ? step : { of: [step.force] })))
      }),
      quiet
    )
    expect(single.ids).toEqual(more.ids)
    expect(calls.slice(-5)).toEqual([1, 1, 1, 1, 1])
  })

  describe.each(['split', 'delta', 'present-past'] as const)('with keys and values kept as %s', (strategy) => {
    let kept: OpenModel
    beforeAll(async () => {
      const folder = await readModelFolder(at('tiny'))
      kept = await openModel(await loadRuntime(), folder, { providers: ['cpu'], threads: 1, knownStrategy: strategy })
      expect(kept.decoder?.strategy).toBe(strategy)
    })
    afterAll(() => kept.release())

    it('says with guesses what it says without, in fewer calls once it has seen the like', async () => {
      const memory = createMemory(1e8, kept.endTokenIds)
      const questions = ['What is this?', 'Where is the dog?', 'the dog the dog', 'What is this?', '[0.1,0.2]']
      const totals = { calls: 0, tokens: 0 }
      for (const [turn, text] of [...questions, ...questions].entries()) {
        // Half of the answers are held to few choices, as boxes are.
        const more = (): Partial<AnswerRequest> =>
          turn % 2 === 0 ? {} : { constraint: scripted(Array.from({ length: 40 }, (_, i) => boxStep(i))) }
        const fast = await answerQuestion(kept, memory, request(text, more()), quiet)
        const slow = await answerQuestion(kept, createMemory(0), request(text, { ...more(), mayGuess: false }), quiet)
        expect({ text, turn, ids: fast.ids, stop: fast.stop }).toEqual({ text, turn, ids: slow.ids, stop: slow.stop })
        if (turn < questions.length) continue
        totals.calls += fast.calls
        totals.tokens += fast.ids.length
      }
      expect(totals.calls / totals.tokens).toBeLessThan(0.7)
    })

    it('goes on with a dialogue from what it said itself, with the words of a fresh start', async () => {
      const memory = createMemory(1e8, kept.endTokenIds)
      const messages: AskMessage[] = []
      for (const text of ['What is this?', 'And the dog?', 'Why?']) {
        messages.push({ role: 'user', text })
        const asked = request('', { messages: [...messages], limits: { ...limits, maxNewTokens: 9 } })
        const [known, fresh] = [
          await answerQuestion(kept, memory, asked, quiet),
          await answerQuestion(kept, createMemory(0), asked, quiet)
        ]
        expect(known.ids).toEqual(fresh.ids)
        messages.push({ role: 'assistant', text: kept.tokenizer.decode(known.ids) })
      }
    })
  })

  it('does not cut what is forced at a limit, and an answer that is whole there has ended by itself', async () => {
    const run = [7, 8, 6, 4].map((force) => ({ force }))
    const ask = (steps: readonly Step[], maxNewTokens: number): Promise<Answer> =>
      answer('What is this?', {}, { constraint: scripted(steps), limits: { ...limits, maxNewTokens } })
    const cut = await ask([{ of: [3, 5] }, ...run, { of: [9, 12] }], 2)
    expect([cut.stop, cut.limit, cut.ids.slice(1)]).toEqual(['length', 'tokens', [7, 8, 6, 4]])
    const whole = await ask([{ of: [3, 5] }, ...run], 2)
    expect([whole.stop, whole.limit, whole.ids.length]).toEqual(['end', null, 5])
  })

  it('stops between two steps when cancelled, with what it has', async () => {
    let tokens = 0
    const result = await answer('What is this?', { token: () => tokens++, isCancelled: () => tokens === 5 })
    expect([result.stop, result.ids.length]).toEqual(['cancelled', 5])
  })

  it('H4: ends an answer that goes round in circles', async () => {
    const loop: OpenModel = {
      ...model,
      decoder: {
        ...told.decoder,
        forward: async (embeds, count, cache, options) => {
          const result = await told.decoder.forward(embeds, count, cache, options)
          const logits = Float32Array.from({ length: 3 * (options?.rows ?? 1) }, (_, i) => Number(i % 3 === 1))
          return { ...result, logits }
        }
      }
    }
    const result = await answerQuestion(
      loop,
      createMemory(0),
      request('Hm?', { limits: { ...limits, maxNewTokens: 500, maxRepeatedTokens: 96 } }),
      quiet
    )
    expect([result.stop, result.limit, result.ids.length]).toEqual(['length', 'repetition', 97])
  })

  it('refuses a prompt longer than the context before it looks at the picture, stating tokens and limit', async () => {
    const phases: string[] = []
    const ask = answer(
      'way too long '.repeat(120),
      { phase: (phase) => phases.push(phase) },
      { imagePath: at('not there.png') }
    )
    await expect(ask).rejects.toMatchObject({ code: 'inference/prompt-too-long', data: { limit: TINY.maxPositions } })
    await expect(ask).rejects.toSatisfy(
      ({ data, message }) => data.tokens > 1_024 && message.includes(`${data.tokens}`)
    )
    expect(phases).toEqual([])
  })

  it('fills the context to its last position and says so', async () => {
    const result = await answer('What is this?', {}, { limits: { ...limits, maxNewTokens: 5_000 } })
    expect([result.stop, result.limit]).toEqual(['length', 'context'])
    expect((result.timings.promptTokens ?? NaN) + result.ids.length).toBe(TINY.maxPositions + 1)
  })

  it('refuses words that the model reads as commands', async () => {
    await expect(answer('look: <image> here')).rejects.toMatchObject({
      code: 'inference/reserved-text',
      data: { token: '<image>' }
    })
  })

  it('names a broken picture', async () => {
    await writeFile(at('broken.png'), 'no picture')
    await expect(answer('What?', {}, { imagePath: at('broken.png') })).rejects.toMatchObject({
      code: 'image/unreadable',
      data: { fileName: 'broken.png' }
    })
  })

  it('G5: refuses numbers that are none, with the name of the model', async () => {
    const broken = await openTiny('tiny-nan', { isNaN: true })
    const ask = answerQuestion(broken, createMemory(0), request('What?'), quiet)
    await expect(ask).rejects.toMatchObject({
      code: 'inference/bad-output',
      data: { model: 'tiny-nan', output: 'logits' }
    })
    await broken.release()
  })

  it('B10: says why a provider was given up and answers on the CPU', async () => {
    const folder = await readModelFolder(at('tiny'))
    const onCpu = await openModel(await loadRuntime(), folder, { providers: ['cuda'], threads: 1 })
    expect(onCpu.provider).toBe('cpu')
    expect(onCpu.providerNotes).toEqual([expect.stringMatching(/^cuda was given up: .+/)])
    await onCpu.release()
  })
})

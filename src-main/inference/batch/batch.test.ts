/** @file Several questions on one picture: each answered as if it were alone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writePicture } from '../../testing/pictures'
import type { Constraint } from '../decode/constraint'
import { answerQuestion } from '../decode/answer'
import { DEFAULT_STOP_LIMITS } from '../decode/stop-rules'
import { openModel } from '../open-model'
import type { OpenModel } from '../open-model'
import { createMemory } from '../prefix/memory'
import type { Memory } from '../prefix/memory'
import { readModelFolder } from '../repo/model-folder'
import { loadRuntime } from '../runtime'
import { TINY } from '../testing/tiny-graphs'
import { writeTinyModel } from '../testing/tiny-model'
import { answerAll } from './answer-all'
import type { BatchQuestion } from './answer-all'

const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }
let dir = ''
let model: OpenModel
let picture = ''

async function open(name: string, spec = {}): Promise<OpenModel> {
  await writeTinyModel(join(dir, name), { id: name, spec: { ...TINY, ...spec }, hasEnd: true })
  const folder = await readModelFolder(join(dir, name))
  return openModel(await loadRuntime(), folder, { providers: ['cpu'], threads: 1, knownStrategy: 'split' })
}
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-batch-'))
  picture = join(dir, 'picture.png')
  await writePicture(picture)
  model = await open('tiny')
})
afterAll(async () => {
  await model.release()
  await rm(dir, { recursive: true })
})

/** Two of four, then three that follow, over and over. */
function patterned(places: number, at = 0): Constraint {
  const choices = [[11, 12, 13, 14], [30], [31], [40, 41], [32]]
  let place = at
  const here = (ahead = 0): readonly number[] => (place + ahead < places ? (choices[(place + ahead) % 5] ?? []) : [])
  return {
    allowed: () => Int32Array.from(here()),
    get canEnd() {
      return place === places
    },
    forced() {
      const run: number[] = []
      while (here(run.length).length === 1) run.push(here(run.length)[0] ?? 0)
      return run
    },
    accept(id) {
      if (!here().includes(id)) throw new Error(`${id} is not allowed`)
      place++
    },
    fork: () => patterned(places, place)
  }
}

const asking = (): readonly BatchQuestion[] =>
  [
    'What?',
    'Where is the red dog, and what is left of it?',
    'the cat',
    'Is it a cat or a dog? Say which.',
    '[0.1,0.2]',
    'Why?',
    'a',
    'b',
    'c',
    'd'
  ].map((text, index) => ({
    messages: [{ role: 'user', text }],
    limits: { ...DEFAULT_STOP_LIMITS, maxNewTokens: 4 + ((index * 7) % 30), maxRepeatedTokens: 1_000 },
    ...(index % 3 === 1 ? { constraint: patterned(6 + index) } : {})
  }))

/** One in which guesses were seen to save nothing: a batch is worth it. */
function withoutGuesses(): Memory {
  const memory = createMemory(1e8)
  memory.pace.answered(10, 10)
  return memory
}

describe('several questions on one picture', () => {
  it('are answered as each would be alone, in their order, whatever their lengths', async () => {
    const heard = new Map<number, string>()
    const together = await answerAll(model, withoutGuesses(), picture, asking(), {
      ...quiet,
      token: (index, text) => void heard.set(index, (heard.get(index) ?? '') + text)
    })
    expect(model.batch).not.toBeNull()
    expect(together.length).toBe(asking().length)
    for (const [index, question] of asking().entries()) {
      const alone = await answerQuestion(model, createMemory(1e8), { ...question, imagePath: picture }, quiet)
      const found = together[index]
      expect({ index, ids: found?.ids, stop: found?.stop, limit: found?.limit }).toEqual({
        index,
        ids: alone.ids,
        stop: alone.stop,
        limit: alone.limit
      })
      expect(found?.timings.promptTokens).toBe(alone.timings.promptTokens)
      // The space that separates an answer from the prompt is not part of its text.
      expect((heard.get(index) ?? '') + (found?.tail ?? '')).toBe(model.tokenizer.decode(alone.ids).trimStart())
    }
    // One call for all: those of the longest answer, in two batches, and not of the sum.
    const calls = together.map((answer) => answer.calls)
    expect(Math.max(...calls)).toBeLessThanOrEqual(34)
  })

  it('start behind the picture when it is known, and leave it known', async () => {
    const memory = withoutGuesses()
    const first = await answerAll(model, memory, picture, asking(), quiet)
    const second = await answerAll(model, memory, picture, asking(), quiet)
    expect([first[0]?.prefixReused, second[0]?.prefixReused]).toEqual([false, true])
    expect(second.map(({ ids }) => ids)).toEqual(first.map(({ ids }) => ids))
  })

  it('are answered one after another where guesses save more calls than a batch, which the first one tells', async () => {
    const memory = createMemory(1e8)
    const same = asking()
      .slice(0, 1)
      .flatMap((question) => [question, question, question].map((one) => ({ ...one, constraint: patterned(40) })))
    const calls: number[] = []
    const started = model.batch
    const watched: OpenModel = {
      ...model,
      batch: started && { ...started, start: (...given) => (calls.push(given[1]), started.start(...given)) }
    }
    const forced = same.map((question) => ({ ...question, limits: { ...question.limits, maxNewTokens: 40 } }))
    const answers = await answerAll(watched, memory, picture, forced, quiet)
    expect(memory.pace.callsPerToken).toBeLessThan(0.5)
    expect(calls).toEqual([])
    expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(1)
    // And with others as a batch, as soon as guesses are worth nothing.
    await answerAll(watched, withoutGuesses(), picture, asking(), quiet)
    expect(calls[0]).toBe(8)
  })

  it('are answered one after another where the graph takes one only', async () => {
    const single = await open('group-query', { attention: 'group-query' })
    expect(single.batch).toBeNull()
    const answers = await answerAll(single, createMemory(1e8), picture, asking(), quiet)
    const [question] = asking()
    const alone =
      question && (await answerQuestion(single, createMemory(0), { ...question, imagePath: picture }, quiet))
    expect(answers[0]?.ids).toEqual(alone?.ids)
    expect(answers.length).toBe(asking().length)
    await single.release()
  })

  it('end with what they have when they are cancelled', async () => {
    let tokens = 0
    const answers = await answerAll(model, withoutGuesses(), picture, asking().slice(0, 3), {
      ...quiet,
      token: () => void tokens++,
      isCancelled: () => tokens >= 7
    })
    expect(answers.some(({ stop }) => stop === 'cancelled')).toBe(true)
    expect(answers.length).toBe(3)
  })
})

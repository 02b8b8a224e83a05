/**
 * @file The model that ships, in our engine, against what ONNX Runtime for Python said of the same
 * files (models/export/make_fixtures.py) and what torch says with the weights they hold (make_torch_answers.py). Skipped, with its name in the output, where it is not there.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerQuestion } from './decode/answer'
import { createMemory } from './prefix/memory'
import { DEFAULT_STOP_LIMITS } from './decode/stop-rules'
import { openModel } from './open-model'
import type { OpenModel } from './open-model'
import { readModelFolder } from './repo/model-folder'
import { verifyModelFiles } from './repo/verify'
import { loadRuntime } from './runtime'

const ROOT = resolve(import.meta.dirname, '../..')
const FOLDER = resolve(ROOT, 'models/falconet')
const isThere = ['eyrie.json', 'fixtures/prompts.json', 'fixtures/torch-answers.json'].every((file) =>
  existsSync(resolve(FOLDER, file))
)

interface Prompt {
  readonly image: string
  readonly question: string
  /** What follows the image tokens. */
  readonly promptIds: readonly number[]
  readonly answerIds: readonly number[]
  readonly firstFeature: readonly number[]
}
interface TorchPrompt {
  readonly image: string
  /** User and assistant in turn; the last is the question. */
  readonly messages: readonly string[]
  readonly answerIds: readonly number[]
}
const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(resolve(FOLDER, file), 'utf8'))

describe.skipIf(!isThere)('Falconet in our engine', () => {
  let model: OpenModel
  let prompts: readonly Prompt[]
  beforeAll(async () => {
    const folder = await readModelFolder(FOLDER)
    await verifyModelFiles(folder)
    model = await openModel(await loadRuntime(), folder, { providers: ['cpu'], threads: 1 })
    prompts = ((await readJson('fixtures/prompts.json')) as { prompts: readonly Prompt[] }).prompts
  }, 60_000)
  afterAll(() => model.release())

  it('writes every question as the same token ids', () => {
    expect(prompts.length).toBeGreaterThan(10)
    for (const { question, promptIds } of prompts) {
      expect(model.tokenizer.prompt([{ role: 'user', text: question }]).after, question).toEqual(promptIds)
    }
  })

  it('sees the same in a picture', { timeout: 60_000 }, async () => {
    for (const { image, firstFeature } of prompts.slice(0, 4)) {
      const { features } = await model.see(await model.look(resolve(ROOT, image)))
      for (const [i, value] of firstFeature.entries()) expect(features[i], image).toBeCloseTo(value, 2)
    }
  })

  const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }

  it(
    "answers 200 prompts of every kind, second turns among them, with torch's token ids",
    { timeout: 300_000 },
    async () => {
      const memory = createMemory(1e8)
      const { prompts: all } = (await readJson('fixtures/torch-answers.json')) as { prompts: readonly TorchPrompt[] }
      const different: unknown[] = []
      for (const { image, messages, answerIds } of all) {
        const turns = messages.map((text, i) => ({
          role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
          text
        }))
        const limits = { ...DEFAULT_STOP_LIMITS, maxNewTokens: 200 }
        const { ids } = await answerQuestion(
          model,
          memory,
          { imagePath: resolve(ROOT, image), messages: turns, limits },
          quiet
        )
        if (ids.join() !== answerIds.join()) different.push({ image, messages, ids, answerIds })
      }
      expect(all.length).toBe(200)
      expect(different).toEqual([])
    }
  )

  it('answers every question with the same token ids', { timeout: 60_000 }, async () => {
    const memory = createMemory(1e8)
    for (const { image, question, answerIds } of prompts) {
      const { ids } = await answerQuestion(
        model,
        memory,
        {
          imagePath: resolve(ROOT, image),
          messages: [{ role: 'user', text: question }],
          limits: { ...DEFAULT_STOP_LIMITS, maxNewTokens: 200 }
        },
        quiet
      )
      expect({ image, question, ids }).toEqual({ image, question, ids: answerIds })
    }
  })
})

/**
 * @file The model that ships, in our engine, against what ONNX Runtime for Python said of the same
 * files (models/export/make_fixtures.py). Skipped, with its name in the output, where it is not there.
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
const isThere = ['eyrie.json', 'fixtures/prompts.json'].every((file) => existsSync(resolve(FOLDER, file)))

interface Prompt {
  readonly image: string
  readonly question: string
  /** What follows the image tokens. */
  readonly promptIds: readonly number[]
  readonly answerIds: readonly number[]
  readonly firstFeature: readonly number[]
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
  })
  afterAll(() => model.release())

  it('writes every question as the same token ids', () => {
    expect(prompts.length).toBeGreaterThan(10)
    for (const { question, promptIds } of prompts) {
      expect(model.tokenizer.prompt([{ role: 'user', text: question }]).after, question).toEqual(promptIds)
    }
  })

  it('sees the same in a picture', async () => {
    for (const { image, firstFeature } of prompts.slice(0, 4)) {
      const features = await model.see(await model.look(resolve(ROOT, image)))
      for (const [i, value] of firstFeature.entries()) expect(features[i], image).toBeCloseTo(value, 2)
    }
  })

  it('answers every question with the same token ids', async () => {
    const memory = createMemory(1e8)
    const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }
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

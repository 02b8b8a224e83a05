/**
 * @file Every family against its reference implementation: tiny random models made by
 * `models/export/make_fixture.py`, whose reference.json holds the prompts, pixels and greedy tokens of
 * transformers itself.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerQuestion } from '../decode/answer'
import { selfTest } from '../decode/self-test'
import type { StrategyId } from '../kv/strategy'
import { createMemory } from '../prefix/memory'
import { DEFAULT_STOP_LIMITS } from '../decode/stop-rules'
import { readRaster } from '../image/read-pixels'
import { openModel } from '../open-model'
import { readModelFolder } from '../repo/model-folder'
import type { ModelFolder } from '../repo/model-folder'
import { loadRuntime } from '../runtime'
import type { Feed, JsonObject } from './family'
import { familyOf } from './registry'

const FIXTURES = resolve(import.meta.dirname, '../../../models/export/fixtures')

type Stored =
  | { readonly dims: readonly number[]; readonly float32: string }
  | { readonly dims: readonly number[]; readonly samples: readonly (readonly [number, number])[] }
interface Answered {
  readonly picture: string
  readonly question: string
  readonly promptIds: readonly number[]
  readonly answerIds: readonly number[]
  readonly feeds: Readonly<Record<string, Stored>>
  /** Of encoders whose rows the engine puts together. */
  readonly features?: Stored
}
interface Reference {
  readonly family: string
  readonly versions: Readonly<Record<string, string>>
  readonly answers: readonly Answered[]
  /** Answers to the whole view alone, of models that are shown parts too. */
  readonly wholeAnswers?: readonly Answered[]
  readonly preprocessing?: readonly {
    readonly label: string
    readonly config: JsonObject
    readonly pictures: Readonly<Record<string, Readonly<Record<string, Stored>>>>
  }[]
}

const readJson = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(resolve(FIXTURES, name, file), 'utf8'))
const names = readdirSync(FIXTURES).filter(
  (name) => name !== 'pictures' && 'answers' in (readJson(name, 'reference.json') as object)
)
const pictureOf = (name: string): string => resolve(FIXTURES, 'pictures', `${name}.png`)
const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }

function storedValues(stored: Stored): readonly (readonly [number, number])[] {
  if ('samples' in stored) return stored.samples
  const bytes = Buffer.from(stored.float32, 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, place) => [place, bytes.readFloatLE(place * 4)])
}

/** One step of 255, in units of the normalised value: models divide by a deviation of 0.2 and more. */
const step = (config: JsonObject): number => {
  const std = (config['image_std'] as readonly number[] | undefined) ?? [1]
  return 1.001 / 255 / (config['do_normalize'] === false ? 1 : Math.min(...std))
}

function expectEqualFeed(ours: Feed | undefined, theirs: Stored, tolerance: number, about: string): void {
  expect(ours?.dims, about).toEqual(theirs.dims)
  const values = storedValues(theirs)
  expect(values.length, about).toBeGreaterThan(0)
  const worst = values.reduce(
    (max, [place, value]) => Math.max(max, Math.abs(Number(ours?.data[place] ?? NaN) - value)),
    0
  )
  expect(worst, about).toBeLessThanOrEqual(tolerance)
}

describe.each(names)('%s', (name) => {
  const reference = readJson(name, 'reference.json') as Reference
  const dir = resolve(FIXTURES, name)

  it('prepares pictures of odd sizes as the reference processor does, within one step of 255', async () => {
    const { reading } = await readModelFolder(dir)
    const config = readJson(name, 'preprocessor_config.json') as JsonObject
    for (const { picture, feeds } of reference.answers) {
      const ours = reading.prepare(await readRaster(pictureOf(picture)))
      for (const [input, stored] of Object.entries(feeds)) {
        expectEqualFeed(ours.feeds[input], stored, input === 'pixel_values' ? step(config) : 0, `${picture} ${input}`)
      }
    }
  })

  // What a reference does not hold is no test of its family, rather than one that is skipped.
  const { preprocessing, wholeAnswers } = reference
  const itWith = (there: unknown) => (there === undefined ? () => undefined : it)

  itWith(preprocessing)('does so with the settings of real models', async () => {
    const config = readJson(name, 'config.json') as JsonObject
    // As a folder is read: several fixtures may be of one family.
    const family = familyOf(name, String(config['model_type']))
    for (const { label, config: preprocessor, pictures } of preprocessing ?? []) {
      const reading = family.read({ model: label, config, preprocessor, processor: null })
      for (const [picture, feeds] of Object.entries(pictures)) {
        const ours = reading.prepare(await readRaster(pictureOf(picture)))
        for (const [input, stored] of Object.entries(feeds)) {
          expectEqualFeed(
            ours.feeds[input],
            stored,
            input === 'pixel_values' ? step(preprocessor) : 0,
            `${label} ${picture} ${input}`
          )
        }
      }
    }
  })

  async function expectSameAnswers(
    folder: ModelFolder,
    answers: readonly Answered[],
    knownStrategy?: StrategyId
  ): Promise<void> {
    const runtime = await loadRuntime()
    const known = knownStrategy === undefined ? {} : { knownStrategy }
    const model = await openModel(runtime, folder, { providers: ['cpu'], threads: 1, ...known })
    try {
      if (knownStrategy !== undefined) {
        expect(model.decoding).toMatchObject({ strategy: knownStrategy })
        expect(await selfTest(runtime, model, 1, () => undefined)).toMatchObject({ passed: true })
      }
      for (const { picture, question, promptIds, answerIds, features } of answers) {
        const messages = [{ role: 'user' as const, text: question }]
        const { before, after } = model.tokenizer.prompt(messages)
        const seen = await model.look(pictureOf(picture))
        expect([...before, ...model.place(seen), ...after], picture).toEqual(promptIds)
        if (features !== undefined) {
          const rows = (await model.see(seen)).features
          const dims = [rows.length / model.width, model.width]
          expectEqualFeed({ type: 'float32', data: rows, dims }, features, 1e-4, `${picture} features`)
        }
        const { ids } = await answerQuestion(
          model,
          createMemory(1e8),
          {
            imagePath: pictureOf(picture),
            messages,
            limits: { ...DEFAULT_STOP_LIMITS, maxNewTokens: answerIds.length, maxRepeatedTokens: 1_000 }
          },
          quiet
        )
        expect({ picture, ids }).toEqual({ picture, ids: answerIds })
      }
    } finally {
      await model.release()
    }
  }

  it('writes the prompt and answers with the ids of the reference', async () => {
    await expectSameAnswers(await readModelFolder(dir), reference.answers)
  })

  const hasEncoder = existsSync(resolve(dir, 'onnx/encoder_model.onnx'))
  itWith(hasEncoder ? undefined : dir)(
    'does so with its attention split, which gives the logits of its file',
    async () => {
      await expectSameAnswers(await readModelFolder(dir), reference.answers, 'split')
    }
  )

  itWith(wholeAnswers)('shows the whole view alone to an encoder without line ends', async () => {
    const folder = await readModelFolder(dir)
    const reading = folder.reading.forOutputs?.(new Set(['image_features']))
    if (reading === undefined) throw new Error('expected a reading for such an encoder')
    await expectSameAnswers({ ...folder, reading }, wholeAnswers ?? [])
  })
})

it.each(['preprocessing', 'wholeAnswers'] as const)('some reference holds %s', (part) => {
  expect(names.some((name) => part in (readJson(name, 'reference.json') as object))).toBe(true)
})

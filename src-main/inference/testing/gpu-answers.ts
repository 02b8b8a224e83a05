/**
 * @file A process of its own for tests and benches: answers the same questions on one picture on the CPU and on
 * WebGPU and prints what came, as one line of JSON. A driver may end the process; that is then all it ends.
 *
 *   node --import ./scripts/from-source.mjs gpu-answers.ts MODEL PICTURE TOKENS QUESTION…
 */
import { answerQuestion } from '../decode/answer'
import { DEFAULT_STOP_LIMITS } from '../decode/stop-rules'
import { openModel } from '../open-model'
import type { OpenModel } from '../open-model'
import { createMemory } from '../prefix/memory'
import { readModelFolder } from '../repo/model-folder'
import { loadRuntime } from '../runtime'

export interface GpuAnswers {
  /** What ran; `cpu` where there is no adapter. */
  readonly provider: string
  readonly notes: readonly string[]
  readonly strategy: string
  /** Answers on WebGPU and on the CPU, in the order of the questions. */
  readonly gpu: readonly (readonly number[])[]
  readonly cpu: readonly (readonly number[])[]
  /** Whether each answer on WebGPU began behind a picture that lay on the device. */
  readonly prefixReused: readonly boolean[]
  /** Largest difference of the logits behind a prompt of a few tokens. */
  readonly worstLogit: number
}

const quiet = { isCancelled: () => false, phase: () => undefined, token: () => undefined, alive: () => undefined }

async function ask(model: OpenModel, picture: string, tokens: number, questions: readonly string[]) {
  const memory = createMemory(1e9, model.endTokenIds)
  const answers = []
  for (const text of questions) {
    const limits = { ...DEFAULT_STOP_LIMITS, maxNewTokens: tokens, maxRepeatedTokens: 1_000, maxAnswerMs: 3_600_000 }
    answers.push(
      await answerQuestion(model, memory, { imagePath: picture, messages: [{ role: 'user', text }], limits }, quiet)
    )
  }
  memory.clear()
  return answers
}

async function logitsOf({ decoder, embed }: OpenModel): Promise<Float32Array> {
  if (decoder === null) return new Float32Array(0)
  const ids = [5, 9, 6, 8, 7, 5]
  const { logits, cache } = await decoder.forward(await embed(ids), ids.length, decoder.emptyCache)
  const kept = logits.slice()
  cache.release()
  return kept
}

const [, , dir = '', picture = '', tokens = '8', ...questions] = process.argv
const runtime = await loadRuntime()
const folder = await readModelFolder(dir)
const gpu = await openModel(runtime, folder, { providers: ['webgpu'], threads: 1 })
const cpu = await openModel(runtime, folder, { providers: ['cpu'], threads: 1 })
const onGpu = await ask(gpu, picture, Number(tokens), questions)
const onCpu = await ask(cpu, picture, Number(tokens), questions)
const [a, b] = [await logitsOf(gpu), await logitsOf(cpu)]
const result: GpuAnswers = {
  provider: gpu.provider,
  notes: gpu.providerNotes,
  strategy: gpu.decoder?.strategy ?? 'none',
  gpu: onGpu.map(({ ids }) => ids),
  cpu: onCpu.map(({ ids }) => ids),
  prefixReused: onGpu.map(({ prefixReused }) => prefixReused),
  worstLogit: a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? NaN))), 0)
}
process.stdout.write(`${JSON.stringify(result)}\n`)
// A device that is let go at the end may take long; everything is said.
process.exit(0)

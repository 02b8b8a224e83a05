/** @file Our engine as the product runs it, from a prepared picture and token ids on, as the peer is given them. */
import { answerAll } from '../../src-main/inference/batch/answer-all'
import { answerQuestion } from '../../src-main/inference/decode/answer'
import type { Answer } from '../../src-main/inference/decode/answer'
import type { Constraint } from '../../src-main/inference/decode/constraint'
import { DEFAULT_STOP_LIMITS } from '../../src-main/inference/decode/stop-rules'
import type { StrategyId } from '../../src-main/inference/kv/strategy'
import { openModel } from '../../src-main/inference/open-model'
import type { OpenModel } from '../../src-main/inference/open-model'
import { createMemory } from '../../src-main/inference/prefix/memory'
import type { Memory } from '../../src-main/inference/prefix/memory'
import { readModelFolder } from '../../src-main/inference/repo/model-folder'
import { loadRuntime } from '../../src-main/inference/runtime'
import type { PeerQuestion } from './peer'

export const quiet = {
  isCancelled: () => false,
  phase: () => undefined,
  token: () => undefined,
  alive: () => undefined
}
export const limits = (tokens: number) => ({
  ...DEFAULT_STOP_LIMITS,
  maxNewTokens: tokens,
  maxRepeatedTokens: 1_000_000_000
})
const BYTES = 1_000_000_000

export interface Ours {
  /** As the product opens it. */
  readonly opened: OpenModel
  /** With the picture ready, and no end token: answers are as long as is asked for. */
  readonly model: OpenModel
  /** float32 `[1, 3, side, side]` of the picture. */
  readonly pixels: Float32Array
  /** Ids in front of the picture, and the image's own once for every feature. */
  readonly head: readonly number[]
  memory(): Memory
  /** `question.ids` begin with `head`. */
  answer(memory: Memory, question: PeerQuestion, options?: { readonly mayGuess?: boolean }): Promise<Answer>
  /** The same for several questions on the picture, in calls for all of them. */
  answerAll(memory: Memory, questions: readonly PeerQuestion[]): Promise<readonly Answer[]>
  end(): Promise<void>
}

/** An answer whose places are given, as `PeerQuestion.allowed`. */
export function atPlaces(places: readonly (readonly number[])[], start = 0): Constraint {
  let at = start
  return {
    allowed: () => Int32Array.from(places[at] ?? []),
    get canEnd() {
      return at === places.length
    },
    forced() {
      const run: number[] = []
      for (let ahead = at; places[ahead]?.length === 1; ahead++) run.push(places[ahead]?.[0] ?? 0)
      return run
    },
    accept(id) {
      if (places[at]?.includes(id) !== true) throw new Error(`${id} is not allowed at ${at}`)
      at++
    },
    fork: () => atPlaces(places, at)
  }
}

export async function openOurs(
  dir: string,
  picture: string,
  { strategy, before = [1, 2, 4] }: { readonly strategy?: StrategyId; readonly before?: readonly number[] } = {}
): Promise<Ours> {
  const folder = await readModelFolder(dir)
  const opened = await openModel(await loadRuntime(), folder, {
    providers: ['cpu'],
    threads: 1,
    ...(strategy === undefined ? {} : { knownStrategy: strategy })
  })
  const prepared = await opened.look(picture)
  const model: OpenModel = { ...opened, look: () => Promise.resolve(prepared), endTokenIds: new Set() }
  const head = [...before, ...opened.place(prepared)]
  return {
    opened,
    model,
    pixels: prepared.feeds['pixel_values']?.data as Float32Array,
    head,
    memory: () => createMemory(BYTES),
    answer(memory, { ids, tokens, allowed }, { mayGuess = false } = {}) {
      const after = ids.slice(head.length)
      const asked = { ...model, tokenizer: { ...model.tokenizer, prompt: () => ({ text: '', before, after }) } }
      const constraint = allowed === undefined ? {} : { constraint: atPlaces(allowed) }
      return answerQuestion(
        asked,
        memory,
        { imagePath: picture, messages: [], limits: limits(tokens), mayGuess, ...constraint },
        quiet
      )
    },
    answerAll(memory, questions) {
      const prompts = questions.map(({ ids }) => ({ text: '', before, after: ids.slice(head.length) }))
      let asked = 0
      const prompt = () => prompts[asked++ % prompts.length] ?? { text: '', before, after: [] }
      const all = { ...model, tokenizer: { ...model.tokenizer, prompt } }
      return answerAll(
        all,
        memory,
        picture,
        questions.map(({ tokens }) => ({ messages: [], limits: limits(tokens) })),
        quiet
      )
    },
    end: () => opened.release()
  }
}

/**
 * @file Asks a model of this computer every REC question of an evaluation set (models/train/make_evaluation.py), freely
 * and held to boxes, in the engine that ships and in this process, and keeps what came of it: text, tokens, calls.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { TokenRival } from '../../src-main/core/ports'
import { answerQuestion } from '../../src-main/inference/decode/answer'
import { DEFAULT_STOP_LIMITS } from '../../src-main/inference/decode/stop-rules'
import { createHeldAnswers } from '../../src-main/inference/grammar/held-answers'
import { openModel } from '../../src-main/inference/open-model'
import { createMemory } from '../../src-main/inference/prefix/memory'
import { readModelFolder } from '../../src-main/inference/repo/model-folder'
import type { ModelFolder } from '../../src-main/inference/repo/model-folder'
import { loadRuntime } from '../../src-main/inference/runtime'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'

const questionSchema = z.object({
  id: z.string(),
  task: z.string(),
  image: z.string(),
  width: z.number().positive(),
  height: z.number().positive(),
  question: z.string(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable()
})
export type RecQuestion = z.output<typeof questionSchema>

export interface RecAnswer {
  readonly texts: readonly string[]
  readonly logProbs: readonly number[]
  readonly rivals: readonly (readonly TokenRival[] | null)[]
  readonly stop: string
  /** Of the decoder, the question's included. */
  readonly calls: number
}
export interface RecRecord {
  readonly question: RecQuestion
  readonly free: RecAnswer
  /** null: it was not asked for. */
  readonly boxes: RecAnswer | null
}

export interface AskedSet {
  readonly folder: ModelFolder
  /** sha256 of its questions. */
  readonly set: string
  readonly records: readonly RecRecord[]
}

/** At most `limit` questions for an object that is there, and with `withAbsent` a fifth as many for one that is not. */
export async function askSet(
  modelDir: string,
  setDir: string,
  options: { readonly limit: number; readonly withAbsent: boolean; readonly withBoxes: boolean }
): Promise<AskedSet> {
  const folder = await readModelFolder(resolve(modelDir))
  const model = await openModel(await loadRuntime(), folder, { providers: ['cpu'], threads: 1 })
  const memory = createMemory(100_000_000, model.endTokenIds)
  const held = createHeldAnswers(folder.card, model.tokenizer)
  const text = await readFile(join(setDir, 'questions.jsonl'), 'utf8')
  const all = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => questionSchema.parse(JSON.parse(line)))
    .filter(({ task }) => task === 'rec' || (task === 'absent' && options.withAbsent))
  // All over the set, in its order: questions about one picture stand together, and the picture is looked at once.
  const some = (task: string, count: number): readonly RecQuestion[] => {
    const those = all.filter((question) => question.task === task)
    const share = Math.min(1, count / those.length)
    return those.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share))
  }
  const taken = new Set([...some('rec', options.limit), ...some('absent', Math.ceil(options.limit / 5))])
  const questions = all.filter((question) => taken.has(question))

  async function ask({ image, question }: RecQuestion, form: AnswerForm | null): Promise<RecAnswer> {
    const texts: string[] = []
    const logProbs: number[] = []
    const rivals: (readonly TokenRival[] | null)[] = []
    const { stop, tail, calls } = await answerQuestion(
      model,
      memory,
      {
        imagePath: join(setDir, image),
        messages: [{ role: 'user', text: question }],
        limits: DEFAULT_STOP_LIMITS,
        ...(form === null ? {} : { constraint: held.start(form) })
      },
      {
        isCancelled: () => false,
        phase: () => undefined,
        alive: () => undefined,
        token(said, logProb, others) {
          texts.push(said)
          logProbs.push(logProb)
          rivals.push(others)
        }
      }
    )
    if (tail !== '') texts.push(`${texts.pop() ?? ''}${tail}`)
    return { texts, logProbs, rivals, stop, calls }
  }

  const records: RecRecord[] = []
  try {
    for (const question of questions) {
      const free = await ask(question, null)
      records.push({ question, free, boxes: options.withBoxes ? await ask(question, { kind: 'boxes' }) : null })
      if (records.length % 100 === 0) console.error(`${records.length} of ${questions.length} questions`)
    }
  } finally {
    memory.clear()
    await model.release()
  }
  return { folder, set: createHash('sha256').update(text).digest('hex'), records }
}

/**
 * @file Several questions on one picture, each call of the decoder for all of them: the picture is told
 * once, every question goes on for itself and leaves when its answer ends. Answers are those that
 * `answerQuestion` gives to each alone; where the decoder cannot take several, or guesses save more calls, they are
 * just that.
 */
import { answerQuestion } from '../decode/answer'
import type { Answer, AnswerHooks, AnswerRequest } from '../decode/answer'
import { pickToken } from '../decode/pick-token'
import { createSaying } from '../decode/saying'
import type { SaidToken } from '../decode/saying'
import { checkLength, readPrompt, tell } from '../decode/tell'
import type { OpenModel } from '../open-model'
import type { Memory } from '../prefix/memory'
import type { Prompt } from '../tokenizer'
import type { Batch, BatchDecoder } from './batch-decoder'

export type BatchQuestion = Omit<AnswerRequest, 'imagePath' | 'mayGuess'>

export interface BatchHooks {
  /** Of the question with this index. */
  isCancelled(index: number): boolean
  /** A token of the answer to the question with this index. */
  token(index: number, ...heard: Parameters<AnswerHooks['token']>): void
  phase: AnswerHooks['phase']
  alive(): void
}

/** More sequences gain little: by then the products are bound by arithmetic. */
const MAX_SEQUENCES = 8
const MAX_BATCH_BYTES = 1_000_000_000

/**
 * Calls of the decoder a token, with guesses, below which questions are answered one by one: a call for four sequences
 * costs about as much as two calls for one (runtime.md E1), and guesses are not made in a batch.
 */
const GUESSES_WIN_BELOW = 0.5

const CANCELLED = Symbol('cancelled')

interface Sequence {
  readonly index: number
  readonly question: BatchQuestion
  readonly prompt: Prompt
  readonly saying: ReturnType<typeof createSaying>
  /** Said and not fed yet; the question at first. */
  waiting: readonly number[]
}

type Ending = Pick<Answer, 'stop' | 'limit'>

/** Says what follows from one row of logits; null: the answer goes on. */
function goOn(sequence: Sequence, logits: Float32Array, position: number, model: OpenModel): Ending | null {
  const { saying, question } = sequence
  const { constraint } = question
  const next: number[] = []
  let limit: Ending['limit'] = null
  const say = (token: SaidToken): void => {
    constraint?.accept(token.id)
    const reached = saying.say(token, { position: position + next.length })
    limit ??= reached
    next.push(token.id)
  }
  const sayForced = (): void => {
    for (const id of [...(constraint?.forced() ?? [])]) say({ id, logProb: 0, rivals: null })
  }
  sayForced()
  if (next.length === 0) {
    const { endTokenIds } = model
    const choice = constraint && { allowed: constraint.allowed(), canEnd: constraint.canEnd, endTokenIds }
    const { id, logProb } = pickToken(logits, model.folder.card.id, choice)
    if (endTokenIds.has(id)) return { stop: 'end', limit: null }
    say({ id, logProb, rivals: model.rivals.of(id, logits, logProb) })
    sayForced()
  }
  if (constraint?.canEnd === true && constraint.allowed()?.length === 0) return { stop: 'end', limit: null }
  if (limit !== null) return { stop: 'length', limit }
  sequence.waiting = next
  return null
}

async function runBatch(
  model: OpenModel,
  batch: Batch,
  sequences: readonly Sequence[],
  { between, isCancelled }: Pick<BatchHooks, 'isCancelled'> & { between(): void },
  done: (sequence: Sequence, ending: Ending, calls: number) => void
): Promise<void> {
  let running = sequences
  for (let calls = 1; running.length > 0; calls++) {
    const rows: Float32Array[] = []
    for (const { waiting } of running) rows.push(await model.embed(waiting))
    const logits = await batch.forward(rows)
    between()
    const size = logits.length / running.length
    const endings = running.map((sequence, at): Ending | null =>
      isCancelled(sequence.index)
        ? { stop: 'cancelled', limit: null }
        : goOn(sequence, logits.subarray(at * size, (at + 1) * size), batch.lengths[at] ?? 0, model)
    )
    for (const [at, ending] of endings.entries()) {
      const sequence = running[at]
      if (ending !== null && sequence !== undefined) done(sequence, ending, calls)
    }
    const going = endings.flatMap((ending, at) => (ending === null ? [at] : []))
    batch.keep(going)
    running = running.filter((_, at) => endings[at] === null)
  }
}

/** How many may run at once, by the bytes of their keys and values. */
const roomFor = (decoder: BatchDecoder, length: number): number =>
  Math.max(1, Math.min(MAX_SEQUENCES, Math.floor(MAX_BATCH_BYTES / decoder.bytesFor(length))))

/** Answers in the order of the questions. Rejects as `answerQuestion` does, for all of them. */
export async function answerAll(
  model: OpenModel,
  memory: Memory,
  imagePath: string,
  questions: readonly BatchQuestion[],
  hooks: BatchHooks
): Promise<readonly Answer[]> {
  const { batch: decoder } = model
  const prompts = questions.map(({ messages }) => readPrompt(model, messages))
  const isTogether = prompts.every(({ before }) => before.join() === prompts[0]?.before.join())
  const [first] = prompts
  const answers: (Answer | undefined)[] = questions.map(() => undefined)
  const answerAlone = async (index: number): Promise<void> => {
    const question = questions[index]
    if (question === undefined) return
    const token: AnswerHooks['token'] = (...heard) => hooks.token(index, ...heard)
    const isCancelled = (): boolean => hooks.isCancelled(index)
    const heard: AnswerHooks = { token, isCancelled, phase: (phase) => hooks.phase(phase), alive: () => hooks.alive() }
    answers[index] = await answerQuestion(model, memory, { ...question, imagePath }, heard)
  }
  // The first one tells how well guesses do, where that is not known.
  let begun = 0
  if (memory.pace.callsPerToken === null && questions.length > 1) await answerAlone(begun++)
  const canBatch = decoder !== null && isTogether && questions.length - begun > 1
  if (!canBatch || first === undefined || (memory.pace.callsPerToken ?? 1) < GUESSES_WIN_BELOW) {
    while (begun < questions.length) await answerAlone(begun++)
    return answers.filter((answer): answer is Answer => answer !== undefined)
  }

  const started = performance.now()
  const between = (): void => {
    hooks.alive()
    if (sequences.every(({ index }) => hooks.isCancelled(index))) throw CANCELLED
  }
  const spent = { imageMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 }
  const sequences = questions.slice(begun).map((question, place): Sequence => {
    const index = begun + place
    const prompt = prompts[index] ?? first
    const heard: AnswerHooks['token'] = (...token) => hooks.token(index, ...token)
    return { index, question, prompt, saying: createSaying(model, question.limits, heard), waiting: prompt.after }
  })
  let pictureLength = 0
  let prefixReused = false
  const finish = (
    { index, saying, prompt }: Sequence,
    { stop, limit }: Pick<Answer, 'stop' | 'limit'>,
    calls: number
  ): void => {
    const { ids } = saying
    const totalMs = performance.now() - started
    const promptTokens = pictureLength + prompt.after.length
    const timings = { ...spent, decodeMs: totalMs, totalMs, promptTokens, newTokens: ids.length }
    answers[index] = { stop, limit, ids, tail: saying.tail(), timings, prefixReused, calls }
  }
  try {
    // The picture alone: what stands behind it is each question's own.
    const asked = { ...first, after: first.after.slice(0, 1) }
    const hear = {
      between,
      phase: (phase: 'reading-image' | 'prefill') => hooks.phase(phase),
      counted: (tokens: number) => void checkLength(tokens, model),
      spent: () => undefined
    }
    const told = await tell(model, memory, imagePath, asked, hear, true)
    ;({ prefixReused } = told)
    pictureLength = told.known.length
    try {
      for (const { after } of prompts) checkLength(pictureLength + after.length, model)
      const longest = Math.max(...prompts.map(({ after }) => after.length))
      const size = roomFor(decoder, pictureLength + longest)
      for (let at = 0; at < sequences.length; at += size) {
        const part = sequences.slice(at, at + size)
        hooks.phase('decoding')
        await runBatch(model, decoder.start(told.known, part.length), part, { ...hooks, between }, finish)
      }
    } finally {
      told.known.release()
    }
  } catch (error) {
    if (error !== CANCELLED) throw error
    for (const sequence of sequences)
      if (answers[sequence.index] === undefined) finish(sequence, { stop: 'cancelled', limit: null }, 0)
  }
  return answers.filter((answer): answer is Answer => answer !== undefined)
}

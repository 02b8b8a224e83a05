/**
 * @file One answer: picture and prompt made ready for the decoder, what is known of them already left
 * out, then the loop (loop.ts) until a rule ends it. Cancel is a flag looked at between calls of the
 * runtime; a call itself cannot be interrupted here.
 */
import type { AnswerTimings } from '../../../src-shared/document/records'
import type { DecodeLimit, AskMessage } from '../../core/ports'
import type { OpenModel } from '../open-model'
import type { Memory } from '../prefix/memory'
import type { Constraint } from './constraint'
import { runLoop } from './loop'
import type { ReadRival } from './rivals'
import { createSaying } from './saying'
import type { StopLimits } from './stop-rules'
import { checkLength, readPrompt, tell } from './tell'

export interface AnswerRequest {
  readonly imagePath: string
  readonly messages: readonly AskMessage[]
  readonly limits: StopLimits
  /** What the answer may say; used up by it. Without: anything. */
  readonly constraint?: Constraint
  /** False: one token of the model's choice a call, as a measure of what guesses save. */
  readonly mayGuess?: boolean
}

export interface AnswerHooks {
  isCancelled(): boolean
  phase(phase: 'reading-image' | 'prefill' | 'decoding'): void
  /**
   * One token of the answer; `text` is what became certain with it. `rivals`: what else might have stood for its digits;
   * null: forced, the model was not asked, and `logProb` is 0.
   */
  token(text: string, logProb: number, rivals: readonly ReadRival[] | null): void
  /** A call of the runtime has come back. */
  alive(): void
}

export interface Answer {
  readonly stop: 'end' | 'length' | 'cancelled'
  readonly limit: DecodeLimit | null
  /** Generated ids, without the end token. */
  readonly ids: readonly number[]
  /** Text held back until the end; belongs to the last token. */
  readonly tail: string
  readonly timings: AnswerTimings
  /** True when the picture's part of the prompt was known already. */
  readonly prefixReused: boolean
  /** Calls of the decoder, those that read the prompt included; none for what of it was known. */
  readonly calls: number
}

class Stopwatch {
  private last = performance.now()
  /** Milliseconds since the last lap. */
  lap(): number {
    const now = performance.now()
    const passed = now - this.last
    this.last = now
    return passed
  }
}

/** Thrown inside, never out: someone cancelled before there was an answer to return. */
const CANCELLED = Symbol('cancelled')

export async function answerQuestion(
  model: OpenModel,
  memory: Memory,
  request: AnswerRequest,
  hooks: AnswerHooks
): Promise<Answer> {
  const { folder, endTokenIds, width, embed } = model
  const started = performance.now()
  const watch = new Stopwatch()
  const spent = { imageMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 }
  const saying = createSaying(model, request.limits, (...heard) => hooks.token(...heard))
  let promptTokens = 0
  let prefixReused = false
  let calls = 0

  const between = (): void => {
    hooks.alive()
    if (hooks.isCancelled()) throw CANCELLED
  }
  const end = (stop: Answer['stop'], limit: DecodeLimit | null): Answer => {
    spent.decodeMs += watch.lap()
    const totalMs = performance.now() - started
    const timings = { ...spent, totalMs, promptTokens, newTokens: saying.ids.length }
    return { stop, limit, ids: saying.ids, tail: saying.tail(), timings, prefixReused, calls }
  }
  const counted = (tokens: number): void => {
    promptTokens = checkLength(tokens, model)
  }

  try {
    const prompt = readPrompt(model, request.messages)
    // Before anything runs, and the picture is at least one token.
    counted(prompt.before.length + 1 + prompt.after.length)
    const told = await tell(model, memory, request.imagePath, prompt, {
      between,
      counted,
      phase: (phase) => hooks.phase(phase),
      spent: (part) => {
        spent[part] += watch.lap()
      }
    })
    const { known, prefixKey } = told
    ;({ prefixReused } = told)
    try {
      const options = {
        model: folder.card.id,
        width,
        maxPositions: folder.config.maxPositions,
        endTokenIds,
        constraint: request.constraint,
        drafts: request.mayGuess === false ? null : memory.drafts,
        rivals: model.rivals,
        embed
      }
      const done = await runLoop(told, options, {
        between,
        begun(cache) {
          spent.prefillMs = watch.lap()
          const seen = told.picture && cache.cut(told.picture.length, told.picture.next)
          if (seen !== null && prefixKey !== null) memory.prefixes.keep(prefixKey, [], seen)
          hooks.phase('decoding')
        },
        say: (token, where) => saying.say(token, where)
      })
      ;({ calls } = done)
      if (request.mayGuess !== false) memory.pace.answered(calls, saying.ids.length)
      if (done.cache !== known) {
        const pictureLength = known.length + told.embeds.length / width - prompt.after.length
        const covered = [...prompt.after, ...saying.ids].slice(0, done.cache.length - pictureLength)
        if (prefixKey === null) done.cache.release()
        else memory.prefixes.keep(prefixKey, covered, done.cache)
      }
      return end(done.stop, done.limit)
    } finally {
      if (known.length > 0) known.release()
    }
  } catch (error) {
    if (error !== CANCELLED) throw error
    return end('cancelled', null)
  }
}

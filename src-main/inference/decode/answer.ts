/**
 * @file One answer: picture and prompt made ready for the decoder, what is known of them already left
 * out, then the loop (loop.ts) until a rule ends it. Cancel is a flag looked at between calls of the
 * runtime; a call itself cannot be interrupted here.
 */
import { AppError, InvariantError } from '../../../src-shared/errors'
import type { AnswerTimings } from '../../../src-shared/document/records'
import type { DecodeLimit, AskMessage } from '../../core/ports'
import { createDetokenizer } from '../detokenizer'
import { identifyImage } from '../image/read-pixels'
import type { SeenPicture } from '../prefix/feature-cache'
import type { OpenModel } from '../open-model'
import { pictureKey } from '../prefix/memory'
import type { Memory } from '../prefix/memory'
import type { Prompt } from '../tokenizer'
import type { Constraint } from './constraint'
import { feedRows, runLoop } from './loop'
import type { Told } from './loop'
import { createStopRule } from './stop-rules'
import type { StopLimits } from './stop-rules'

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
  /** One token of the answer; `text` is what became certain with it. A forced one, which the model was not asked for, has `logProb` 0. */
  token(text: string, logProb: number): void
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
  /** Calls of the decoder for the question and the answer, without the picture's. */
  readonly calls: number
}

function promptTooLong(tokens: number, limit: number, model: OpenModel): AppError {
  return new AppError(
    'inference/prompt-too-long',
    `The question with its image and dialogue is ${tokens} tokens long; ${model.folder.card.name} reads at most ${limit}, its answer included.`,
    { nextStep: 'Start a new dialogue on this image, or shorten the question.', data: { tokens, limit } }
  )
}

/** Throws before anything runs when the prompt leaves no room for one token of answer. */
function checkLength(tokens: number, model: OpenModel): number {
  const limit = model.folder.config.maxPositions
  if (tokens >= limit) throw promptTooLong(tokens, limit, model)
  return tokens
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
  const { folder, tokenizer, endTokenIds, width } = model
  const { maxPositions } = folder.config
  const started = performance.now()
  const watch = new Stopwatch()
  const spent = { imageMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 }
  const ids: number[] = []
  const detokenizer = createDetokenizer(tokenizer.decode)
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
    const timings = { ...spent, totalMs, promptTokens, newTokens: ids.length }
    return { stop, limit, ids, tail: detokenizer.end(), timings, prefixReused, calls }
  }

  /** What the vision encoder says of the picture, and where it stands in a prompt. */
  async function seePicture(key: string): Promise<SeenPicture> {
    const seen = memory.features.get(key)
    if (seen !== undefined) return seen
    const picture = await model.look(request.imagePath)
    spent.imageMs += watch.lap()
    between()
    const features = await model.see(picture)
    const { block, grid } = picture
    memory.features.set(key, { picture: { block, grid }, features })
    return { picture: { block, grid }, features }
  }

  /** Embeddings of the prompt up to the picture, with `after` behind it. */
  async function embedPicture(key: string, prompt: Prompt, after: readonly number[]) {
    const { picture, features } = await seePicture(key)
    spent.visionMs += watch.lap()
    const ids = [...prompt.before, ...model.place(picture), ...after]
    promptTokens = checkLength(ids.length + prompt.after.length - after.length, model)
    between()
    hooks.phase('prefill')
    return { embeds: await model.embedWith(ids, features), positions: model.positions(ids, picture) }
  }

  /** Everything the decoder is told before its first word, as far as it does not know it yet; `known` is ours to release. */
  async function tell(prompt: Prompt): Promise<Told & { readonly prefixKey: string | null }> {
    hooks.phase('reading-image')
    const { contentHash } = await identifyImage(request.imagePath)
    const key = pictureKey(folder, contentHash)
    const { decoder, listen } = model
    if (listen !== null) {
      const { embeds } = await embedPicture(key, prompt, prompt.after)
      const hearing = await listen(embeds, embeds.length / width)
      between()
      const start = await model.embed(folder.reading.decoderStart ?? [])
      const { emptyCache: known } = hearing
      return {
        decoder: hearing,
        known,
        embeds: start,
        positions: null,
        isCausal: true,
        ids: prompt.after,
        prefixKey: null
      }
    }
    if (decoder === null) throw new InvariantError('expected a decoder or an encoder')
    const { emptyCache } = decoder
    if (folder.reading.feeding === 'whole-prompt') {
      // What is fed together looks at itself both ways: the prompt must not be cut.
      const whole = await embedPicture(key, prompt, prompt.after)
      return { decoder, known: emptyCache, ...whole, isCausal: false, ids: prompt.after, prefixKey: null }
    }
    const prefixKey = `${key} ${prompt.before.join(',')}`
    let found = memory.prefixes.find(prefixKey, prompt.after)
    prefixReused = found !== null
    if (found === null) {
      const rows = await embedPicture(key, prompt, [])
      const { cache } = await feedRows(decoder, emptyCache, rows, { width, between })
      found = { cache: cache.cut(cache.length, cache.next) ?? cache, covered: 0 }
      memory.prefixes.keep(prefixKey, [], cache)
    } else {
      spent.imageMs = watch.lap()
      hooks.phase('prefill')
    }
    const { cache: known, covered } = found
    promptTokens = checkLength(known.length - covered + prompt.after.length, model)
    const embeds = await model.embed(prompt.after.slice(covered))
    return { decoder, known, embeds, positions: null, isCausal: true, ids: prompt.after, prefixKey }
  }

  const shouldStop = createStopRule(request.limits)
  let characters = 0

  try {
    const prompt = tokenizer.prompt(request.messages)
    promptTokens = checkLength(prompt.before.length + 1 + prompt.after.length, model)
    // A template whose prompt ends with the picture would leave nothing to predict from.
    if (prompt.after.length === 0) {
      throw new AppError(
        'model/bad-template',
        `Model ${folder.card.id}: its chat_template has no words after the image.`,
        {
          nextStep: 'Use the template of the original model.',
          data: { model: folder.card.id }
        }
      )
    }
    const told = await tell(prompt)
    const { known, prefixKey } = told
    try {
      const options = {
        model: folder.card.id,
        width,
        maxPositions,
        endTokenIds,
        constraint: request.constraint,
        drafts: request.mayGuess === false ? null : memory.drafts,
        embed: model.embed
      }
      const done = await runLoop(told, options, {
        between,
        begun() {
          spent.prefillMs = watch.lap()
          hooks.phase('decoding')
        },
        say({ id, logProb }, { position }) {
          ids.push(id)
          const text = detokenizer.push(id)
          characters += text.length
          hooks.token(text, logProb)
          return shouldStop({
            id,
            newTokens: ids.length,
            characters,
            elapsedMs: performance.now() - started,
            room: maxPositions - position
          })
        }
      })
      ;({ calls } = done)
      if (done.cache !== known) {
        const covered = [...prompt.after, ...ids].slice(
          0,
          done.cache.length - known.length + told.ids.length - told.embeds.length / width
        )
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

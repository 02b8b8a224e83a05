/**
 * @file One answer: picture and prompt into the decoder, then greedy steps until a rule ends it.
 * Cancel is a flag looked at between calls of the runtime; a call itself cannot be interrupted here.
 */
import { AppError, InvariantError } from '../../../src-shared/errors'
import type { AnswerTimings } from '../../../src-shared/document/records'
import type { DecodeLimit, AskMessage } from '../../core/ports'
import { createDetokenizer } from '../detokenizer'
import { identifyImage } from '../image/read-pixels'
import type { Positions } from '../families/positions'
import type { OpenModel } from '../open-model'
import type { Prompt } from '../tokenizer'
import type { Constraint } from './constraint'
import type { KeyValueCache } from '../kv/cache'
import type { Decoder, ForwardResult } from './decoder'
import { pickToken } from './pick-token'
import type { PrefixCache } from './prefix-cache'
import { createStopRule } from './stop-rules'
import type { StopLimits } from './stop-rules'

export interface AnswerRequest {
  readonly imagePath: string
  readonly messages: readonly AskMessage[]
  readonly limits: StopLimits
  /** What the answer may say; used up by it. Without: anything. */
  readonly constraint?: Constraint
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
}

/** Positions fed to the decoder in one call. Bounds memory, and how long one call keeps a cancel waiting. */
const PREFILL_CHUNK = 256

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

export async function feed(
  { decoder, width }: Pick<OpenModel, 'width'> & { readonly decoder: Decoder },
  embeds: Float32Array,
  cache: KeyValueCache,
  options: { readonly chunk?: number; readonly between?: () => void; readonly positions?: Positions | null } = {}
): Promise<ForwardResult | null> {
  const { chunk = PREFILL_CHUNK, between, positions } = options
  const count = embeds.length / width
  let result: ForwardResult | null = null
  for (let at = 0; at < count; at += chunk) {
    const size = Math.min(chunk, count - at)
    const part = embeds.subarray(at * width, (at + size) * width)
    const places = positions && {
      axes: positions.axes.map((axis) => axis.subarray(at, at + size)),
      next: positions.next
    }
    result = await decoder.forward(
      part,
      size,
      result?.cache ?? cache,
      places === null || places === undefined ? {} : { positions: places }
    )
    between?.()
  }
  return result
}

export async function answerQuestion(
  model: OpenModel,
  prefixes: PrefixCache,
  request: AnswerRequest,
  hooks: AnswerHooks
): Promise<Answer> {
  const { folder, tokenizer, endTokenIds } = model
  const started = performance.now()
  const watch = new Stopwatch()
  const spent = { imageMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 }
  const ids: number[] = []
  const detokenizer = createDetokenizer(tokenizer.decode)
  let promptTokens = 0
  let prefixReused = false

  const between = (): void => {
    hooks.alive()
    if (hooks.isCancelled()) throw CANCELLED
  }
  const end = (stop: Answer['stop'], limit: DecodeLimit | null): Answer => {
    spent.decodeMs += watch.lap()
    const totalMs = performance.now() - started
    const timings = { ...spent, totalMs, promptTokens, newTokens: ids.length }
    return { stop, limit, ids, tail: detokenizer.end(), timings, prefixReused }
  }

  const { width } = model

  /** Looks at the picture and puts its features where the prompt says, together with `after`. */
  async function embedPicture(
    prompt: Prompt,
    after: readonly number[]
  ): Promise<{
    readonly embeds: Float32Array
    readonly positions: Positions | null
  }> {
    const picture = await model.look(request.imagePath)
    spent.imageMs = watch.lap()
    const ids = [...prompt.before, ...model.place(picture), ...after]
    promptTokens = checkLength(ids.length + prompt.after.length - after.length, model)
    between()
    const features = await model.see(picture)
    spent.visionMs = watch.lap()
    between()
    hooks.phase('prefill')
    return { embeds: await model.embedWith(ids, features), positions: model.positions(ids, picture) }
  }

  /** The decoder's knowledge of everything up to and including the picture. */
  async function knowPicture(decoder: Decoder, prompt: Prompt): Promise<KeyValueCache> {
    hooks.phase('reading-image')
    const { contentHash } = await identifyImage(request.imagePath)
    const key = `${contentHash} ${prompt.before.join(',')}`
    const known = prefixes.get(key)
    if (known !== undefined) {
      prefixReused = true
      spent.imageMs = watch.lap()
      return known
    }
    between()
    const { embeds, positions } = await embedPicture(prompt, [])
    const result = await feed({ decoder, width }, embeds, decoder.emptyCache, { between, positions })
    const cache = result?.cache ?? decoder.emptyCache
    prefixes.set(key, cache)
    return cache
  }

  /** Everything the decoder is told before its first word, the picture's part from the cache where it is known. */
  async function tell(prompt: Prompt): Promise<{ readonly decoder: Decoder; readonly first: ForwardResult | null }> {
    const { decoder, listen } = model
    if (listen !== null) {
      hooks.phase('reading-image')
      const { embeds } = await embedPicture(prompt, prompt.after)
      const hearing = await listen(embeds, embeds.length / width)
      const start = await model.embed(folder.reading.decoderStart ?? [])
      return {
        decoder: hearing,
        first: await feed({ decoder: hearing, width }, start, hearing.emptyCache, { between })
      }
    }
    if (decoder === null) throw new InvariantError('expected a decoder or an encoder')
    if (folder.reading.feeding === 'whole-prompt') {
      hooks.phase('reading-image')
      const { embeds, positions } = await embedPicture(prompt, prompt.after)
      // What is fed together looks at itself both ways: the prompt must not be cut.
      const chunk = embeds.length / width
      return {
        decoder,
        first: await feed({ decoder, width }, embeds, decoder.emptyCache, { between, positions, chunk })
      }
    }
    const picture = await knowPicture(decoder, prompt)
    promptTokens = checkLength(picture.length + prompt.after.length, model)
    hooks.phase('prefill')
    return { decoder, first: await feed({ decoder, width }, await model.embed(prompt.after), picture, { between }) }
  }

  async function decode(decoder: Decoder, first: ForwardResult): Promise<Answer> {
    hooks.phase('decoding')
    const { constraint } = request
    const shouldStop = createStopRule(request.limits)
    let { logits, cache } = first
    let characters = 0
    /** Adds a token to the answer; `ahead` of it are said but not fed yet. */
    const say = (id: number, logProb: number, ahead: number): DecodeLimit | null => {
      constraint?.accept(id)
      ids.push(id)
      const text = detokenizer.push(id)
      characters += text.length
      hooks.token(text, logProb)
      return shouldStop({
        id,
        newTokens: ids.length,
        characters,
        elapsedMs: performance.now() - started,
        room: folder.config.maxPositions - cache.length - ahead
      })
    }
    for (;;) {
      /** What the next call is fed: one token chosen by the model, and what must follow it. */
      const run: number[] = []
      let forced = constraint?.forced() ?? []
      // Only an answer that begins with forced words has some before the first choice.
      if (forced.length === 0) {
        const choice = constraint && { allowed: constraint.allowed(), canEnd: constraint.canEnd, endTokenIds }
        const { id, logProb } = pickToken(logits, folder.card.id, choice)
        if (endTokenIds.has(id)) return end('end', null)
        const limit = say(id, logProb, 0)
        if (limit !== null) return end('length', limit)
        run.push(id)
        forced = constraint?.forced() ?? []
      }
      for (const id of [...forced]) {
        const limit = say(id, 0, run.length)
        if (limit !== null) return end('length', limit)
        run.push(id)
      }
      // Nothing but an end is left: the model need not be asked for it.
      if (constraint?.canEnd === true && constraint.allowed()?.length === 0) return end('end', null)
      ;({ logits, cache } = await decoder.forward(await model.embed(run), run.length, cache))
      between()
    }
  }

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
    const { decoder, first } = await tell(prompt)
    spent.prefillMs = watch.lap()
    if (first === null) throw CANCELLED
    return await decode(decoder, first)
  } catch (error) {
    if (error !== CANCELLED) throw error
    return end('cancelled', null)
  }
}

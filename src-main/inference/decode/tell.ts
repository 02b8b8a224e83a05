/**
 * @file From picture and prompt to what a decoder is told, what it knows of them already left out:
 * features of the picture, and keys and values of a beginning that was told before.
 */
import { AppError, InvariantError } from '../../../src-shared/errors'
import type { AskMessage } from '../../core/ports'
import { hashImage } from '../image/read-pixels'
import type { OpenModel } from '../open-model'
import type { SeenPicture } from '../prefix/feature-cache'
import { pictureKey } from '../prefix/memory'
import type { Memory } from '../prefix/memory'
import type { Prompt } from '../tokenizer'
import { cutsAnywhere } from '../kv/strategy'
import { feedRows } from './loop'
import type { Told } from './loop'

export interface TellHooks {
  /** A call of the runtime has come back. Throws to end the telling. */
  between(): void
  phase(phase: 'reading-image' | 'prefill'): void
  /** The prompt is at least this long. Throws when it is too long. */
  counted(tokens: number): void
  /** What was done since the last time belongs to this part. */
  spent(part: 'imageMs' | 'visionMs'): void
}

export interface ToldPrompt extends Told {
  /** Under which the prefix tree keeps it; null: not at all. */
  readonly prefixKey: string | null
  readonly prefixReused: boolean
  /** What of `embeds` is to be kept under `prefixKey` as the picture, once it is known; null: it is kept, or never. */
  readonly picture: { readonly length: number; readonly next: number } | null
}

function promptTooLong(tokens: number, limit: number, model: OpenModel): AppError {
  return new AppError(
    'inference/prompt-too-long',
    `The question with its image and dialogue is ${tokens} tokens long; ${model.folder.card.name} reads at most ${limit}, its answer included.`,
    { nextStep: 'Start a new dialogue on this image, or shorten the question.', data: { tokens, limit } }
  )
}

/** Throws before anything runs when the prompt leaves no room for one token of answer. */
export function checkLength(tokens: number, model: OpenModel): number {
  const limit = model.folder.config.maxPositions
  if (tokens >= limit) throw promptTooLong(tokens, limit, model)
  return tokens
}

/** Rejects with what the tokenizer says of it, or `model/bad-template`. */
export function readPrompt(model: OpenModel, messages: readonly AskMessage[]): Prompt {
  const prompt = model.tokenizer.prompt(messages)
  // A template whose prompt ends with the picture would leave nothing to predict from.
  if (prompt.after.length === 0) {
    const { id } = model.folder.card
    throw new AppError('model/bad-template', `Model ${id}: its chat_template has no words after the image.`, {
      nextStep: 'Use the template of the original model.',
      data: { model: id }
    })
  }
  return prompt
}

/** A picture that is seen in less is seen again; reading a file takes some milliseconds, too. */
const WORTH_KEEPING_MS = 50

/** What the vision encoder says of the picture, and where it stands in a prompt. */
async function seePicture(
  model: OpenModel,
  memory: Memory,
  { imagePath, key, contentHash }: { readonly imagePath: string; readonly key: string; readonly contentHash: string },
  hooks: TellHooks
): Promise<SeenPicture> {
  const known = memory.features.get(key)
  if (known !== undefined) return known
  const { kept } = memory
  const storedKey = JSON.stringify([kept?.identity, contentHash])
  const stored = (await kept?.store.read(storedKey)) ?? null
  if (stored !== null) {
    memory.features.set(key, stored)
    return stored
  }
  const looked = await model.look(imagePath)
  hooks.spent('imageMs')
  hooks.between()
  const started = performance.now()
  const { features, proposals } = await model.see(looked)
  const tookMs = performance.now() - started
  // The pixels are not kept.
  const seen = { picture: { block: looked.block, grid: looked.grid }, features, proposals }
  memory.features.set(key, seen)
  // Written while the answer goes on; it never rejects.
  if (tookMs >= WORTH_KEEPING_MS) void kept?.store.write(storedKey, seen)
  return seen
}

/** `known` of the result is the caller's to release, if it covers anything. Rejects with `inference/prompt-too-long`, `image/unreadable`, `inference/bad-output`. */
export async function tell(
  model: OpenModel,
  memory: Memory,
  imagePath: string,
  prompt: Prompt,
  hooks: TellHooks,
  /** The picture is fed before this resolves, what is behind it is not. */
  pictureApart = false
): Promise<ToldPrompt> {
  const { folder, width, decoder, listen } = model
  hooks.phase('reading-image')
  const contentHash = await hashImage(imagePath)
  const key = pictureKey(folder, contentHash)

  /** Embeddings of the prompt up to the picture, with `after` behind it. */
  async function embedPicture(after: readonly number[]) {
    const { picture, features, proposals } = await seePicture(model, memory, { imagePath, key, contentHash }, hooks)
    hooks.spent('visionMs')
    const ids = [...prompt.before, ...model.place(picture), ...after]
    hooks.counted(ids.length + prompt.after.length - after.length)
    hooks.between()
    hooks.phase('prefill')
    const head = ids.length - after.length
    return {
      embeds: await model.embedWith(ids, features),
      positions: model.positions(ids, picture),
      proposals,
      head: { length: head, next: model.positions(ids.slice(0, head), picture)?.next ?? null }
    }
  }
  const common = { ids: prompt.after, prefixKey: null, prefixReused: false, picture: null }

  if (listen !== null) {
    const { embeds, proposals } = await embedPicture(prompt.after)
    const hearing = await listen(embeds, embeds.length / width)
    hooks.between()
    const start = await model.embed(folder.reading.decoderStart ?? [])
    return {
      ...common,
      decoder: hearing,
      known: hearing.emptyCache,
      embeds: start,
      positions: null,
      isCausal: true,
      proposals
    }
  }
  if (decoder === null) throw new InvariantError('expected a decoder or an encoder')
  const { emptyCache } = decoder
  if (folder.reading.feeding === 'whole-prompt') {
    // What is fed together looks at itself both ways: the prompt must not be cut.
    const { embeds, positions, proposals } = await embedPicture(prompt.after)
    return { ...common, decoder, known: emptyCache, embeds, positions, proposals, isCausal: false }
  }
  const prefixKey = `${key} ${prompt.before.join(',')}`
  let found = memory.prefixes.find(prefixKey, prompt.after)
  const prefixReused = found !== null
  if (found === null && cutsAnywhere(decoder.strategy) && !pictureApart) {
    // Picture and question in one go; what is known of the picture is cut off afterwards.
    const { embeds, positions, proposals, head } = await embedPicture(prompt.after)
    const picture = { length: head.length, next: head.next ?? emptyCache.next + head.length }
    return { ...common, decoder, known: emptyCache, embeds, positions, proposals, isCausal: true, prefixKey, picture }
  }
  if (found === null) {
    const { cache } = await feedRows(decoder, emptyCache, await embedPicture([]), { width, between: hooks.between })
    found = { cache: cache.cut(cache.length, cache.next) ?? cache, covered: 0 }
    memory.prefixes.keep(prefixKey, [], cache)
  } else {
    hooks.spent('imageMs')
    hooks.phase('prefill')
  }
  const { cache: known, covered } = found
  hooks.counted(known.length - covered + prompt.after.length)
  const embeds = await model.embed(prompt.after.slice(covered))
  const proposals = memory.features.get(key)?.proposals ?? (() => [])
  const place = { positions: null, isCausal: true, prefixKey, prefixReused }
  return { ...common, ...place, decoder, known, embeds, proposals }
}

/** @file A model ready to answer: its graphs (open-graphs.ts), its words, and what its family makes of a picture. */
import { createBatchDecoder } from './batch/batch-decoder'
import type { BatchDecoder } from './batch/batch-decoder'
import { createDecoder, floatInput } from './decode/decoder'
import type { Decoder } from './decode/decoder'
import type { Decoding } from './decode/open-decoder'
import { createRivalReader } from './decode/rivals'
import type { RivalReader } from './decode/rivals'
import { createSeq2SeqDecoder } from './decode/seq2seq'
import { badOutput } from './decode/bad-output'
import type { Feed, Picture, PlacedPicture } from './families/family'
import { layPositions } from './families/positions'
import type { Positions } from './families/positions'
import { asType, bitsFrom, isFloatType, numbersOf } from './floats'
import { readRaster } from './image/read-pixels'
import { openGraphs } from './open-graphs'
import type { OpenGraphsOptions } from './open-graphs'
import type { Proposals } from './prefix/feature-cache'
import type { ModelFolder } from './repo/model-folder'
import { modelProblem } from './repo/problems'
import { InvariantError } from '../../src-shared/errors'
import type { GraphSession, ProviderName, Runtime, RuntimeTensor } from './runtime'
import { openTokenizer } from './tokenizer'
import type { ModelTokenizer } from './tokenizer'

/** What the vision encoder says of a picture. */
export interface SeenFeatures {
  readonly features: Float32Array
  readonly proposals: Proposals
}

/** A model ready to answer. Its owner calls `release`. */
export interface OpenModel {
  readonly folder: ModelFolder
  readonly tokenizer: ModelTokenizer
  /** Of a model with an encoder: none before `listen`. */
  readonly decoder: Decoder | null
  /** Feeds several sequences in one call; null where the decoder cannot. */
  readonly batch: BatchDecoder | null
  /** Encoder and decoder: takes the embeddings of a whole prompt, float32 `[count, width]`; null where there is no encoder. */
  readonly listen: ((embeds: Float32Array, count: number) => Promise<Decoder>) | null
  readonly provider: ProviderName
  /** One sentence per provider that was given up: which, and why. */
  readonly providerNotes: readonly string[]
  /** How its decoder runs, and why so; null where there is nothing to choose. */
  readonly decoding: Decoding | null
  /** Width of the embeddings. */
  readonly width: number
  readonly endTokenIds: ReadonlySet<number>
  readonly rivals: RivalReader
  /** float32 `[ids.length, width]`. */
  embed(ids: readonly number[]): Promise<Float32Array>
  /** Reads an image file and makes it ready for the vision encoder. Rejects with `image/unreadable`. */
  look(path: string): Promise<Picture>
  /** float32 `[features, width]`; and texts that answers may hold, as token ids, where the encoder proposes regions. */
  see(picture: Picture): Promise<SeenFeatures>
  /** Ids that stand in the prompt for the picture: the image's own once for every row of features, -1 where it has none. */
  place(picture: PlacedPicture): readonly number[]
  /** Positions of `ids`, which begin the prompt and hold the picture's; null: one after another. */
  positions(ids: readonly number[], picture: PlacedPicture): Positions | null
  /** Embeddings of `ids`, where features take the rows of the image's id, in order. */
  embedWith(ids: readonly number[], features: Float32Array): Promise<Float32Array>
  release(): Promise<void>
}

function checkVision(session: GraphSession, { card, reading }: ModelFolder): void {
  const unknown = session.inputs.find(({ name }) => !reading.visionInputs.includes(name))
  if (unknown !== undefined) {
    throw modelProblem(
      'model/unsupported-graph',
      card.id,
      `its vision encoder asks for "${unknown.name}", which this version cannot give`
    )
  }
  const pixels = session.inputs.find(({ name }) => name === 'pixel_values')
  const [h, w] = pixels?.dims.slice(-2) ?? []
  if (reading.pixels !== null) {
    const { height, width } = reading.pixels
    if ((typeof h === 'number' && h !== height) || (typeof w === 'number' && w !== width)) {
      throw modelProblem(
        'model/bad-config',
        card.id,
        `its vision encoder takes ${w}×${h} pixels, preprocessor_config.json says ${width}×${height}`,
        { file: 'preprocessor_config.json' }
      )
    }
  }
  if (!session.outputs.some((output) => output.name === 'image_features')) {
    throw modelProblem('model/unsupported-graph', card.id, 'its vision encoder has no output "image_features"')
  }
}

const featureCount = ({ block }: Picture): number =>
  block.reduce((sum, part) => sum + ('features' in part ? part.features : 0), 0)

/** `[…, width]` in any number of axes, in all `rows` rows. */
function checkedFeatures(tensor: RuntimeTensor | undefined, model: string, rows: number, width: number): Float32Array {
  const isSound = tensor !== undefined && isFloatType(tensor.type) && tensor.dims.at(-1) === width
  if (!isSound || tensor.size !== rows * width) {
    throw badOutput(
      model,
      'image_features',
      `float32 [${rows}, ${width}] was expected, ${tensor?.type} [${tensor?.dims.join(', ')}] came`
    )
  }
  const features = numbersOf(tensor)
  let sum = 0
  for (let i = 0; i < features.length; i++) sum += features[i] ?? 0
  if (!Number.isFinite(sum)) {
    throw badOutput(model, 'image_features', 'it contains values that are not numbers')
  }
  return features
}

/** `width` values in any shape. */
function checkedRow(tensor: RuntimeTensor | undefined, model: string, output: string, width: number): Float32Array {
  if (tensor !== undefined && isFloatType(tensor.type) && tensor.size === width) return numbersOf(tensor)
  throw badOutput(model, output, `float32 [${width}] was expected, ${tensor?.type} [${tensor?.dims.join(', ')}] came`)
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** Stands for a row of features where the vocabulary has no token for it. */
const NO_TOKEN = -1

/** Rejects with `model/unsupported-graph`. */
function createListener(
  runtime: Runtime,
  encoder: GraphSession,
  decoder: GraphSession,
  shape: { readonly model: string; readonly config: ModelFolder['config']; readonly width: number }
): NonNullable<OpenModel['listen']> {
  const seq2seq = createSeq2SeqDecoder(runtime, decoder, shape)
  const embedsType = floatInput(encoder, 'inputs_embeds', shape.model)
  return async (embeds, count) => {
    const result = await encoder.run(
      {
        inputs_embeds: runtime.floats(embedsType, bitsFrom(embedsType, embeds), [1, count, shape.width]),
        attention_mask: runtime.int64(new BigInt64Array(count).fill(1n), [1, count])
      },
      ['last_hidden_state']
    )
    const states = result['last_hidden_state']
    if (states === undefined || !isFloatType(states.type) || states.dims[1] !== count) {
      throw badOutput(
        shape.model,
        'last_hidden_state',
        `float32 [1, ${count}, width] was expected, ${states?.type} [${states?.dims.join(', ')}] came`
      )
    }
    return seq2seq.listen(states)
  }
}

function tensorOf(runtime: Runtime, feed: Feed): RuntimeTensor {
  if (feed.type === 'float32') return runtime.float32(feed.data, feed.dims)
  if (feed.type === 'int64') return runtime.int64(feed.data, feed.dims)
  return runtime.bool(Array.from(feed.data, Boolean), feed.dims)
}

/**
 * Files must have passed `verifyModelFiles`. Rejects with `model/corrupt-graph`,
 * `model/unsupported-graph`, `model/bad-config`, `model/bad-tokenizer` or `model/bad-template`.
 */
export async function openModel(runtime: Runtime, given: ModelFolder, options: OpenGraphsOptions): Promise<OpenModel> {
  const tokenizer = await openTokenizer(given)
  const graphs = await openGraphs(runtime, given, options)
  try {
    const { vision, width, language, embed } = graphs
    const outputs = new Set(vision.outputs.map(({ name }) => name))
    const folder = { ...given, reading: given.reading.forOutputs?.(outputs) ?? given.reading }
    checkVision(vision, folder)
    const model = folder.card.id
    const { proposes } = folder.reading
    const placeId = folder.reading.imageTokenId ?? NO_TOKEN
    const shape = { model, config: folder.config, width, positions: folder.reading.positions }
    const place = (picture: PlacedPicture): readonly number[] =>
      picture.block.flatMap((part) =>
        'text' in part ? tokenizer.encode(part.text) : Array.from({ length: part.features }, () => placeId)
      )
    const decoderOf = (): Decoder | null => {
      if (language.kind !== 'decoder') return null
      const { session, strategy, givesAllRows } = language.decoder
      return createDecoder(runtime, session, strategy, shape, givesAllRows)
    }
    const batchOf = (): BatchDecoder | null => {
      if (language.kind !== 'decoder' || folder.reading.feeding !== 'causal') return null
      const { session, pairs, takesBatches } = language.decoder
      if (!takesBatches) return null
      return createBatchDecoder(runtime, session, pairs, shape)
    }
    return {
      folder,
      tokenizer,
      decoder: decoderOf(),
      batch: batchOf(),
      listen: language.kind === 'decoder' ? null : createListener(runtime, language.encoder, language.decoder, shape),
      decoding: language.kind === 'decoder' ? language.decoder.decoding : null,
      provider: graphs.provider,
      providerNotes: graphs.notes,
      width,
      rivals: createRivalReader(tokenizer.numberTexts()),
      endTokenIds: new Set([
        ...folder.config.endTokenIds,
        ...folder.generation.endTokenIds,
        ...(folder.config.endTokenIds.length + folder.generation.endTokenIds.length === 0 &&
        tokenizer.endTokenId !== null
          ? [tokenizer.endTokenId]
          : [])
      ]),
      embed,
      look: async (path) => folder.reading.prepare(await readRaster(path)),
      async see(picture) {
        const feeds: Record<string, RuntimeTensor> = {}
        for (const { name, type } of vision.inputs) {
          const feed = picture.feeds[name]
          if (feed === undefined) throw new InvariantError(`expected the picture to give "${name}"`)
          const given = tensorOf(runtime, feed)
          feeds[name] = feed.type === 'float32' && type === 'float16' ? asType(runtime, given, type) : given
        }
        const { pack } = picture
        const wanted = [proposes?.output, pack?.output].filter((name) => name !== undefined && outputs.has(name))
        const result = await vision.run(feeds, ['image_features', ...(wanted as string[])])
        const boxes = result[proposes?.output ?? '']
        const hasBoxes = boxes !== undefined && isFloatType(boxes.type)
        const texts = hasBoxes ? (proposes?.write(numbersOf(boxes)) ?? []) : []
        const rows = checkedFeatures(result['image_features'], model, pack?.rows ?? featureCount(picture), width)
        const features =
          pack === undefined ? rows : pack.apply(rows, checkedRow(result[pack.output], model, pack.output, width))
        return {
          features,
          proposals: once(() => texts.map((text) => tokenizer.encode(text)))
        }
      },
      place,
      positions: (ids, { grid }) =>
        grid === null
          ? null
          : layPositions(ids, { imageTokenId: placeId, grid, first: folder.reading.positions.first }),
      async embedWith(ids, features) {
        const embeds = await embed(ids.map((id) => Math.max(0, id)))
        let row = 0
        for (const [at, id] of ids.entries()) {
          if (id !== placeId) continue
          embeds.set(features.subarray(row * width, (row + 1) * width), at * width)
          row++
        }
        if (row * width !== features.length)
          throw new InvariantError(`expected places for ${features.length / width} features, found ${row}`)
        return embeds
      },
      release: () => graphs.release()
    }
  } catch (error) {
    await graphs.release()
    throw error
  }
}

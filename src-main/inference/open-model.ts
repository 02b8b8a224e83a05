/**
 * @file Loads the three graphs of a model, on one provider for all. Providers are tried one at a
 * time, because ONNX Runtime's own list does not fall back; why one was given up is kept (B10).
 */
import { join } from 'node:path'
import { createDecoder } from './decode/decoder'
import type { Decoder } from './decode/decoder'
import { badOutput } from './decode/bad-output'
import type { GraphName, ModelFolder } from './repo/model-folder'
import { modelProblem } from './repo/problems'
import { reasonOf } from './runtime'
import type { GraphSession, ProviderName, Runtime, RuntimeTensor } from './runtime'
import { openTokenizer } from './tokenizer'
import type { ModelTokenizer } from './tokenizer'

/** A model ready to answer. Its owner calls `release`. */
export interface OpenModel {
  readonly folder: ModelFolder
  readonly tokenizer: ModelTokenizer
  readonly decoder: Decoder
  readonly provider: ProviderName
  /** One sentence per provider that was given up: which, and why. */
  readonly providerNotes: readonly string[]
  /** Width of the embeddings. */
  readonly width: number
  readonly endTokenIds: ReadonlySet<number>
  /** float32 `[ids.length, width]`. */
  embed(ids: readonly number[]): Promise<Float32Array>
  /** `pixels` is float32 `[3, height, width]`; gives float32 `[imageTokens, width]`. */
  see(pixels: Float32Array): Promise<Float32Array>
  release(): Promise<void>
}

export interface OpenModelOptions {
  readonly providers: readonly ProviderName[]
  readonly threads: number
}

type Sessions = Readonly<Record<GraphName, GraphSession>>

async function releaseAll(sessions: Iterable<GraphSession>): Promise<void> {
  for (const session of sessions) await session.release()
}

async function openSessions(
  runtime: Runtime,
  folder: ModelFolder,
  provider: ProviderName,
  threads: number
): Promise<Sessions> {
  const opened: Partial<Record<GraphName, GraphSession>> = {}
  const open = async (graph: GraphName, threadCount: number): Promise<GraphSession> => {
    const file = folder.graphs[graph]
    try {
      const session = await runtime.open(join(folder.dir, ...file.split('/')), { provider, threads: threadCount })
      opened[graph] = session
      return session
    } catch (cause) {
      throw modelProblem('model/corrupt-graph', folder.card.id, `${file} cannot be loaded (${reasonOf(cause)})`, {
        file,
        cause
      })
    }
  }
  try {
    return {
      embed_tokens: await open('embed_tokens', 1),
      decoder_model_merged: await open('decoder_model_merged', threads),
      vision_encoder: await open('vision_encoder', threads)
    }
  } catch (error) {
    await releaseAll(Object.values(opened))
    throw error
  }
}

/** CPU comes last even when it was not asked for: one fallback, said with the reason. Nothing comes after it. */
function tryingOrder(providers: readonly ProviderName[]): readonly ProviderName[] {
  const cpu = providers.indexOf('cpu')
  return [...(cpu === -1 ? providers : providers.slice(0, cpu)), 'cpu']
}

async function openFirst(
  runtime: Runtime,
  folder: ModelFolder,
  { providers, threads }: OpenModelOptions
): Promise<{ readonly sessions: Sessions; readonly provider: ProviderName; readonly notes: readonly string[] }> {
  const notes: string[] = []
  for (const provider of tryingOrder(providers)) {
    try {
      return { sessions: await openSessions(runtime, folder, provider, threads), provider, notes }
    } catch (error) {
      if (provider === 'cpu') throw error
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
      notes.push(`${provider} was given up: ${reasonOf(cause)}`)
    }
  }
  throw modelProblem('model/corrupt-graph', folder.card.id, 'no provider could load it')
}

function checkVision(session: GraphSession, { card, preprocessor }: ModelFolder): void {
  const [pixels, ...others] = session.inputs
  const other = others[0]?.name ?? (pixels?.name === 'pixel_values' ? undefined : pixels?.name)
  if (pixels === undefined || other !== undefined) {
    throw modelProblem(
      'model/unsupported-graph',
      card.id,
      `its vision encoder asks for "${other}", which this version cannot give`
    )
  }
  const { height, width } = preprocessor.size
  const [, , h, w] = pixels.dims
  if ((typeof h === 'number' && h !== height) || (typeof w === 'number' && w !== width)) {
    throw modelProblem(
      'model/bad-config',
      card.id,
      `its vision encoder takes ${w}×${h} pixels, preprocessor_config.json says ${width}×${height}`,
      {
        file: 'preprocessor_config.json'
      }
    )
  }
  if (!session.outputs.some((output) => output.name === 'image_features')) {
    throw modelProblem('model/unsupported-graph', card.id, 'its vision encoder has no output "image_features"')
  }
}

function checkedFeatures(
  tensor: RuntimeTensor | undefined,
  { card, config }: ModelFolder,
  width: number
): Float32Array {
  const [batch, tokens, size] = tensor?.dims ?? []
  const isSound = tensor?.type === 'float32' && batch === 1 && tokens !== undefined && size === width
  if (!isSound || (config.imageTokens !== null && tokens !== config.imageTokens)) {
    const expected = `float32 [1, ${config.imageTokens ?? 'tokens'}, ${width}]`
    throw badOutput(
      card.id,
      'image_features',
      `${expected} was expected, ${tensor?.type} [${tensor?.dims.join(', ')}] came`
    )
  }
  const features = tensor.data as Float32Array
  if (!Number.isFinite(features.reduce((sum, value) => sum + value, 0))) {
    throw badOutput(card.id, 'image_features', 'it contains values that are not numbers')
  }
  return features
}

/**
 * Files must have passed `verifyModelFiles`. Rejects with `model/corrupt-graph`,
 * `model/unsupported-graph`, `model/bad-config`, `model/bad-tokenizer` or `model/bad-template`.
 */
export async function openModel(runtime: Runtime, folder: ModelFolder, options: OpenModelOptions): Promise<OpenModel> {
  const tokenizer = await openTokenizer(folder)
  const { sessions, provider, notes } = await openFirst(runtime, folder, options)
  try {
    checkVision(sessions.vision_encoder, folder)
    const model = folder.card.id
    const embedRaw = async (ids: readonly number[]): Promise<RuntimeTensor> => {
      const input = runtime.int64(BigInt64Array.from(ids, BigInt), [1, ids.length])
      const embeds = (await sessions.embed_tokens.run({ input_ids: input }, ['inputs_embeds']))['inputs_embeds']
      if (embeds?.type !== 'float32' || embeds.dims.length !== 3) {
        throw badOutput(
          model,
          'inputs_embeds',
          `float32 [1, ${ids.length}, width] was expected, ${embeds?.type} [${embeds?.dims.join(', ')}] came`
        )
      }
      return embeds
    }
    // One run tells the width and takes the first-run cost out of the first answer.
    const width = (await embedRaw([0])).dims[2] ?? 0
    const { height, width: imageWidth } = folder.preprocessor.size
    return {
      folder,
      tokenizer,
      decoder: createDecoder(runtime, sessions.decoder_model_merged, { model, config: folder.config, width }),
      provider,
      providerNotes: notes,
      width,
      endTokenIds: new Set([
        ...folder.config.endTokenIds,
        ...folder.generation.endTokenIds,
        ...(folder.config.endTokenIds.length + folder.generation.endTokenIds.length === 0 &&
        tokenizer.endTokenId !== null
          ? [tokenizer.endTokenId]
          : [])
      ]),
      embed: async (ids) => (await embedRaw(ids)).data as Float32Array,
      async see(pixels) {
        const input = runtime.float32(pixels, [1, 3, height, imageWidth])
        const { image_features: features } = await sessions.vision_encoder.run({ pixel_values: input }, [
          'image_features'
        ])
        return checkedFeatures(features, folder, width)
      },
      release: () => releaseAll(Object.values(sessions))
    }
  } catch (error) {
    await releaseAll(Object.values(sessions))
    throw error
  }
}

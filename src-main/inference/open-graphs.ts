/**
 * @file Opens the graphs of a model, on one provider for all. Providers are tried one at a time,
 * because ONNX Runtime's own list does not fall back; why one was given up is kept (B10).
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { badOutput } from './decode/bad-output'
import { MAX_EDIT_BYTES, openDecoder } from './decode/open-decoder'
import type { OpenedDecoder } from './decode/open-decoder'
import type { StrategyId } from './kv/strategy'
import { readGraph } from './onnx/graph'
import { nodesOfPositions } from './onnx/positions'
import { NotProtobuf } from './onnx/protobuf'
import { isFloatType, numbersOf } from './floats'
import type { GraphName } from './repo/graph-names'
import type { ModelFolder } from './repo/model-folder'
import { missingFile, modelProblem } from './repo/problems'
import { reasonOf } from './runtime'
import type { GraphSession, ProviderName, Runtime } from './runtime'

export interface OpenGraphsOptions {
  readonly providers: readonly ProviderName[]
  readonly threads: number
  /** How the decoder of these very files was found to run best before; the test and the timing are left out. */
  readonly knownStrategy?: StrategyId
  /** A graph was loaded, or a call of the runtime has come back. */
  readonly alive?: () => void
}

/** The graphs of one model. Their owner calls `release`. */
export interface OpenGraphs {
  readonly provider: ProviderName
  /** One sentence per provider that was given up: which, and why. */
  readonly notes: readonly string[]
  readonly vision: GraphSession
  /** Width of the embeddings. */
  readonly width: number
  readonly language:
    | { readonly kind: 'decoder'; readonly decoder: OpenedDecoder }
    | { readonly kind: 'encoder-decoder'; readonly encoder: GraphSession; readonly decoder: GraphSession }
  /** float32 `[ids.length, width]`. */
  embed(ids: readonly number[]): Promise<Float32Array>
  release(): Promise<void>
}

async function releaseAll(sessions: Iterable<GraphSession>): Promise<void> {
  for (const session of sessions) await session.release()
}

/** Ids that the decoder is tried with: any will do, if they differ. */
const SAMPLE_IDS = [0, 1, 2, 3, 5, 7, 4, 6, 1, 5, 0, 2]

/** float32 `[ids.length, width]` for every id of `ids`. Rejects with `inference/bad-output`. */
async function embedRows(runtime: Runtime, session: GraphSession, model: string, ids: readonly number[]) {
  const input = runtime.int64(BigInt64Array.from(ids, BigInt), [1, ids.length])
  const embeds = (await session.run({ input_ids: input }, ['inputs_embeds']))['inputs_embeds']
  const [batch, count, width] = embeds?.dims ?? []
  if (embeds === undefined || !isFloatType(embeds.type) || batch !== 1 || count !== ids.length || width === undefined) {
    throw badOutput(
      model,
      'inputs_embeds',
      `float32 [1, ${ids.length}, width] was expected, ${embeds?.type} [${embeds?.dims.join(', ')}] came`
    )
  }
  return { rows: numbersOf(embeds), width }
}

/** What of a graph is not left to a GPU (onnx/positions.ts); nothing of one that is too large to look into. */
async function nodesForCpu(path: string): Promise<readonly string[]> {
  const { size } = await stat(path)
  if (size > MAX_EDIT_BYTES) return []
  try {
    return nodesOfPositions(readGraph(await readFile(path))).flatMap(({ name }) => (name === '' ? [] : [name]))
  } catch (error) {
    // The runtime says what is wrong with it.
    if (error instanceof NotProtobuf) return []
    throw error
  }
}

/** Rows kept of tokens that were embedded before: an answer says the same few again and again. */
const MAX_KEPT_BYTES = 16_000_000

async function openOn(
  runtime: Runtime,
  folder: ModelFolder,
  provider: ProviderName,
  { threads, knownStrategy, alive = () => undefined }: OpenGraphsOptions
): Promise<Omit<OpenGraphs, 'notes'>> {
  const model = folder.card.id
  const opened: GraphSession[] = []
  const fileOf = (graph: GraphName): string => {
    const file = folder.graphs[graph]
    if (file === undefined) throw missingFile(model, `onnx/${graph}.onnx`)
    return file
  }
  const pathOf = (graph: GraphName): string => join(folder.dir, ...fileOf(graph).split('/'))
  const corrupt = (graph: GraphName, cause: unknown) =>
    modelProblem('model/corrupt-graph', model, `${fileOf(graph)} cannot be loaded (${reasonOf(cause)})`, {
      file: fileOf(graph),
      cause
    })
  const open = async (graph: GraphName, threadCount: number): Promise<GraphSession> => {
    const path = pathOf(graph)
    try {
      const onCpu = provider === 'webgpu' ? await nodesForCpu(path) : []
      const session = await runtime.open(path, { provider, threads: threadCount, onCpu })
      opened.push(session)
      alive()
      return session
    } catch (cause) {
      throw corrupt(graph, cause)
    }
  }
  try {
    const embedding = await open('embed_tokens', 1)
    // One run tells the width and takes the first-run cost out of the first answer.
    const { rows: sample, width } = await embedRows(runtime, embedding, model, SAMPLE_IDS)
    let language: OpenGraphs['language']
    if (folder.family.graphs.includes('encoder_model')) {
      const decoder = await open('decoder_model_merged', threads)
      language = { kind: 'encoder-decoder', encoder: await open('encoder_model', threads), decoder }
    } else {
      const path = pathOf('decoder_model_merged')
      const decoder = await openDecoder(
        runtime,
        path,
        { provider, threads },
        {
          model,
          config: folder.config,
          width,
          positions: folder.reading.positions,
          isCausal: folder.reading.feeding === 'causal',
          sample,
          alive,
          ...(knownStrategy === undefined ? {} : { known: knownStrategy })
        }
      ).catch((cause: unknown) => {
        throw cause instanceof AppError ? cause : corrupt('decoder_model_merged', cause)
      })
      opened.push(decoder.session)
      language = { kind: 'decoder', decoder }
    }
    const vision = await open('vision_encoder', threads)
    const kept = new Map<number, Float32Array>()
    return {
      provider,
      vision,
      width,
      language,
      async embed(ids) {
        const unknown = [...new Set(ids.filter((id) => !kept.has(id)))]
        if (unknown.length === ids.length) {
          const { rows } = await embedRows(runtime, embedding, model, ids)
          keep(ids, rows)
          return rows
        }
        if (unknown.length > 0) keep(unknown, (await embedRows(runtime, embedding, model, unknown)).rows)
        const embeds = new Float32Array(ids.length * width)
        for (const [at, id] of ids.entries()) embeds.set(kept.get(id) ?? [], at * width)
        return embeds
      },
      release: () => releaseAll(opened)
    }
    function keep(ids: readonly number[], rows: Float32Array): void {
      if ((kept.size + ids.length) * width * 4 > MAX_KEPT_BYTES) kept.clear()
      for (const [at, id] of ids.entries()) kept.set(id, rows.slice(at * width, (at + 1) * width))
    }
  } catch (error) {
    await releaseAll(opened)
    throw error
  }
}

/** CPU comes last even when it was not asked for: one fallback, said with the reason. Nothing comes after it. */
function tryingOrder(providers: readonly ProviderName[]): readonly ProviderName[] {
  const cpu = providers.indexOf('cpu')
  return [...(cpu === -1 ? providers : providers.slice(0, cpu)), 'cpu']
}

/** Files must have passed `verifyModelFiles`. Rejects with `model/corrupt-graph` or `model/unsupported-graph`. */
export async function openGraphs(
  runtime: Runtime,
  folder: ModelFolder,
  options: OpenGraphsOptions
): Promise<OpenGraphs> {
  const notes: string[] = []
  for (const provider of tryingOrder(options.providers)) {
    try {
      return { ...(await openOn(runtime, folder, provider, options)), notes }
    } catch (error) {
      if (provider === 'cpu') throw error
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
      notes.push(`${provider} was given up: ${reasonOf(cause)}`)
    }
  }
  throw modelProblem('model/corrupt-graph', folder.card.id, 'no provider could load it')
}

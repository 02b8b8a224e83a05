/**
 * @file Reads a model folder: configuration, which graph files it has, what its card promises. Sizes
 * are compared here; contents are compared by `verify.ts`, where they are about to be used.
 */
import { lstat, open, readdir } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, join } from 'node:path'
import type { z } from 'zod'
import type { AppError } from '../../../src-shared/errors'
import { cardSchema, configSchema, generationSchema, preprocessorSchema, tokenizerConfigSchema } from './config'
import type { GenerationConfig, ModelCard, ModelConfig, PreprocessorConfig, TokenizerConfig } from './config'
import { missingFile, modelProblem } from './problems'

export const GRAPH_NAMES = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'] as const
export type GraphName = (typeof GRAPH_NAMES)[number]

/** Weight types whose inputs and outputs are float32, in order of preference; the first present one is used. */
const SUFFIXES = ['', '_q4', '_quantized', '_int8', '_uint8']
const MAX_CONFIG_BYTES = 4_000_000

export interface ModelFolder {
  readonly dir: string
  readonly card: ModelCard
  readonly config: ModelConfig
  readonly generation: GenerationConfig
  readonly preprocessor: PreprocessorConfig
  readonly tokenizerConfig: TokenizerConfig
  /** Paths below `dir`, `/` separated. */
  readonly graphs: Readonly<Record<GraphName, string>>
  readonly sizeBytes: number
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** Size of a file of the folder; it must be a regular file, not a link (G1). */
export async function regularFileSize(dir: string, model: string, file: string): Promise<number> {
  const stats = await statOrNull(join(dir, ...file.split('/')))
  if (stats === null) throw missingFile(model, file)
  if (!stats.isFile()) throw modelProblem('model/not-a-file', model, `${file} is not a regular file`, { file })
  return stats.size
}

async function readJson<S extends z.ZodType>(
  dir: string,
  model: string,
  file: string,
  schema: S
): Promise<z.output<S>> {
  const size = await regularFileSize(dir, model, file)
  const broken = (reason: string, cause?: unknown): AppError =>
    modelProblem('model/bad-config', model, `${file} cannot be used: ${reason}`, { file, cause })
  if (size > MAX_CONFIG_BYTES) throw broken(`it is larger than ${MAX_CONFIG_BYTES / 1e6} MB`)
  const handle = await open(join(dir, file))
  let value: unknown
  try {
    value = JSON.parse(await handle.readFile('utf8'))
  } catch (cause) {
    throw broken(`it is not JSON (${(cause as Error).message})`, cause)
  } finally {
    await handle.close()
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw broken(`"${issue?.path.join('.') ?? ''}" ${issue?.message ?? 'is wrong'}`)
  }
  return parsed.data
}

async function graphFiles(dir: string, model: string): Promise<Readonly<Record<GraphName, string>>> {
  const stats = await statOrNull(join(dir, 'onnx'))
  const names = new Set(stats?.isDirectory() ? await readdir(join(dir, 'onnx')) : [])
  const pick = (graph: GraphName): string => {
    const suffix = SUFFIXES.find((candidate) => names.has(`${graph}${candidate}.onnx`))
    if (suffix === undefined) throw missingFile(model, `onnx/${graph}.onnx`)
    return `onnx/${graph}${suffix}.onnx`
  }
  return {
    vision_encoder: pick('vision_encoder'),
    embed_tokens: pick('embed_tokens'),
    decoder_model_merged: pick('decoder_model_merged')
  }
}

/** Every file of the card is there and as large as it says. Returns their sum. */
async function checkSizes(dir: string, card: ModelCard): Promise<number> {
  let total = 0
  for (const { path, bytes } of card.files) {
    const size = await regularFileSize(dir, card.id, path)
    if (size !== bytes) {
      throw modelProblem('model/wrong-size', card.id, `${path} has ${size} bytes, its card says ${bytes}`, {
        file: path
      })
    }
    total += size
  }
  return total
}

/** The card alone; it names the model in every later error. */
export const readCard = (dir: string): Promise<ModelCard> => readJson(dir, basename(dir), 'eyrie.json', cardSchema)

/**
 * Everything but the weights. Rejects with `model/missing-file`, `model/bad-config`,
 * `model/wrong-size` or `model/not-a-file`.
 */
export async function readModelFolder(dir: string): Promise<ModelFolder> {
  const card = await readCard(dir)
  const model = card.id
  const config = await readJson(dir, model, 'config.json', configSchema)
  const hasGeneration = (await statOrNull(join(dir, 'generation_config.json'))) !== null
  const generation = hasGeneration
    ? await readJson(dir, model, 'generation_config.json', generationSchema)
    : { endTokenIds: [], maxNewTokens: null }
  const preprocessor = await readJson(dir, model, 'preprocessor_config.json', preprocessorSchema)
  const tokenizerConfig = await readJson(dir, model, 'tokenizer_config.json', tokenizerConfigSchema)
  const tokenizerBytes = await regularFileSize(dir, model, 'tokenizer.json')
  const graphs = await graphFiles(dir, model)
  let sizeBytes = await checkSizes(dir, card)
  if (card.files.length === 0) {
    sizeBytes = tokenizerBytes
    for (const file of Object.values(graphs)) sizeBytes += await regularFileSize(dir, model, file)
  }
  return { dir, card, config, generation, preprocessor, tokenizerConfig, graphs, sizeBytes }
}

/**
 * @file Reads a model folder: configuration, its family, which graph files it has, what its card
 * promises. Sizes are compared here; contents are compared by `verify.ts`, where they are about to be used.
 */
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Family, FamilyReading } from '../families/family'
import type { Calibration } from '../../../src-shared/metrics/calibration'
import { familyOf } from '../families/registry'
import { readCalibration } from './calibration'
import { cardSchema, configSchema, generationSchema, tokenizerConfigSchema } from './config'
import type { GenerationConfig, ModelCard, ModelConfig, TokenizerConfig } from './config'
import { deriveCard } from './derive-card'
import type { GraphName } from './graph-names'
import { missingFile, modelProblem } from './problems'
import { parseAs, readJson, readObject, readText, regularFileSize } from './read-json'
import { findGraphs } from './weights'

export interface ModelFolder {
  readonly dir: string
  readonly card: ModelCard
  readonly family: Family
  /** What the folder's files make of the family's rules. */
  readonly reading: FamilyReading
  readonly config: ModelConfig
  readonly generation: GenerationConfig
  readonly tokenizerConfig: TokenizerConfig
  /** Paths below `dir`, `/` separated; those of the family's graphs. */
  readonly graphs: Readonly<Partial<Record<GraphName, string>>>
  /** Weight type of each graph. */
  readonly weights: Readonly<Partial<Record<GraphName, string>>>
  readonly sizeBytes: number
  readonly calibration: Calibration | 'stale' | null
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

/** Before the family is known: `config.json` must be there and say its type. */
async function readFamily(
  dir: string,
  model: string
): Promise<{ readonly family: Family; readonly config: Readonly<Record<string, unknown>> }> {
  const config = await readObject(dir, model, 'config.json')
  if (config === null) throw missingFile(model, 'config.json')
  const type = config['model_type']
  return { family: familyOf(model, typeof type === 'string' ? type : undefined), config }
}

/** The card alone; it names the model in every later error. Folders made elsewhere have none: theirs follows from their family. */
export async function readCard(dir: string): Promise<ModelCard> {
  const card = await readObject(dir, basename(dir), 'eyrie.json')
  if (card !== null) return parseAs(basename(dir), 'eyrie.json', card, cardSchema)
  const { family } = await readFamily(dir, basename(dir))
  return deriveCard(dir, family)
}

/** A newer template file wins over the older places, as in the models' own code. */
async function readTokenizerConfig(dir: string, model: string): Promise<TokenizerConfig> {
  const config = await readJson(dir, model, 'tokenizer_config.json', tokenizerConfigSchema)
  const jinja = await readText(dir, model, 'chat_template.jinja')
  const json = jinja === null ? await readObject(dir, model, 'chat_template.json') : null
  const template = jinja ?? json?.['chat_template']
  return typeof template === 'string' ? { ...config, chat_template: template } : config
}

/**
 * Everything but the weights. Rejects with `model/missing-file`, `model/bad-config`, `model/unknown-family`,
 * `model/wrong-size` or `model/not-a-file`.
 */
export async function readModelFolder(dir: string): Promise<ModelFolder> {
  const card = await readCard(dir)
  const model = card.id
  const { family, config: rawConfig } = await readFamily(dir, model)
  const config = parseAs(model, 'config.json', rawConfig, configSchema)
  const generationJson = await readObject(dir, model, 'generation_config.json')
  const generation = parseAs(model, 'generation_config.json', generationJson ?? {}, generationSchema)
  const reading = family.read({
    model,
    config: rawConfig,
    preprocessor: await readObject(dir, model, 'preprocessor_config.json'),
    processor: await readObject(dir, model, 'processor_config.json')
  })
  const tokenizerConfig = await readTokenizerConfig(dir, model)
  let sizeBytes = await regularFileSize(dir, model, 'tokenizer.json')
  const found = await findGraphs(dir, model, family.graphs)
  for (const { bytes } of found.values()) sizeBytes += bytes
  if (card.files.length > 0) sizeBytes = await checkSizes(dir, card)
  return {
    dir,
    card,
    family,
    reading,
    config,
    generation,
    tokenizerConfig,
    graphs: Object.fromEntries([...found].map(([graph, { file }]) => [graph, file])),
    weights: Object.fromEntries([...found].map(([graph, { type }]) => [graph, type])),
    sizeBytes,
    calibration: await readCalibration(dir, card)
  }
}

/** Whether the folder `dir` could be a model at all; anything else in a model store is passed over. */
export async function looksLikeModel(dir: string): Promise<boolean> {
  return (await readdir(dir)).some((name) => MARKS.has(name))
}

/** What makes a folder a model folder, if only a broken one. */
const MARKS: ReadonlySet<string> = new Set(['eyrie.json', 'config.json', 'onnx', 'tokenizer.json', 'ppocr_keys_v1.txt'])

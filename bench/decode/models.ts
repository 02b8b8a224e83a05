/**
 * @file The models of the group: random weights in the three-graph layout of transformers.js, written once to the
 * system's temporary folder, and Falconet's real ones. A view of a folder with LLaVA's configuration lets
 * transformers.js run the same graph files.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { GraphSpec } from '../../src-main/inference/testing/tiny-graphs'
import { writeTinyModel } from '../../src-main/inference/testing/tiny-model'

const CACHE = join(tmpdir(), 'eyrie-bench-models')
/** Changes when the graphs do. */
const BUILD = 1
export const FALCONET = resolve(import.meta.dirname, '../../models/falconet')

const base = { patch: 12, maxPositions: 2_048, keepsLogits: true } as const
/** Bound by what every call costs besides arithmetic. */
const TINY: GraphSpec = {
  ...base,
  vocabulary: 512,
  width: 256,
  heads: 8,
  headDim: 32,
  layers: 6,
  inner: 1_056,
  imageSide: 144,
  imageTokens: 144
}
/** A small language model in 4 bits that looks at 576 places of a picture, as LLaVA's do. */
const MID576: GraphSpec = {
  ...base,
  vocabulary: 32_000,
  width: 768,
  heads: 12,
  headDim: 64,
  layers: 12,
  inner: 3_072,
  imageSide: 288,
  imageTokens: 576,
  weights: '4-bit'
}
/**
 * The same in full precision, with fewer words. Where products round to 8 bits, a sum in another order may turn a tie
 * between two words; here two ways of computing the same must say the same.
 */
const FULL576: GraphSpec = { ...MID576, vocabulary: 4_000, weights: 'float32' }
const SPECS = { tiny: TINY, mid576: MID576, full576: FULL576 } as const
export type RandomModel = keyof typeof SPECS

/** Returns its folder. */
export async function randomModel(name: RandomModel): Promise<string> {
  const dir = join(CACHE, `${name}-${BUILD}`)
  if (existsSync(join(dir, 'eyrie.json'))) return dir
  const making = `${dir}.${process.pid}`
  await writeTinyModel(making, { id: name, spec: SPECS[name] })
  await rename(making, dir)
  return dir
}

interface OurConfig {
  readonly image_token_index: number
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly head_dim: number
  readonly vocab_size: number
}

/** A folder that transformers.js reads as a LLaVA, with the very graph files of `dir`. Returns where it lies and its name there. */
export async function asLlava(dir: string, name: string): Promise<{ readonly root: string; readonly name: string }> {
  const root = join(CACHE, 'peers')
  const view = join(root, name)
  const config = JSON.parse(await readFile(join(dir, 'config.json'), 'utf8')) as OurConfig
  await mkdir(view, { recursive: true })
  await rm(join(view, 'onnx'), { force: true })
  await symlink(join(dir, 'onnx'), join(view, 'onnx'))
  const text = {
    model_type: 'llama',
    num_hidden_layers: config.num_hidden_layers,
    num_attention_heads: config.num_attention_heads,
    num_key_value_heads: config.num_attention_heads,
    hidden_size: config.hidden_size,
    head_dim: config.head_dim,
    vocab_size: config.vocab_size
  }
  const llava = {
    architectures: ['LlavaForConditionalGeneration'],
    model_type: 'llava',
    image_token_index: config.image_token_index,
    image_token_id: config.image_token_index,
    text_config: text
  }
  await writeFile(join(view, 'config.json'), JSON.stringify(llava))
  await writeFile(join(view, 'generation_config.json'), '{}')
  return { root, name }
}

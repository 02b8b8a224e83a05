/**
 * @file Which file of a graph is loaded. A folder may hold the same graph in several weight types, told
 * apart by a suffix; the most precise set that fits into the machine's memory is taken.
 */
import { readdir } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { GraphName } from './graph-names'
import { missingFile } from './problems'
import { regularFileSize, statOrNull } from './read-json'

export interface WeightType {
  readonly id: string
  readonly suffix: string
}

/**
 * In order of preference on a CPU. Full precision answers best; 4-bit blocks keep coordinates better than
 * 8-bit activations do. float16 is last: the CPU computes in float32 all the same, after casting.
 * Source of the suffixes: huggingface/transformers.js:packages/transformers/src/utils/dtypes.js.
 */
export const WEIGHT_TYPES: readonly WeightType[] = [
  { id: 'fp32', suffix: '' },
  { id: 'q4', suffix: '_q4' },
  { id: 'q8', suffix: '_quantized' },
  { id: 'int8', suffix: '_int8' },
  { id: 'uint8', suffix: '_uint8' },
  { id: 'bnb4', suffix: '_bnb4' },
  { id: 'fp16', suffix: '_fp16' },
  { id: 'q4f16', suffix: '_q4f16' }
]

export interface Variant {
  readonly type: string
  /** Below the folder, `/` separated. */
  readonly file: string
  /** With its external data. */
  readonly bytes: number
}

/** Room for caches, pictures and the app itself. */
const SHARE_FOR_WEIGHTS = 0.5

/**
 * One variant for each graph, both in order of preference. While all together are larger than `memoryBytes`,
 * the largest that has a smaller variant gives way to the next smaller one; what cannot shrink is taken as it is.
 */
export function chooseVariants<Name extends string>(
  variants: ReadonlyMap<Name, readonly Variant[]>,
  memoryBytes: number
): ReadonlyMap<Name, Variant> {
  const chosen = new Map<Name, Variant>()
  for (const [name, [first]] of variants) if (first !== undefined) chosen.set(name, first)
  const smaller = (name: Name): Variant | undefined => {
    const bytes = chosen.get(name)?.bytes ?? 0
    return variants.get(name)?.find((variant) => variant.bytes < bytes)
  }
  for (;;) {
    const total = [...chosen.values()].reduce((sum, { bytes }) => sum + bytes, 0)
    if (total <= memoryBytes) return chosen
    const [largest] = [...chosen]
      .filter(([name]) => smaller(name) !== undefined)
      .sort(([, a], [, b]) => b.bytes - a.bytes)
    const next = largest === undefined ? undefined : smaller(largest[0])
    if (largest === undefined || next === undefined) return chosen
    chosen.set(largest[0], next)
  }
}

const CHUNK = /^(.+\.onnx)_data(?:_\d+)?$/

/** Rejects with `model/missing-file` when a graph is there in no weight type. */
export async function findGraphs(
  dir: string,
  model: string,
  graphs: readonly GraphName[],
  memoryBytes = totalmem() * SHARE_FOR_WEIGHTS
): Promise<ReadonlyMap<GraphName, Variant>> {
  const stats = await statOrNull(join(dir, 'onnx'))
  const names = stats?.isDirectory() ? await readdir(join(dir, 'onnx')) : []
  const sizes = new Map<string, number>()
  for (const name of names) {
    const owner = CHUNK.exec(name)?.[1] ?? name
    if (!owner.endsWith('.onnx')) continue
    sizes.set(owner, (sizes.get(owner) ?? 0) + ((await statOrNull(join(dir, 'onnx', name)))?.size ?? 0))
  }
  const variants = new Map<GraphName, readonly Variant[]>()
  for (const graph of graphs) {
    const present = WEIGHT_TYPES.flatMap(({ id, suffix }): Variant[] => {
      const name = `${graph}${suffix}.onnx`
      const bytes = sizes.get(name)
      return bytes === undefined || !names.includes(name) ? [] : [{ type: id, file: `onnx/${name}`, bytes }]
    })
    if (present.length === 0) throw missingFile(model, `onnx/${graph}.onnx`)
    variants.set(graph, present)
  }
  const chosen = chooseVariants(variants, memoryBytes)
  for (const { file } of chosen.values()) await regularFileSize(dir, model, file)
  return chosen
}

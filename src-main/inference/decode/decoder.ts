/**
 * @file One decoder graph and its KV cache: feeds are built from the names the graph itself declares,
 * so any export of the three-graph layout works. Caches are plain values: keeping one is keeping a
 * reference, going back to an earlier one is using it again.
 */
import { InvariantError } from '../../../src-shared/errors'
import type { Positions } from '../families/positions'
import type { GraphSession, GraphValue, Runtime, RuntimeTensor } from '../runtime'
import type { ModelConfig } from '../repo/config'
import { modelProblem } from '../repo/problems'
import { badOutput } from './bad-output'

/** Past keys and values per layer, `[1, heads, length, headDim]`, by the name of the decoder's input. Never written to. */
export interface KeyValueCache {
  readonly tensors: Readonly<Record<string, RuntimeTensor>>
  readonly length: number
  /** Position of the next token; not the length where features share positions (m-RoPE) or counting starts at 1. */
  readonly next: number
  readonly sizeBytes: number
}

export interface ForwardResult {
  /** float32 `[vocabulary]` of the last position; valid until the next call. */
  readonly logits: Float32Array
  readonly cache: KeyValueCache
}

export interface Decoder {
  readonly emptyCache: KeyValueCache
  /**
   * `embeds` is float32 `[count, width]`, appended behind `cache`. Without `positions` they follow the cache's,
   * one after another.
   */
  forward(embeds: Float32Array, count: number, cache: KeyValueCache, positions?: Positions): Promise<ForwardResult>
}

const PAST = /^past_key_values\.(.+)$/
const KNOWN_INPUTS: ReadonlySet<string> = new Set([
  'inputs_embeds',
  'attention_mask',
  'position_ids',
  'num_logits_to_keep',
  'use_cache_branch'
])

export interface PastPair {
  readonly input: string
  readonly output: string
  readonly heads: number
  readonly headDim: number
}

export function pastPairs(session: GraphSession, model: string, config: ModelConfig): readonly PastPair[] {
  const outputs = new Set(session.outputs.map((output) => output.name))
  return session.inputs.flatMap((input): PastPair[] => {
    const layer = PAST.exec(input.name)?.[1]
    if (layer === undefined) return []
    const output = `present.${layer}`
    if (!outputs.has(output))
      throw modelProblem('model/unsupported-graph', model, `its decoder has ${input.name} but no ${output}`)
    const number = (dim: number | string | undefined, fallback: number | null): number => {
      const value = typeof dim === 'number' ? dim : fallback
      if (value === null || !Number.isInteger(value) || value < 1) {
        throw modelProblem(
          'model/unsupported-graph',
          model,
          `neither its decoder nor config.json says the shape of ${input.name}`
        )
      }
      return value
    }
    return [
      {
        input: input.name,
        output,
        heads: number(input.dims[1], config.keyValueHeads),
        headDim: number(input.dims[3], config.headDim)
      }
    ]
  })
}

function checkInputs(inputs: readonly GraphValue[], model: string): void {
  for (const { name, type } of inputs) {
    if (!KNOWN_INPUTS.has(name) && !PAST.test(name)) {
      throw modelProblem(
        'model/unsupported-graph',
        model,
        `its decoder asks for "${name}", which this version cannot give`,
        {
          nextStep: 'Use a model of the three-graph layout with a decoder-only language part.'
        }
      )
    }
    if (type === 'float16') {
      throw modelProblem(
        'model/unsupported-graph',
        model,
        `its decoder takes ${name} as float16, which this version cannot give`,
        {
          nextStep: 'Use the fp32, q4 or q8 files of the same model.'
        }
      )
    }
  }
  if (!inputs.some((input) => input.name === 'inputs_embeds')) {
    throw modelProblem('model/unsupported-graph', model, 'its decoder has no input "inputs_embeds"')
  }
}

export const byteLength = (tensors: Readonly<Record<string, RuntimeTensor>>): number =>
  Object.values(tensors).reduce((sum, tensor) => sum + tensor.size * 4, 0)

/** The last row of logits, checked. float32 `[vocabulary]`. */
export function lastLogits(
  logits: RuntimeTensor | undefined,
  count: number,
  { model, config }: { readonly model: string; readonly config: ModelConfig }
): Float32Array {
  const [batch, rows, size] = logits?.dims ?? []
  const isSound = logits?.type === 'float32' && batch === 1 && size !== undefined && (rows === 1 || rows === count)
  if (!isSound || (config.vocabularySize !== null && size !== config.vocabularySize)) {
    const expected = `float32 [1, 1 or ${count}, ${config.vocabularySize ?? 'vocabulary'}]`
    throw badOutput(model, 'logits', `${expected} was expected, ${logits?.type} [${logits?.dims.join(', ')}] came`)
  }
  return (logits.data as Float32Array).subarray((rows - 1) * size)
}

/** The cache that a call gave for these pairs, checked, by input name. */
export function presentTensors(
  result: Readonly<Record<string, RuntimeTensor>>,
  pairs: readonly PastPair[],
  total: number,
  model: string
): Record<string, RuntimeTensor> {
  const tensors: Record<string, RuntimeTensor> = {}
  for (const { input: name, output, heads, headDim } of pairs) {
    const tensor = result[output]
    const [batch, h, length, d] = tensor?.dims ?? []
    if (tensor === undefined || batch !== 1 || h !== heads || length !== total || d !== headDim) {
      throw badOutput(
        model,
        output,
        `[1, ${heads}, ${total}, ${headDim}] was expected, [${tensor?.dims.join(', ')}] came`
      )
    }
    tensors[name] = tensor
  }
  return tensors
}

export function createDecoder(
  runtime: Runtime,
  session: GraphSession,
  options: {
    readonly model: string
    readonly config: ModelConfig
    readonly width: number
    /** What the family says of positions: their axes, and the first one. */
    readonly positions?: { readonly axes: 1 | 3; readonly first: 0 | 1 }
  }
): Decoder {
  const { model, config, width, positions: rules = { axes: 1, first: 0 } } = options
  checkInputs(session.inputs, model)
  const pairs = pastPairs(session, model, config)
  const input = (name: string): GraphValue | undefined => session.inputs.find((candidate) => candidate.name === name)
  const hasPositions = input('position_ids') !== undefined
  /** `[axes, 1, count]` when the graph's positions have a third axis in front, `[1, count]` else. */
  const isStacked = (input('position_ids')?.dims.length ?? 2) === 3
  if (rules.axes === 3 && !isStacked) {
    throw modelProblem(
      'model/unsupported-graph',
      model,
      'its decoder takes no positions of three axes, which its family needs'
    )
  }
  const hasMask = input('attention_mask') !== undefined
  const keep = input('num_logits_to_keep')
  const hasBranch = input('use_cache_branch') !== undefined
  const outputs = ['logits', ...pairs.map((pair) => pair.output)]
  const ones = new BigInt64Array(config.maxPositions).fill(1n)

  const empty = Object.fromEntries(
    pairs.map(({ input: name, heads, headDim }) => [name, runtime.float32(new Float32Array(0), [1, heads, 0, headDim])])
  )

  function positionTensor(count: number, next: number, positions: Positions | undefined): RuntimeTensor {
    const axes = isStacked ? 3 : 1
    const data = new BigInt64Array(axes * count)
    for (let axis = 0; axis < axes; axis++) {
      const given = positions?.axes[axis] ?? positions?.axes[0]
      for (let at = 0; at < count; at++) data[axis * count + at] = BigInt(given?.[at] ?? next + at)
    }
    return runtime.int64(data, isStacked ? [axes, 1, count] : [1, count])
  }

  return {
    emptyCache: { tensors: empty, length: 0, next: rules.first, sizeBytes: 0 },
    async forward(embeds, count, cache, positions) {
      const total = cache.length + count
      if (total > config.maxPositions)
        throw new InvariantError(`expected ${total} positions to fit into ${config.maxPositions}`)
      const feeds: Record<string, RuntimeTensor> = {
        ...cache.tensors,
        inputs_embeds: runtime.float32(embeds, [1, count, width])
      }
      if (hasMask) feeds['attention_mask'] = runtime.int64(ones.subarray(0, total), [1, total])
      if (hasPositions) feeds['position_ids'] = positionTensor(count, cache.next, positions)
      if (keep !== undefined)
        feeds['num_logits_to_keep'] = runtime.int64(BigInt64Array.of(1n), keep.dims.length === 0 ? [] : [1])
      if (hasBranch) feeds['use_cache_branch'] = runtime.bool([cache.length > 0], [1])
      const result = await session.run(feeds, outputs)
      const tensors = presentTensors(result, pairs, total, model)
      return {
        logits: lastLogits(result['logits'], count, { model, config }),
        cache: { tensors, length: total, next: positions?.next ?? cache.next + count, sizeBytes: byteLength(tensors) }
      }
    }
  }
}

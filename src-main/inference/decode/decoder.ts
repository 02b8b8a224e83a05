/**
 * @file One decoder graph and its KV cache: feeds are built from the names the graph itself declares,
 * so any export of the three-graph layout works. Caches are plain values: keeping one is keeping a
 * reference, going back to an earlier one is using it again.
 */
import { InvariantError } from '../../../src-shared/errors'
import type { GraphSession, GraphValue, Runtime, RuntimeTensor } from '../runtime'
import type { ModelConfig } from '../repo/config'
import { modelProblem } from '../repo/problems'
import { badOutput } from './bad-output'

/** Past keys and values per layer, `[1, heads, length, headDim]`, by the name of the decoder's input. Never written to. */
export interface KeyValueCache {
  readonly tensors: Readonly<Record<string, RuntimeTensor>>
  readonly length: number
  readonly sizeBytes: number
}

export interface ForwardResult {
  /** float32 `[vocabulary]` of the last position; valid until the next call. */
  readonly logits: Float32Array
  readonly cache: KeyValueCache
}

export interface Decoder {
  readonly emptyCache: KeyValueCache
  /** `embeds` is float32 `[count, width]`, appended behind `cache`. */
  forward(embeds: Float32Array, count: number, cache: KeyValueCache): Promise<ForwardResult>
}

const PAST = /^past_key_values\.(.+)$/
const KNOWN_INPUTS: ReadonlySet<string> = new Set([
  'inputs_embeds',
  'attention_mask',
  'position_ids',
  'num_logits_to_keep',
  'use_cache_branch'
])

interface PastPair {
  readonly input: string
  readonly output: string
  readonly heads: number
  readonly headDim: number
}

function pastPairs(session: GraphSession, model: string, config: ModelConfig): readonly PastPair[] {
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

const byteLength = (tensors: Readonly<Record<string, RuntimeTensor>>): number =>
  Object.values(tensors).reduce((sum, tensor) => sum + tensor.size * 4, 0)

export function createDecoder(
  runtime: Runtime,
  session: GraphSession,
  options: { readonly model: string; readonly config: ModelConfig; readonly width: number }
): Decoder {
  const { model, config, width } = options
  checkInputs(session.inputs, model)
  const pairs = pastPairs(session, model, config)
  const input = (name: string): GraphValue | undefined => session.inputs.find((candidate) => candidate.name === name)
  const hasPositions = input('position_ids') !== undefined
  if ((input('position_ids')?.dims.length ?? 2) !== 2) {
    throw modelProblem(
      'model/unsupported-graph',
      model,
      'its decoder takes positions of more than one axis (m-RoPE), which this version cannot give'
    )
  }
  const hasMask = input('attention_mask') !== undefined
  const keep = input('num_logits_to_keep')
  const hasBranch = input('use_cache_branch') !== undefined
  const outputs = ['logits', ...pairs.map((pair) => pair.output)]
  const ones = new BigInt64Array(config.maxPositions).fill(1n)
  const positions = BigInt64Array.from({ length: config.maxPositions }, (_, index) => BigInt(index))

  const empty = Object.fromEntries(
    pairs.map(({ input: name, heads, headDim }) => [name, runtime.float32(new Float32Array(0), [1, heads, 0, headDim])])
  )

  function lastLogits(logits: RuntimeTensor | undefined, count: number): Float32Array {
    const [batch, rows, size] = logits?.dims ?? []
    const isSound = logits?.type === 'float32' && batch === 1 && size !== undefined && (rows === 1 || rows === count)
    if (!isSound || (config.vocabularySize !== null && size !== config.vocabularySize)) {
      const expected = `float32 [1, 1 or ${count}, ${config.vocabularySize ?? 'vocabulary'}]`
      throw badOutput(model, 'logits', `${expected} was expected, ${logits?.type} [${logits?.dims.join(', ')}] came`)
    }
    return (logits.data as Float32Array).subarray((rows - 1) * size)
  }

  return {
    emptyCache: { tensors: empty, length: 0, sizeBytes: 0 },
    async forward(embeds, count, cache) {
      const total = cache.length + count
      if (total > config.maxPositions)
        throw new InvariantError(`expected ${total} positions to fit into ${config.maxPositions}`)
      const feeds: Record<string, RuntimeTensor> = {
        ...cache.tensors,
        inputs_embeds: runtime.float32(embeds, [1, count, width])
      }
      if (hasMask) feeds['attention_mask'] = runtime.int64(ones.subarray(0, total), [1, total])
      if (hasPositions) feeds['position_ids'] = runtime.int64(positions.subarray(cache.length, total), [1, count])
      if (keep !== undefined)
        feeds['num_logits_to_keep'] = runtime.int64(BigInt64Array.of(1n), keep.dims.length === 0 ? [] : [1])
      if (hasBranch) feeds['use_cache_branch'] = runtime.bool([cache.length > 0], [1])
      const result = await session.run(feeds, outputs)
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
      return {
        logits: lastLogits(result['logits'], count),
        cache: { tensors, length: total, sizeBytes: byteLength(tensors) }
      }
    }
  }
}

/**
 * @file One decoder graph: feeds are built from the names the graph itself declares, so any export of
 * the three-graph layout works. How keys and values are kept is the strategy's (`../kv`).
 */
import { InvariantError } from '../../../src-shared/errors'
import type { Positions } from '../families/positions'
import { bitsFrom, isFloatType, numbersOf } from '../floats'
import type { FloatType } from '../floats'
import type { KeyValueCache } from '../kv/cache'
import { isPast } from '../kv/layers'
import type { KeyValueStrategy, StrategyId } from '../kv/strategy'
import type { ModelConfig } from '../repo/config'
import { modelProblem } from '../repo/problems'
import type { GraphSession, GraphValue, Runtime, RuntimeTensor } from '../runtime'
import { badOutput } from './bad-output'

export interface ForwardResult {
  /** float32 `[rows, vocabulary]`: the last `rows` of the fed positions. Valid until the next call. */
  readonly logits: Float32Array
  readonly cache: KeyValueCache
}

export interface ForwardOptions {
  /** Without: behind the cache's, one after another. */
  readonly positions?: Positions
  /** How many of the last positions are asked for their logits; 1 when not given. */
  readonly rows?: number
  /** Positions that will be fed behind these; 0 when not given. */
  readonly ahead?: number
}

export interface Decoder {
  readonly strategy: StrategyId
  /** Can give the logits of more than the last position. */
  readonly givesAllRows: boolean
  readonly emptyCache: KeyValueCache
  /** `embeds` is float32 `[count, width]`, appended behind `cache`, which stays as it is. */
  forward(embeds: Float32Array, count: number, cache: KeyValueCache, options?: ForwardOptions): Promise<ForwardResult>
}

const KNOWN_INPUTS: ReadonlySet<string> = new Set([
  'inputs_embeds',
  'attention_mask',
  'position_ids',
  'num_logits_to_keep',
  'use_cache_branch'
])

/** Throws `model/unsupported-graph`. */
export function checkDecoderInputs(inputs: readonly GraphValue[], model: string): void {
  for (const { name } of inputs) {
    if (!KNOWN_INPUTS.has(name) && !isPast(name)) {
      throw modelProblem(
        'model/unsupported-graph',
        model,
        `its decoder asks for "${name}", which this version cannot give`,
        {
          nextStep: 'Use a model of the three-graph layout with a decoder-only language part.'
        }
      )
    }
  }
  if (!inputs.some((input) => input.name === 'inputs_embeds')) {
    throw modelProblem('model/unsupported-graph', model, 'its decoder has no input "inputs_embeds"')
  }
}

/** The type of floats that an input takes. Throws `model/unsupported-graph`. */
export function floatInput({ inputs }: Pick<GraphSession, 'inputs'>, name: string, model: string): FloatType {
  const { type = 'nothing' } = inputs.find((input) => input.name === name) ?? {}
  if (isFloatType(type)) return type
  throw modelProblem(
    'model/unsupported-graph',
    model,
    `its decoder takes ${name} as ${type}, which this version cannot give`,
    {
      nextStep: 'Use the fp32, fp16, q4 or q8 files of the same model.'
    }
  )
}

/** The last `rows` rows of the logits of `count` positions, of `batch` sequences; checked. float32 `[batch, rows, vocabulary]`. */
export function lastLogits(
  logits: RuntimeTensor | undefined,
  { count, rows = 1, batch = 1 }: { readonly count: number; readonly rows?: number; readonly batch?: number },
  { model, config }: { readonly model: string; readonly config: ModelConfig }
): Float32Array {
  const [sequences, given = 0, size] = logits?.dims ?? []
  const isSound =
    logits !== undefined &&
    isFloatType(logits.type) &&
    sequences === batch &&
    size !== undefined &&
    (given === rows || given === count) &&
    given >= rows
  if (!isSound || (config.vocabularySize !== null && size !== config.vocabularySize)) {
    const expected = `float32 [${batch}, ${rows} or ${count}, ${config.vocabularySize ?? 'vocabulary'}]`
    throw badOutput(model, 'logits', `${expected} was expected, ${logits?.type} [${logits?.dims.join(', ')}] came`)
  }
  if (given === rows) return numbersOf(logits)
  if (batch === 1) return numbersOf(logits, (given - rows) * size)
  const data = numbersOf(logits)
  const last = new Float32Array(batch * rows * size)
  for (let sequence = 0; sequence < batch; sequence++) {
    const end = (sequence + 1) * given * size
    last.set(data.subarray(end - rows * size, end), sequence * rows * size)
  }
  return last
}

export interface DecoderShape {
  readonly model: string
  readonly config: ModelConfig
  readonly width: number
  /** What the family says of positions: their axes, and the first one. */
  readonly positions?: { readonly axes: 1 | 3; readonly first: 0 | 1 }
  /** False where positions that are fed together see each other both ways; true when not given. */
  readonly isCausal?: boolean
}

/** What one call of a decoder graph is fed besides keys and values. */
export interface Feeder {
  readonly hasBranch: boolean
  feeds(call: {
    readonly embeds: Float32Array
    readonly batch: number
    readonly count: number
    readonly mask: BigInt64Array
    /** `[axes][batch × count]`, or one axis for all. */
    readonly positions: readonly Int32Array[]
    readonly rows: number
    readonly isFirst: boolean
  }): Record<string, RuntimeTensor>
}

/** Rejects with `model/unsupported-graph`. */
export function createFeeder(
  runtime: Runtime,
  session: GraphSession,
  { model, width, positions: rules = { axes: 1, first: 0 } }: DecoderShape
): Feeder {
  checkDecoderInputs(session.inputs, model)
  const embedsType = floatInput(session, 'inputs_embeds', model)
  const input = (name: string): GraphValue | undefined => session.inputs.find((candidate) => candidate.name === name)
  const hasPositions = input('position_ids') !== undefined
  /** `[axes, batch, count]` when the graph's positions have a third axis in front, `[batch, count]` else. */
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

  function positionTensor(positions: readonly Int32Array[], batch: number, count: number): RuntimeTensor {
    const axes = isStacked ? 3 : 1
    const data = new BigInt64Array(axes * batch * count)
    for (let axis = 0; axis < axes; axis++) {
      const given = positions[axis] ?? positions[0]
      for (let at = 0; at < batch * count; at++) data[axis * batch * count + at] = BigInt(given?.[at] ?? 0)
    }
    return runtime.int64(data, isStacked ? [axes, batch, count] : [batch, count])
  }

  return {
    hasBranch,
    feeds({ embeds, batch, count, mask, positions, rows, isFirst }) {
      const feeds: Record<string, RuntimeTensor> = {
        inputs_embeds: runtime.floats(embedsType, bitsFrom(embedsType, embeds), [batch, count, width])
      }
      if (hasMask) feeds['attention_mask'] = runtime.int64(mask, [batch, mask.length / batch])
      if (hasPositions) feeds['position_ids'] = positionTensor(positions, batch, count)
      if (keep !== undefined)
        feeds['num_logits_to_keep'] = runtime.int64(BigInt64Array.of(BigInt(rows)), keep.dims.length === 0 ? [] : [1])
      if (hasBranch) feeds['use_cache_branch'] = runtime.bool([!isFirst], [1])
      return feeds
    }
  }
}

export function createDecoder(
  runtime: Runtime,
  session: GraphSession,
  strategy: KeyValueStrategy,
  shape: DecoderShape,
  /** See `Decoder.givesAllRows`. */
  givesAllRows = true
): Decoder {
  const { model, config, positions: rules = { axes: 1, first: 0 } } = shape
  const feeder = createFeeder(runtime, session, shape)
  const outputs = ['logits', ...strategy.outputs]
  return {
    strategy: strategy.id,
    givesAllRows,
    emptyCache: strategy.empty(rules.first),
    async forward(embeds, count, cache, { positions, rows = 1, ahead = 0 } = {}) {
      const total = cache.length + count
      if (total > config.maxPositions)
        throw new InvariantError(`expected ${total} positions to fit into ${config.maxPositions}`)
      const call = strategy.begin(cache, count, ahead)
      const feeds = feeder.feeds({
        embeds,
        batch: 1,
        count,
        mask: call.mask,
        positions: positions?.axes ?? [Int32Array.from({ length: count }, (_, at) => cache.next + at)],
        rows,
        isFirst: cache.length === 0
      })
      const result = await session.run({ ...feeds, ...call.past }, outputs)
      return {
        logits: lastLogits(result['logits'], { count, rows }, { model, config }),
        cache: call.finish(result, positions?.next ?? cache.next + count)
      }
    }
  }
}

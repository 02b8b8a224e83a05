/**
 * @file The decoder of an encoder–decoder model: a cache of its own words, and one of the encoder's states
 * that is made by the first call and never changes. Source of the names: the merged decoders of optimum,
 * as transformers.js runs them.
 */
import { InvariantError } from '../../../src-shared/errors'
import type { ModelConfig } from '../repo/config'
import { modelProblem } from '../repo/problems'
import type { GraphSession, Runtime, RuntimeTensor } from '../runtime'
import { checkedRows, isPast, pastPairs } from '../kv/layers'
import { PresentCache } from '../kv/present-past'
import { asType, bitsFrom, emptyBits } from '../floats'
import { floatInput, lastLogits } from './decoder'
import type { Decoder } from './decoder'

const KNOWN_INPUTS: ReadonlySet<string> = new Set([
  'inputs_embeds',
  'encoder_hidden_states',
  'encoder_attention_mask',
  'use_cache_branch'
])
const OF_ENCODER = /\.encoder\.(?:key|value)$/

export interface Seq2SeqDecoder {
  /** A decoder for one prompt. `states` is `[1, count, width]`, the encoder's output. */
  listen(states: RuntimeTensor): Decoder
}

/** Rejects with `model/unsupported-graph`. */
export function createSeq2SeqDecoder(
  runtime: Runtime,
  session: GraphSession,
  options: { readonly model: string; readonly config: ModelConfig; readonly width: number }
): Seq2SeqDecoder {
  const { model, config, width } = options
  const pairs = pastPairs(session, model, config)
  const unknown = session.inputs.find(({ name }) => !KNOWN_INPUTS.has(name) && !isPast(name))
  if (unknown !== undefined) {
    throw modelProblem(
      'model/unsupported-graph',
      model,
      `its decoder asks for "${unknown.name}", which this version cannot give`
    )
  }
  const cross = pairs.filter(({ input }) => OF_ENCODER.test(input))
  const own = pairs.filter(({ input }) => !OF_ENCODER.test(input))
  const asks = (name: string): boolean => session.inputs.some((input) => input.name === name)
  const embedsType = floatInput(session, 'inputs_embeds', model)
  const empty = Object.fromEntries(
    pairs.map(({ input, heads, headDim, type }) => [
      input,
      runtime.floats(type, emptyBits(type, 0), [1, heads, 0, headDim])
    ])
  )

  return {
    listen(states) {
      const heard = states.dims[1] ?? 0
      const known = asType(runtime, states, floatInput(session, 'encoder_hidden_states', model))
      const mask = runtime.int64(new BigInt64Array(heard).fill(1n), [1, heard])
      return {
        strategy: 'present-past',
        givesAllRows: true,
        emptyCache: PresentCache.of(empty, 0, 0),
        async forward(embeds, count, cache, { rows = 1 } = {}) {
          const total = cache.length + count
          if (total > config.maxPositions) {
            throw new InvariantError(`expected ${total} positions to fit into ${config.maxPositions}`)
          }
          const isFirst = cache.length === 0
          const past = PresentCache.tensorsOf(cache)
          const feeds: Record<string, RuntimeTensor> = {
            ...past,
            inputs_embeds: runtime.floats(embedsType, bitsFrom(embedsType, embeds), [1, count, width]),
            encoder_hidden_states: known,
            encoder_attention_mask: mask
          }
          if (asks('use_cache_branch')) feeds['use_cache_branch'] = runtime.bool([!isFirst], [1])
          // Merged graphs give the encoder's part only once; afterwards theirs is empty.
          const wanted = isFirst ? pairs : own
          const result = await session.run(feeds, ['logits', ...wanted.map(({ output }) => output)])
          const kept = isFirst
            ? cross.map((pair) => [pair.input, checkedRows(result[pair.output], pair, { rows: heard, model })] as const)
            : cross.map(({ input }) => [input, past[input] as RuntimeTensor] as const)
          const said = own.map(
            (pair) => [pair.input, checkedRows(result[pair.output], pair, { rows: total, model })] as const
          )
          return {
            logits: lastLogits(result['logits'], { count, rows }, { model, config }),
            cache: PresentCache.of(Object.fromEntries([...said, ...kept]), total, total)
          }
        }
      }
    }
  }
}

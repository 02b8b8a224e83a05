/** @file Two ways to run one decoder against each other: the logits they give, and the time a step takes. */
import { bitsFrom } from '../floats'
import type { KeyValueCache } from '../kv/cache'
import { positionBytes } from '../kv/layers'
import type { PastPair } from '../kv/layers'
import type { KeyValueStrategy } from '../kv/strategy'
import type { Runtime } from '../runtime'
import type { Decoder } from './decoder'

/** Largest difference of logits between two ways to compute the same: in float32, in float16, where products round to 8 bits. */
export const LOGIT_TOLERANCE = { exact: 1e-4, half: 0.1, rounding: 0.5 } as const
const TIMED_STEPS = 5
/** A large model is timed by fewer. */
const LONGEST_TIMING_MS = 2_000
const PAST_ROWS = 512
const MAX_PAST_BYTES = 64_000_000
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity
  let worst = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0))
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

/** Logits of the last row, made in three ways: at once, in two calls, and in one call for each row behind the first. */
export async function logitsOf(
  decoder: Decoder,
  sample: Float32Array,
  width: number
): Promise<readonly Float32Array[]> {
  const count = sample.length / width
  const half = count >> 1
  const part = (from: number, to: number): Float32Array => sample.subarray(from * width, to * width)
  const whole = (await decoder.forward(sample, count, decoder.emptyCache)).logits.slice()
  const start = (await decoder.forward(part(0, half), half, decoder.emptyCache)).cache
  const halves = (await decoder.forward(part(half, count), count - half, start)).logits.slice()
  let cache: KeyValueCache = start
  let logits: Float32Array = halves
  for (let row = half; row < count; row++) ({ logits, cache } = await decoder.forward(part(row, row + 1), 1, cache))
  return [whole, halves, logits.slice()]
}

/**
 * Worst difference of `found` from `expected`, whichever way the calls are cut; of a causal model also from the call for
 * all, which is cached against uncached.
 */
export function worstOf(expected: readonly Float32Array[], found: readonly Float32Array[], isCausal: boolean): number {
  const pairs = found.flatMap((logits, way) => [
    largestDifference(logits, expected[way] ?? logits),
    ...(isCausal ? [largestDifference(logits, expected[0] ?? logits)] : [])
  ])
  return pairs.reduce((worst, pair) => (pair > worst || Number.isNaN(pair) ? pair : worst), 0)
}

/** Rows of a past that steps are timed behind. */
export const timedRows = (pairs: readonly PastPair[], maxPositions: number): number =>
  Math.max(1, Math.min(PAST_ROWS, Math.floor(MAX_PAST_BYTES / positionBytes(pairs)), maxPositions - 1))

/** Numbers that differ; behind them they come again. */
const INVENTED = 4_096

/** A past of `rows` random rows, as if it had been computed. */
export function invented(
  runtime: Runtime,
  strategy: KeyValueStrategy,
  pairs: readonly PastPair[],
  rows: number
): KeyValueCache {
  const call = strategy.begin(strategy.empty(0), rows)
  const tensors = pairs.map(({ heads, headDim, type }, index) => {
    const values = new Float32Array(heads * rows * headDim)
    for (let i = 0; i < Math.min(INVENTED, values.length); i++) values[i] = Math.sin(i * 12.9898 + index)
    for (let known = INVENTED; known < values.length; known *= 2) values.copyWithin(known, 0, known)
    const tensor = runtime.floats(type, bitsFrom(type, values), [1, heads, rows, headDim])
    return [strategy.outputs[index] ?? '', tensor] as const
  })
  return call.finish(Object.fromEntries(tensors), rows)
}

/** CPU time so far of this process. By the clock, other work on the machine would choose. */
function spentMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Milliseconds of CPU time of one step behind a long past, of each way, in turns. */
export async function timeSteps(
  ways: readonly { readonly decoder: Decoder; readonly past: KeyValueCache }[],
  step: Float32Array
): Promise<readonly number[]> {
  const times: number[][] = ways.map(() => [])
  const begun = performance.now()
  for (let round = -1; round < TIMED_STEPS; round++) {
    if (round > 1 && performance.now() - begun > LONGEST_TIMING_MS) break
    for (const [index, { decoder, past }] of ways.entries()) {
      const before = spentMs()
      const { cache } = await decoder.forward(step, 1, past)
      if (round >= 0) times[index]?.push(spentMs() - before)
      cache.release()
    }
  }
  // The least: what else the machine does can only add to a step, also to its CPU time.
  return times.map((own) => Math.min(...own))
}

/**
 * @file Opens a decoder graph and finds, by running it, how its keys and values are kept best (ADR
 * 0009): edited in memory when that works, tested against itself, a few calls of each way timed.
 */
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createDelta } from '../kv/delta'
import { bitsFrom } from '../floats'
import type { KeyValueCache } from '../kv/cache'
import { pastPairs, positionBytes } from '../kv/layers'
import type { PastPair } from '../kv/layers'
import { createPresentPast } from '../kv/present-past'
import type { KeyValueStrategy, StrategyId } from '../kv/strategy'
import { editDecoder } from '../onnx/edit'
import type { EditedDecoder } from '../onnx/edit'
import { NotProtobuf } from '../onnx/protobuf'
import { reasonOf } from '../runtime'
import type { GraphSession, Runtime, SessionOptions } from '../runtime'
import { createDecoder } from './decoder'
import type { Decoder, DecoderShape } from './decoder'

/** A larger graph file is not read into memory to be edited. Its external data does not count. */
export const MAX_EDIT_BYTES = 1_000_000_000
/** Largest difference of logits between two ways to compute the same: in float32, in float16, where products round to 8 bits. */
export const LOGIT_TOLERANCE = { exact: 1e-4, half: 0.1, rounding: 0.5 } as const
const TIMED_STEPS = 5
/** A large model is timed by fewer. */
const LONGEST_TIMING_MS = 2_000
const PAST_ROWS = 512
const MAX_PAST_BYTES = 64_000_000
/** What is not faster than this share of the other's time is not chosen. */
const WORTH_IT = 0.97

/** How a decoder was found to run best. */
export interface Decoding {
  readonly strategy: StrategyId
  /** A sentence: the figures of the choice, or why there was none. */
  readonly reason: string
}

export interface OpenedDecoder {
  readonly session: GraphSession
  readonly strategy: KeyValueStrategy
  readonly pairs: readonly PastPair[]
  readonly givesAllRows: boolean
  readonly decoding: Decoding
  /** How the graph may be fed several sequences; null: one at a time. */
  readonly edited: EditedDecoder | null
}

interface Opened {
  readonly session: GraphSession
  readonly edited: EditedDecoder | null
  /** Why it is not edited, or not in every way. */
  readonly refused: readonly string[]
}

/** Rejects with what the runtime says of the unedited file. On WebGPU, keys and values stay on the device. */
async function openSession(runtime: Runtime, path: string, options: SessionOptions): Promise<Opened> {
  const { size } = await stat(path)
  const unedited = async (
    reason: string,
    placed: Pick<SessionOptions, 'onDevice' | 'onCpu'> = {}
  ): Promise<Opened> => ({
    session: await runtime.open(path, { ...options, ...placed }),
    edited: null,
    refused: [reason]
  })
  if (size > MAX_EDIT_BYTES) return unedited(`its graph file of ${(size / 1e9).toFixed(1)} GB is not edited`)
  const file = await readFile(path)
  let edited: EditedDecoder
  try {
    edited = editDecoder(file, options.provider === 'cpu')
  } catch (error) {
    if (!(error instanceof NotProtobuf)) throw error
    return unedited(error.message)
  }
  const { refused, bytes, presents } = edited
  const isWebGpu = options.provider === 'webgpu'
  const placed = { onDevice: isWebGpu ? presents : [], onCpu: isWebGpu ? edited.ofPositions : [] }
  if (edited.bytes === file) return unedited(refused.join('; '), placed)
  try {
    const session = await runtime.open(bytes, { ...options, ...placed, externalFolder: dirname(path) })
    return { session, edited, refused }
  } catch (error) {
    return unedited(`the edited graph cannot be loaded (${reasonOf(error)})`, placed)
  }
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity
  let worst = 0
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0))
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

const whyOnDevice = (edited: EditedDecoder | null): string =>
  (edited?.ofPositions.length ?? 0) === 0
    ? 'keys and values stay on the device'
    : 'keys and values stay on the device; sine and cosine of positions are taken on the CPU'

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
 * Worst difference between two ways of keeping, whichever way the calls are cut; of a causal model also
 * between the cuts, which is cached against uncached.
 */
async function worstOf(
  [plain, quick]: readonly [Decoder, Decoder],
  sample: Float32Array,
  { width, isCausal }: DecoderShape
): Promise<number> {
  const expected = await logitsOf(plain, sample, width)
  const found = await logitsOf(quick, sample, width)
  const pairs = found.flatMap((logits, way) => [
    largestDifference(logits, expected[way] ?? logits),
    ...(isCausal === false ? [] : [largestDifference(logits, expected[0] ?? logits)])
  ])
  return pairs.reduce((worst, pair) => (pair > worst || Number.isNaN(pair) ? pair : worst), 0)
}

/** Numbers that differ; behind them they come again. */
const INVENTED = 4_096

/** A past of `rows` random rows, as if it had been computed. */
function invented(
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
async function timeSteps(
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

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`

/**
 * Never rejects for what is wrong with an edit: the unedited graph is used, and the reason kept.
 * `sample` is float32 `[8 or so, width]` of embeddings as the model makes them; `known` skips the test
 * and the timing for a choice made before.
 */
export async function openDecoder(
  runtime: Runtime,
  path: string,
  options: SessionOptions,
  {
    sample,
    known,
    alive,
    ...shape
  }: DecoderShape & { readonly sample: Float32Array; readonly known?: StrategyId; readonly alive: () => void }
): Promise<OpenedDecoder> {
  const { model, config, width } = shape
  const onDevice = options.provider === 'webgpu'
  const opened = await openSession(runtime, path, options)
  const { session, edited } = opened
  const pairs = pastPairs(session, model, config)
  const present = createPresentPast(runtime, pairs, { model, onDevice })
  const make = (strategy: KeyValueStrategy): Decoder => {
    const decoder = createDecoder(runtime, session, strategy, shape)
    return {
      ...decoder,
      async forward(...call) {
        const result = await decoder.forward(...call)
        alive()
        return result
      }
    }
  }
  const choose = (strategy: KeyValueStrategy, reason: string, givesAllRows: boolean): OpenedDecoder => ({
    session,
    strategy,
    pairs,
    givesAllRows,
    edited,
    decoding: { strategy: strategy.id, reason }
  })
  const rowsOf = async (decoder: Decoder): Promise<boolean> => {
    try {
      const { cache } = await decoder.forward(sample, sample.length / width, decoder.emptyCache, { rows: 2 })
      cache.release()
      return true
    } catch {
      // A graph that gives the last row only is not broken: drafts are not for it.
      return false
    }
  }
  const plain = make(present)
  const givesAllRows = await rowsOf(plain)
  if (edited === null || edited.delta === null) {
    const reason = onDevice ? whyOnDevice(edited) : opened.refused.join('; ')
    return choose(present, reason || 'the graph is used as it is', givesAllRows)
  }

  const delta = createDelta(runtime, pairs, { model, cacheClass: edited.delta })
  if (known === 'delta') return choose(delta, 'as found before', givesAllRows)
  if (known === 'present-past') return choose(present, 'as found before', givesAllRows)
  const quick = make(delta)
  const isHalf = pairs.some(({ type }) => type === 'float16')
  const limit = LOGIT_TOLERANCE[edited.roundsActivations ? 'rounding' : isHalf ? 'half' : 'exact']
  const worst = await worstOf([plain, quick], sample, shape)
  if (!(worst <= limit)) {
    return choose(
      present,
      `delta gives other logits: off by ${worst.toExponential(1)}, allowed are ${limit}`,
      givesAllRows
    )
  }
  const room = Math.floor(MAX_PAST_BYTES / positionBytes(pairs))
  const rows = Math.max(1, Math.min(PAST_ROWS, room, config.maxPositions - 1))
  const [presentMs = NaN, deltaMs = NaN] = await timeSteps(
    [plain, quick].map((decoder, index) => ({
      decoder,
      past: invented(runtime, index === 0 ? present : delta, pairs, rows)
    })),
    sample.subarray(0, width)
  )
  const isWorthIt = deltaMs < WORTH_IT * presentMs
  const figures = `a step behind ${rows} positions takes ${ms(deltaMs)} with delta, ${ms(presentMs)} with present-past; largest difference ${worst.toExponential(1)}`
  return choose(isWorthIt ? delta : present, figures, givesAllRows)
}

/**
 * @file Opens a decoder graph and finds, by running it, how its keys and values are kept best (ADR
 * 0009): edited in memory when that works, tested against itself, a few calls of each way timed.
 */
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createDelta } from '../kv/delta'
import { pastPairs } from '../kv/layers'
import type { PastPair } from '../kv/layers'
import { createPresentPast } from '../kv/present-past'
import type { KeyValueStrategy, StrategyId } from '../kv/strategy'
import { editDecoder, splitDecoder } from '../onnx/edit'
import type { EditedDecoder } from '../onnx/edit'
import { NotProtobuf } from '../onnx/protobuf'
import { reasonOf } from '../runtime'
import type { GraphSession, Runtime, SessionOptions } from '../runtime'
import { LOGIT_TOLERANCE, invented, logitsOf, timeSteps, timedRows, worstOf } from './compare-ways'
import { createDecoder } from './decoder'
import type { Decoder, DecoderShape } from './decoder'

/** A larger graph file is not read into memory to be edited. Its external data does not count. */
export const MAX_EDIT_BYTES = 1_000_000_000
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
  /** It may be fed several sequences, whose unused rows the mask hides. */
  readonly takesBatches: boolean
}

export type DecoderOffer = DecoderShape & {
  /** float32 `[8 or so, width]` of embeddings as the model makes them. */
  readonly sample: Float32Array
  /** Skips test and timing, for a choice made before. */
  readonly known?: StrategyId
  /** A call of the runtime has come back. */
  readonly alive: () => void
}

/** A graph with nothing but additions: it still gives what it gave. */
interface Added {
  readonly session: GraphSession
  readonly edited: EditedDecoder | null
  /** Why it is not edited, or not in every way. */
  readonly refused: readonly string[]
}

/** Rejects with what the runtime says of the unedited file. On WebGPU, keys and values stay on the device. */
async function openAdded(runtime: Runtime, path: string, options: SessionOptions): Promise<Added> {
  const { size } = await stat(path)
  const unedited = async (reason: string, placed: Pick<SessionOptions, 'onDevice' | 'onCpu'> = {}): Promise<Added> => ({
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

/** The graph with its attention split; a sentence where it cannot be had. */
async function openSplit(runtime: Runtime, path: string, options: SessionOptions): Promise<GraphSession | string> {
  if ((await stat(path)).size > MAX_EDIT_BYTES) return 'its graph file is too large to be edited'
  try {
    const bytes = splitDecoder(await readFile(path))
    if (typeof bytes === 'string') return `its attention cannot be split: ${bytes}`
    return await runtime.open(bytes, { ...options, externalFolder: dirname(path) })
  } catch (error) {
    return `the graph with its attention split cannot be loaded (${reasonOf(error)})`
  }
}

const whyOnDevice = (edited: EditedDecoder | null): string =>
  (edited?.ofPositions.length ?? 0) === 0
    ? 'keys and values stay on the device'
    : 'keys and values stay on the device; sine and cosine of positions are taken on the CPU'

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`

/** What the ways of one file are measured by. */
interface Measures {
  readonly expected: readonly Float32Array[]
  /** Largest difference of logits. */
  readonly allowed: number
  readonly rows: number
}

/** The best of the ways that were measured so far. */
interface Best {
  readonly id: 'present-past' | 'delta'
  readonly reason: string
  readonly stepMs: number
}

class Opening {
  private readonly runtime: Runtime
  private readonly path: string
  private readonly options: SessionOptions
  private readonly offer: DecoderOffer

  constructor(runtime: Runtime, path: string, options: SessionOptions, offer: DecoderOffer) {
    this.runtime = runtime
    this.path = path
    this.options = options
    this.offer = offer
  }

  private decoderOf(session: GraphSession, strategy: KeyValueStrategy): Decoder {
    const decoder = createDecoder(this.runtime, session, strategy, this.offer)
    return {
      ...decoder,
      forward: async (...call) => {
        const result = await decoder.forward(...call)
        this.offer.alive()
        return result
      }
    }
  }

  private pairsOf = (session: GraphSession): readonly PastPair[] =>
    pastPairs(session, this.offer.model, this.offer.config)

  private strategyOf(id: StrategyId, pairs: readonly PastPair[], { edited }: Pick<Added, 'edited'>): KeyValueStrategy {
    const { model } = this.offer
    if (id === 'split') return createDelta(this.runtime, pairs, { model, id, cacheClass: 'concat' })
    if (id === 'delta') return createDelta(this.runtime, pairs, { model, id, cacheClass: edited?.delta ?? 'concat' })
    return createPresentPast(this.runtime, pairs, { model, onDevice: id === 'gpu-buffer' })
  }

  private async result(session: GraphSession, id: StrategyId, reason: string, added: Added | null) {
    const pairs = this.pairsOf(session)
    const strategy = this.strategyOf(id, pairs, { edited: added?.edited ?? null })
    const decoder = this.decoderOf(session, strategy)
    const { sample, width } = this.offer
    let givesAllRows = true
    try {
      const { cache } = await decoder.forward(sample, sample.length / width, decoder.emptyCache, { rows: 2 })
      cache.release()
    } catch {
      // A graph that gives the last row only is not broken: drafts are not for it.
      givesAllRows = false
    }
    const takesBatches = id === 'split' || (id === 'delta' && added?.edited?.delta === 'concat')
    return { session, strategy, pairs, givesAllRows, takesBatches, decoding: { strategy: id, reason } }
  }

  private timed(session: GraphSession, strategy: KeyValueStrategy, pairs: readonly PastPair[], rows: number) {
    return { decoder: this.decoderOf(session, strategy), past: invented(this.runtime, strategy, pairs, rows) }
  }

  private async logits(session: GraphSession, strategy: KeyValueStrategy): Promise<readonly Float32Array[]> {
    return logitsOf(this.decoderOf(session, strategy), this.offer.sample, this.offer.width)
  }

  private get step(): Float32Array {
    return this.offer.sample.subarray(0, this.offer.width)
  }

  private off = (way: string, worst: number, allowed: number): string =>
    `${way} gives other logits: off by ${worst.toExponential(1)}, allowed are ${allowed}`

  /** The ways of a graph that still gives what it gave, in turns. */
  private async measureAdded(added: Added, measures: Omit<Measures, 'expected'>): Promise<Best & Measures> {
    const { session } = added
    const pairs = this.pairsOf(session)
    const [present, delta] = [
      this.strategyOf('present-past', pairs, added),
      this.strategyOf('delta', pairs, added)
    ] as const
    const { allowed, rows } = measures
    const expected = await this.logits(session, present)
    const worst = worstOf(expected, await this.logits(session, delta), this.offer.isCausal !== false)
    const isSame = worst <= allowed
    const ways = isSame ? [present, delta] : [present]
    const [presentMs = NaN, deltaMs = NaN] = await timeSteps(
      ways.map((way) => this.timed(session, way, pairs, rows)),
      this.step
    )
    const isWorthIt = isSame && deltaMs < WORTH_IT * presentMs
    const figures = `a step behind ${rows} positions takes ${ms(deltaMs)} with delta, ${ms(presentMs)} with present-past; largest difference ${worst.toExponential(1)}`
    return {
      ...measures,
      expected,
      id: isWorthIt ? 'delta' : 'present-past',
      reason: isSame ? figures : this.off('delta', worst, allowed),
      stepMs: isWorthIt ? deltaMs : presentMs
    }
  }

  /** Where its attention can be split and that is worth it; a sentence else. */
  private async trySplit(best: Best & Measures): Promise<OpenedDecoder | string> {
    const session = await openSplit(this.runtime, this.path, this.options)
    if (typeof session === 'string') return session
    this.offer.alive()
    let reason: string
    try {
      const pairs = this.pairsOf(session)
      const strategy = this.strategyOf('split', pairs, { edited: null })
      const worst = worstOf(best.expected, await this.logits(session, strategy), this.offer.isCausal !== false)
      const [splitMs = NaN] = await timeSteps([this.timed(session, strategy, pairs, best.rows)], this.step)
      reason =
        worst <= best.allowed
          ? `with its attention split ${ms(splitMs)}, largest difference ${worst.toExponential(1)}`
          : this.off('split attention', worst, best.allowed)
      if (worst <= best.allowed && splitMs < WORTH_IT * best.stepMs)
        return await this.result(session, 'split', `${best.reason}; ${reason}`, null)
    } catch (error) {
      // Whatever it cannot do, the graph as it is can.
      reason = `the graph with its attention split does not run (${reasonOf(error)})`
    }
    await session.release()
    return reason
  }

  /** Whoever cannot be given the session does not leave it open: weights are gigabytes. */
  private async holding<T>(session: GraphSession, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      await session.release()
      throw error
    }
  }

  async open(): Promise<OpenedDecoder> {
    const { runtime, path, options, offer } = this
    if (offer.known === 'split') {
      const split = await openSplit(runtime, path, options)
      if (typeof split !== 'string')
        return this.holding(split, () => this.result(split, 'split', 'as found before', null))
    }
    const added = await openAdded(runtime, path, options)
    const { session } = added
    const best = await this.holding(session, () => this.choose(added))
    if ('session' in best) return best
    // One after the other: weights are not in memory twice.
    await session.release()
    offer.alive()
    const split = await this.trySplit(best)
    if (typeof split !== 'string') return split
    const again = await openAdded(runtime, path, options)
    const { id, reason } = best
    return this.holding(again.session, () => this.result(again.session, id, `${reason}; ${split}`, again))
  }

  /** The decoder as it is to be run; or how it runs best so far, where its attention may be split, too. */
  private async choose(added: Added): Promise<OpenedDecoder | (Best & Measures)> {
    const { session, edited } = added
    const { known, config } = this.offer
    const onDevice = this.options.provider === 'webgpu'
    if (edited === null || edited.delta === null) {
      const reason = onDevice ? whyOnDevice(edited) : added.refused.join('; ')
      return this.result(
        session,
        onDevice ? 'gpu-buffer' : 'present-past',
        reason || 'the graph is used as it is',
        added
      )
    }
    if (known === 'delta' || known === 'present-past') return this.result(session, known, 'as found before', added)

    const pairs = this.pairsOf(session)
    const isHalf = pairs.some(({ type }) => type === 'float16')
    const allowed = LOGIT_TOLERANCE[edited.roundsActivations ? 'rounding' : isHalf ? 'half' : 'exact']
    const best = await this.measureAdded(added, { allowed, rows: timedRows(pairs, config.maxPositions) })
    return edited.delta === 'concat' ? best : this.result(session, best.id, best.reason, added)
  }
}

/** Never rejects for what is wrong with an edit: the unedited graph is used, and the reason kept. */
export const openDecoder = (
  runtime: Runtime,
  path: string,
  options: SessionOptions,
  offer: DecoderOffer
): Promise<OpenedDecoder> => new Opening(runtime, path, options, offer).open()

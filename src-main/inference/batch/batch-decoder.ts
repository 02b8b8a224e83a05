/**
 * @file Several sequences in one call of a decoder, all behind the same beginning: its keys and values
 * are copied once for each, and each goes on for itself. Needs the `delta` strategy on a graph of the
 * `concat` class, whose mask can hide any row of any sequence.
 *
 * [Note: Ragged rows] Sequences are fed different numbers of tokens in one call. Shorter ones are
 * filled up in front, where the mask hides the filling from everyone; their last row is then the last
 * row of the call, and what the filling computes is not kept.
 */
import { InvariantError } from '../../../src-shared/errors'
import { createFeeder, lastLogits } from '../decode/decoder'
import type { DecoderShape } from '../decode/decoder'
import type { KeyValueCache } from '../kv/cache'
import { rowsOf } from '../kv/delta'
import { bitsOf, emptyBits } from '../floats'
import { checkedRows, positionBytes } from '../kv/layers'
import type { PastPair } from '../kv/layers'
import { deltaName } from '../onnx/presents'
import type { GraphSession, Runtime } from '../runtime'

const BUCKET_ROWS = 64

export interface Batch {
  /** Sequences that are still fed. */
  readonly size: number
  /** Positions that each of them covers. */
  readonly lengths: readonly number[]
  /** Feeds each its rows, float32 `[n ≥ 1, width]`; float32 `[size, vocabulary]` of their last positions. */
  forward(rows: readonly Float32Array[]): Promise<Float32Array>
  /** Goes on with these only, by index, ascending. */
  keep(indices: readonly number[]): void
}

export interface BatchDecoder {
  /** Bytes that one sequence of `length` positions takes. */
  bytesFor(length: number): number
  /** `count` sequences behind what `prefix` covers, which stays as it is. */
  start(prefix: KeyValueCache, count: number): Batch
}

export function createBatchDecoder(
  runtime: Runtime,
  session: GraphSession,
  pairs: readonly PastPair[],
  shape: DecoderShape
): BatchDecoder {
  const { model, config, width } = shape
  const feeder = createFeeder(runtime, session, shape)
  const outputs = pairs.map(({ output }) => deltaName(output))
  const roomy = (length: number): number => Math.ceil(length / BUCKET_ROWS) * BUCKET_ROWS

  function start(prefix: KeyValueCache, count: number): Batch {
    let capacity = roomy(prefix.length)
    let lengths = Array.from({ length: count }, () => prefix.length)
    let next = Array.from({ length: count }, () => prefix.next)
    /** `[sequences, heads, capacity, headDim]` by pair. */
    let buffers = pairs.map(({ heads, headDim, type }) => emptyBits(type, count * heads * capacity * headDim))
    const known = rowsOf(prefix)
    for (const [index, { heads, headDim }] of pairs.entries()) {
      for (let head = 0; head < heads; head++) {
        const rows = known(index, head)
        for (let sequence = 0; sequence < count; sequence++)
          buffers[index]?.set(rows, (sequence * heads + head) * capacity * headDim)
      }
    }

    /** Buffers of `room` rows with the sequences `from`, in their order. */
    function rebuild(from: readonly number[], room: number): void {
      buffers = pairs.map(({ heads, headDim, type }, index) => {
        const old = buffers[index] ?? emptyBits(type, 0)
        const buffer = emptyBits(type, from.length * heads * room * headDim)
        for (const [to, sequence] of from.entries()) {
          const rows = (lengths[sequence] ?? 0) * headDim
          for (let head = 0; head < heads; head++) {
            const at = (sequence * heads + head) * capacity * headDim
            buffer.set(old.subarray(at, at + rows), (to * heads + head) * room * headDim)
          }
        }
        return buffer
      })
      lengths = from.map((sequence) => lengths[sequence] ?? 0)
      next = from.map((sequence) => next[sequence] ?? 0)
      capacity = room
    }

    return {
      get size() {
        return lengths.length
      },
      get lengths() {
        return lengths
      },
      keep(indices) {
        if (indices.length < lengths.length) rebuild(indices, capacity)
      },
      async forward(rows) {
        const size = lengths.length
        if (rows.length !== size) throw new InvariantError(`expected rows for ${size} sequences, not ${rows.length}`)
        const counts = rows.map(({ length }) => length / width)
        const longest = Math.max(...counts)
        const embeds = new Float32Array(size * longest * width)
        const mask = new BigInt64Array(size * (capacity + longest))
        const positions = new Int32Array(size * longest)
        for (const [sequence, own] of rows.entries()) {
          const count = counts[sequence] ?? 0
          const filled = longest - count
          if ((lengths[sequence] ?? 0) + count > config.maxPositions)
            throw new InvariantError(`expected sequence ${sequence} to fit into ${config.maxPositions} positions`)
          embeds.set(own, (sequence * longest + filled) * width)
          const row = sequence * (capacity + longest)
          mask.fill(1n, row, row + (lengths[sequence] ?? 0))
          mask.fill(1n, row + capacity + filled, row + capacity + longest)
          for (let at = 0; at < count; at++) positions[sequence * longest + filled + at] = (next[sequence] ?? 0) + at
        }
        const feeds = feeder.feeds({
          embeds,
          batch: size,
          count: longest,
          mask,
          positions: [positions],
          rows: 1,
          isFirst: false
        })
        for (const [index, { input, heads, headDim, type }] of pairs.entries())
          feeds[input] = runtime.floats(type, buffers[index] ?? emptyBits(type, 0), [size, heads, capacity, headDim])
        const result = await session.run(feeds, ['logits', ...outputs])
        const logits = lastLogits(result['logits'], { count: longest, batch: size }, { model, config })
        const needed = Math.max(...lengths.map((length, sequence) => length + (counts[sequence] ?? 0)))
        if (needed > capacity)
          rebuild(
            lengths.map((_, sequence) => sequence),
            roomy(needed)
          )
        for (const [index, pair] of pairs.entries()) {
          const { heads, headDim } = pair
          const output = deltaName(pair.output)
          const checked = checkedRows(result[output], { ...pair, output }, { batch: size, rows: longest, model })
          const fresh = bitsOf(checked)
          for (let sequence = 0; sequence < size; sequence++) {
            const filled = longest - (counts[sequence] ?? 0)
            for (let head = 0; head < heads; head++) {
              const at = (sequence * heads + head) * longest
              const own = fresh.subarray((at + filled) * headDim, (at + longest) * headDim)
              const to = ((sequence * heads + head) * capacity + (lengths[sequence] ?? 0)) * headDim
              buffers[index]?.set(own, to)
            }
          }
        }
        lengths = lengths.map((length, sequence) => length + (counts[sequence] ?? 0))
        next = next.map((place, sequence) => place + (counts[sequence] ?? 0))
        return logits
      }
    }
  }

  return {
    bytesFor: (length) => positionBytes(pairs) * roomy(length),
    start
  }
}

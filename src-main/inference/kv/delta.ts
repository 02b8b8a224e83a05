/**
 * @file Keys and values in buffers of ours: a call hands out the new rows only, which are written
 * behind the known ones. Needs a graph edited by `onnx/edit.ts`.
 *
 * [Note: Lines] A line is one set of buffers `[1, heads, capacity, headDim]`, one per input. Handles on
 * it cover its first rows. Going on from a handle overwrites what lies behind it, unless another live
 * handle covers that: then the line is copied, once, and the copy goes on. So a rejected draft, a
 * second question on the same picture, or the same question again cost nothing.
 */
import { InvariantError } from '../../../src-shared/errors'
import { deltaName } from '../onnx/presents'
import type { CacheClass } from '../onnx/edit'
import { bitsOf, emptyBits } from '../floats'
import type { FloatBits } from '../floats'
import type { Runtime, RuntimeTensor } from '../runtime'
import type { KeyValueCache, KeyValueStorage } from './cache'
import { checkedRows } from './layers'
import type { PastPair } from './layers'
import { seeAll } from './strategy'
import type { KeyValueStrategy } from './strategy'

/** Rows that buffers grow by. Unused ones cost attention over them, growing costs a copy of all. */
const BUCKET_ROWS = 64

class Line implements KeyValueStorage {
  capacity = 0
  /** In the order of the pairs. */
  tensors: readonly RuntimeTensor[] = []
  readonly handles = new Set<DeltaCache>()
  private buffers: readonly FloatBits[] = []
  private readonly runtime: Runtime
  private readonly pairs: readonly PastPair[]

  constructor(runtime: Runtime, pairs: readonly PastPair[]) {
    this.runtime = runtime
    this.pairs = pairs
  }

  get sizeBytes(): number {
    return this.buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0)
  }

  /** Room for `rows`; of the known ones the first `known` are kept. */
  reserve(rows: number, known: number): void {
    if (rows > this.capacity) this.moveTo(this, rows, known)
  }

  copy(rows: number, known: number): Line {
    const line = new Line(this.runtime, this.pairs)
    line.moveTo(this, rows, known)
    return line
  }

  private moveTo(from: Line, rows: number, known: number): void {
    const capacity = Math.ceil(rows / BUCKET_ROWS) * BUCKET_ROWS
    const { buffers, capacity: before } = from
    this.buffers = this.pairs.map(({ heads, headDim, type }, index) => {
      const old = buffers[index]
      const buffer = emptyBits(type, heads * capacity * headDim)
      for (let head = 0; old !== undefined && head < heads; head++) {
        const start = head * before * headDim
        buffer.set(old.subarray(start, start + known * headDim), head * capacity * headDim)
      }
      return buffer
    })
    this.tensors = this.pairs.map(({ heads, headDim, type }, index) =>
      this.runtime.floats(type, this.buffers[index] ?? emptyBits(type, 0), [1, heads, capacity, headDim])
    )
    this.capacity = capacity
  }

  /** Puts `count` rows behind the first `at`. */
  write(index: number, rows: FloatBits, at: number, count: number): void {
    const { heads = 0, headDim = 0 } = this.pairs[index] ?? {}
    for (let head = 0; head < heads; head++) {
      const part = rows.subarray(head * count * headDim, (head + 1) * count * headDim)
      this.buffers[index]?.set(part, (head * this.capacity + at) * headDim)
    }
  }

  /** The first `length` rows of one head, `[length, headDim]`. */
  rows(index: number, head: number, length: number): FloatBits {
    const { headDim = 0, type = 'float32' } = this.pairs[index] ?? {}
    const start = head * this.capacity * headDim
    return this.buffers[index]?.subarray(start, start + length * headDim) ?? emptyBits(type, 0)
  }

  /** Another handle covers more than `length` rows: what is written there would be lost to it. */
  isTakenBehind(length: number): boolean {
    for (const handle of this.handles) if (handle.length > length) return true
    return false
  }
}

class DeltaCache implements KeyValueCache {
  readonly length: number
  readonly next: number
  readonly storage: Line

  constructor(length: number, next: number, storage: Line) {
    this.length = length
    this.next = next
    this.storage = storage
    storage.handles.add(this)
  }

  cut(length: number, next: number): KeyValueCache | null {
    if (length > this.length) throw new InvariantError(`expected at most ${this.length} positions, not ${length}`)
    return new DeltaCache(length, next, this.storage)
  }

  release(): void {
    this.storage.handles.delete(this)
  }
}

function lineOf(cache: KeyValueCache): Line {
  if (!(cache instanceof DeltaCache) || !cache.storage.handles.has(cache))
    throw new InvariantError('expected a cache of this strategy that is still held')
  return cache.storage
}

/** What a handle of this strategy covers: rows `[length, headDim]` of one head of one pair. Valid until it is released. */
export function rowsOf(cache: KeyValueCache): (index: number, head: number) => FloatBits {
  const line = lineOf(cache)
  return (index, head) => line.rows(index, head, cache.length)
}

export function createDelta(
  runtime: Runtime,
  pairs: readonly PastPair[],
  {
    model,
    cacheClass,
    id = 'delta'
  }: {
    readonly model: string
    readonly cacheClass: CacheClass
    /** `split`: the graph reads past and new rows apart. */
    readonly id?: 'delta' | 'split'
  }
): KeyValueStrategy {
  const outputs = pairs.map(({ output }) => deltaName(output))
  const nothing = Object.fromEntries(
    pairs.map(({ input, heads, headDim, type }) => [
      input,
      runtime.floats(type, emptyBits(type, 0), [1, heads, 0, headDim])
    ])
  )
  /** Rows of the past, some unused, then the new ones. Used for one call only. */
  let holes = new BigInt64Array(0)
  function maskOf(length: number, capacity: number, count: number): BigInt64Array {
    // Graphs of this class count rows by the mask and know that a buffer may be longer.
    if (cacheClass === 'group-query' || length === capacity) return seeAll(length + count)
    if (holes.length < capacity + count) holes = new BigInt64Array(2 * (capacity + count))
    return holes
      .fill(1n, 0, length)
      .fill(0n, length, capacity)
      .fill(1n, capacity, capacity + count)
      .subarray(0, capacity + count)
  }
  return {
    id,
    outputs,
    empty: (next) => new DeltaCache(0, next, new Line(runtime, pairs)),
    begin(cache, count, ahead = 0) {
      const { length } = cache
      const total = length + count
      let line = lineOf(cache)
      // One that starts is never gone on with in place: the empty handle belongs to everyone.
      const mustCopy = length === 0 || line.isTakenBehind(length)
      if (mustCopy) line = line.copy(total + ahead, length)
      else if (cacheClass === 'group-query') line.reserve(total, length)
      const isFirst = length === 0
      const past = isFirst
        ? nothing
        : Object.fromEntries(pairs.map(({ input }, index) => [input, line.tensors[index]] as [string, RuntimeTensor]))
      return {
        past,
        mask: isFirst ? seeAll(count) : maskOf(length, line.capacity, count),
        finish(result, next) {
          line.reserve(total, length)
          for (const [index, pair] of pairs.entries()) {
            const output = deltaName(pair.output)
            const fresh = checkedRows(result[output], { ...pair, output }, { rows: count, model })
            line.write(index, bitsOf(fresh), length, count)
          }
          return new DeltaCache(total, next, line)
        }
      }
    }
  }
}

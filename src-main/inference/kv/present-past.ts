/**
 * @file Keys and values as the graph hands them out, fed again as they are: in memory, or on the
 * device. Every call makes them anew, so that a handle can be shared but not cut.
 */
import { InvariantError } from '../../../src-shared/errors'
import { emptyBits } from '../floats'
import type { Runtime, RuntimeTensor } from '../runtime'
import type { KeyValueCache, KeyValueStorage } from './cache'
import { checkedRows } from './layers'
import type { PastPair } from './layers'
import { seeAll } from './strategy'
import type { KeyValueStrategy } from './strategy'

type Tensors = Readonly<Record<string, RuntimeTensor>>

/** Counted: tensors on a device are disposed with the last handle. */
class Presents implements KeyValueStorage {
  readonly tensors: Tensors
  readonly sizeBytes: number
  private handles = 0

  constructor(tensors: Tensors) {
    this.tensors = tensors
    this.sizeBytes = Object.values(tensors).reduce(
      (sum, { size, type }) => sum + size * (type === 'float16' ? 2 : 4),
      0
    )
  }

  hold(): void {
    this.handles++
  }

  drop(): void {
    if (--this.handles > 0) return
    for (const tensor of Object.values(this.tensors)) if (tensor.location === 'gpu-buffer') tensor.dispose()
  }
}

export class PresentCache implements KeyValueCache {
  readonly length: number
  readonly next: number
  readonly storage: Presents
  private isReleased = false

  constructor(length: number, next: number, storage: Presents) {
    this.length = length
    this.next = next
    this.storage = storage
    storage.hold()
  }

  static of(tensors: Tensors, length: number, next: number): PresentCache {
    return new PresentCache(length, next, new Presents(tensors))
  }

  cut(length: number, next: number): KeyValueCache | null {
    return length === this.length ? new PresentCache(length, next, this.storage) : null
  }

  release(): void {
    if (this.isReleased) return
    this.isReleased = true
    this.storage.drop()
  }

  /** Throws when it was released or is of another strategy. */
  static tensorsOf(cache: KeyValueCache): Tensors {
    if (!(cache instanceof PresentCache) || cache.isReleased)
      throw new InvariantError('expected a cache of this strategy that is still held')
    return cache.storage.tensors
  }
}

export function createPresentPast(
  runtime: Runtime,
  pairs: readonly PastPair[],
  { model, onDevice }: { readonly model: string; readonly onDevice: boolean }
): KeyValueStrategy {
  const nothing = Object.fromEntries(
    pairs.map(({ input, heads, headDim, type }) => [
      input,
      runtime.floats(type, emptyBits(type, 0), [1, heads, 0, headDim])
    ])
  )
  return {
    id: onDevice ? 'gpu-buffer' : 'present-past',
    outputs: pairs.map(({ output }) => output),
    empty: (next) => PresentCache.of(nothing, 0, next),
    begin(cache, count) {
      const rows = cache.length + count
      return {
        past: PresentCache.tensorsOf(cache),
        mask: seeAll(rows),
        finish: (result, next) =>
          PresentCache.of(
            Object.fromEntries(
              pairs.map((pair) => [pair.input, checkedRows(result[pair.output], pair, { rows, model })])
            ),
            rows,
            next
          )
      }
    }
  }
}

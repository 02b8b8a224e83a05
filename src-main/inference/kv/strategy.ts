/** @file How keys and values are carried from one call of the decoder to the next. */
import type { RuntimeTensor } from '../runtime'
import type { KeyValueCache } from './cache'

/** One call under way. */
export interface KeyValueCall {
  /** By name of the decoder's input. */
  readonly past: Readonly<Record<string, RuntimeTensor>>
  /** int64: 1 for every row that may be seen, of the past and of the new ones behind it. */
  readonly mask: BigInt64Array
  /** Takes over what the call gave for `outputs`. `next` is the position of the token that follows. */
  finish(result: Readonly<Record<string, RuntimeTensor>>, next: number): KeyValueCache
}

export type StrategyId = 'present-past' | 'delta' | 'split' | 'gpu-buffer'

/** Its handles can be cut at any length. */
export const cutsAnywhere = (id: StrategyId): boolean => id === 'delta' || id === 'split'

export interface KeyValueStrategy {
  readonly id: StrategyId
  /** Outputs that `finish` needs. */
  readonly outputs: readonly string[]
  /** Nothing known; `next` is the first position. Needs no release. */
  empty(next: number): KeyValueCache
  /** `cache` is of this strategy. `ahead`: rows that will be fed behind these, so that room for all is made once. */
  begin(cache: KeyValueCache, count: number, ahead?: number): KeyValueCall
}

const ones = new BigInt64Array(65_536).fill(1n)
/** A mask that shows everything. Read only. */
export const seeAll = (length: number): BigInt64Array =>
  length <= ones.length ? ones.subarray(0, length) : new BigInt64Array(length).fill(1n)

/** @file A seeded generator: the same seed gives the same benchmark data everywhere. */
export interface Random {
  /** 0 up to 1, without 1. */
  next(): number
  /** A whole number from 0 up to `limit`, without it. */
  below(limit: number): number
  pick<T>(values: readonly [T, ...T[]]): T
}

/** xorshift32. */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { next, below, pick: (values) => values[below(values.length)] ?? values[0] }
}

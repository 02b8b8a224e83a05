/**
 * @file Keeps what the decoder knows about a picture, so that the next question on it starts behind
 * the picture. Bounded by bytes; the one used longest ago goes first.
 */
import type { KeyValueCache } from '../kv/cache'

export interface PrefixCache {
  get(key: string): KeyValueCache | undefined
  set(key: string, cache: KeyValueCache): void
}

export function createPrefixCache(maxBytes: number): PrefixCache {
  /** In order of use, oldest first. */
  const kept = new Map<string, KeyValueCache>()
  let total = 0
  const drop = (key: string): void => {
    total -= kept.get(key)?.storage.sizeBytes ?? 0
    kept.delete(key)
  }
  return {
    get(key) {
      const found = kept.get(key)
      if (found === undefined) return undefined
      kept.delete(key)
      kept.set(key, found)
      return found
    },
    set(key, cache) {
      drop(key)
      if (cache.storage.sizeBytes > maxBytes) return
      kept.set(key, cache)
      total += cache.storage.sizeBytes
      for (const oldest of kept.keys()) {
        if (total <= maxBytes) break
        drop(oldest)
      }
    }
  }
}

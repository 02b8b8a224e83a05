/** @file A map that is bounded by the bytes of its values; the one used longest ago goes first. */
export interface ByteCache<V> {
  get(key: string): V | undefined
  /** One that is larger than the whole is not kept. */
  set(key: string, value: V): void
  readonly sizeBytes: number
}

export function createByteCache<V>(maxBytes: number, bytesOf: (value: V) => number): ByteCache<V> {
  const kept = new Map<string, V>()
  let total = 0
  const drop = (key: string): void => {
    const value = kept.get(key)
    if (value !== undefined) total -= bytesOf(value)
    kept.delete(key)
  }
  return {
    get sizeBytes() {
      return total
    },
    get(key) {
      const found = kept.get(key)
      if (found !== undefined) {
        kept.delete(key)
        kept.set(key, found)
      }
      return found
    },
    set(key, value) {
      drop(key)
      const bytes = bytesOf(value)
      if (bytes > maxBytes) return
      kept.set(key, value)
      total += bytes
      for (const oldest of kept.keys()) {
        if (total <= maxBytes) break
        drop(oldest)
      }
    }
  }
}

/**
 * @file What decoders know about pictures, and of the last thing said about each, kept for the next
 * question: it starts behind the picture, or behind the dialogue it continues. Bounded by bytes; the
 * picture used longest ago goes first.
 *
 * [Note: One line a picture] Behind a picture one line of tokens is kept, the last. A question that
 * continues it starts at the end of what both share; another one takes its place, which with the
 * `delta` strategy costs nothing, since both lie in the same buffers.
 */
import type { KeyValueCache } from '../kv/cache'

/** The longest beginning that is known. The handle is the caller's. */
export interface KnownPrefix {
  readonly cache: KeyValueCache
  /** How many of the tokens behind the picture it covers. */
  readonly covered: number
}

export interface PrefixTree {
  /** `after`: tokens behind the picture; at least the last of them is left to be asked. */
  find(picture: string, after: readonly number[]): KnownPrefix | null
  /** Takes over the handle. `covered`: the tokens behind the picture that it covers; none: the picture itself. */
  keep(picture: string, covered: readonly number[], cache: KeyValueCache): void
  /** Bytes held, storage that several handles share counted once. */
  readonly sizeBytes: number
  clear(): void
}

interface Kept {
  readonly picture: KeyValueCache
  line: { readonly tokens: readonly number[]; readonly cache: KeyValueCache } | null
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

/** `pictureKey` names the model, the picture's content and whatever stands in front of it. */
export function createPrefixTree(maxBytes: number): PrefixTree {
  /** In order of use, oldest first. */
  const kept = new Map<string, Kept>()

  const bytes = (): number => {
    const storages = new Set(
      [...kept.values()].flatMap(({ picture, line }) => [picture.storage, ...(line ? [line.cache.storage] : [])])
    )
    return [...storages].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }
  const dropLine = (entry: Kept): void => {
    entry.line?.cache.release()
    entry.line = null
  }
  const drop = (key: string): void => {
    const entry = kept.get(key)
    if (entry === undefined) return
    dropLine(entry)
    entry.picture.release()
    kept.delete(key)
  }
  const use = (key: string, entry: Kept): void => {
    kept.delete(key)
    kept.set(key, entry)
  }
  function shrink(): void {
    for (const [key, entry] of kept) {
      if (bytes() <= maxBytes) return
      dropLine(entry)
      if (bytes() > maxBytes) drop(key)
    }
  }

  return {
    get sizeBytes() {
      return bytes()
    },
    find(key, after) {
      const entry = kept.get(key)
      if (entry === undefined) return null
      use(key, entry)
      const { picture, line } = entry
      const shared = line === null ? 0 : Math.min(sharedLength(line.tokens, after), after.length - 1)
      const start = shared > 0 ? line?.cache.cut(picture.length + shared, picture.next + shared) : null
      const cache = start ?? picture.cut(picture.length, picture.next)
      // What goes on from here takes its place.
      dropLine(entry)
      return cache === null ? null : { cache, covered: start ? shared : 0 }
    },
    keep(key, covered, cache) {
      const entry = kept.get(key)
      if (covered.length === 0) {
        drop(key)
        kept.set(key, { picture: cache, line: null })
      } else if (entry === undefined) {
        cache.release()
        return
      } else {
        dropLine(entry)
        entry.line = { tokens: covered, cache }
        use(key, entry)
      }
      shrink()
    },
    clear: () => [...kept.keys()].forEach(drop)
  }
}

import { describe, expect, it } from 'vitest'
import type { KeyValueCache, KeyValueStorage } from '../kv/cache'
import { createFeatureCache } from './feature-cache'
import { createPrefixTree } from './prefix-tree'

/** Handles that count themselves; `canCut` false: as those of present to past. */
function handles({ canCut = true } = {}) {
  const held = new Map<KeyValueStorage, number>()
  const make = (storage: KeyValueStorage, length: number, next = length): KeyValueCache => {
    held.set(storage, (held.get(storage) ?? 0) + 1)
    let isReleased = false
    return {
      length,
      next,
      storage,
      cut: (at, after) => (at === length || canCut ? make(storage, at, after) : null),
      release() {
        if (isReleased) throw new Error('released twice')
        isReleased = true
        held.set(storage, (held.get(storage) ?? 0) - 1)
      }
    }
  }
  const live = (): number => [...held.values()].reduce((sum, count) => sum + count, 0)
  return { make, live }
}
const store = (sizeBytes: number): KeyValueStorage => ({ sizeBytes })

describe('prefix tree', () => {
  it('finds a picture, and behind it the tokens that a new question shares with the last', () => {
    const { make } = handles()
    const tree = createPrefixTree(1_000)
    const line = store(100)
    tree.keep('dog', [], make(line, 20, 9))
    expect(tree.find('cat', [1, 2])).toBeNull()
    expect(tree.find('dog', [1, 2])).toMatchObject({ covered: 0, cache: { length: 20, next: 9 } })
    tree.keep('dog', [1, 2, 3, 4], make(line, 24, 13))
    // Positions go on from the picture's, which are fewer than its rows where features share them.
    expect(tree.find('dog', [1, 2, 3, 9])).toMatchObject({ covered: 3, cache: { length: 23, next: 12 } })
    // The line was taken over by what goes on from it.
    expect(tree.find('dog', [1, 2, 3, 9])).toMatchObject({ covered: 0 })
  })

  it('leaves the last token of a question to be asked', () => {
    const { make } = handles()
    const tree = createPrefixTree(1_000)
    const line = store(1)
    tree.keep('dog', [], make(line, 5))
    tree.keep('dog', [1, 2, 3], make(line, 8))
    expect(tree.find('dog', [1, 2, 3])?.covered).toBe(2)
    tree.keep('dog', [1], make(line, 6))
    expect(tree.find('dog', [1])?.covered).toBe(0)
  })

  it('uses a line that cannot be cut only as a whole', () => {
    const { make } = handles({ canCut: false })
    const tree = createPrefixTree(1_000)
    tree.keep('dog', [], make(store(1), 5))
    tree.keep('dog', [1, 2], make(store(1), 7))
    expect(tree.find('dog', [1, 2, 3])).toMatchObject({ covered: 2, cache: { length: 7 } })
    tree.keep('dog', [1, 2], make(store(1), 7))
    expect(tree.find('dog', [1, 9, 3])).toMatchObject({ covered: 0, cache: { length: 5 } })
  })

  it('never holds more than its bytes, lets the oldest picture go first, and releases what it drops', () => {
    const { make, live } = handles()
    const tree = createPrefixTree(100)
    const [a, b, c] = [store(40), store(40), store(40)]
    tree.keep('a', [], make(a, 1))
    tree.keep('a', [7], make(a, 2))
    expect(tree.sizeBytes).toBe(40)
    tree.keep('b', [], make(b, 1))
    tree.find('a', [7, 8])?.cache.release()
    tree.keep('c', [], make(c, 1))
    expect(tree.sizeBytes).toBe(80)
    expect(tree.find('b', [1])).toBeNull()
    tree.keep('huge', [], make(store(101), 1))
    expect(tree.find('huge', [1])).toBeNull()
    expect(tree.sizeBytes).toBeLessThanOrEqual(100)
    tree.clear()
    expect([tree.sizeBytes, live()]).toEqual([0, 0])
  })

  it('drops what was said before it drops the picture', () => {
    const { make } = handles()
    const tree = createPrefixTree(100)
    tree.keep('a', [], make(store(40), 1))
    tree.keep('a', [1, 2], make(store(50), 3))
    tree.keep('b', [], make(store(40), 1))
    expect(tree.find('a', [1, 2, 3])).toMatchObject({ covered: 0 })
  })
})

describe('feature cache', () => {
  it('keeps what was used last, within its bytes', () => {
    const cache = createFeatureCache(100)
    const seen = (floats: number) => ({
      picture: { block: [], grid: null },
      features: new Float32Array(floats),
      proposals: () => []
    })
    cache.set('a', seen(10))
    cache.set('b', seen(10))
    expect(cache.get('a')).toBeDefined()
    cache.set('c', seen(10))
    expect([cache.get('a'), cache.get('b'), cache.get('c')].map((found) => found !== undefined)).toEqual([
      true,
      false,
      true
    ])
    cache.set('huge', seen(26))
    expect([cache.get('huge'), cache.sizeBytes]).toEqual([undefined, 80])
  })
})

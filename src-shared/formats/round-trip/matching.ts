/** @file Pairs of what is near each other, as many as there can be: an order that a format does not keep is no loss. */

/**
 * Pairs indexes of `before` with indexes of `after` that are near, each at most once. In order where that works,
 * else by augmenting paths, so that a pair is missing only when no choice of pairs would have it.
 * `keyOf` is a number by which near ones differ at most `reach`; it keeps the search short.
 */
export function pairUp<T>(
  before: readonly T[],
  after: readonly T[],
  isNear: (a: T, b: T) => boolean,
  keyOf: (item: T) => number,
  reach: number
): readonly (readonly [before: number, after: number])[] {
  if (before.length === after.length && before.every((item, i) => isNear(item, after[i] as T)))
    return before.map((_, i) => [i, i] as const)

  const sorted = after.map((item, index) => ({ key: keyOf(item), index })).sort((a, b) => a.key - b.key)
  const candidatesOf = (item: T): readonly number[] => {
    const key = keyOf(item)
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle]?.key ?? Infinity) < key - reach) low = middle + 1
      else high = middle
    }
    const near: number[] = []
    for (let i = low; i < sorted.length; i++) {
      const entry = sorted[i]
      if (entry === undefined || entry.key > key + reach) break
      if (isNear(item, after[entry.index] as T)) near.push(entry.index)
    }
    return near
  }
  const candidates = before.map(candidatesOf)
  const partner = new Map<number, number>()
  for (let start = 0; start < before.length; start++) augment(start, candidates, partner)
  return [...partner].map(([to, from]) => [from, to] as const)
}

/** One round of Kuhn's algorithm, with its own stack: an image may hold ten thousand regions at one place. */
function augment(start: number, candidates: readonly (readonly number[])[], partner: Map<number, number>): void {
  const seen = new Set<number>()
  const path: { readonly from: number; next: number }[] = [{ from: start, next: 0 }]
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const to = candidates[top.from]?.[top.next]
    top.next++
    if (to === undefined) {
      path.pop()
      continue
    }
    if (seen.has(to)) continue
    seen.add(to)
    const holder = partner.get(to)
    if (holder !== undefined) {
      path.push({ from: holder, next: 0 })
      continue
    }
    for (const { from, next } of path) partner.set(candidates[from]?.[next - 1] ?? -1, from)
    return
  }
}

/**
 * @file Outlines with as many points as they need: one that follows pixels has two for every step of a slanted edge.
 * Source: D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent a digitized
 * line or its caricature", 1973.
 */
type Place = readonly [x: number, y: number]

/** From a point to the nearest of the stretch between two others. */
function distance([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** Points of `points[from..to]` to keep, the first and not the last. A stack, as outlines may be long. */
function kept(points: readonly Place[], from: number, to: number, tolerance: number): readonly number[] {
  const at = (index: number): Place => points[index % points.length] ?? [0, 0]
  const found: number[] = [from]
  const open: (readonly [number, number])[] = [[from, to]]
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [first, last] = span
    let [worst, place] = [tolerance, -1]
    for (let index = first + 1; index < last; index++) {
      const off = distance(at(index), at(first), at(last))
      if (off > worst) [worst, place] = [off, index]
    }
    if (place === -1) continue
    found.push(place)
    open.push([first, place], [place, last])
  }
  return found.sort((a, b) => a - b)
}

/** The ring with fewer of its points; none of those left out is further from it than `tolerance`, in the ring's units. */
export function withFewerPoints<P extends Place>(ring: readonly P[], tolerance: number): readonly P[] {
  const [start] = ring
  if (start === undefined || ring.length < 4) return ring
  let far = 0
  for (const [index, point] of ring.entries()) {
    const here = ring[far] ?? start
    if (Math.hypot(point[0] - start[0], point[1] - start[1]) > Math.hypot(here[0] - start[0], here[1] - start[1]))
      far = index
  }
  const indexes = new Set([...kept(ring, 0, far, tolerance), ...kept(ring, far, ring.length, tolerance)])
  // A thing thinner than the tolerance keeps all it has.
  return indexes.size < 3 ? ring : ring.filter((_, index) => indexes.has(index))
}

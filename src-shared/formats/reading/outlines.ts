/**
 * @file Outlines of which there is nothing to say but what they are, many at once: most regions of large data sets are. As
 * an object for each, with a pair for each point, they take several times as long to hand on as to store.
 */
import { normalizeInto } from '../../geometry/convert'
import { normalizedPoint } from '../../geometry/space'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import type { ImportItem, ImportRegion } from './item'

/** Polygons and multipolygons that were accepted, without words or attributes. */
export interface ImportOutlines {
  readonly type: 'outlines'
  /** Of each region. */
  readonly imageKeys: readonly string[]
  readonly keys: readonly string[]
  readonly labels: readonly (string | null)[]
  /** Of each region: 0 for a polygon, else how many rings the multipolygon has. */
  readonly ringCounts: Uint32Array<ArrayBuffer>
  /** Of each ring of all regions: how many points it has. */
  readonly ringLengths: Uint32Array<ArrayBuffer>
  /** x, y, x, y, … of all rings, normalized; there is no -0. */
  readonly points: Float64Array<ArrayBuffer>
}
export type BulkItem = ImportItem | ImportOutlines

/** A ring as its file has it: x, y, x, y, … from `start` on, in pixels. */
export interface PixelRing {
  readonly numbers: ArrayLike<number>
  readonly start: number
  /** How many points. */
  readonly corners: number
}

export class OutlineBuilder {
  #imageKeys: string[] = []
  #keys: string[] = []
  #labels: (string | null)[] = []
  #ringCounts: number[] = []
  #ringLengths: number[] = []
  /** Stays, for the next ones. */
  #points = new Float64Array(1 << 12)
  #used = 0

  /** One ring is a polygon, more are a multipolygon. */
  add(imageKey: string, key: string, label: string | null, rings: readonly PixelRing[], size: ImageSize): void {
    this.#imageKeys.push(imageKey)
    this.#keys.push(key)
    this.#labels.push(label)
    this.#ringCounts.push(rings.length === 1 ? 0 : rings.length)
    for (const { numbers, start, corners } of rings) {
      this.#ringLengths.push(corners)
      if (this.#used + corners * 2 > this.#points.length) {
        const larger = new Float64Array((this.#used + corners * 2) * 2)
        larger.set(this.#points)
        this.#points = larger
      }
      normalizeInto(numbers, start, corners, size, this.#points, this.#used)
      this.#used += corners * 2
    }
  }

  /** What was added since the last call; null: nothing. */
  take(): ImportOutlines | null {
    if (this.#keys.length === 0) return null
    const taken: ImportOutlines = {
      type: 'outlines',
      imageKeys: this.#imageKeys,
      keys: this.#keys,
      labels: this.#labels,
      ringCounts: Uint32Array.from(this.#ringCounts),
      ringLengths: Uint32Array.from(this.#ringLengths),
      points: this.#points.slice(0, this.#used)
    }
    this.#imageKeys = []
    this.#keys = []
    this.#labels = []
    this.#ringCounts = []
    this.#ringLengths = []
    this.#used = 0
    return taken
  }
}

/** A batch of items as a reader makes it; outlines go together while nothing but issues comes between them. */
export class BulkItems {
  readonly #outlines = new OutlineBuilder()
  #items: BulkItem[] = []

  push(item: ImportItem): void {
    if (item.type !== 'issue') this.#close()
    this.#items.push(item)
  }

  outline(...outline: Parameters<OutlineBuilder['add']>): void {
    this.#outlines.add(...outline)
  }

  /** What came since the last call, in order. */
  take(): readonly BulkItem[] {
    this.#close()
    const items = this.#items
    this.#items = []
    return items
  }

  #close(): void {
    const outlines = this.#outlines.take()
    if (outlines !== null) this.#items.push(outlines)
  }
}

/** The same regions one by one. */
export function* regionsOf(outlines: ImportOutlines): Generator<ImportRegion> {
  const { imageKeys, keys, labels, ringCounts, ringLengths, points } = outlines
  let ring = 0
  let at = 0
  const next = (): readonly NormalizedPoint[] =>
    Array.from({ length: ringLengths[ring++] ?? 0 }, () => normalizedPoint(points[at++] ?? NaN, points[at++] ?? NaN))
  for (const [i, imageKey] of imageKeys.entries()) {
    const count = ringCounts[i] ?? 0
    yield {
      type: 'region',
      imageKey,
      key: keys[i] ?? '',
      shape:
        count === 0
          ? { type: 'polygon', points: next() }
          : { type: 'multipolygon', rings: Array.from({ length: count }, next) },
      label: labels[i] ?? null,
      phrase: null
    }
  }
}

/** The same stream without outlines. */
export async function* oneByOne(batches: AsyncIterable<readonly BulkItem[]>): AsyncGenerator<readonly ImportItem[]> {
  for await (const batch of batches)
    yield batch.flatMap((item): readonly ImportItem[] => (item.type === 'outlines' ? [...regionsOf(item)] : [item]))
}

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
  /** Of each region: its image, as how many image items came before that one in this import. */
  readonly images: Uint32Array<ArrayBuffer>
  /** Of each region; a number stands for its text. */
  readonly keys: Float64Array<ArrayBuffer> | readonly string[]
  /** Of each region: its place in `labelNames`, -1 for none. */
  readonly labels: Int32Array<ArrayBuffer>
  readonly labelNames: readonly string[]
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

class OutlineBuilder {
  #images: number[] = []
  #keys: (number | string)[] = []
  #labels: number[] = []
  #labelNames = new Map<string, number>()
  #ringCounts: number[] = []
  #ringLengths: number[] = []
  /** Stays, for the next ones. */
  #points = new Float64Array(1 << 12)
  #used = 0

  /** Keys of one item are all numbers or all texts. */
  takes(key: number | string): boolean {
    return this.#keys.length === 0 || typeof this.#keys[0] === typeof key
  }

  add(image: number, key: number | string, label: string | null, rings: readonly PixelRing[], size: ImageSize): void {
    this.#images.push(image)
    this.#keys.push(key)
    this.#labels.push(label === null ? -1 : this.#placeOf(label))
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
    const isOfNumbers = typeof this.#keys[0] === 'number'
    const taken: ImportOutlines = {
      type: 'outlines',
      images: Uint32Array.from(this.#images),
      keys: isOfNumbers ? Float64Array.from(this.#keys as number[]) : (this.#keys as string[]),
      labels: Int32Array.from(this.#labels),
      labelNames: [...this.#labelNames.keys()],
      ringCounts: Uint32Array.from(this.#ringCounts),
      ringLengths: Uint32Array.from(this.#ringLengths),
      points: this.#points.slice(0, this.#used)
    }
    this.#images = []
    this.#keys = []
    this.#labels = []
    this.#labelNames.clear()
    this.#ringCounts = []
    this.#ringLengths = []
    this.#used = 0
    return taken
  }

  #placeOf(label: string): number {
    const known = this.#labelNames.get(label)
    if (known !== undefined) return known
    const place = this.#labelNames.size
    this.#labelNames.set(label, place)
    return place
  }
}

/** Items as a reader makes them, in batches; outlines go together while nothing but issues comes between them. */
export class BulkItems {
  readonly #outlines = new OutlineBuilder()
  #items: BulkItem[] = []
  /** How many image items came. */
  imageCount = 0

  push(item: ImportItem): void {
    if (item.type !== 'issue') this.#close()
    if (item.type === 'image') this.imageCount++
    this.#items.push(item)
  }

  /** `image`: of how many image items came before its own. One ring is a polygon, more are a multipolygon. */
  outline(
    image: number,
    key: number | string,
    label: string | null,
    rings: readonly PixelRing[],
    size: ImageSize
  ): void {
    if (!this.#outlines.takes(key)) this.#close()
    this.#outlines.add(image, key, label, rings, size)
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

/** The same regions one by one; `imageKeys`: of the image items that came so far. */
export function* regionsOf(outlines: ImportOutlines, imageKeys: readonly string[]): Generator<ImportRegion> {
  const { images, keys, labels, labelNames, ringCounts, ringLengths, points } = outlines
  let ring = 0
  let at = 0
  const next = (): readonly NormalizedPoint[] =>
    Array.from({ length: ringLengths[ring++] ?? 0 }, () => normalizedPoint(points[at++] ?? NaN, points[at++] ?? NaN))
  for (const [i, image] of images.entries()) {
    const count = ringCounts[i] ?? 0
    yield {
      type: 'region',
      imageKey: imageKeys[image] ?? '',
      key: String(keys[i]),
      shape:
        count === 0
          ? { type: 'polygon', points: next() }
          : { type: 'multipolygon', rings: Array.from({ length: count }, next) },
      label: labelNames[labels[i] ?? -1] ?? null,
      phrase: null
    }
  }
}

/** The same stream without outlines. */
export async function* oneByOne(batches: AsyncIterable<readonly BulkItem[]>): AsyncGenerator<readonly ImportItem[]> {
  const imageKeys: string[] = []
  for await (const batch of batches) {
    const items: ImportItem[] = []
    for (const item of batch) {
      if (item.type === 'image') imageKeys.push(item.imageKey)
      if (item.type === 'outlines') items.push(...regionsOf(item, imageKeys))
      else items.push(item)
    }
    yield items
  }
}

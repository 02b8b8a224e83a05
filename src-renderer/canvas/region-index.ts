/**
 * @file Where the regions of one image are: hit-testing, marquee and reading order over a spatial
 * index. Built from the regions, thrown away when they change. Coordinates inside are image pixels,
 * so that a tolerance is the same distance in x and y.
 */
import Flatbush from 'flatbush'
import type { ImageSize, NormalizedPoint } from '../../src-shared/geometry/space'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasRegion } from './contract'
import { distanceToPoints, formOf, nearness, ringsOf } from './outline'
import { boundsOf } from './region-edits'
import type { Quad } from './region-edits'

export class RegionIndex {
  readonly regions: readonly CanvasRegion[]
  private readonly image: ImageSize
  private readonly tree: Flatbush | null
  private readonly places: ReadonlyMap<RegionId, number>
  private reading: readonly RegionId[] | null = null

  constructor(regions: readonly CanvasRegion[], image: ImageSize) {
    this.regions = regions
    this.image = image
    this.places = new Map(regions.map((region, place) => [region.id, place]))
    this.tree = regions.length > 0 ? new Flatbush(regions.length) : null
    if (!this.tree) return
    for (const region of regions) {
      const bounds = this.imageBounds(region)
      this.tree.add(bounds[0], bounds[1], bounds[2], bounds[3])
    }
    this.tree.finish()
  }

  get(id: RegionId): CanvasRegion | undefined {
    const place = this.places.get(id)
    return place === undefined ? undefined : this.regions[place]
  }

  placeOf(id: RegionId): number | undefined {
    return this.places.get(id)
  }

  /**
   * Regions under a point, best first: points, then the others from the smallest bounds up, rejected ones
   * last. An outline counts with its inside, a stroke with its line. `tolerancePx` is in image pixels.
   */
  hit(point: NormalizedPoint, tolerancePx: number): readonly CanvasRegion[] {
    if (!this.tree) return []
    const x = point[0] * this.image.width
    const y = point[1] * this.image.height
    return this.tree
      .search(x - tolerancePx, y - tolerancePx, x + tolerancePx, y + tolerancePx)
      .map((place) => this.regions[place]!)
      .filter((region) => this.isOn(region, point, tolerancePx))
      .map((region) => ({ region, rank: this.rank(region, x, y) }))
      .sort((a, b) => a.rank - b.rank || this.placeOf(b.region.id)! - this.placeOf(a.region.id)!)
      .map(({ region }) => region)
  }

  /** Regions that lie wholly inside `quad`, or touch it when `touching`. Normalized. */
  within(quad: Quad, touching: boolean): readonly RegionId[] {
    if (!this.tree) return []
    const { width, height } = this.image
    return this.tree
      .search(quad[0] * width, quad[1] * height, quad[2] * width, quad[3] * height)
      .map((place) => this.regions[place]!)
      .filter((region) => touching || contains(quad, boundsOf(region.shape)))
      .map((region) => region.id)
  }

  /** Ids as a person reads the image: rows from the top, in a row from the left. */
  readingOrder(): readonly RegionId[] {
    this.reading ??= readingOrder(this.regions)
    return this.reading
  }

  private imageBounds(region: CanvasRegion): Quad {
    const [x0, y0, x1, y1] = boundsOf(region.shape)
    const { width, height } = this.image
    return [x0 * width, y0 * height, x1 * width, y1 * height]
  }

  /** Of what its bounds cover: whether the shape itself is there. */
  private isOn({ shape }: CanvasRegion, point: NormalizedPoint, tolerancePx: number): boolean {
    const rings = ringsOf(shape)
    if (rings === null) return true
    const { width, height } = this.image
    const form = formOf(shape)
    if (form === 'keypoints') return true
    if (form === 'dots') return distanceToPoints(rings, point, width, height) <= tolerancePx
    const { distance, isInside } = nearness(rings, form === 'area', point, width, height)
    return isInside || distance <= tolerancePx
  }

  /** Points come before every box; rejected regions after everything else. */
  private rank(region: CanvasRegion, x: number, y: number): number {
    const [x0, y0, x1, y1] = this.imageBounds(region)
    const wholeArea = this.image.width * this.image.height
    const base = region.shape.type === 'point' ? Math.hypot(x - x0, y - y0) / wholeArea - 1e9 : (x1 - x0) * (y1 - y0)
    return region.state === 'rejected' ? base + 1e6 * wholeArea : base
  }
}

const contains = (outer: Quad, inner: Quad): boolean =>
  inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]

/** A row is everything that starts within the upper half of its first region, at most 6 % of the image lower. */
export const readingOrder = (regions: readonly CanvasRegion[]): readonly RegionId[] => {
  const rest = regions
    .map((region) => ({ id: region.id, bounds: boundsOf(region.shape) }))
    .sort((a, b) => a.bounds[1] - b.bounds[1] || a.bounds[0] - b.bounds[0])
  const order: RegionId[] = []
  let start = 0
  while (start < rest.length) {
    const [, top, , bottom] = rest[start]!.bounds
    const reach = top + Math.min(Math.max((bottom - top) / 2, 0.02), 0.06)
    let end = start + 1
    while (end < rest.length && rest[end]!.bounds[1] <= reach) end++
    const row = rest.slice(start, end).sort((a, b) => a.bounds[0] - b.bounds[0] || a.bounds[1] - b.bounds[1])
    order.push(...row.map((item) => item.id))
    start = end
  }
  return order
}

/** The next of `candidates` after the one that is selected now, around and around. */
export const cycle = (candidates: readonly CanvasRegion[], selected: readonly RegionId[]): CanvasRegion | undefined => {
  const current = candidates.findIndex((region) => selected.includes(region.id))
  return candidates[(current + 1) % candidates.length]
}

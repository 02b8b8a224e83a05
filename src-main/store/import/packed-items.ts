/**
 * @file Items on their way to the store's worker. Outlines have most of a data set's numbers; as lists of pairs they
 * take longer to copy between threads than to store, so all points of a batch go as one block of memory.
 */
import type { ImportItem, ImportRegion } from '../../../src-shared/formats/reading/item'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { countOf, ringLengthsOf, shapeFromPoints, writePoints } from '../point-shapes'
import type { PointShapeType } from '../point-shapes'

/** A region whose points are in the block, after those of the regions before it: so many of each ring. */
export interface PackedRegion extends Omit<ImportRegion, 'type' | 'shape'> {
  readonly type: 'packed-region'
  readonly shapeType: PointShapeType
  readonly ringLengths: readonly number[]
}
export type PackedItem = ImportItem | PackedRegion
export interface PackedItems {
  readonly items: readonly PackedItem[]
  /** x, y, x, y, … */
  readonly points: Float64Array<ArrayBuffer>
}

/** What `points` holds is moved with a message, not copied. */
export function packItems(items: readonly ImportItem[]): PackedItems {
  const shapes: RegionShape[] = []
  let total = 0
  const packed = items.map((item): PackedItem => {
    if (item.type !== 'region') return item
    const ringLengths = ringLengthsOf(item.shape)
    if (ringLengths === null) return item
    shapes.push(item.shape)
    total += countOf(ringLengths) * 2
    const { shape, ...rest } = item
    return { ...rest, type: 'packed-region', shapeType: shape.type as PointShapeType, ringLengths }
  })
  // One block for all: a typed array for each outline is what the collector then works on most.
  const points = new Float64Array(total)
  let at = 0
  for (const shape of shapes) at = writePoints(shape, points, at)
  return { items: packed, points }
}

export function unpackedRegion(region: PackedRegion, points: Float64Array): ImportRegion {
  const { shapeType, ringLengths, ...rest } = region
  return { ...rest, type: 'region', shape: shapeFromPoints(shapeType, ringLengths, points) as RegionShape }
}

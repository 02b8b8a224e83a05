/**
 * @file Items on their way to the store's worker. Outlines have most of a data set's numbers; as lists of pairs they
 * take longer to copy between threads than to store, so all points of a batch go as one block of memory.
 */
import type { ImportItem, ImportRegion } from '../../../src-shared/formats/reading/item'
import type { BulkItem, ImportOutlines } from '../../../src-shared/formats/reading/outlines'
import type { RegionRecord } from '../../../src-shared/document/records'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { countOf, ringLengthsOf, shapeFromPoints, writePoints } from '../point-shapes'
import type { Bounds, PointShapeType } from '../point-shapes'
import { recordProblem } from '../record-check'
import { normalizedBox } from '../../../src-shared/geometry/space'

/** A region whose points are in the block, after those of the regions before it: so many of each ring. */
export interface PackedRegion extends Omit<ImportRegion, 'type' | 'shape'> {
  readonly type: 'packed-region'
  readonly shapeType: PointShapeType
  readonly ringLengths: readonly number[]
}
export type PackedItem = ImportItem | PackedRegion | ImportOutlines
export interface PackedItems {
  readonly items: readonly PackedItem[]
  /** x, y, x, y, … */
  readonly points: Float64Array<ArrayBuffer>
}

/** The blocks that are moved with the message, not copied. */
export const blocksOf = ({ items, points }: PackedItems): readonly ArrayBuffer[] => [
  points.buffer,
  ...items.flatMap((item) =>
    item.type === 'outlines' ? [item.points.buffer, item.ringLengths.buffer, item.ringCounts.buffer] : []
  )
]

export function packItems(items: readonly BulkItem[]): PackedItems {
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

/** The regions of outlines, each with its own part of the points. */
export function eachOutline(
  { imageKeys, keys, labels, ringCounts, ringLengths, points }: ImportOutlines,
  take: (region: PackedRegion, points: Float64Array<ArrayBuffer>) => void
): void {
  let ring = 0
  let at = 0
  for (let i = 0; i < keys.length; i++) {
    const count = ringCounts[i] ?? 0
    const lengths: number[] = []
    let end = at
    for (let k = 0; k < Math.max(1, count); k++) {
      const length = ringLengths[ring++] ?? 0
      lengths.push(length)
      end += length * 2
    }
    const region: PackedRegion = {
      type: 'packed-region',
      imageKey: imageKeys[i] ?? '',
      key: keys[i] ?? '',
      label: labels[i] ?? null,
      phrase: null,
      shapeType: count === 0 ? 'polygon' : 'multipolygon',
      ringLengths: lengths
    }
    take(region, points.subarray(at, end))
    at = end
  }
}

/** Stands in for a shape that was looked at. */
const ANY_BOX = { type: 'box', box: normalizedBox(0, 0, 1, 1) } as const

/** Whether it says nothing that could be wrong but its place and its label. */
const isPlain = (item: PackedRegion): boolean =>
  item.phrase === null &&
  item.confidence === undefined &&
  item.attributes === undefined &&
  item.state === undefined &&
  item.origin === undefined

/**
 * What `recordProblem` says of the region, asked only for what could be wrong: the shape by its bounds and the lengths of
 * its rings, the rest where the file says anything of it. `fields` is all of the record but its shape.
 */
export function outlineProblem(
  item: PackedRegion,
  bounds: Bounds | null,
  fields: Omit<RegionRecord, 'shape'>,
  unpacked: () => RegionRecord
): string | null {
  const isSimple = bounds !== null && item.ringLengths.every((length) => length >= 4) && item.shapeType !== 'quad'
  if (!isSimple) return recordProblem('region', unpacked())
  return isPlain(item) ? null : recordProblem('region', { ...fields, shape: ANY_BOX })
}

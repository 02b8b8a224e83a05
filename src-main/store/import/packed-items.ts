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
  ...items.flatMap((item) => {
    if (item.type !== 'outlines') return []
    const { images, keys, labels, ringCounts, ringLengths } = item
    const lists = [
      item.points,
      images,
      labels,
      ringCounts,
      ringLengths,
      ...(keys instanceof Float64Array ? [keys] : [])
    ]
    return lists.map(({ buffer }) => buffer)
  })
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

/** From so many points on, nothing can be wrong with a ring whose numbers are finite. */
export const SIMPLE_RING = 4

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
  const isSimple =
    bounds !== null && item.ringLengths.every((length) => length >= SIMPLE_RING) && item.shapeType !== 'quad'
  if (!isSimple) return recordProblem('region', unpacked())
  return isPlain(item) ? null : recordProblem('region', { ...fields, shape: ANY_BOX })
}

/** @file Boxes for formats that hold nothing else: a region's own, or the one around it, which is said as a loss. */
import { orderCorners } from '../../geometry/box'
import { pixelFromNormalized } from '../../geometry/convert'
import type { ImageDocument, RegionRecord } from '../../document/records'
import type { ImageSize, NormalizedBox, PixelBox } from '../../geometry/space'
import type { RegionId } from '../../grounded/nodes'
import { boundsOf } from '../round-trip/place'
import type { Selection } from '../selection'
import type { Tally } from '../tally'
import { isOutsideImage, shapeOfRegion } from './region'

/** null: there is nothing to draw a box around; it is counted as left out. */
export function boxOfRegion(region: RegionRecord, { image }: ImageDocument, tally: Tally): NormalizedBox | null {
  const shape = shapeOfRegion(region)
  const box = boundsOf(shape)
  if (box === null || !(box[0] < box[2] && box[1] < box[3])) {
    tally.skip(shape.type === 'box' ? 'region-without-area' : `region-${shape.type}`)
    return null
  }
  if (shape.type !== 'box') {
    const message = 'A region that is no box was written as the box around it.'
    tally.lose({ code: 'format/box-around', message, path: [] }, image)
  }
  if (isOutsideImage(shape)) {
    const message = 'A region reaches outside the image; its coordinates are written as they are.'
    tally.lose({ code: 'format/outside-image', message, path: [] }, image)
  }
  return box
}

export const pixelCornersOf = (box: NormalizedBox, size: ImageSize): PixelBox =>
  orderCorners(pixelFromNormalized(box, size))

/** Left, top, width, height in pixels. The right edge is what reading adds up to. */
export function pixelXywhOf(box: NormalizedBox, size: ImageSize): readonly [number, number, number, number] {
  const [x0, y0, x1, y1] = pixelCornersOf(box, size)
  return [x0, y0, x1 - x0, y1 - y0]
}

export interface BoxedRegion {
  readonly region: RegionRecord
  readonly box: NormalizedBox
  /** Its number in the image, from 0. */
  readonly index: number
}

/** Regions that `wants` says yes to and that have a box, by id, in order. */
export function boxedRegions(
  document: ImageDocument,
  { regions }: Selection,
  tally: Tally,
  wants: (region: RegionRecord) => string | null
): ReadonlyMap<RegionId, BoxedRegion> {
  const boxed = new Map<RegionId, BoxedRegion>()
  regions.forEach((region, index) => {
    const reason = wants(region)
    if (reason !== null) {
      tally.skip(reason)
      return
    }
    const box = boxOfRegion(region, document, tally)
    if (box !== null) boxed.set(region.id, { region, box, index })
  })
  return boxed
}

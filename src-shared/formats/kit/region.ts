/** @file What writers ask of a region, whatever its shape. */
import type { RegionRecord } from '../../document/records'
import { isInsideImage } from '../../geometry/box'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { Attributes } from '../reading/item'
import { boundsOf } from '../round-trip/place'

const NONE: Attributes = {}

export const shapeOfRegion = (region: RegionRecord): AnnotationShape => region.shape
export const attributesOfRegion = (region: RegionRecord & { readonly attributes?: Attributes | null }): Attributes =>
  region.attributes ?? NONE

export function isOutsideImage(shape: AnnotationShape): boolean {
  const bounds = boundsOf(shape)
  return bounds !== null && !isInsideImage(bounds)
}

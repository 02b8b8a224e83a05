/** @file The shapes a region may have, always in normalized space. v1 draws boxes and points. */
import type { NormalizedBox, NormalizedPoint } from './space'

export interface BoxShape {
  readonly type: 'box'
  readonly box: NormalizedBox
}
export interface PointShape {
  readonly type: 'point'
  readonly point: NormalizedPoint
}
export type RegionShape = BoxShape | PointShape

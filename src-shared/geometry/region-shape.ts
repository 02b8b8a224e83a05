/**
 * @file The shapes a region may have, always in normalized space. Two unions, because they grow at
 * different speeds: `RegionShape` is what can be drawn, edited and stored; `GroundedShape` is what a
 * dialect can write. A reader of dialects narrows with `isRegionShape`, or takes `boundsOfShape`.
 */
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

/** Four corners, clockwise from the top-left of what they enclose: text lines, rotated boxes. */
export interface QuadShape {
  readonly type: 'quad'
  readonly points: readonly [NormalizedPoint, NormalizedPoint, NormalizedPoint, NormalizedPoint]
}
/** One closed ring; the last point is not the first one again. */
export interface PolygonShape {
  readonly type: 'polygon'
  readonly points: readonly NormalizedPoint[]
}
/** An open stroke, as it was drawn: a scribble. At least two points; nothing joins the last to the first. */
export interface PolylineShape {
  readonly type: 'polyline'
  readonly points: readonly NormalizedPoint[]
}
/** A mask as the codes of a model's own codebook, stretched into a box; its pixels need that model's decoder. */
export interface CodedMaskShape {
  readonly type: 'coded-mask'
  readonly box: NormalizedBox
  readonly codes: readonly number[]
}
export type GroundedShape = RegionShape | QuadShape | PolygonShape | PolylineShape | CodedMaskShape
export type ShapeKind = GroundedShape['type']

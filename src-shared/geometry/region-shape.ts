/**
 * @file The shapes a region may have, always in normalized space. Two unions, because they grow at
 * different speeds: `RegionShape` is what can be drawn, edited and stored; `GroundedShape` is what a
 * dialect can write. A reader of dialects narrows with `isRegionShape`, or takes `boundsOfShape`.
 */
import type { ImageSize, NormalizedBox, NormalizedPoint } from './space'

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
/** Closed rings that belong together, as COCO writes an object seen in parts: their union, no holes. */
export interface MultipolygonShape {
  readonly type: 'multipolygon'
  readonly rings: readonly (readonly NormalizedPoint[])[]
}
/** Pixels of the upright image as COCO's compressed run lengths (geometry/mask); `size` is the grid they count on. */
export interface MaskShape {
  readonly type: 'mask'
  readonly size: ImageSize
  readonly counts: string
}
/** Visibility as COCO counts it: 0 not labelled (its place says nothing), 1 labelled and hidden, 2 visible. */
export interface KeypointsShape {
  readonly type: 'keypoints'
  readonly points: readonly { readonly point: NormalizedPoint; readonly visibility: 0 | 1 | 2 }[]
  /** The box a file gives with them; null when it gives none. */
  readonly box: NormalizedBox | null
}
/** Every shape that formats read and write, and that a region may have. */
export type AnnotationShape =
  RegionShape | QuadShape | PolygonShape | PolylineShape | MultipolygonShape | MaskShape | KeypointsShape

/** A mask as the codes of a model's own codebook, stretched into a box; its pixels need that model's decoder. */
export interface CodedMaskShape {
  readonly type: 'coded-mask'
  readonly box: NormalizedBox
  readonly codes: readonly number[]
}
export type GroundedShape = RegionShape | QuadShape | PolygonShape | PolylineShape | CodedMaskShape
export type ShapeKind = GroundedShape['type']

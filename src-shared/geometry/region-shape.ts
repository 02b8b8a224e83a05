/**
 * @file The shapes a region may have, always in normalized space. `RegionShape` is what a project holds and
 * shows; `SpelledShape` is what dialects can write; `GroundedShape`, both, is what a tree may point at. A
 * writer takes `spelledShapeOf`, a reader keeps `regionShapeOf`.
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
/** Every shape that a project holds, and that formats read and write. */
export type RegionShape =
  BoxShape | PointShape | QuadShape | PolygonShape | PolylineShape | MultipolygonShape | MaskShape | KeypointsShape
export type AnnotationShape = RegionShape

/** A mask as the codes of a model's own codebook, stretched into a box; its pixels need that model's decoder. */
export interface CodedMaskShape {
  readonly type: 'coded-mask'
  readonly box: NormalizedBox
  readonly codes: readonly number[]
}
/** What some dialect has a spelling for. */
export type SpelledShape = BoxShape | PointShape | QuadShape | PolygonShape | PolylineShape | CodedMaskShape
export type ShapeKind = SpelledShape['type']
export type GroundedShape = RegionShape | CodedMaskShape

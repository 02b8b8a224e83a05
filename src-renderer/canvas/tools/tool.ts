/**
 * @file What a tool is: a small pointer state machine. It sees pointer samples and a read-only
 * scene and answers with effects; it never draws and never touches the document.
 */
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../../src-shared/geometry/space'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import type { CanvasRegion } from '../contract'
import type { Handle, Quad } from '../region-edits'
import type { RegionIndex } from '../region-index'
import type { Vertex } from '../vertices'
import type { ScreenPoint, View } from '../view'

export interface PointerSample {
  readonly phase: 'down' | 'move' | 'up'
  readonly screen: ScreenPoint
  /** Not clamped to the image. */
  readonly position: NormalizedPoint
  readonly shift: boolean
  readonly alt: boolean
  /** Fingers are less exact than a mouse: larger tolerances. */
  readonly isTouch: boolean
}

export interface ToolScene {
  readonly index: RegionIndex
  readonly selection: readonly RegionId[]
  readonly image: ImageSize
  readonly view: View
  readonly readOnly: boolean
  readonly picking: boolean
  /** The resize handle or edge of the only selected region at this place. */
  handleAt(screen: ScreenPoint, isTouch: boolean): Handle | null
  /** The point of the only selected region at this place, where points can be taken one by one. */
  vertexAt(screen: ScreenPoint, isTouch: boolean): Vertex | null
  /** The shape as shown now: an edit that is on its way to the document counts. */
  shapeOf(id: RegionId): RegionShape | null
}

export interface ShapeChange {
  readonly id: RegionId
  readonly shape: RegionShape
}

export type Effect =
  | { readonly type: 'create'; readonly shape: RegionShape }
  | { readonly type: 'change'; readonly changes: readonly ShapeChange[] }
  | { readonly type: 'select'; readonly ids: readonly RegionId[] }
  | { readonly type: 'pick'; readonly id: RegionId }
  | { readonly type: 'pan'; readonly dx: number; readonly dy: number }

/** What a half-done gesture looks like. */
export interface Preview {
  readonly draft: RegionShape | null
  readonly changes: readonly ShapeChange[]
  readonly marquee: Quad | null
}

/** A scene without handles. */
export const NO_HANDLE = (): null => null

export const NO_PREVIEW: Preview = { draft: null, changes: [], marquee: null }

export interface CanvasTool {
  /** True while regions under the pointer are hovered and can be hit. */
  readonly touchesRegions: boolean
  handle(sample: PointerSample, scene: ToolScene): readonly Effect[]
  /** Forgets a half-done gesture; true when there was one. */
  cancel(): boolean
  /** Ends a gesture of several clicks as it is; a tool without it has none. Nothing when it cannot end yet. */
  finish?(): readonly Effect[]
  /** Takes back the last click of such a gesture; false when there was none. */
  stepBack?(): boolean
  readonly isBusy: boolean
  readonly preview: Preview
  /** CSS cursor for the last sample. */
  cursor(sample: PointerSample, scene: ToolScene): string
}

/** A press that travels less than this is a click, CSS px. */
export const DRAG_THRESHOLD = 3
/** How near a pointer must be to a border or a point, CSS px. */
export const HIT_TOLERANCE = 4
export const TOUCH_TOLERANCE = 14

export const hitTolerancePx = (isTouch: boolean, view: View): number =>
  (isTouch ? TOUCH_TOLERANCE : HIT_TOLERANCE) / view.scale

export const distance = (a: ScreenPoint, b: ScreenPoint): number => Math.hypot(a.x - b.x, a.y - b.y)

/** Regions under the pointer, the smallest first. */
export const candidatesAt = (sample: PointerSample, scene: ToolScene): readonly CanvasRegion[] =>
  scene.index.hit(sample.position, hitTolerancePx(sample.isTouch, scene.view))

/**
 * @file What the canvas shows and what it tells. The canvas owns pixels, pointers and the view
 * (pan, zoom); it owns no data: regions come in, finished gestures go out, one call per gesture.
 */
import type { ImageSize } from '../../src-shared/geometry/space'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { RegionState } from '../../src-shared/document/records'

export type Tool = 'select' | 'box' | 'polygon' | 'point' | 'pan'

export interface CanvasImage {
  readonly id: string
  /** Same-origin relative URL; the browser turns it upright. */
  readonly url: string
  /** Upright size in pixels. */
  readonly size: ImageSize
}

export interface CanvasRegion {
  readonly id: RegionId
  readonly shape: RegionShape
  readonly state: RegionState
  /** Short text of its tag: label name, phrase or number. */
  readonly caption: string
  /** `#rrggbb`. */
  readonly colour: string
  /** The model's own shape of a corrected region, drawn as a ghost while selected. */
  readonly original: RegionShape | null
  /** 0..1; null unknown. */
  readonly confidence: number | null
  /** Of a proposed box: how far each edge may be off, in the order of its coordinates, normalized; a halo while it is looked at. */
  readonly spread?: readonly number[] | undefined
}

export interface CanvasEvents {
  /** A new region was drawn; normalized, corners ordered, never zero-sized. */
  onCreate(shape: RegionShape): void
  /** A move, resize or nudge ended. */
  onChange(id: RegionId, shape: RegionShape): void
  /**
   * Several regions were moved by one gesture, which is one step to undo. Without this handler
   * `onChange` is called once for each of them.
   */
  onChangeMany?(changes: readonly { readonly id: RegionId; readonly shape: RegionShape }[]): void
  onSelect(ids: readonly RegionId[]): void
  onHover(id: RegionId | null): void
  /** A region was clicked (not dragged) while `picking`: insert it into the text being written. */
  onPick(id: RegionId): void
  /** Normalized pointer position for the status bar; null when outside the image. */
  onPointer(position: readonly [x: number, y: number] | null): void
  /** Zoom in screen px per image px. */
  onView(view: { readonly scale: number }): void
  /** Which image failed to show, and why. */
  onImageError(imageId: string, reason: string): void
}

export interface CanvasStrings {
  /** Name of the canvas. */
  readonly canvas: string
  /** Name of the list of regions. */
  readonly regions: string
  readonly kinds: Readonly<Record<RegionShape['type'], string>>
  readonly states: Readonly<Record<RegionState, string>>
  /** All numbers are percent of the image. */
  describeBox(
    kind: string,
    caption: string,
    box: { left: string; top: string; width: string; height: string },
    state: string
  ): string
  describePoint(kind: string, caption: string, at: { left: string; top: string }, state: string): string
}

export interface CanvasProps extends CanvasEvents {
  readonly image: CanvasImage | null
  readonly regions: readonly CanvasRegion[]
  readonly selection: readonly RegionId[]
  /** Regions to pulse: hovered in the text or the list. */
  readonly highlighted: readonly RegionId[]
  readonly tool: Tool
  /** Colour of the next drawn region. */
  readonly drawColour: string
  /** True while the composer has the focus: a click inserts instead of selecting. */
  readonly picking: boolean
  readonly readOnly: boolean
  /** What a screen reader hears, in the app's language; English without it. See `CANVAS_STRINGS` in strings.ts. */
  readonly strings?: CanvasStrings
}

export interface CanvasHandle {
  fit(): void
  actualSize(): void
  zoomBy(factor: number): void
  /** Brings a region into view. */
  reveal(id: RegionId): void
  /** Cancels a half-drawn region; true when there was one. */
  cancelGesture(): boolean
}

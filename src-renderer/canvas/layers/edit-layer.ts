/**
 * @file The regions being edited, with their handles, on a fabric canvas. fabric draws and finds
 * handles; it holds no truth: its objects live in device pixels and are placed anew from the shapes
 * on every change, and no number is ever read back from it.
 *
 * fabric sees no pointer events (its wrapper lets them through); the tools do.
 */
import { Canvas, Control, FabricObject, Point } from 'fabric'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../../src-shared/geometry/space'
import { HANDLES, MIDDLE_HANDLE_SIDE, OUTSIDE_PADDING, ROOMY_SIDE, edgeAt } from '../handles'
import { formOf, hasLines, ringsOf } from '../outline'
import { boundsOf } from '../region-edits'
import type { Handle } from '../region-edits'
import type { CanvasTheme } from '../theme'
import type { Vertex } from '../vertices'
import { vertexAt, verticesOf } from '../vertices'
import type { ScreenPoint, View } from '../view'
import { screenFromNormalized } from '../view'
import type { Brush, DeviceBounds, Look } from './region-look'
import { TagRuler, deviceBounds, drawTag, strokeColour } from './region-look'
import type { PlacedRings } from './shape-look'
import { drawShape, fillShape, traceRings } from './shape-look'

export interface EditItem {
  readonly id: string
  readonly shape: RegionShape
  readonly look: Look
  /** The model's own shape, drawn dotted. */
  readonly ghost: RegionShape | null
  readonly isSelected: boolean
  /** It is being drawn; its points show where they lie. */
  readonly isDraft?: true
}

export interface EditFrame {
  readonly view: View
  readonly image: ImageSize
  readonly devicePixelRatio: number
  readonly theme: CanvasTheme
}

const HANDLE_SIZE = 9
const HANDLE_REACH = 14
const HANDLE_TOUCH_REACH = 32
const EDGE_REACH = 4
const EDGE_TOUCH_REACH = 10
const VERTEX_REACH = 8
const VERTEX_TOUCH_REACH = 18
const MOST_DECORATED = 400

/** One fabric object that draws a list of items through the shared look. */
class ItemsObject extends FabricObject {
  items: readonly EditItem[] = []
  frame: EditFrame | null = null
  ruler: TagRuler | null = null
  /** Whose points are shown as handles. */
  withVertices: EditItem | null = null

  override _render(context: CanvasRenderingContext2D): void {
    const { frame, ruler, items } = this
    if (!frame || !ruler) return
    // The look is defined in device pixels; fabric's own transform would round twice.
    context.setTransform(1, 0, 0, 1, 0, 0)
    const isCrowd = items.length > MOST_DECORATED
    const brush: Brush = { theme: frame.theme, unit: frame.devicePixelRatio, isDense: isCrowd }
    for (const item of items) {
      const bounds = placed(item.shape, frame)
      const rings = placedRings(item.shape, frame)
      if (item.ghost) drawGhost(context, item.ghost, frame, brush)
      if (item.isSelected) {
        fillShape(context, bounds, item.look, brush, 0.14, rings)
        if (!isCrowd) drawSelection(context, bounds, rings, item.look, brush)
      }
      drawShape(context, bounds, item.look, brush, rings)
    }
    if (this.withVertices) drawVertices(context, this.withVertices, frame, brush)
    for (const item of items)
      if (item.isDraft === true && hasLines(item.look.form)) drawVertices(context, item, frame, brush)
    if (isCrowd) return
    for (const item of items) {
      const tag = ruler.place(context, placed(item.shape, frame), item.look)
      if (tag) drawTag(context, tag, item.look, brush, ruler)
    }
  }
}

const placed = (shape: RegionShape, { view, image, devicePixelRatio }: EditFrame): DeviceBounds =>
  deviceBounds(
    boundsOf(shape),
    0,
    image.width * view.scale * devicePixelRatio,
    image.height * view.scale * devicePixelRatio,
    Math.round(view.offsetX * devicePixelRatio),
    Math.round(view.offsetY * devicePixelRatio)
  )

/** Null for boxes and points. */
const placedRings = (shape: RegionShape, { view, image, devicePixelRatio }: EditFrame): PlacedRings | null => {
  const rings = ringsOf(shape)
  return rings === null
    ? null
    : {
        rings,
        firstRing: 0,
        endRing: rings.starts.length - 1,
        scaleX: image.width * view.scale * devicePixelRatio,
        scaleY: image.height * view.scale * devicePixelRatio,
        offsetX: Math.round(view.offsetX * devicePixelRatio),
        offsetY: Math.round(view.offsetY * devicePixelRatio)
      }
}

const drawGhost = (
  context: CanvasRenderingContext2D,
  shape: RegionShape,
  frame: EditFrame,
  { unit, theme }: Brush
): void => {
  const bounds = placed(shape, frame)
  const rings = placedRings(shape, frame)
  const form = formOf(shape)
  const trace = (style: string, lineWidth: number): void => {
    context.strokeStyle = style
    context.lineWidth = lineWidth * unit
    context.beginPath()
    if (form === 'point') context.arc(bounds.left, bounds.top, 6 * unit, 0, 2 * Math.PI)
    else if (rings && hasLines(form)) traceRings(context, rings, form === 'area')
    else context.rect(bounds.left, bounds.top, bounds.right - bounds.left, bounds.bottom - bounds.top)
    context.stroke()
  }
  context.setLineDash([1.5 * unit, 3 * unit])
  trace(theme.halo, 3)
  trace(theme.proposal, 1.5)
  context.setLineDash([])
}

/** A light line around the region that shows on dark and on bright pictures. */
const drawSelection = (
  context: CanvasRenderingContext2D,
  bounds: DeviceBounds,
  rings: PlacedRings | null,
  look: Look,
  { unit, theme }: Brush
): void => {
  // A line around a line: on both sides of its two pixels.
  const extra = rings && hasLines(look.form) ? 4 : 0
  const outline = (style: string, lineWidth: number): void => {
    context.strokeStyle = style
    context.lineWidth = (lineWidth + extra) * unit
    context.beginPath()
    if (look.form === 'point') context.arc(bounds.left, bounds.top, 9.5 * unit, 0, 2 * Math.PI)
    else if (rings && hasLines(look.form)) traceRings(context, rings, look.form === 'area')
    else {
      const gap = 1.5 * unit
      context.rect(
        bounds.left - gap,
        bounds.top - gap,
        bounds.right - bounds.left + 2 * gap,
        bounds.bottom - bounds.top + 2 * gap
      )
    }
    context.stroke()
  }
  context.lineJoin = 'round'
  outline(theme.handleStroke, 3)
  outline(theme.handleFill, 1.25)
  context.lineJoin = 'miter'
}

const drawVertices = (
  context: CanvasRenderingContext2D,
  { shape, look }: EditItem,
  { view, image, devicePixelRatio }: EditFrame,
  { theme, unit }: Brush
): void => {
  for (const { at } of verticesOf(shape)) {
    const x = (at[0] * image.width * view.scale + view.offsetX) * devicePixelRatio
    const y = (at[1] * image.height * view.scale + view.offsetY) * devicePixelRatio
    const dot = (radius: number, style: string): void => {
      context.fillStyle = style
      context.beginPath()
      context.arc(x, y, radius * unit, 0, 2 * Math.PI)
      context.fill()
    }
    dot(5, theme.handleStroke)
    dot(4, theme.handleFill)
    dot(2.25, strokeColour(look, theme))
  }
}

const isSameItem = (a: EditItem, b: EditItem): boolean =>
  a.shape === b.shape && a.look === b.look && a.ghost === b.ghost && a.isSelected === b.isSelected

export class EditLayer {
  private readonly canvas: Canvas
  private readonly object: ItemsObject
  private single: EditItem | null = null
  private frame: EditFrame | null = null
  private hasHandles = false
  private hasVertices = false
  /** What is on the canvas now; null when it is blank. */
  private drawn: { items: readonly EditItem[]; frame: EditFrame; isEditable: boolean } | null = null

  constructor(element: HTMLCanvasElement) {
    this.canvas = new Canvas(element, {
      renderOnAddRemove: false,
      selection: false,
      skipTargetFind: true,
      enableRetinaScaling: false,
      enablePointerEvents: true,
      containerClass: 'eyrie-canvas-edit'
    })
    this.object = new ItemsObject({
      originX: 'left',
      originY: 'top',
      strokeWidth: 0,
      objectCaching: false,
      hasBorders: false
    })
    this.object.controls = Object.fromEntries(
      Object.entries(HANDLES).map(([key, handle]) => [
        key,
        new Control({
          x: handle.horizontal / 2,
          y: handle.vertical / 2,
          render: (context, left, top) => this.drawHandle(context, left, top)
        })
      ])
    )
    this.canvas.add(this.object)
  }

  resize(viewport: ImageSize, devicePixelRatio: number): void {
    const width = Math.round(viewport.width * devicePixelRatio)
    const height = Math.round(viewport.height * devicePixelRatio)
    this.canvas.setDimensions({ width, height }, { backstoreOnly: true })
    const css = { width: `${width / devicePixelRatio}px`, height: `${height / devicePixelRatio}px` }
    this.canvas.setDimensions(css, { cssOnly: true })
    this.object.set({
      cornerSize: HANDLE_REACH * devicePixelRatio,
      touchCornerSize: HANDLE_TOUCH_REACH * devicePixelRatio
    })
    this.drawn = null
  }

  /** Shows `items`; handles appear for a single selected box, or at its points, and only when `isEditable`. */
  draw(items: readonly EditItem[], frame: EditFrame, isEditable: boolean): void {
    if (this.isDrawn(items, frame, isEditable)) return
    this.drawn = { items, frame, isEditable }
    const selected = items.filter((item) => item.isSelected)
    this.single = selected.length === 1 ? selected[0]! : null
    this.frame = frame
    const { object } = this
    object.items = items
    if (object.frame?.theme !== frame.theme || object.frame.devicePixelRatio !== frame.devicePixelRatio) {
      object.ruler = new TagRuler(frame.theme, frame.devicePixelRatio)
    }
    object.frame = frame
    this.hasVertices = isEditable && this.single !== null
    object.withVertices = this.hasVertices ? this.single : null
    const wantsHandles = isEditable && this.single?.shape.type === 'box'
    if (wantsHandles) this.placeHandles(this.single!.shape, frame)
    else object.set({ left: 0, top: 0, width: this.canvas.getWidth(), height: this.canvas.getHeight() })
    if (wantsHandles !== this.hasHandles) {
      this.hasHandles = wantsHandles
      if (wantsHandles) this.canvas.setActiveObject(object)
      else this.canvas.discardActiveObject()
    }
    object.setCoords()
    this.canvas.renderAll()
  }

  handleAt(screen: ScreenPoint, isTouch: boolean): Handle | null {
    if (!this.hasHandles || !this.single || !this.frame) return null
    const { devicePixelRatio } = this.frame
    const found = this.object.findControl(new Point(screen.x * devicePixelRatio, screen.y * devicePixelRatio), isTouch)
    if (found) return HANDLES[found.key] ?? null
    const box = screenFromNormalized(boundsOf(this.single.shape), this.frame.view, this.frame.image)
    return edgeAt(box, screen, isTouch ? EDGE_TOUCH_REACH : EDGE_REACH)
  }

  vertexAt(screen: ScreenPoint, isTouch: boolean): Vertex | null {
    if (!this.hasVertices || !this.single || !this.frame) return null
    const { view, image } = this.frame
    return vertexAt(this.single.shape, screen, view, image, isTouch ? VERTEX_TOUCH_REACH : VERTEX_REACH)
  }

  async dispose(): Promise<void> {
    await this.canvas.dispose()
  }

  /** Pointer moves redraw the overlay far more often than anything here changes. */
  private isDrawn(items: readonly EditItem[], frame: EditFrame, isEditable: boolean): boolean {
    const { drawn } = this
    if (!drawn) return false
    if (items.length === 0 && drawn.items.length === 0) return true
    return (
      drawn.isEditable === isEditable &&
      drawn.frame.theme === frame.theme &&
      drawn.frame.devicePixelRatio === frame.devicePixelRatio &&
      drawn.frame.image === frame.image &&
      drawn.frame.view.scale === frame.view.scale &&
      drawn.frame.view.offsetX === frame.view.offsetX &&
      drawn.frame.view.offsetY === frame.view.offsetY &&
      drawn.items.length === items.length &&
      drawn.items.every((item, i) => isSameItem(item, items[i]!))
    )
  }

  private placeHandles(shape: RegionShape, frame: EditFrame): void {
    const { left, top, right, bottom } = placed(shape, frame)
    const ratio = frame.devicePixelRatio
    const width = (right - left) / ratio
    const height = (bottom - top) / ratio
    this.object.set({
      left,
      top,
      // fabric does not draw objects without an extent.
      width: Math.max(right - left, 1),
      height: Math.max(bottom - top, 1),
      padding: Math.min(width, height) < ROOMY_SIDE ? OUTSIDE_PADDING * ratio : 0
    })
    this.object.setControlsVisibility({
      mt: width >= MIDDLE_HANDLE_SIDE,
      mb: width >= MIDDLE_HANDLE_SIDE,
      ml: height >= MIDDLE_HANDLE_SIDE,
      mr: height >= MIDDLE_HANDLE_SIDE
    })
  }

  private drawHandle(context: CanvasRenderingContext2D, left: number, top: number): void {
    if (!this.frame || !this.single) return
    const { theme, devicePixelRatio } = this.frame
    const square = (cssSize: number, style: string): void => {
      const size = Math.round(cssSize * devicePixelRatio)
      context.fillStyle = style
      context.beginPath()
      context.roundRect(left - size / 2, top - size / 2, size, size, 2 * devicePixelRatio)
      context.fill()
    }
    square(HANDLE_SIZE + 2, theme.handleStroke)
    square(HANDLE_SIZE, theme.handleFill)
    square(HANDLE_SIZE - 4, strokeColour(this.single.look, theme))
  }
}

/**
 * @file The canvas behind its React component: takes props, runs tools and keeps the view. It is
 * imperative and per window; no document state lives here. The stage draws.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasHandle, CanvasProps, CanvasRegion, Tool } from './contract'
import { edgeScroll } from './edge-scroll'
import { describeGuides } from './guides'
import { NudgeSession } from './nudge-session'
import { PendingEdits } from './pending-edits'
import { boundsOf } from './region-edits'
import { RegionIndex } from './region-index'
import { isSameRegionList } from './region-list'
import { Stage } from './stage'
import type { StageFrame } from './stage'
import { TOOL_FACTORIES } from './tools/registry'
import type { CanvasTool, Effect, PointerSample, ShapeChange, ToolScene } from './tools/tool'
import { hitTolerancePx } from './tools/tool'
import type { ScreenPoint, View } from './view'
import { ViewState } from './view-state'

const NO_SIZE: ImageSize = { width: 1, height: 1 }

export class CanvasEngine implements CanvasHandle {
  readonly root: HTMLElement
  readonly nudges = new NudgeSession((changes) => this.commit(changes))
  private props: CanvasProps
  private readonly stage: Stage
  readonly view = new ViewState(
    () => ({
      image: this.imageSize,
      viewport: this.stage.viewport,
      devicePixelRatio: this.stage.devicePixelRatio
    }),
    () => this.viewChanged()
  )
  private readonly tools: Readonly<Record<Tool, CanvasTool>>
  private readonly panOverride: CanvasTool = TOOL_FACTORIES.pan()
  private readonly pending = new PendingEdits(() => this.stage.invalidate())
  private index = new RegionIndex([], NO_SIZE)
  private hovered: RegionId | null = null
  private pointer: PointerSample | null = null
  private isPanHeld = false
  /** The machine that sees the drag under way; Space let go in mid-drag does not change it. */
  private pressed: CanvasTool | null = null
  private edgeScrolling = 0
  private reportedScale = 0
  private reportedPointer: string | null = null

  constructor(root: HTMLElement, host: HTMLElement, props: CanvasProps) {
    this.root = root
    this.props = { ...props, image: null, regions: [] }
    this.tools = {
      select: TOOL_FACTORIES.select(),
      box: TOOL_FACTORIES.box(),
      polygon: TOOL_FACTORIES.polygon(),
      point: TOOL_FACTORIES.point(),
      pan: TOOL_FACTORIES.pan()
    }
    this.stage = new Stage(root, host, {
      compose: () => this.compose(),
      resized: (before, after) => this.view.resize(before, after),
      imageFailed: (imageId, reason) => this.props.onImageError(imageId, reason)
    })
    this.stage.start()
    this.update(props)
  }

  // What the outside asks

  update(props: CanvasProps): void {
    const before = this.props
    const isOtherImage = before.image?.id !== props.image?.id || before.image?.url !== props.image?.url
    const isOtherSize =
      before.image?.size.width !== props.image?.size.width || before.image?.size.height !== props.image?.size.height
    if (isOtherImage) this.forgetGestures()
    this.props = props
    if (isOtherImage) this.stage.showImage(props.image)
    if (isOtherImage || isOtherSize) this.fit()
    if (isOtherImage || isOtherSize || !isSameRegionList(before.regions, props.regions)) {
      this.index = new RegionIndex(props.regions, this.imageSize)
      this.stage.showRegions(props.regions, isOtherImage)
      this.pending.settle(this.index)
      if (this.hovered && !this.index.get(this.hovered)) this.hover(null)
    }
    if (before.tool !== props.tool) {
      this.tools[before.tool].cancel()
      this.refreshPointer()
    }
    if (this.nudges.isOpen && !this.nudges.isFor(props.selection)) this.nudges.finish()
    this.root.dataset['tool'] = props.tool
    this.root.dataset['imageId'] = props.image?.id ?? ''
    this.stage.invalidate()
  }

  fit(): void {
    this.view.fit()
  }

  actualSize(): void {
    this.zoomBy(1 / this.view.scale)
  }

  zoomBy(factor: number): void {
    const { width, height } = this.stage.viewport
    this.view.zoom({ x: width / 2, y: height / 2 }, factor)
  }

  reveal(id: RegionId): void {
    const shape = this.shapeOf(id)
    if (shape) this.view.reveal(boundsOf(shape))
  }

  cancelGesture(): boolean {
    const wasNudging = this.nudges.cancel()
    const wasBusy = this.tools[this.props.tool].cancel()
    if (wasBusy || wasNudging) this.stage.invalidate()
    return wasBusy || wasNudging
  }

  /** Ends a region that is drawn click by click; false when nothing is drawn that way, or it cannot end yet. */
  finishGesture(): boolean {
    const effects = this.tools[this.props.tool].finish?.() ?? []
    this.apply(effects)
    if (effects.length > 0) this.stage.invalidate()
    return effects.length > 0
  }

  /** Takes back the last click of such a region. */
  stepBack(): boolean {
    const isBack = this.tools[this.props.tool].stepBack?.() ?? false
    if (isBack) this.stage.invalidate()
    return isBack
  }

  dispose(): void {
    cancelAnimationFrame(this.edgeScrolling)
    this.nudges.finish()
    this.pending.clear()
    this.stage.dispose()
  }

  // What input devices ask and say

  get current(): CanvasProps {
    return this.props
  }

  get regionIndex(): RegionIndex {
    return this.index
  }

  get isBusy(): boolean {
    return this.pressed === this.panOverride || this.tools[this.props.tool].isBusy
  }

  hitAt(screen: ScreenPoint): CanvasRegion | undefined {
    return this.index.hit(this.view.positionAt(screen), hitTolerancePx(false, this.view.rendered))[0]
  }

  /** The shape as shown now: an edit that is on its way to the document counts. */
  shapeOf(id: RegionId): RegionShape | null {
    return this.nudges.shapeOf(id) ?? this.pending.shapeOf(id) ?? this.index.get(id)?.shape ?? null
  }

  /** Space is held: the next drag pans, whatever the tool. Returns whether it was held before. */
  holdPan(isHeld: boolean): boolean {
    const wasHeld = this.isPanHeld
    if (wasHeld !== isHeld) {
      this.isPanHeld = isHeld
      this.refreshPointer()
      this.stage.invalidate()
    }
    return wasHeld
  }

  /** `forcePan`: the middle button. */
  press(sample: PointerSample, forcePan: boolean): void {
    this.nudges.finish()
    this.pressed = forcePan || this.isPanHeld ? this.panOverride : this.tools[this.props.tool]
    this.move(sample)
  }

  move(sample: PointerSample): void {
    this.pointer = sample
    if (!this.props.image) return
    const { tool, scene } = this
    this.apply(tool.handle(sample, scene))
    this.refreshPointer()
    this.stage.invalidate()
    this.scrollAtEdge()
  }

  release(sample: PointerSample): void {
    this.move(sample)
    this.pressed = null
    this.refreshPointer()
  }

  /** The system took the pointer away: whatever was half done is forgotten. */
  abandon(): void {
    this.pressed = null
    this.panOverride.cancel()
    this.tools[this.props.tool].cancel()
    this.stage.invalidate()
  }

  leave(): void {
    this.pointer = null
    this.hover(null)
    this.reportPointer()
    this.stage.invalidate()
  }

  /** Shows the next step of an arrow key that is still down. */
  nudgeBy(changes: readonly ShapeChange[]): void {
    this.nudges.step(changes)
    this.stage.invalidate()
  }

  // Inside

  private get imageSize(): ImageSize {
    return this.props.image?.size ?? NO_SIZE
  }

  private get tool(): CanvasTool {
    return this.pressed ?? (this.isPanHeld ? this.panOverride : this.tools[this.props.tool])
  }

  private get scene(): ToolScene {
    const { selection, readOnly, picking } = this.props
    return {
      index: this.index,
      selection,
      readOnly,
      picking,
      image: this.imageSize,
      view: this.view.rendered,
      handleAt: (screen, isTouch) => this.stage.handleAt(screen, isTouch),
      vertexAt: (screen, isTouch) => this.stage.vertexAt(screen, isTouch),
      shapeOf: (id) => this.shapeOf(id)
    }
  }

  private compose(): StageFrame {
    const { props, pointer } = this
    const { preview } = this.tools[props.tool]
    const view = this.view.rendered
    const inGesture = [...preview.changes, ...this.nudges.changes]
    const drawn = preview.draft ?? inGesture[0]?.shape ?? null
    const isPanning = this.tool === this.panOverride
    return {
      view,
      image: props.image,
      index: this.index,
      selection: props.selection,
      highlighted: props.highlighted,
      hovered: this.isBusy ? null : this.hovered,
      changes: [...this.pending.changes, ...inGesture],
      drafts: preview.draft ? [...this.pending.draftShapes, preview.draft] : this.pending.draftShapes,
      drawColour: props.drawColour,
      marquee: preview.marquee,
      hasHandles: props.tool === 'select' && !props.readOnly,
      guides:
        pointer && props.image && !isPanning ? describeGuides(props.tool, pointer, view, this.imageSize, drawn) : null
    }
  }

  private apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'pan') this.view.pan(effect.dx, effect.dy)
      else if (effect.type === 'select') this.props.onSelect(effect.ids)
      else if (effect.type === 'pick') this.props.onPick(effect.id)
      else if (effect.type === 'change') this.commit(effect.changes)
      else {
        this.pending.sendDraft(effect.shape)
        this.props.onCreate(effect.shape)
      }
    }
  }

  private commit(changes: readonly ShapeChange[]): void {
    this.pending.sendChanges(changes, this.index)
    if (changes.length > 1 && this.props.onChangeMany) this.props.onChangeMany(changes)
    else for (const { id, shape } of changes) this.props.onChange(id, shape)
    this.stage.invalidate()
  }

  /** While a drag is held at the border, the view moves every frame until the drag leaves it or ends. */
  private scrollAtEdge(): void {
    if (this.edgeScrolling !== 0) return
    this.edgeScrolling = requestAnimationFrame(() => {
      this.edgeScrolling = 0
      const { pressed, pointer } = this
      if (!pressed || !pointer) return
      const { draft, changes, marquee } = pressed.preview
      if (!draft && changes.length === 0 && !marquee) return
      const [dx, dy] = edgeScroll(pointer.screen, this.stage.viewport, this.view.imageOnScreen)
      if (dx === 0 && dy === 0) return
      this.view.pan(dx, dy)
      this.scrollAtEdge()
    })
  }

  /** Cursor, hover and status position for where the pointer is now. */
  private refreshPointer(): void {
    this.reportPointer()
    if (!this.pointer || !this.props.image) return
    const { tool, scene, pointer } = this
    this.root.style.cursor = tool.cursor(pointer, scene)
    if (!tool.isBusy) this.hover(tool.touchesRegions ? (this.hitAt(pointer.screen)?.id ?? null) : null)
  }

  private hover(id: RegionId | null): void {
    if (this.hovered === id) return
    this.hovered = id
    this.props.onHover(id)
    this.stage.invalidate()
  }

  private reportPointer(): void {
    const position = this.props.image ? this.pointer?.position : undefined
    const isInside = position && position.every((value) => value >= 0 && value <= 1)
    const key = isInside ? position.join() : null
    if (key === this.reportedPointer) return
    this.reportedPointer = key
    this.props.onPointer(isInside ? [position[0], position[1]] : null)
  }

  /** Called while the props still are those of the image that goes. */
  private forgetGestures(): void {
    this.nudges.finish()
    for (const tool of Object.values(this.tools)) tool.cancel()
    this.panOverride.cancel()
    this.pressed = null
    this.pending.clear()
    this.hover(null)
  }

  private viewChanged(): void {
    this.publishView(this.view.rendered)
    this.followView()
    this.stage.invalidate()
  }

  /** The pointer rests, but the picture moved under it: a half-drawn region follows. */
  private followView(): void {
    if (!this.pointer) return
    this.pointer = { ...this.pointer, phase: 'move', position: this.view.positionAt(this.pointer.screen) }
    const tool = this.tools[this.props.tool]
    if (tool.isBusy && this.tool === tool && this.props.tool !== 'pan')
      this.apply(tool.handle(this.pointer, this.scene))
  }

  /** The view as data attributes: tests and assistive tools map places with them. */
  private publishView({ scale, offsetX, offsetY }: View): void {
    const { width, height } = this.imageSize
    const values = { scale, offsetX, offsetY, imageWidth: width, imageHeight: height }
    for (const [name, value] of Object.entries(values)) this.root.dataset[name] = String(value)
    if (scale === this.reportedScale || !this.props.image) return
    this.reportedScale = scale
    this.props.onView({ scale })
  }
}

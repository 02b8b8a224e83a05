/**
 * @file The canvas behind its React component: takes props, runs tools, keeps the view and draws
 * frames. Everything here is imperative and per window; no document state lives here.
 *
 *   image (picture) < static (regions at rest) < edit (selection, drafts) < overlay (hover, marquee)
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasHandle, CanvasProps, CanvasRegion } from './contract'
import { composeEditItems, lookOf } from './edit-items'
import { Crosshair } from './layers/crosshair'
import { EditLayer } from './layers/edit-layer'
import type { EditFrame } from './layers/edit-layer'
import { ImageLayer } from './layers/image-layer'
import { OverlayLayer } from './layers/overlay-layer'
import { StaticLayer } from './layers/static-layer'
import { NudgeSession } from './nudge-session'
import { PENDING_MS, PendingEdits } from './pending-edits'
import { boundsOf } from './region-edits'
import { RegionIndex } from './region-index'
import { isSameRegionList } from './region-list'
import { describeGuides } from './guides'
import type { CanvasTheme } from './theme'
import { readTheme, watchTheme } from './theme'
import { TOOL_FACTORIES } from './tools/registry'
import type { CanvasTool, Effect, PointerSample, Preview, ShapeChange, ToolScene } from './tools/tool'
import { hitTolerancePx } from './tools/tool'
import type { ScreenPoint, View } from './view'
import { fitView, limitView, normalizedFromScreen, panBy, resizeView, revealView, snapView, zoomAt } from './view'

const NO_SIZE: ImageSize = { width: 1, height: 1 }
const PULSE_MS = 1500

export class CanvasEngine implements CanvasHandle {
  readonly root: HTMLElement
  private readonly host: HTMLElement
  private props: CanvasProps
  private readonly layers: {
    readonly image: ImageLayer
    readonly static: StaticLayer
    readonly edit: EditLayer
    readonly overlay: OverlayLayer
    readonly crosshair: Crosshair
  }
  private readonly contexts: Readonly<Record<'image' | 'static' | 'overlay', CanvasRenderingContext2D>>
  private readonly tools: Readonly<Record<keyof typeof TOOL_FACTORIES, CanvasTool>>
  private readonly panOverride: CanvasTool = TOOL_FACTORIES.pan()
  private readonly pending = new PendingEdits()
  private readonly nudge = new NudgeSession((changes) => this.commit(changes))
  private readonly stops: (() => void)[] = []
  private index = new RegionIndex([], NO_SIZE)
  private theme: CanvasTheme
  private view: View = { scale: 1, offsetX: 0, offsetY: 0 }
  private isFitted = true
  private viewport: ImageSize = { width: 0, height: 0 }
  private devicePixelRatio = 1
  private hovered: RegionId | null = null
  private pointer: PointerSample | null = null
  private isPanHeld = false
  private isPanning = false
  /** Left the edit layer, but the static bitmap does not show them yet. */
  private lingering: ReadonlySet<RegionId> = new Set()
  private edited: ReadonlySet<RegionId> = new Set()
  private frameRequest = 0
  private isViewDirty = true
  private isImageDirty = true
  private reportedScale = 0
  private reportedPointer: string | null = null

  constructor(root: HTMLElement, host: HTMLElement, props: CanvasProps) {
    this.root = root
    this.host = host
    this.props = { ...props, image: null, regions: [] }
    this.theme = readTheme(root)
    const canvas = (): HTMLCanvasElement => {
      const element = document.createElement('canvas')
      element.className = 'eyrie-canvas-layer'
      host.append(element)
      return element
    }
    const contextOf = (options: CanvasRenderingContext2DSettings): CanvasRenderingContext2D => {
      const context = canvas().getContext('2d', options)
      if (!context) throw new Error('The browser gave no 2D drawing context for the canvas.')
      return context
    }
    const image = contextOf({ alpha: false })
    const fixed = contextOf({})
    const editElement = canvas()
    const edit = new EditLayer(editElement)
    const overlay = contextOf({})
    this.contexts = { image, static: fixed, overlay }
    this.layers = {
      image: new ImageLayer({
        changed: () => this.imageChanged(),
        failed: (imageId, reason) => this.props.onImageError(imageId, reason)
      }),
      static: new StaticLayer(() => this.staticDrawn()),
      edit,
      overlay: new OverlayLayer(overlay),
      crosshair: new Crosshair(host)
    }
    this.tools = {
      select: TOOL_FACTORIES.select(),
      box: TOOL_FACTORIES.box(),
      point: TOOL_FACTORIES.point(),
      pan: TOOL_FACTORIES.pan()
    }
    this.watch()
    this.update(props)
  }

  // --- what the outside asks -------------------------------------------------------------------

  update(props: CanvasProps): void {
    const before = this.props
    this.props = props
    const isOtherImage = before.image?.id !== props.image?.id || before.image?.url !== props.image?.url
    const isOtherSize =
      before.image?.size.width !== props.image?.size.width || before.image?.size.height !== props.image?.size.height
    if (isOtherImage) {
      this.forgetGestures()
      this.layers.image.show(props.image)
    }
    if (isOtherImage || isOtherSize) this.fit()
    if (isOtherImage || isOtherSize || !isSameRegionList(before.regions, props.regions)) {
      this.index = new RegionIndex(props.regions, this.imageSize)
      this.layers.static.setRegions(props.regions, isOtherImage)
      this.pending.settle(this.index, performance.now())
      if (this.hovered && !this.index.get(this.hovered)) this.hover(null)
    }
    if (before.tool !== props.tool) {
      this.tools[before.tool].cancel()
      this.refreshPointer()
    }
    if (before.selection !== props.selection && this.nudge.isOpen && !this.nudge.isFor(props.selection)) {
      this.nudge.finish()
    }
    this.root.dataset['tool'] = props.tool
    this.root.dataset['imageId'] = props.image?.id ?? ''
    this.invalidate()
  }

  fit(): void {
    this.isFitted = true
    if (this.viewport.width > 0) this.setView(fitView(this.imageSize, this.viewport), true)
  }

  actualSize(): void {
    this.setView(this.zoomTo(1), false)
  }

  zoomBy(factor: number): void {
    this.setView(this.zoomTo(this.view.scale * factor), false)
  }

  zoomAtPoint(anchor: ScreenPoint, factor: number): void {
    this.setView(zoomAt(this.view, anchor, factor, this.imageSize, this.viewport), false)
  }

  panView(dx: number, dy: number): void {
    this.setView(panBy(this.view, dx, dy), false)
  }

  reveal(id: RegionId): void {
    const shape = this.shapeOf(id)
    if (shape) this.setView(revealView(this.view, boundsOf(shape), this.imageSize, this.viewport), this.isFitted)
  }

  cancelGesture(): boolean {
    const wasNudging = this.nudge.cancel()
    const wasBusy = this.tools[this.props.tool].cancel()
    if (wasBusy || wasNudging) this.invalidate()
    return wasBusy || wasNudging
  }

  dispose(): void {
    cancelAnimationFrame(this.frameRequest)
    this.nudge.cancel()
    for (const stop of this.stops) stop()
    this.layers.image.dispose()
    this.layers.static.dispose()
    this.layers.crosshair.dispose()
    void this.layers.edit.dispose()
    this.host.replaceChildren()
  }

  // --- what input devices say ------------------------------------------------------------------

  get isBusy(): boolean {
    return this.isPanning || this.tools[this.props.tool].isBusy
  }

  get current(): CanvasProps {
    return this.props
  }

  get regionIndex(): RegionIndex {
    return this.index
  }

  get nudges(): NudgeSession {
    return this.nudge
  }

  get imageSize(): ImageSize {
    return this.props.image?.size ?? NO_SIZE
  }

  get renderedView(): View {
    return snapView(this.view, this.devicePixelRatio)
  }

  /** Space is held: the next drag pans, whatever the tool. */
  holdPan(isHeld: boolean): void {
    if (this.isPanHeld === isHeld) return
    this.isPanHeld = isHeld
    this.refreshPointer()
    this.invalidate()
  }

  /** `forcePan`: the middle button. */
  press(sample: PointerSample, forcePan: boolean): void {
    this.nudge.finish()
    this.isPanning = forcePan || this.isPanHeld
    this.sample(sample)
  }

  move(sample: PointerSample): void {
    this.sample(sample)
  }

  release(sample: PointerSample): void {
    this.sample(sample)
    this.isPanning = false
    this.refreshPointer()
  }

  /** The pointer went away; a half-done drag goes with it, a box waiting for its second click stays. */
  abandon(): void {
    this.isPanning = false
    this.panOverride.cancel()
    this.tools[this.props.tool].cancel()
    this.invalidate()
  }

  leave(): void {
    this.pointer = null
    this.hover(null)
    this.reportPointer()
    this.invalidate()
  }

  shapeOf(id: RegionId): RegionShape | null {
    return this.nudge.shapeOf(id) ?? this.pending.shapeOf(id) ?? this.index.get(id)?.shape ?? null
  }

  apply(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'pan') this.panView(effect.dx, effect.dy)
      else if (effect.type === 'select') this.props.onSelect(effect.ids)
      else if (effect.type === 'pick') this.props.onPick(effect.id)
      else if (effect.type === 'change') this.commit(effect.changes)
      else this.create(effect.shape)
    }
  }

  hitAt(screen: ScreenPoint): CanvasRegion | undefined {
    return this.index.hit(this.positionAt(screen), hitTolerancePx(false, this.view))[0]
  }

  /** Shows the next step of an arrow key that is still down. */
  nudgeBy(changes: readonly ShapeChange[]): void {
    this.nudge.step(changes)
    this.invalidate()
  }

  // --- inside ------------------------------------------------------------------------------------

  private get tool(): CanvasTool {
    return this.isPanning || this.isPanHeld ? this.panOverride : this.tools[this.props.tool]
  }

  private get scene(): ToolScene {
    const { selection, readOnly, picking } = this.props
    return {
      index: this.index,
      selection,
      readOnly,
      picking,
      image: this.imageSize,
      view: this.renderedView,
      handleAt: (screen, isTouch) => this.layers.edit.handleAt(screen, isTouch),
      shapeOf: (id) => this.shapeOf(id)
    }
  }

  private sample(sample: PointerSample): void {
    this.pointer = sample
    if (!this.props.image) return
    const { tool, scene } = this
    this.apply(tool.handle(sample, scene))
    this.refreshPointer()
    this.invalidate()
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
    this.invalidate()
  }

  private reportPointer(): void {
    const position = this.props.image ? this.pointer?.position : undefined
    const isInside = position && position.every((value) => value >= 0 && value <= 1)
    const key = isInside ? position.join() : null
    if (key === this.reportedPointer) return
    this.reportedPointer = key
    this.props.onPointer(isInside ? [position[0], position[1]] : null)
  }

  private create(shape: RegionShape): void {
    this.pending.sendDraft(shape, performance.now())
    this.expirePendingLater()
    this.props.onCreate(shape)
  }

  private commit(changes: readonly ShapeChange[]): void {
    this.pending.sendChanges(changes, this.index, performance.now())
    this.expirePendingLater()
    if (changes.length > 1 && this.props.onChangeMany) this.props.onChangeMany(changes)
    else for (const { id, shape } of changes) this.props.onChange(id, shape)
    this.invalidate()
  }

  private expirePendingLater(): void {
    const timer = setTimeout(() => {
      if (this.pending.settle(this.index, performance.now())) this.invalidate()
    }, PENDING_MS + 20)
    this.stops.push(() => clearTimeout(timer))
  }

  private forgetGestures(): void {
    this.nudge.finish()
    for (const tool of Object.values(this.tools)) tool.cancel()
    this.panOverride.cancel()
    this.isPanning = false
    this.pending.clear()
    this.lingering = new Set()
    this.edited = new Set()
    this.hover(null)
  }

  private zoomTo(scale: number): View {
    const centre = { x: this.viewport.width / 2, y: this.viewport.height / 2 }
    return zoomAt(this.view, centre, scale / this.view.scale, this.imageSize, this.viewport)
  }

  private setView(view: View, isFitted: boolean): void {
    if (this.viewport.width === 0) return
    this.isFitted = isFitted
    this.view = limitView(view, this.imageSize, this.viewport)
    this.isViewDirty = true
    this.publishView()
    if (this.pointer) this.followView(this.pointer)
    this.invalidate()
  }

  /** The pointer rests but the picture moved under it. */
  private followView(pointer: PointerSample): void {
    this.pointer = { ...pointer, phase: 'move', position: this.positionAt(pointer.screen) }
  }

  positionAt(screen: ScreenPoint): PointerSample['position'] {
    return normalizedFromScreen(screen, this.renderedView, this.imageSize)
  }

  /** The view as data attributes: tests and assistive tools map places with them. */
  private publishView(): void {
    const { scale, offsetX, offsetY } = this.renderedView
    const { dataset } = this.root
    dataset['scale'] = String(scale)
    dataset['offsetX'] = String(offsetX)
    dataset['offsetY'] = String(offsetY)
    dataset['imageWidth'] = String(this.imageSize.width)
    dataset['imageHeight'] = String(this.imageSize.height)
    if (scale !== this.reportedScale && this.props.image) {
      this.reportedScale = scale
      this.props.onView({ scale })
    }
  }

  private imageChanged(): void {
    this.isImageDirty = true
    this.root.dataset['imageState'] = this.layers.image.state
    this.invalidate()
  }

  private staticDrawn(): void {
    if (this.layers.static.isCurrent) this.lingering = new Set()
    this.root.dataset['drawnBy'] = this.layers.static.kind
    this.isViewDirty = true
    this.invalidate()
  }

  private watch(): void {
    const resize = new ResizeObserver(() => this.resize())
    resize.observe(this.root)
    this.stops.push(() => resize.disconnect())
    this.stops.push(
      watchTheme(() => {
        const theme = readTheme(this.root)
        if (JSON.stringify(theme) === JSON.stringify(this.theme)) return
        this.theme = theme
        this.isImageDirty = true
        this.isViewDirty = true
        this.invalidate()
      })
    )
    this.watchPixelRatio()
    this.resize()
  }

  /** A media query names one ratio only, so every change needs a new one. */
  private watchPixelRatio(): void {
    const query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    const changed = (): void => {
      this.resize()
      this.watchPixelRatio()
    }
    query.addEventListener('change', changed, { once: true })
    this.stops.push(() => query.removeEventListener('change', changed))
  }

  private resize(): void {
    const before = this.viewport
    const viewport = { width: this.root.clientWidth, height: this.root.clientHeight }
    const ratio = window.devicePixelRatio || 1
    const isSame = before.width === viewport.width && before.height === viewport.height
    if (viewport.width === 0 || viewport.height === 0 || (isSame && ratio === this.devicePixelRatio)) return
    this.viewport = viewport
    this.devicePixelRatio = ratio
    for (const { canvas } of Object.values(this.contexts)) {
      canvas.width = Math.round(viewport.width * ratio)
      canvas.height = Math.round(viewport.height * ratio)
    }
    this.layers.edit.resize(viewport, ratio)
    this.isImageDirty = true
    if (this.isFitted || before.width === 0) this.setView(fitView(this.imageSize, viewport), true)
    else this.setView(resizeView(this.view, before, viewport), false)
    // A resized canvas is blank until it is drawn: draw before the browser paints.
    this.draw()
  }

  private invalidate(): void {
    if (this.frameRequest === 0) this.frameRequest = requestAnimationFrame(() => this.draw())
  }

  private get preview(): Preview {
    return this.tools[this.props.tool].preview
  }

  private draw(): void {
    cancelAnimationFrame(this.frameRequest)
    this.frameRequest = 0
    if (this.viewport.width === 0) return
    const { layers, contexts, theme, viewport, devicePixelRatio, preview } = this
    const view = this.renderedView
    const image = this.imageSize
    const frame: EditFrame = { view, image, devicePixelRatio, theme }
    if (this.isImageDirty || this.isViewDirty) {
      layers.image.draw(contexts.image, view, this.props.image?.size ?? null, devicePixelRatio, theme)
    }
    const shown = [...preview.changes, ...this.nudge.changes]
    const edited = this.editedIds(shown)
    const hidden = [...edited].flatMap((id) => this.index.placeOf(id) ?? []).sort((a, b) => a - b)
    layers.static.want({ view, viewport, image, devicePixelRatio, theme, hidden })
    if (this.isViewDirty) layers.static.blit(contexts.static, view, devicePixelRatio)
    this.isImageDirty = this.isViewDirty = false

    const items = composeEditItems({
      index: this.index,
      edited,
      lingering: this.lingering,
      selection: this.props.selection,
      shapeOf: (id) => shown.find((change) => change.id === id)?.shape ?? this.shapeOf(id),
      drafts: [...this.pending.draftShapes, ...(preview.draft ? [preview.draft] : [])],
      drawColour: this.props.drawColour
    })
    layers.edit.draw(items, frame, this.props.tool === 'select' && !this.props.readOnly)
    this.drawOverlay(frame, preview)
    this.drawGuides(view, preview, shown)
  }

  /** Which regions the edit layer shows; those that just left it linger until the bitmap has them. */
  private editedIds(shown: readonly ShapeChange[]): ReadonlySet<RegionId> {
    const edited = new Set<RegionId>([...this.props.selection, ...shown.map(({ id }) => id), ...this.pending.ids])
    const left = [...this.edited].filter((id) => !edited.has(id))
    if (left.length > 0) this.lingering = new Set([...this.lingering, ...left])
    this.edited = edited
    return edited
  }

  private drawOverlay(frame: EditFrame, preview: Preview): void {
    const itemOf = (id: RegionId) => {
      const region = this.index.get(id)
      const shape = this.shapeOf(id)
      return region && shape ? [{ shape, look: lookOf(region) }] : []
    }
    const highlighted = this.props.highlighted.flatMap(itemOf)
    const hasMotion = !matchMedia('(prefers-reduced-motion: reduce)').matches
    const isHoverShown = this.hovered && !this.isBusy && !this.props.selection.includes(this.hovered)
    this.layers.overlay.draw(
      {
        hovered: isHoverShown ? (itemOf(this.hovered!)[0] ?? null) : null,
        highlighted,
        marquee: preview.marquee,
        pulse: hasMotion ? (performance.now() % PULSE_MS) / PULSE_MS : 0.4
      },
      frame
    )
    if (highlighted.length > 0 && hasMotion) this.invalidate()
  }

  private drawGuides(view: View, preview: Preview, shown: readonly ShapeChange[]): void {
    const { pointer, viewport } = this
    const guides =
      pointer && this.props.image && !this.isPanning && !this.isPanHeld
        ? describeGuides(this.props.tool, pointer, view, this.imageSize, preview.draft ?? shown[0]?.shape ?? null)
        : null
    this.layers.crosshair.show(guides?.at ?? null, guides?.hasLines ?? false, guides?.text ?? null, viewport)
  }
}

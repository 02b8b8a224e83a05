/**
 * @file The stack of layers and when they are drawn. It knows sizes, pixel ratio and theme; what to
 * show comes with each frame.
 *
 *   image (picture) < static (regions at rest) < edit (selection, drafts) < overlay (hover, marquee) < guides
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasImage, CanvasRegion } from './contract'
import { composeEditItems, lookOf } from './edit-items'
import type { Guides } from './guides'
import { Crosshair } from './layers/crosshair'
import { EditLayer } from './layers/edit-layer'
import type { EditFrame } from './layers/edit-layer'
import { fontSourcesFor } from './layers/fonts'
import { ImageLayer } from './layers/image-layer'
import type { Halo, OverlayItem } from './layers/overlay-layer'
import { OverlayLayer } from './layers/overlay-layer'
import { StaticLayer } from './layers/static-layer'
import type { Handle, Quad } from './region-edits'
import type { RegionIndex } from './region-index'
import { readTheme, watchTheme } from './theme'
import type { ShapeChange } from './tools/tool'
import type { Vertex } from './vertices'
import type { ScreenPoint, View } from './view'

/** Everything one frame shows. */
export interface StageFrame {
  readonly view: View
  readonly image: CanvasImage | null
  readonly index: RegionIndex
  readonly selection: readonly RegionId[]
  readonly highlighted: readonly RegionId[]
  readonly hovered: RegionId | null
  /** Regions whose shape differs from the index: in a gesture, or on the way to the document. */
  readonly changes: readonly ShapeChange[]
  /** Regions that do not exist yet. */
  readonly drafts: readonly RegionShape[]
  readonly drawColour: string
  readonly marquee: Quad | null
  readonly hasHandles: boolean
  readonly guides: Guides | null
}

export interface StageEvents {
  compose(): StageFrame
  /** The canvas has another size now; a frame is drawn right after. */
  resized(before: ImageSize, after: ImageSize): void
  imageFailed(imageId: string, reason: string): void
}

const NO_SIZE: ImageSize = { width: 1, height: 1 }
const PULSE_MS = 1500
const CALM_PULSE = 0.4

export class Stage {
  viewport: ImageSize = { width: 0, height: 0 }
  devicePixelRatio = 1
  private readonly root: HTMLElement
  private readonly host: HTMLElement
  private readonly events: StageEvents
  private readonly contexts: Readonly<Record<'image' | 'static' | 'overlay', CanvasRenderingContext2D>>
  private readonly image: ImageLayer
  private readonly static: StaticLayer
  private readonly edit: EditLayer
  private readonly overlay: OverlayLayer
  private readonly crosshair: Crosshair
  private readonly stops: (() => void)[] = []
  private theme
  private edited: ReadonlySet<RegionId> = new Set()
  /** Left the edit layer, but the static bitmap does not show them yet. */
  private lingering: ReadonlySet<RegionId> = new Set()
  private frameRequest = 0
  private drawnView: View | null = null
  private isImageDirty = true
  private isStaticDirty = true

  constructor(root: HTMLElement, host: HTMLElement, events: StageEvents) {
    this.root = root
    this.host = host
    this.events = events
    this.theme = readTheme(root)
    const image = contextIn(host, { alpha: false })
    const fixed = contextIn(host, {})
    this.edit = new EditLayer(canvasIn(host))
    const overlay = contextIn(host, {})
    this.contexts = { image, static: fixed, overlay }
    this.image = new ImageLayer({ changed: () => this.imageChanged(), failed: events.imageFailed })
    this.static = new StaticLayer(() => this.staticDrawn())
    this.overlay = new OverlayLayer(overlay)
    this.crosshair = new Crosshair(host)
  }

  /** Starts to follow the element's size, the screen's pixel ratio and the theme. */
  start(): void {
    const resize = new ResizeObserver(() => this.resize())
    resize.observe(this.root)
    this.stops.push(() => resize.disconnect())
    this.stops.push(watchTheme(() => this.retheme()))
    this.watchPixelRatio()
    this.loadFonts()
    this.resize()
  }

  showImage(image: CanvasImage | null): void {
    this.edited = new Set()
    this.lingering = new Set()
    this.image.show(image)
  }

  /** `isOtherImage`: what is on screen belongs to another image and must go at once. */
  showRegions(regions: readonly CanvasRegion[], isOtherImage: boolean): void {
    this.static.setRegions(regions, isOtherImage)
    this.isStaticDirty = true
    this.invalidate()
  }

  handleAt(screen: ScreenPoint, isTouch: boolean): Handle | null {
    return this.edit.handleAt(screen, isTouch)
  }

  vertexAt(screen: ScreenPoint, isTouch: boolean): Vertex | null {
    return this.edit.vertexAt(screen, isTouch)
  }

  invalidate(): void {
    if (this.frameRequest === 0) this.frameRequest = requestAnimationFrame(() => this.draw())
  }

  dispose(): void {
    cancelAnimationFrame(this.frameRequest)
    for (const stop of this.stops) stop()
    this.image.dispose()
    this.static.dispose()
    this.crosshair.dispose()
    void this.edit.dispose()
    this.host.replaceChildren()
  }

  private draw(): void {
    cancelAnimationFrame(this.frameRequest)
    this.frameRequest = 0
    if (this.viewport.width === 0) return
    const content = this.image.isShowingOther ? withoutRegions(this.events.compose()) : this.events.compose()
    const { theme, viewport, devicePixelRatio } = this
    const { view } = content
    const image = content.image?.size ?? NO_SIZE
    const frame: EditFrame = { view, image, devicePixelRatio, theme }
    const isViewNew = !this.drawnView || !isSameView(this.drawnView, view)
    this.drawnView = view
    if (this.isImageDirty || isViewNew) {
      this.image.draw(this.contexts.image, view, content.image?.size ?? null, devicePixelRatio, theme)
    }
    this.isImageDirty = false

    const edited = this.nextEdited(content)
    const hidden = [...edited].flatMap((id) => content.index.placeOf(id) ?? []).sort((a, b) => a - b)
    this.static.want({ view, viewport, image, devicePixelRatio, theme, hidden })
    if (this.image.isShowingOther) clear(this.contexts.static)
    else if (this.isStaticDirty || isViewNew) this.static.blit(this.contexts.static, view, devicePixelRatio)
    this.isStaticDirty = false

    const items = composeEditItems({ ...content, edited, lingering: this.lingering })
    this.edit.draw(items, frame, content.hasHandles)
    this.drawOverlay(content, frame)
    const { guides } = content
    this.crosshair.show(guides?.at ?? null, guides?.hasLines ?? false, guides?.text ?? null, viewport)
  }

  /** Which regions the edit layer shows; those that just left it linger until the bitmap has them. */
  private nextEdited({ selection, changes }: StageFrame): ReadonlySet<RegionId> {
    const edited = new Set<RegionId>([...selection, ...changes.map(({ id }) => id)])
    const left = [...this.edited].filter((id) => !edited.has(id))
    if (left.length > 0) this.lingering = new Set([...this.lingering, ...left])
    this.edited = edited
    return edited
  }

  private drawOverlay(content: StageFrame, frame: EditFrame): void {
    const itemOf = (id: RegionId): readonly OverlayItem[] => {
      const region = content.index.get(id)
      if (!region) return []
      const shape = content.changes.findLast((change) => change.id === id)?.shape ?? region.shape
      return [{ shape, look: lookOf(region) }]
    }
    const highlighted = content.highlighted.flatMap(itemOf)
    const hasMotion = !matchMedia('(prefers-reduced-motion: reduce)').matches
    const pulse = hasMotion ? (performance.now() % PULSE_MS) / PULSE_MS : CALM_PULSE
    const isHoverShown = content.hovered && !content.selection.includes(content.hovered)
    const hovered = isHoverShown ? (itemOf(content.hovered!)[0] ?? null) : null
    const looked = new Set([...content.selection, ...(content.hovered ? [content.hovered] : [])])
    const halos = [...looked].flatMap((id): readonly Halo[] => {
      const region = content.index.get(id)
      const isStill = !content.changes.some((change) => change.id === id)
      return region?.spread && isStill
        ? [{ item: { shape: region.shape, look: lookOf(region) }, spread: region.spread }]
        : []
    })
    this.overlay.draw({ hovered, highlighted, halos, marquee: content.marquee, pulse }, frame)
    if (highlighted.length > 0 && hasMotion) this.invalidate()
  }

  private imageChanged(): void {
    this.isImageDirty = this.isStaticDirty = true
    this.root.dataset['imageState'] = this.image.state
    this.invalidate()
  }

  private staticDrawn(): void {
    if (this.static.isCurrent) this.lingering = new Set()
    this.root.dataset['drawnBy'] = this.static.kind
    this.root.dataset['drawMs'] = this.static.lastDrawMs.toFixed(1)
    this.isStaticDirty = true
    this.invalidate()
  }

  private retheme(): void {
    const theme = readTheme(this.root)
    if (JSON.stringify(theme) === JSON.stringify(this.theme)) return
    const isOtherFont = theme.fontFamily !== this.theme.fontFamily
    this.theme = theme
    if (isOtherFont) this.loadFonts()
    this.isImageDirty = this.isStaticDirty = true
    this.invalidate()
  }

  /** Tags are measured: once their font is there they are measured anew, which a new theme object does. */
  private loadFonts(): void {
    const { fontFamily } = this.theme
    this.static.useFonts(fontSourcesFor(fontFamily))
    void document.fonts.load(`600 11px ${fontFamily}`).then(() => {
      if (this.theme.fontFamily !== fontFamily) return
      this.theme = { ...this.theme }
      this.invalidate()
    })
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
      // Exactly as many device pixels as were drawn, or the browser would resample and blur.
      canvas.style.width = `${canvas.width / ratio}px`
      canvas.style.height = `${canvas.height / ratio}px`
    }
    this.edit.resize(viewport, ratio)
    this.isImageDirty = this.isStaticDirty = true
    this.events.resized(before, viewport)
    // A resized canvas is blank until it is drawn: draw before the browser paints.
    this.draw()
  }
}

const clear = (context: CanvasRenderingContext2D): void =>
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)

/** Regions belong to the next picture, which is not on screen yet. */
const withoutRegions = (frame: StageFrame): StageFrame => ({
  ...frame,
  selection: [],
  highlighted: [],
  hovered: null,
  changes: [],
  drafts: [],
  marquee: null
})

const isSameView = (a: View, b: View): boolean =>
  a.scale === b.scale && a.offsetX === b.offsetX && a.offsetY === b.offsetY

const canvasIn = (host: HTMLElement): HTMLCanvasElement => {
  const element = document.createElement('canvas')
  element.className = 'eyrie-canvas-layer'
  host.append(element)
  return element
}

const contextIn = (host: HTMLElement, options: CanvasRenderingContext2DSettings): CanvasRenderingContext2D => {
  const context = canvasIn(host).getContext('2d', options)
  if (!context) throw new Error('The browser gave no 2D drawing context for the canvas.')
  return context
}

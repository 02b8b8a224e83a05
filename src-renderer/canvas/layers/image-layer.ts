/**
 * @file Shows the picture. Lowest layer, opaque. Loading is bound to an image id: a picture that
 * arrives after the person moved on is dropped.
 */
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { CanvasImage } from '../contract'
import type { CanvasTheme } from '../theme'
import type { View } from '../view'
import { ImageLoader } from './image-loader'
import { ImagePyramid } from './image-pyramid'

export type ImageState = 'none' | 'loading' | 'ready' | 'failed'

/** From here on pixels are shown as squares, CSS px per image px. */
const SQUARE_PIXELS_FROM = 3
const CHECKER_CELL = 12
/** How long the picture before may stand in for the next one. */
const HOLD_MS = 180

interface Shown {
  readonly pyramid: ImagePyramid
  readonly view: View
  readonly size: ImageSize
}

export class ImageLayer {
  state: ImageState = 'none'
  private readonly loader = new ImageLoader()
  private pyramid: ImagePyramid | null = null
  /** The picture before, shown until the next one is there, so that paging through images does not flash. */
  private outgoing: Shown | null = null
  private outgoingTimer: ReturnType<typeof setTimeout> | undefined
  private shown: Omit<Shown, 'pyramid'> | null = null
  private loading: AbortController | null = null
  private checker: { readonly key: string; readonly pattern: CanvasPattern } | null = null
  private readonly events: { changed(): void; failed(imageId: string, reason: string): void }

  /** `changed` runs when there is something new to draw. */
  constructor(events: { changed(): void; failed(imageId: string, reason: string): void }) {
    this.events = events
  }

  /** True while the picture on screen is not the one asked for; no region may be drawn over it. */
  get isShowingOther(): boolean {
    return this.outgoing !== null
  }

  show(image: CanvasImage | null): void {
    if (image) this.keepOutgoing()
    else this.dropOutgoing()
    this.drop()
    this.state = image ? 'loading' : 'none'
    this.events.changed()
    if (!image) return
    const loading = new AbortController()
    this.loading = loading
    this.load(image, loading.signal).catch((error: unknown) => {
      if (loading.signal.aborted) return
      this.dropOutgoing()
      this.state = 'failed'
      this.events.changed()
      this.events.failed(image.id, error instanceof Error ? error.message : String(error))
    })
  }

  draw(
    context: CanvasRenderingContext2D,
    view: View,
    image: ImageSize | null,
    devicePixelRatio: number,
    theme: CanvasTheme
  ): void {
    const { width, height } = context.canvas
    context.fillStyle = this.checkerPattern(context, theme, devicePixelRatio)
    context.fillRect(0, 0, width, height)
    if (this.outgoing) {
      this.drawPicture(context, this.outgoing.pyramid, this.outgoing.view, this.outgoing.size, devicePixelRatio)
      return
    }
    this.shown = image && { view, size: image }
    if (image && this.pyramid) this.drawPicture(context, this.pyramid, view, image, devicePixelRatio)
  }

  private drawPicture(
    context: CanvasRenderingContext2D,
    pyramid: ImagePyramid,
    view: View,
    image: ImageSize,
    devicePixelRatio: number
  ): void {
    const { width, height } = context.canvas
    const left = Math.round(view.offsetX * devicePixelRatio)
    const top = Math.round(view.offsetY * devicePixelRatio)
    const right = Math.round((view.offsetX + image.width * view.scale) * devicePixelRatio)
    const bottom = Math.round((view.offsetY + image.height * view.scale) * devicePixelRatio)
    const level = pyramid.levelFor(right - left)
    const perPixelX = (right - left) / level.width
    const perPixelY = (bottom - top) / level.height
    // Whole source pixels around the viewport, so that a crop samples exactly like the whole.
    const x0 = Math.max(0, Math.floor(-left / perPixelX) - 1)
    const y0 = Math.max(0, Math.floor(-top / perPixelY) - 1)
    const x1 = Math.min(level.width, Math.ceil((width - left) / perPixelX) + 1)
    const y1 = Math.min(level.height, Math.ceil((height - top) / perPixelY) + 1)
    if (x1 <= x0 || y1 <= y0) return
    context.imageSmoothingEnabled = view.scale < SQUARE_PIXELS_FROM
    context.imageSmoothingQuality = 'medium'
    context.drawImage(
      level,
      x0,
      y0,
      x1 - x0,
      y1 - y0,
      left + x0 * perPixelX,
      top + y0 * perPixelY,
      (x1 - x0) * perPixelX,
      (y1 - y0) * perPixelY
    )
  }

  dispose(): void {
    this.drop()
    this.dropOutgoing()
    this.loader.dispose()
  }

  private async load(image: CanvasImage, signal: AbortSignal): Promise<void> {
    const pyramid = new ImagePyramid(await this.loader.load(image.url, image.size, signal))
    if (signal.aborted) {
      pyramid.dispose()
      return
    }
    this.dropOutgoing()
    this.pyramid = pyramid
    this.state = 'ready'
    this.events.changed()
  }

  private keepOutgoing(): void {
    if (!this.pyramid || !this.shown) return
    this.dropOutgoing()
    this.outgoing = { pyramid: this.pyramid, ...this.shown }
    this.pyramid = null
    this.outgoingTimer = setTimeout(() => {
      this.dropOutgoing()
      this.events.changed()
    }, HOLD_MS)
  }

  private dropOutgoing(): void {
    clearTimeout(this.outgoingTimer)
    this.outgoing?.pyramid.dispose()
    this.outgoing = null
  }

  private drop(): void {
    this.loading?.abort()
    this.loading = null
    this.pyramid?.dispose()
    this.pyramid = null
    this.state = 'none'
  }

  private checkerPattern(
    context: CanvasRenderingContext2D,
    theme: CanvasTheme,
    devicePixelRatio: number
  ): CanvasPattern | string {
    const key = `${theme.background} ${theme.checker} ${devicePixelRatio}`
    if (this.checker?.key === key) return this.checker.pattern
    const cell = Math.round(CHECKER_CELL * devicePixelRatio)
    const tile = document.createElement('canvas')
    tile.width = tile.height = 2 * cell
    const tileContext = tile.getContext('2d')
    if (!tileContext) return theme.background
    tileContext.fillStyle = theme.background
    tileContext.fillRect(0, 0, 2 * cell, 2 * cell)
    tileContext.fillStyle = theme.checker
    tileContext.fillRect(0, 0, cell, cell)
    tileContext.fillRect(cell, cell, cell, cell)
    const pattern = context.createPattern(tile, 'repeat')
    if (!pattern) return theme.background
    this.checker = { key, pattern }
    return pattern
  }
}

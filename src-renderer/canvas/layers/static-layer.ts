/**
 * @file The layer of all regions that are not being edited. It keeps one bitmap with a border of
 * overscan; frames move or scale that bitmap, and a sharp one is drawn in a worker and swapped in.
 * At most one drawing is under way; the newest wish wins.
 *
 * Where a worker cannot run, the same painter works in slices on this thread.
 */
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { CanvasTheme } from '../theme'
import type { View } from '../view'
import { LocalRenderer, WorkerRenderer } from './static-renderers'
import type { StaticRenderer } from './static-renderers'
import type { FontSource } from './fonts'
import { packScene } from './packed-scene'
import type { CanvasRegion } from '../contract'
import type { StaticRequest } from './static-painter'

/** What a frame needs to be right. */
export interface StaticWish {
  readonly view: View
  readonly viewport: ImageSize
  readonly image: ImageSize
  readonly devicePixelRatio: number
  readonly theme: CanvasTheme
  /** Places of regions drawn by another layer, ascending. */
  readonly hidden: readonly number[]
}

interface Front {
  readonly bitmap: ImageBitmap
  readonly request: StaticRequest
  readonly content: number
}

const OVERSCAN = 1 / 8

/** CSS px that are whole device pixels, so that the bitmap lands on the same pixels as the other layers. */
const overscan = (extent: number, devicePixelRatio: number): number =>
  Math.round(extent * OVERSCAN * devicePixelRatio) / devicePixelRatio

export class StaticLayer {
  private renderer: StaticRenderer
  private front: Front | null = null
  private inFlight: { readonly request: StaticRequest; readonly content: number } | null = null
  private sequence = 0
  /** Counts changes of scene, hidden regions and theme; a bitmap of an older count is stale. */
  private content = 0
  private oldestUsable = 0
  private wish: StaticWish | null = null
  private readonly onDrawn: () => void
  lastDrawMs = 0

  /** `onDrawn` runs when a new bitmap can be blitted. */
  constructor(onDrawn: () => void) {
    this.onDrawn = onDrawn
    const listener = {
      drawn: (sequence: number, bitmap: ImageBitmap, drawMs: number) => this.receive(sequence, bitmap, drawMs),
      failed: () => this.replaceRenderer()
    }
    this.renderer = WorkerRenderer.create(listener) ?? new LocalRenderer(listener)
  }

  get kind(): 'worker' | 'main' {
    return this.renderer.kind
  }

  /** True when the picture on screen shows the present scene without the hidden regions. */
  get isCurrent(): boolean {
    return this.front !== null && this.front.content === this.content
  }

  private regions: readonly CanvasRegion[] = []

  useFonts(fonts: readonly FontSource[]): void {
    this.renderer.useFonts(fonts)
  }

  /** `isOtherImage`: what is on screen belongs to another image and must go at once. */
  setRegions(regions: readonly CanvasRegion[], isOtherImage: boolean): void {
    this.regions = regions
    this.content++
    if (isOtherImage) {
      this.oldestUsable = this.content
      this.dropFront()
    }
    this.renderer.setScene(packScene(regions))
  }

  /** Says what the next frames should show; draws only if the present bitmap cannot serve. */
  want(wish: StaticWish): void {
    const before = this.wish
    this.wish = wish
    if (before && (before.theme !== wish.theme || !sameNumbers(before.hidden, wish.hidden))) this.content++
    this.pump()
  }

  /** Copies the part of the bitmap that is in view; the context must be in device pixels. */
  blit(context: CanvasRenderingContext2D, view: View, devicePixelRatio: number): void {
    const { canvas } = context
    context.clearRect(0, 0, canvas.width, canvas.height)
    if (!this.front) return
    const { bitmap, request } = this.front
    const ratio = view.scale / request.view.scale
    const left = (view.offsetX - (request.view.offsetX + request.overscanX) * ratio) * devicePixelRatio
    const top = (view.offsetY - (request.view.offsetY + request.overscanY) * ratio) * devicePixelRatio
    const stretch = (ratio * devicePixelRatio) / request.devicePixelRatio
    context.imageSmoothingEnabled = false
    if (stretch === 1) context.drawImage(bitmap, Math.round(left), Math.round(top))
    else context.drawImage(bitmap, left, top, bitmap.width * stretch, bitmap.height * stretch)
  }

  dispose(): void {
    this.renderer.dispose()
    this.dropFront()
  }

  private pump(): void {
    const { wish } = this
    if (!wish || this.inFlight || this.serves(wish)) return
    const request: StaticRequest = {
      ...wish,
      sequence: ++this.sequence,
      overscanX: overscan(wish.viewport.width, wish.devicePixelRatio),
      overscanY: overscan(wish.viewport.height, wish.devicePixelRatio)
    }
    this.inFlight = { request, content: this.content }
    this.renderer.draw(request)
  }

  /** Whether the present bitmap is sharp, up to date and covers enough around the viewport. */
  private serves(wish: StaticWish): boolean {
    if (!this.front || !this.isCurrent) return false
    const { request } = this.front
    return (
      request.view.scale === wish.view.scale &&
      request.devicePixelRatio === wish.devicePixelRatio &&
      request.viewport.width === wish.viewport.width &&
      request.viewport.height === wish.viewport.height &&
      Math.abs(request.view.offsetX - wish.view.offsetX) <= request.overscanX / 2 &&
      Math.abs(request.view.offsetY - wish.view.offsetY) <= request.overscanY / 2
    )
  }

  private receive(sequence: number, bitmap: ImageBitmap, drawMs: number): void {
    const done = this.inFlight
    if (done?.request.sequence !== sequence) {
      bitmap.close()
      return
    }
    this.inFlight = null
    if (done.content < this.oldestUsable) {
      bitmap.close()
    } else {
      this.dropFront()
      this.front = { bitmap, request: done.request, content: done.content }
      this.lastDrawMs = drawMs
    }
    this.pump()
    this.onDrawn()
  }

  private replaceRenderer(): void {
    if (this.renderer.kind === 'main') return
    this.renderer.dispose()
    this.renderer = new LocalRenderer({
      drawn: (sequence, bitmap, drawMs) => this.receive(sequence, bitmap, drawMs),
      failed: (reason) => {
        throw new Error(`The regions could not be drawn: ${reason}`)
      }
    })
    this.renderer.setScene(packScene(this.regions))
    this.inFlight = null
    this.pump()
  }

  private dropFront(): void {
    this.front?.bitmap.close()
    this.front = null
  }
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i])

/**
 * @file The view of one window: where it is, whether it still fits the image, and who hears of it.
 * Places on screen always refer to the view as drawn, which sits on whole device pixels.
 */
import type { ImageSize, NormalizedPoint } from '../../src-shared/geometry/space'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { clampUnit } from './region-edits'
import type { NormalizedQuad, ScreenBox, ScreenPoint, View } from './view'
import {
  fitView,
  limitView,
  normalizedFromScreen,
  panBy,
  resizeView,
  revealView,
  screenFromNormalized,
  snapView,
  zoomAt
} from './view'

export interface ViewSurroundings {
  readonly image: ImageSize
  readonly viewport: ImageSize
  readonly devicePixelRatio: number
}

export class ViewState {
  private view: View = { scale: 1, offsetX: 0, offsetY: 0 }
  private isFitted = true
  private readonly surroundings: () => ViewSurroundings
  private readonly changed: () => void

  /** `changed` runs after every change. */
  constructor(surroundings: () => ViewSurroundings, changed: () => void) {
    this.surroundings = surroundings
    this.changed = changed
  }

  get scale(): number {
    return this.view.scale
  }

  /** As drawn. */
  get rendered(): View {
    return snapView(this.view, this.surroundings().devicePixelRatio)
  }

  /** The whole image on screen. */
  get imageOnScreen(): ScreenBox {
    return screenFromNormalized([0, 0, 1, 1], this.view, this.surroundings().image)
  }

  positionAt(screen: ScreenPoint): NormalizedPoint {
    return normalizedFromScreen(screen, this.rendered, this.surroundings().image)
  }

  screenAt([x, y]: NormalizedPoint): ScreenPoint {
    const [left, top] = screenFromNormalized([x, y, x, y], this.rendered, this.surroundings().image)
    return { x: left, y: top }
  }

  /** The place of the image nearest to the middle of the canvas. */
  visibleCentre(): NormalizedPoint {
    const { width, height } = this.surroundings().viewport
    const [x, y] = this.positionAt({ x: width / 2, y: height / 2 })
    return normalizedPoint(clampUnit(x), clampUnit(y))
  }

  fit(): void {
    const { image, viewport } = this.surroundings()
    this.isFitted = true
    if (viewport.width > 0) this.set(fitView(image, viewport))
  }

  pan(dx: number, dy: number): void {
    this.isFitted = false
    this.set(panBy(this.view, dx, dy))
  }

  zoom(anchor: ScreenPoint, factor: number): void {
    const { image, viewport } = this.surroundings()
    this.isFitted = false
    this.set(zoomAt(this.view, anchor, factor, image, viewport))
  }

  reveal(quad: NormalizedQuad): void {
    const { image, viewport } = this.surroundings()
    const view = revealView(this.view, quad, image, viewport)
    if (view === this.view) return
    this.isFitted = false
    this.set(view)
  }

  /** The canvas changed size: a fitted image stays fitted, any other view keeps its centre. */
  resize(before: ImageSize, after: ImageSize): void {
    if (this.isFitted || before.width === 0) this.fit()
    else this.set(resizeView(this.view, before, after))
  }

  private set(view: View): void {
    const { image, viewport } = this.surroundings()
    if (viewport.width === 0) return
    this.view = limitView(view, image, viewport)
    this.changed()
  }
}

/** @file What is on screen only for a moment: hover, pulse rings of highlighted regions, marquee. */
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { Quad } from '../region-edits'
import { hasLines, ringsOf } from '../outline'
import { boundsOf } from '../region-edits'
import type { CanvasTheme } from '../theme'
import { screenFromNormalized } from '../view'
import type { EditFrame } from './edit-layer'
import type { Look } from './region-look'
import { strokeColour } from './region-look'
import { traceRings } from './shape-look'

export interface OverlayItem {
  readonly shape: RegionShape
  readonly look: Look
}

/** How far the edges of a box may be off. */
export interface Halo {
  readonly item: OverlayItem
  /** Left, top, right, bottom; normalized. */
  readonly spread: readonly number[]
}

export interface OverlayContent {
  readonly hovered: OverlayItem | null
  readonly highlighted: readonly OverlayItem[]
  readonly halos: readonly Halo[]
  readonly marquee: Quad | null
  /** 0..1 through one pulse; constant where motion is not wanted. */
  readonly pulse: number
}

const POINT_RADIUS = 6
const POINT_REACH = 9

export class OverlayLayer {
  private readonly context: CanvasRenderingContext2D
  private isEmpty = true

  constructor(context: CanvasRenderingContext2D) {
    this.context = context
  }

  draw(content: OverlayContent, frame: EditFrame): void {
    const { context } = this
    const hasContent = content.hovered || content.highlighted.length > 0 || content.halos.length > 0 || content.marquee
    if (!hasContent && this.isEmpty) return
    this.isEmpty = !hasContent
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, context.canvas.width, context.canvas.height)
    context.setTransform(frame.devicePixelRatio, 0, 0, frame.devicePixelRatio, 0, 0)
    for (const halo of content.halos) this.drawHalo(halo, frame)
    if (content.hovered) this.drawHover(content.hovered, frame)
    for (const item of content.highlighted) this.drawPulse(item, frame, content.pulse)
    if (content.marquee) this.drawMarquee(content.marquee, frame)
  }

  private trace(item: OverlayItem, frame: EditFrame, grow: number): void {
    const [left, top, right, bottom] = screenFromNormalized(boundsOf(item.shape), frame.view, frame.image)
    const { context } = this
    context.beginPath()
    const rings = ringsOf(item.shape)
    if (rings && hasLines(item.look.form)) {
      const { view, image } = frame
      const placed = {
        ...{ rings, firstRing: 0, endRing: rings.starts.length - 1 },
        ...{ scaleX: image.width * view.scale, scaleY: image.height * view.scale },
        ...{ offsetX: view.offsetX, offsetY: view.offsetY }
      }
      traceRings(context, placed, item.look.form === 'area')
    } else if (item.look.form === 'point') context.arc(left, top, POINT_RADIUS + grow, 0, 2 * Math.PI)
    else context.roundRect(left - grow, top - grow, right - left + 2 * grow, bottom - top + 2 * grow, Math.min(grow, 6))
  }

  private drawHover(item: OverlayItem, frame: EditFrame): void {
    const { context } = this
    const colour = strokeColour(item.look, frame.theme)
    this.trace(item, frame, item.look.form === 'point' ? POINT_REACH - POINT_RADIUS : 0)
    context.fillStyle = colour
    context.globalAlpha = 0.18
    if (item.look.form !== 'stroke') context.fill()
    context.globalAlpha = 1
    context.strokeStyle = colour
    context.lineWidth = 3
    this.trace(item, frame, item.look.form === 'point' ? 0 : 0.5)
    context.stroke()
  }

  /** The band in which the edges lie two times of three. */
  private drawHalo({ item, spread }: Halo, frame: EditFrame): void {
    const { context } = this
    const [left, top, right, bottom] = boundsOf(item.shape)
    const [dl = 0, dt = 0, dr = 0, db = 0] = spread
    const outer = screenFromNormalized([left - dl, top - dt, right + dr, bottom + db], frame.view, frame.image)
    const inner = screenFromNormalized(
      [Math.min(left + dl, right), Math.min(top + dt, bottom), Math.max(right - dr, left), Math.max(bottom - db, top)],
      frame.view,
      frame.image
    )
    context.beginPath()
    context.rect(outer[0], outer[1], outer[2] - outer[0], outer[3] - outer[1])
    const [x, y, width, height] = [inner[0], inner[1], inner[2] - inner[0], inner[3] - inner[1]]
    // A box that is less sure than it is large is a cloud without a hole.
    if (width > 0 && height > 0) context.rect(x, y, width, height)
    context.fillStyle = strokeColour(item.look, frame.theme)
    context.globalAlpha = 0.22
    context.fill('evenodd')
    context.globalAlpha = 1
  }

  private drawPulse(item: OverlayItem, frame: EditFrame, pulse: number): void {
    const { context } = this
    this.trace(item, frame, 0)
    context.fillStyle = frame.theme.highlight
    context.globalAlpha = 0.16
    if (item.look.form !== 'stroke') context.fill()
    const ring = (grow: number, alpha: number, lineWidth: number, style: string): void => {
      this.trace(item, frame, grow)
      context.globalAlpha = alpha
      context.strokeStyle = style
      // An outline cannot be drawn larger; its line can.
      context.lineWidth = hasLines(item.look.form) ? lineWidth + grow : lineWidth
      context.stroke()
    }
    ring(3, 0.6, 5, frame.theme.handleStroke)
    ring(3, 1, 2.5, frame.theme.highlight)
    ring(4 + 10 * pulse, 0.75 * (1 - pulse), 3, frame.theme.highlight)
    context.globalAlpha = 1
  }

  private drawMarquee(quad: Quad, { view, image, theme }: EditFrame): void {
    const [left, top, right, bottom] = screenFromNormalized(quad, view, image)
    const { context } = this
    const colour = theme.marquee
    context.beginPath()
    context.rect(Math.round(left) + 0.5, Math.round(top) + 0.5, Math.round(right - left), Math.round(bottom - top))
    context.globalAlpha = 0.14
    context.fillStyle = colour
    context.fill()
    context.globalAlpha = 1
    drawTwoTone(context, theme, colour)
  }
}

const drawTwoTone = (context: CanvasRenderingContext2D, theme: CanvasTheme, colour: string): void => {
  context.lineWidth = 1
  context.strokeStyle = theme.handleStroke
  context.stroke()
  context.setLineDash([4, 3])
  context.strokeStyle = colour
  context.stroke()
  context.setLineDash([])
}

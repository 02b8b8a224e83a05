/**
 * @file The view: which part of the image is on screen. Screen space here is CSS pixels from the
 * canvas' top-left corner; image space is pixels of the upright original; normalized is fractions.
 *
 *   screen = image * scale + offset
 */
import type { ImageSize, NormalizedPoint } from '../../src-shared/geometry/space'
import { normalizedPoint } from '../../src-shared/geometry/space'

export interface View {
  /** CSS px per image px. */
  readonly scale: number
  /** Screen position of the image's top-left corner, CSS px. */
  readonly offsetX: number
  readonly offsetY: number
}

export interface ScreenPoint {
  readonly x: number
  readonly y: number
}

/** `[left, top, right, bottom]` in CSS px. */
export type ScreenBox = readonly [number, number, number, number]

/** Space kept free around a fitted image so that tags and handles at its border stay readable, CSS px. */
export const FIT_MARGIN = 28
const MAX_SCALE = 64
/** Part of the image that panning never takes off screen, CSS px. */
const KEEP_VISIBLE = 48

export const fitScale = (image: ImageSize, viewport: ImageSize): number => {
  const room = (extent: number): number => Math.max(extent - 2 * FIT_MARGIN, extent / 2, 1)
  return Math.min(room(viewport.width) / image.width, room(viewport.height) / image.height, MAX_SCALE)
}

/** The image centred at `scale`. */
export const centredView = (image: ImageSize, viewport: ImageSize, scale: number): View => ({
  scale,
  offsetX: (viewport.width - image.width * scale) / 2,
  offsetY: (viewport.height - image.height * scale) / 2
})

export const fitView = (image: ImageSize, viewport: ImageSize): View =>
  centredView(image, viewport, fitScale(image, viewport))

/** Keeps the scale usable and a piece of the image on screen. */
export const limitView = (view: View, image: ImageSize, viewport: ImageSize): View => {
  const smallest = Math.min(fitScale(image, viewport), 1) / 8
  const scale = Math.min(Math.max(view.scale, smallest), MAX_SCALE)
  const limit = (offset: number, extent: number, room: number): number => {
    const keep = Math.min(KEEP_VISIBLE, extent, room)
    return Math.min(Math.max(offset, keep - extent), room - keep)
  }
  return {
    scale,
    offsetX: limit(view.offsetX, image.width * scale, viewport.width),
    offsetY: limit(view.offsetY, image.height * scale, viewport.height)
  }
}

export const panBy = (view: View, dx: number, dy: number): View => ({
  scale: view.scale,
  offsetX: view.offsetX + dx,
  offsetY: view.offsetY + dy
})

/** Zooms by `factor` so that the image point under `anchor` stays under it, as far as the scale limits allow. */
export const zoomAt = (
  view: View,
  anchor: ScreenPoint,
  factor: number,
  image: ImageSize,
  viewport: ImageSize
): View => {
  const { scale } = limitView({ ...view, scale: view.scale * factor }, image, viewport)
  const ratio = scale / view.scale
  return {
    scale,
    offsetX: anchor.x - (anchor.x - view.offsetX) * ratio,
    offsetY: anchor.y - (anchor.y - view.offsetY) * ratio
  }
}

/** The same view with its offset on whole device pixels, so that layers drawn at different times line up. */
export const snapView = (view: View, devicePixelRatio: number): View => ({
  scale: view.scale,
  offsetX: Math.round(view.offsetX * devicePixelRatio) / devicePixelRatio,
  offsetY: Math.round(view.offsetY * devicePixelRatio) / devicePixelRatio
})

/** Not clamped: outside the image it is outside 0..1. */
export const normalizedFromScreen = (point: ScreenPoint, view: View, image: ImageSize): NormalizedPoint =>
  normalizedPoint(
    (point.x - view.offsetX) / (image.width * view.scale),
    (point.y - view.offsetY) / (image.height * view.scale)
  )

/** `quad` is any normalized `[x0, y0, x1, y1]`. */
export const screenFromNormalized = (
  quad: readonly [number, number, number, number],
  view: View,
  image: ImageSize
): ScreenBox => {
  const scaleX = image.width * view.scale
  const scaleY = image.height * view.scale
  return [
    quad[0] * scaleX + view.offsetX,
    quad[1] * scaleY + view.offsetY,
    quad[2] * scaleX + view.offsetX,
    quad[3] * scaleY + view.offsetY
  ]
}

/** Pans, and zooms out or in only where needed, until the normalized `quad` is comfortably visible. */
export const revealView = (
  view: View,
  quad: readonly [number, number, number, number],
  image: ImageSize,
  viewport: ImageSize
): View => {
  const [left, top, right, bottom] = screenFromNormalized(quad, view, image)
  const inside =
    left >= FIT_MARGIN &&
    top >= FIT_MARGIN &&
    right <= viewport.width - FIT_MARGIN &&
    bottom <= viewport.height - FIT_MARGIN
  const longest = Math.max(right - left, bottom - top)
  if (inside && longest >= 12) return view
  const width = Math.max((quad[2] - quad[0]) * image.width, 1)
  const height = Math.max((quad[3] - quad[1]) * image.height, 1)
  const isPoint = quad[0] === quad[2] && quad[1] === quad[3]
  const largest = Math.min(
    (viewport.width - 2 * FIT_MARGIN) / width,
    (viewport.height - 2 * FIT_MARGIN) / height,
    MAX_SCALE
  )
  const wanted = !isPoint && longest < 12 ? Math.min(64 / Math.max(width, height), largest) : view.scale
  const scale = Math.min(Math.max(wanted, 0), Math.max(largest, fitScale(image, viewport)))
  return limitView(
    {
      scale,
      offsetX: viewport.width / 2 - ((quad[0] + quad[2]) / 2) * image.width * scale,
      offsetY: viewport.height / 2 - ((quad[1] + quad[3]) / 2) * image.height * scale
    },
    image,
    viewport
  )
}

/** The view after the canvas changed size, with the same image point in its centre. */
export const resizeView = (view: View, before: ImageSize, after: ImageSize): View =>
  panBy(view, (after.width - before.width) / 2, (after.height - before.height) / 2)

/** Zoom factor of one wheel event: mouse notches and trackpad pinches feel alike. */
export const wheelZoomFactor = (deltaPx: number): number =>
  Math.exp(-Math.sign(deltaPx) * Math.min(Math.abs(deltaPx) * 0.01, 0.2))

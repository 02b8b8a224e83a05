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

/** Any normalized left, top, right, bottom. */
export type NormalizedQuad = readonly [number, number, number, number]

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

export const screenFromNormalized = (quad: NormalizedQuad, view: View, image: ImageSize): ScreenBox => {
  const scaleX = image.width * view.scale
  const scaleY = image.height * view.scale
  return [
    quad[0] * scaleX + view.offsetX,
    quad[1] * scaleY + view.offsetY,
    quad[2] * scaleX + view.offsetX,
    quad[3] * scaleY + view.offsetY
  ]
}

/** Regions nearer to the border of the canvas than this count as hidden, CSS px. */
const REVEAL_MARGIN = 12
/** Regions that look smaller than this are zoomed in on, CSS px. */
const SPECK = 12
const SPECK_TARGET = 64

/** The scale at which the normalized `quad` fits and is no speck; the present one where that is so already. */
const revealScale = (view: View, quad: NormalizedQuad, image: ImageSize, viewport: ImageSize): number => {
  const width = (quad[2] - quad[0]) * image.width
  const height = (quad[3] - quad[1]) * image.height
  const longest = Math.max(width, height)
  if (longest === 0) return view.scale
  const room = (extent: number): number => Math.max(extent - 2 * REVEAL_MARGIN, extent / 2)
  const largest = Math.min(room(viewport.width) / Math.max(width, 1e-9), room(viewport.height) / Math.max(height, 1e-9))
  const wanted = longest * view.scale < SPECK ? SPECK_TARGET / longest : view.scale
  return Math.min(wanted, largest)
}

/** Moves the view as little as needed to show the normalized `quad`; centres it when it is out of sight. */
export const revealView = (view: View, quad: NormalizedQuad, image: ImageSize, viewport: ImageSize): View => {
  const scale = revealScale(view, quad, image, viewport)
  const scaled = scale === view.scale ? view : { ...view, scale }
  const [left, top, right, bottom] = screenFromNormalized(quad, scaled, image)
  const isOut = right < 0 || bottom < 0 || left > viewport.width || top > viewport.height
  const shift = (low: number, high: number, room: number): number => {
    if (isOut || scaled !== view) return room / 2 - (low + high) / 2
    return Math.max(REVEAL_MARGIN - low, 0) || Math.min(room - REVEAL_MARGIN - high, 0)
  }
  const dx = shift(left, right, viewport.width)
  const dy = shift(top, bottom, viewport.height)
  return dx === 0 && dy === 0 && scaled === view ? view : limitView(panBy(scaled, dx, dy), image, viewport)
}

/** The view after the canvas changed size, with the same image point in its centre. */
export const resizeView = (view: View, before: ImageSize, after: ImageSize): View =>
  panBy(view, (after.width - before.width) / 2, (after.height - before.height) / 2)

/** Zoom factor of one wheel event: mouse notches and trackpad pinches feel alike. */
export const wheelZoomFactor = (deltaPx: number): number =>
  Math.exp(-Math.sign(deltaPx) * Math.min(Math.abs(deltaPx) * 0.01, 0.2))

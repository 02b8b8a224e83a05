/** @file Scrolling while a drag is held at the border of the canvas, so that a region can grow past it. */
import type { ImageSize } from '../../src-shared/geometry/space'
import type { ScreenBox, ScreenPoint } from './view'

/** How near the border the pointer must be, CSS px. */
const REACH = 8
/** CSS px per frame, at the border and beyond. */
const SLOWEST = 2
const FASTEST = 22

/**
 * How far the view should pan this frame, CSS px; only towards parts of the image that are out of
 * sight. `image` is the whole image on screen.
 */
export const edgeScroll = (
  pointer: ScreenPoint,
  viewport: ImageSize,
  image: ScreenBox
): readonly [dx: number, dy: number] => {
  const along = (at: number, room: number, low: number, high: number): number => {
    const beforeStart = REACH - at
    const beyondEnd = at - (room - REACH)
    if (beforeStart > 0 && low < 0) return Math.min(speed(beforeStart), -low)
    if (beyondEnd > 0 && high > room) return -Math.min(speed(beyondEnd), high - room)
    return 0
  }
  return [along(pointer.x, viewport.width, image[0], image[2]), along(pointer.y, viewport.height, image[1], image[3])]
}

const speed = (depth: number): number => Math.min(SLOWEST + depth / 3, FASTEST)

/** @file Which handle or edge of a selected box is under the pointer. Screen space, CSS px. */
import type { Handle } from './region-edits'
import type { ScreenBox, ScreenPoint } from './view'

export const HANDLES: Readonly<Record<string, Handle>> = {
  tl: { horizontal: -1, vertical: -1 },
  mt: { horizontal: 0, vertical: -1 },
  tr: { horizontal: 1, vertical: -1 },
  mr: { horizontal: 1, vertical: 0 },
  br: { horizontal: 1, vertical: 1 },
  mb: { horizontal: 0, vertical: 1 },
  bl: { horizontal: -1, vertical: 1 },
  ml: { horizontal: -1, vertical: 0 }
}

/** Boxes thinner than this have handles outside, so that there is room inside to take and move them. */
export const ROOMY_SIDE = 26
/** Boxes shorter than this have no handles in the middle of that side. */
export const MIDDLE_HANDLE_SIDE = 44
export const OUTSIDE_PADDING = 7

/** The edge within `tolerance` of the pointer; null inside small boxes, where an edge is everywhere. */
export const edgeAt = (box: ScreenBox, pointer: ScreenPoint, tolerance: number): Handle | null => {
  const [left, top, right, bottom] = box
  const { x, y } = pointer
  if (x < left - tolerance || x > right + tolerance || y < top - tolerance || y > bottom + tolerance) return null
  const side = (at: number, low: number, high: number): -1 | 0 | 1 => {
    const inward = high - low < ROOMY_SIDE ? 0 : tolerance
    const toLow = at - low
    const toHigh = high - at
    if (toLow <= inward && toLow <= toHigh) return -1
    return toHigh <= inward ? 1 : 0
  }
  const handle: Handle = { horizontal: side(x, left, right), vertical: side(y, top, bottom) }
  return handle.horizontal === 0 && handle.vertical === 0 ? null : handle
}

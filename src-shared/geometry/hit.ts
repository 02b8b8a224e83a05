/** @file What a pointer is on: handles, boxes, points. Same space on both sides; no DOM. */
import { orderCorners } from './box'
import type { AnyBox } from './box'

type Position = readonly [x: number, y: number]

/** Compass names of the eight handles; two letters are corners. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const
export type Handle = (typeof HANDLES)[number]

export function handlePositions(box: AnyBox): Readonly<Record<Handle, Position>> {
  const [x0, y0, x1, y1] = box
  const cx = (x0 + x1) / 2
  const cy = (y0 + y1) / 2
  return { nw: [x0, y0], n: [cx, y0], ne: [x1, y0], e: [x1, cy], se: [x1, y1], s: [cx, y1], sw: [x0, y1], w: [x0, cy] }
}

/** Nearest handle within `reach` (per axis, so a non-square space works); corners win ties. */
export function handleAt(position: Position, box: AnyBox, reach: Position): Handle | null {
  let best: Handle | null = null
  let bestDistance = Infinity
  const positions = handlePositions(box)
  for (const handle of HANDLES) {
    const dx = Math.abs(position[0] - positions[handle][0]) / reach[0]
    const dy = Math.abs(position[1] - positions[handle][1]) / reach[1]
    const distance = Math.hypot(dx, dy) + (handle.length === 1 ? Number.EPSILON : 0)
    if (dx <= 1 && dy <= 1 && distance < bestDistance) {
      best = handle
      bestDistance = distance
    }
  }
  return best
}

/** The box after its handle was dragged to `position`; corners ordered when it was dragged across. */
export function dragHandle<B extends AnyBox>(box: B, handle: Handle, position: Position): B {
  const next: [number, number, number, number] = [box[0], box[1], box[2], box[3]]
  if (handle.includes('w')) next[0] = position[0]
  if (handle.includes('e')) next[2] = position[0]
  if (handle.includes('n')) next[1] = position[1]
  if (handle.includes('s')) next[3] = position[1]
  return orderCorners(next as unknown as B)
}

/** Inside or on the border, grown by `reach` per axis. Corners must be ordered. */
export const isInBox = (position: Position, box: AnyBox, reach: Position = [0, 0]): boolean =>
  position[0] >= box[0] - reach[0] &&
  position[0] <= box[2] + reach[0] &&
  position[1] >= box[1] - reach[1] &&
  position[1] <= box[3] + reach[1]

/** Within `reach` of a point, per axis as an ellipse. */
export const isNearPoint = (position: Position, point: Position, reach: Position): boolean =>
  Math.hypot((position[0] - point[0]) / reach[0], (position[1] - point[1]) / reach[1]) <= 1

/**
 * @file Where things lie, in three-valued answers. Every "yes" keeps a margin, so that centres and edges, boxes and
 * outlines, and the linter's own rules agree with it. Normalized space; distances need the size of the image.
 */
import type { ImageSize, NormalizedBox } from '../geometry/space'
import { boxArea, intersectBoxes } from '../geometry/box'
import { normalizedBox } from '../geometry/space'
import type { Thing } from './scene'
import type { Verdict } from './verdict'

export type Side = 'left' | 'right' | 'top' | 'bottom'
export const SIDES: readonly Side[] = ['left', 'right', 'top', 'bottom']
export const PARTS = [
  'top-left',
  'top',
  'top-right',
  'left',
  'center',
  'right',
  'bottom-left',
  'bottom',
  'bottom-right'
] as const
/** One of nine parts of the image, each a third of either side. */
export type Part = (typeof PARTS)[number]

/** Centres at least this share of the side apart are in an order that anybody would see. */
export const ORDER_MARGIN = 0.04
/** Areas and distances at least this many times larger are larger to anybody. */
export const CLEAR_RATIO = 1.3
/** Share of a thing that may reach into another part of the image without being there. */
const STRAY_SHARE = 0.1
const HOME_SHARE = 0.6

interface Span {
  readonly start: number
  readonly centre: number
  readonly end: number
}
/** Along a side's axis, counted from that side: smaller is nearer to it. */
export function spanFrom({ box: [x0, y0, x1, y1] }: Pick<Thing, 'box'>, side: Side): Span {
  const [low, high] = side === 'left' || side === 'right' ? [x0, x1] : [y0, y1]
  const [start, end] = side === 'left' || side === 'top' ? [low, high] : [1 - high, 1 - low]
  return { start, centre: (start + end) / 2, end }
}

/** Whether `a` is nearer to the side than `b`: by its centre and by both edges. */
export function isFurther(a: Thing, b: Thing, side: Side, margin = ORDER_MARGIN): Verdict {
  const [p, q] = [spanFrom(a, side), spanFrom(b, side)]
  if (p.centre + margin <= q.centre && p.start <= q.start && p.end <= q.end) return 'yes'
  if (q.centre + margin <= p.centre && q.start <= p.start && q.end <= p.end) return 'no'
  return 'unclear'
}

/**
 * Whether `a` is on that side of `b`. Yes when a line parts them, and the other axis does not part them more; no when
 * its centre is not on that side.
 */
export function isBeside(a: Thing, b: Thing, side: Side): Verdict {
  const [p, q] = [spanFrom(a, side), spanFrom(b, side)]
  if (p.centre >= q.centre) return 'no'
  if (p.end > q.start || p.centre + ORDER_MARGIN > q.centre) return 'unclear'
  const across: Side = side === 'left' || side === 'right' ? 'top' : 'left'
  const [s, t] = [spanFrom(a, across), spanFrom(b, across)]
  const isLevel = s.end > t.start && t.end > s.start
  return isLevel ? 'yes' : 'unclear'
}

/** The things in order from a side; null when two of them are not clearly in order. */
export function orderedFrom(things: readonly Thing[], side: Side): readonly Thing[] | null {
  const sorted = things.toSorted((a, b) => spanFrom(a, side).centre - spanFrom(b, side).centre)
  const isClear = sorted.every((thing, i) => {
    const next = sorted[i + 1]
    return next === undefined || isFurther(thing, next, side) === 'yes'
  })
  return isClear ? sorted : null
}

export const isLarger = (a: Thing, b: Thing): Verdict =>
  a.area >= b.area * CLEAR_RATIO ? 'yes' : b.area >= a.area * CLEAR_RATIO ? 'no' : 'unclear'

export interface Distance {
  /** Between centres and between the nearest edges, in pixels of the image. */
  readonly centres: number
  readonly gap: number
}
export function distanceBetween(a: Thing, b: Thing, { width, height }: ImageSize): Distance {
  const centres = Math.hypot((a.centre.x - b.centre.x) * width, (a.centre.y - b.centre.y) * height)
  const dx = Math.max(0, a.box[0] - b.box[2], b.box[0] - a.box[2]) * width
  const dy = Math.max(0, a.box[1] - b.box[3], b.box[1] - a.box[3]) * height
  return { centres, gap: Math.hypot(dx, dy) }
}

/** Whether `a` is nearer to the anchor than `b`, by centres and by edges. */
export function isNearer(a: Thing, b: Thing, anchor: Thing, size: ImageSize): Verdict {
  const [p, q] = [distanceBetween(a, anchor, size), distanceBetween(b, anchor, size)]
  if (p.centres * CLEAR_RATIO <= q.centres && p.gap * CLEAR_RATIO <= q.gap && q.gap > 0) return 'yes'
  if (q.centres * CLEAR_RATIO <= p.centres && q.gap * CLEAR_RATIO <= p.gap && p.gap > 0) return 'no'
  return 'unclear'
}

export function boxOfPart(part: Part): NormalizedBox {
  const column = part.endsWith('left') ? 0 : part.endsWith('right') ? 2 : 1
  const row = part.startsWith('top') ? 0 : part.startsWith('bottom') ? 2 : 1
  return normalizedBox(column / 3, row / 3, (column + 1) / 3, (row + 1) / 3)
}

/** As far as anybody might take the part to reach: a quarter for a corner, a half for a side. */
function reachOfPart(part: Part): NormalizedBox {
  if (part === 'center') return normalizedBox(0.25, 0.25, 0.75, 0.75)
  const [right, bottom] = [part.endsWith('left') ? 0.5 : 1, part.startsWith('top') ? 0.5 : 1]
  return normalizedBox(part.endsWith('right') ? 0.5 : 0, part.startsWith('bottom') ? 0.5 : 0, right, bottom)
}

const shareIn = (thing: Thing, place: NormalizedBox): number => {
  const common = intersectBoxes(thing.box, place)
  return common === null ? 0 : boxArea(common) / thing.area
}

/** Yes: its centre and most of it are in that ninth of the image. No: hardly any of it is where people might mean. */
export function isInPart(thing: Thing, part: Part): Verdict {
  // Off the image, or a line: no share of it is anywhere.
  if (thing.area === 0) return 'unclear'
  const home = boxOfPart(part)
  const { x, y } = thing.centre
  const isCentred = x > home[0] && x < home[2] && y > home[1] && y < home[3]
  if (isCentred && shareIn(thing, home) >= HOME_SHARE) return 'yes'
  return shareIn(thing, reachOfPart(part)) <= STRAY_SHARE ? 'no' : 'unclear'
}

/** @file How a region of any shape looks: boxes and points as region-look.ts has them, outlines, strokes and keypoints. */
import type { Rings } from '../outline'
import type { Brush, Context2D, DeviceBounds, Look } from './region-look'
import { POINT_RADIUS, drawBoxShape, drawPointShape, gapColour, strokeColour } from './region-look'

/** The lines of one region and where they lie on the bitmap, device pixels. */
export interface PlacedRings {
  readonly rings: Rings
  readonly firstRing: number
  readonly endRing: number
  readonly scaleX: number
  readonly scaleY: number
  readonly offsetX: number
  readonly offsetY: number
}

const STROKE = 2
const DOT_RADIUS = 3.5
/** Points nearer to the last one than this are left out of a path, device px: a mask has one at every step of its border. */
const STEP = 0.75
/** What is smaller than this on both sides is drawn as a box, CSS px. */
const SMALLEST = 5
const FILL_ALPHA = 0.16

/** Adds the rings to the current path. */
export function traceRings(context: Context2D, placed: PlacedRings, isClosed: boolean): void {
  const { points, starts } = placed.rings
  const { scaleX, scaleY, offsetX, offsetY } = placed
  for (let ring = placed.firstRing; ring < placed.endRing; ring++) {
    const [first, end] = [starts[ring]!, starts[ring + 1]!]
    let [lastX, lastY] = [Infinity, Infinity]
    for (let i = first; i < end; i++) {
      const x = points[2 * i]! * scaleX + offsetX
      const y = points[2 * i + 1]! * scaleY + offsetY
      if (i === first) context.moveTo(x, y)
      else if (i < end - 1 && Math.abs(x - lastX) < STEP && Math.abs(y - lastY) < STEP) continue
      else context.lineTo(x, y)
      ;[lastX, lastY] = [x, y]
    }
    if (isClosed && end > first) context.closePath()
  }
}

/** Everything but boxes and points. */
function drawOutlined(context: Context2D, bounds: DeviceBounds, placed: PlacedRings, look: Look, brush: Brush): void {
  if (look.form === 'keypoints' || look.form === 'dots') {
    if (look.form === 'keypoints') drawBoxShape(context, bounds, look, { ...brush, isDense: true })
    drawDots(context, placed, look, brush)
    return
  }
  const smallest = SMALLEST * brush.unit
  if (bounds.right - bounds.left < smallest && bounds.bottom - bounds.top < smallest) {
    drawBoxShape(context, bounds, look, brush)
    return
  }
  drawLines(context, placed, look, brush)
}

function drawLines(context: Context2D, placed: PlacedRings, look: Look, brush: Brush): void {
  const { unit, theme, isDense } = brush
  const isArea = look.form === 'area'
  const isRejected = look.state === 'rejected'
  const colour = strokeColour(look, theme)
  context.beginPath()
  traceRings(context, placed, isArea)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  if (isArea && !isRejected) {
    context.globalAlpha = FILL_ALPHA
    context.fillStyle = colour
    context.fill('nonzero')
    context.globalAlpha = 1
  }
  const line = (style: string, width: number): void => {
    context.strokeStyle = style
    context.lineWidth = Math.max(1, width * unit)
    context.stroke()
  }
  if (isRejected) {
    context.globalAlpha = 0.65
    context.setLineDash([2 * unit, 3 * unit])
    line(look.colour, 1)
    context.setLineDash([])
    context.globalAlpha = 1
  } else {
    if (!isDense) line(theme.halo, STROKE + 2)
    if (look.state === 'proposed' && !isDense) {
      // Gaps of the opposite brightness, or a dark proposal colour would look like a solid line.
      line(gapColour(theme), STROKE)
      context.lineCap = 'butt'
      context.setLineDash([5.5 * unit, 3.5 * unit])
    }
    line(colour, isDense ? 1 : STROKE)
    context.setLineDash([])
  }
  context.lineJoin = 'miter'
  context.lineCap = 'butt'
}

/** Full dots are visible, rings are hidden. */
function drawDots(context: Context2D, placed: PlacedRings, look: Look, { unit, theme }: Brush): void {
  const colour = strokeColour(look, theme)
  const { starts, points } = placed.rings
  if (look.state === 'rejected') context.globalAlpha = 0.55
  for (let ring = placed.firstRing; ring < placed.endRing; ring++) {
    const isVisible = ring === placed.firstRing
    for (let i = starts[ring]!; i < starts[ring + 1]!; i++) {
      const x = points[2 * i]! * placed.scaleX + placed.offsetX
      const y = points[2 * i + 1]! * placed.scaleY + placed.offsetY
      context.beginPath()
      context.arc(x, y, DOT_RADIUS * unit, 0, 2 * Math.PI)
      context.fillStyle = isVisible ? colour : gapColour(theme)
      context.fill()
      context.strokeStyle = isVisible ? theme.halo : colour
      context.lineWidth = 1.25 * unit
      context.stroke()
    }
  }
  context.globalAlpha = 1
}

/** `placed`: the lines of a region that is no box and no point. */
export const drawShape = (
  context: Context2D,
  bounds: DeviceBounds,
  look: Look,
  brush: Brush,
  placed: PlacedRings | null = null
): void => {
  if (placed) {
    drawOutlined(context, bounds, placed, look, brush)
    return
  }
  if (look.form === 'point') drawPointShape(context, bounds, look, brush)
  else drawBoxShape(context, bounds, look, brush)
}

export const fillShape = (
  context: Context2D,
  bounds: DeviceBounds,
  look: Look,
  brush: Brush,
  alpha: number,
  placed: PlacedRings | null = null
): void => {
  // A stroke and places have no inside.
  if (look.form === 'stroke' || look.form === 'dots') return
  context.globalAlpha = alpha
  context.fillStyle = strokeColour(look, brush.theme)
  if (look.form === 'point') {
    context.beginPath()
    context.arc(bounds.left, bounds.top, POINT_RADIUS * brush.unit, 0, 2 * Math.PI)
    context.fill()
  } else if (placed && look.form === 'area') {
    context.beginPath()
    traceRings(context, placed, true)
    context.fill('nonzero')
  } else {
    context.fillRect(bounds.left, bounds.top, bounds.right - bounds.left, bounds.bottom - bounds.top)
  }
  context.globalAlpha = 1
}

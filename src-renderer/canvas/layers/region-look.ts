/**
 * @file How boxes, points and tags look (outlines: shape-look.ts), in device pixels on any 2D context: the static layer, the layer being
 * edited and the worker draw with the same functions, so nothing shifts when a region changes layer.
 *
 *   accepted   solid edge in the label's colour        proposed   dashed edge in the proposal colour
 *   corrected  solid edge, folded corner, tick         rejected   thin faint edge, struck through
 */
import type { RegionState } from '../../../src-shared/document/records'
import type { CanvasTheme } from '../theme'
import { readableInk } from '../theme'
import type { Form } from '../outline'

export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Whole device pixels: left, top, right, bottom of the outer edge; a point has no extent. */
export interface DeviceBounds {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Look {
  readonly form: Form
  readonly state: RegionState
  readonly colour: string
  readonly caption: string
  /** 0..1; NaN unknown. */
  readonly confidence: number
}

export interface Brush {
  readonly theme: CanvasTheme
  /** Device pixels per CSS pixel. */
  readonly unit: number
  /** Thousands of regions at once: thin edges without the dark outline. */
  readonly isDense: boolean
}

export const TAG_HEIGHT = 17
/** Room for the confidence bar. */
const TAG_EXTRA_HEIGHT = 3
const TAG_RADIUS = 3
const TAG_PADDING = 5
const TAG_LONGEST = 180
export const POINT_RADIUS = 6
const MARK_WIDTH = 12
const STROKE = 2

export const strokeColour = (look: Look, theme: CanvasTheme): string =>
  look.state === 'proposed' ? theme.proposal : look.colour

/** Device bounds of a normalized quad; the same rounding everywhere. */
export const deviceBounds = (
  bounds: ArrayLike<number>,
  at: number,
  scaleX: number,
  scaleY: number,
  offsetX: number,
  offsetY: number
): DeviceBounds => ({
  left: Math.round(bounds[at]! * scaleX + offsetX),
  top: Math.round(bounds[at + 1]! * scaleY + offsetY),
  right: Math.round(bounds[at + 2]! * scaleX + offsetX),
  bottom: Math.round(bounds[at + 3]! * scaleY + offsetY)
})

/** Four filled bars just inside `bounds`; much cheaper than a stroked path and never blurred. */
const fillEdges = (context: Context2D, { left, top, right, bottom }: DeviceBounds, thickness: number): void => {
  const width = Math.max(right - left, thickness)
  const height = Math.max(bottom - top, thickness)
  const inner = Math.max(height - 2 * thickness, 0)
  context.fillRect(left, top, width, thickness)
  context.fillRect(left, top + height - thickness, width, thickness)
  context.fillRect(left, top + thickness, thickness, inner)
  context.fillRect(left + width - thickness, top + thickness, thickness, inner)
}

const grown = ({ left, top, right, bottom }: DeviceBounds, by: number): DeviceBounds => ({
  left: left - by,
  top: top - by,
  right: right + by,
  bottom: bottom + by
})

const dashPatterns = new Map<string, { horizontal: CanvasPattern; vertical: CanvasPattern }>()

/** Dashes as repeating fills: a dashed path costs a hundred times as much. */
const dashesOf = (context: Context2D, colour: string, unit: number) => {
  const key = `${colour} ${unit}`
  const known = dashPatterns.get(key)
  if (known) return known
  const period = Math.round(9 * unit)
  const tile = (width: number, height: number): CanvasPattern => {
    const canvas = new OffscreenCanvas(width, height)
    const tileContext = canvas.getContext('2d')
    const pattern =
      tileContext && (fillTile(tileContext, colour, width, height), context.createPattern(canvas, 'repeat'))
    if (!pattern) throw new Error('the browser gave no 2D context for the dash pattern')
    return pattern
  }
  const made = { horizontal: tile(period, 1), vertical: tile(1, period) }
  dashPatterns.set(key, made)
  return made
}
const fillTile = (context: Context2D, colour: string, width: number, height: number): void => {
  context.fillStyle = colour
  context.fillRect(0, 0, width === 1 ? 1 : Math.ceil(width * 0.62), height === 1 ? 1 : Math.ceil(height * 0.62))
}

const fillDashedEdges = (
  context: Context2D,
  { left, top, right, bottom }: DeviceBounds,
  thickness: number,
  colour: string,
  unit: number
): void => {
  const dashes = dashesOf(context, colour, unit)
  const width = Math.max(right - left, thickness)
  const height = Math.max(bottom - top, thickness)
  context.fillStyle = dashes.horizontal
  context.fillRect(left, top, width, thickness)
  context.fillRect(left, top + height - thickness, width, thickness)
  context.fillStyle = dashes.vertical
  context.fillRect(left, top, thickness, height)
  context.fillRect(left + width - thickness, top, thickness, height)
}

export const gapColour = (theme: CanvasTheme): string =>
  readableInk(theme.proposal) === '#ffffff' ? 'rgb(255 255 255 / 80%)' : theme.halo

export const drawBoxShape = (context: Context2D, bounds: DeviceBounds, look: Look, brush: Brush): void => {
  const { unit, theme } = brush
  const thickness = Math.max(1, Math.round((brush.isDense ? 1 : STROKE) * unit))
  if (look.state === 'rejected') {
    context.globalAlpha = 0.65
    context.fillStyle = look.colour
    fillEdges(context, bounds, Math.max(1, Math.round(unit)))
    context.strokeStyle = look.colour
    context.lineWidth = Math.max(1, unit)
    context.beginPath()
    context.moveTo(bounds.left, bounds.bottom)
    context.lineTo(bounds.right, bounds.top)
    context.stroke()
    context.globalAlpha = 1
    return
  }
  if (!brush.isDense) {
    context.fillStyle = theme.halo
    fillEdges(context, grown(bounds, Math.round(unit)), Math.round(unit))
  }
  if (look.state === 'proposed') {
    // Gaps of the opposite brightness, or a dark proposal colour would look like a solid line.
    context.fillStyle = gapColour(theme)
    fillEdges(context, bounds, thickness)
    fillDashedEdges(context, bounds, thickness, theme.proposal, unit)
    return
  }
  context.fillStyle = look.colour
  fillEdges(context, bounds, thickness)
  if (look.state === 'corrected') {
    const side = Math.min(9 * unit, (bounds.right - bounds.left) / 2, (bounds.bottom - bounds.top) / 2)
    context.beginPath()
    context.moveTo(bounds.right - side, bounds.top)
    context.lineTo(bounds.right, bounds.top)
    context.lineTo(bounds.right, bounds.top + side)
    context.fill()
  }
}

export const drawPointShape = (context: Context2D, bounds: DeviceBounds, look: Look, brush: Brush): void => {
  const { unit, theme } = brush
  const x = bounds.left
  const y = bounds.top
  const radius = POINT_RADIUS * unit
  const isRejected = look.state === 'rejected'
  if (isRejected) context.globalAlpha = 0.55
  const ring = (lineWidth: number, style: string): void => {
    context.strokeStyle = style
    context.lineWidth = lineWidth * unit
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.stroke()
  }
  ring(isRejected ? 2 : 3.5, theme.halo)
  if (look.state === 'proposed') {
    ring(1.75, gapColour(theme))
    context.setLineDash([4 * unit, 2.3 * unit])
  }
  ring(isRejected ? 1 : 1.75, strokeColour(look, theme))
  context.setLineDash([])
  const dot = (size: number, style: string): void => {
    context.fillStyle = style
    context.beginPath()
    context.arc(x, y, size * unit, 0, 2 * Math.PI)
    context.fill()
  }
  dot(3, theme.halo)
  dot(2, strokeColour(look, theme))
  if (isRejected) {
    context.beginPath()
    context.moveTo(x - radius, y + radius)
    context.lineTo(x + radius, y - radius)
    context.stroke()
    context.globalAlpha = 1
  }
}

export interface TagPlace {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly text: string
}

/** Measures and shortens captions; one per font and pixel ratio, because measuring is the slow part. */
export class TagRuler {
  private readonly fitted = new Map<string, { text: string; width: number }>()
  readonly font: string
  private readonly unit: number

  constructor(theme: CanvasTheme, unit: number) {
    this.unit = unit
    this.font = `600 ${11 * unit}px ${theme.fontFamily || 'sans-serif'}`
  }

  private fit(context: Context2D, caption: string): { text: string; width: number } {
    const known = this.fitted.get(caption)
    if (known) return known
    context.font = this.font
    const longest = TAG_LONGEST * this.unit
    let text = caption
    let width = context.measureText(text).width
    const letters = [...caption]
    while (width > longest && letters.length > 1) {
      letters.length = Math.min(letters.length - 1, Math.ceil((letters.length * longest) / width))
      text = `${letters.join('')}…`
      width = context.measureText(text).width
    }
    const result = { text, width: Math.ceil(width) }
    this.fitted.set(caption, result)
    return result
  }

  /** Where the tag of a region lies; null when it has nothing to say. */
  place(context: Context2D, bounds: DeviceBounds, look: Look): TagPlace | null {
    const hasMark = look.state === 'proposed' || look.state === 'corrected'
    if (look.caption === '' && !hasMark) return null
    const { unit } = this
    const fitted = this.fit(context, look.caption)
    const markWidth = hasMark ? MARK_WIDTH * unit : 0
    const height = Math.round((TAG_HEIGHT + (hasConfidence(look) ? TAG_EXTRA_HEIGHT : 0)) * unit)
    const padding = TAG_PADDING * unit * (fitted.width > 0 ? 2 : 1)
    const width = Math.round(fitted.width + markWidth + padding)
    return look.form === 'point'
      ? { left: bounds.left + Math.round(10 * unit), top: bounds.top - (height >> 1), width, height, text: fitted.text }
      : { left: bounds.left, top: bounds.top - height, width, height, text: fitted.text }
  }
}

const hasConfidence = (look: Look): boolean => look.state === 'proposed' && !Number.isNaN(look.confidence)

/** Four-pointed star: a model proposed this. */
const drawSparkle = (context: Context2D, x: number, y: number, radius: number): void => {
  const waist = radius * 0.24
  context.beginPath()
  for (let i = 0; i < 8; i++) {
    const angle = (i * Math.PI) / 4
    const reach = i % 2 === 0 ? radius : waist
    context.lineTo(x + reach * Math.sin(angle), y - reach * Math.cos(angle))
  }
  context.closePath()
  context.fill()
}

const drawTick = (context: Context2D, x: number, y: number, unit: number): void => {
  context.lineWidth = 1.75 * unit
  context.beginPath()
  context.moveTo(x - 3 * unit, y)
  context.lineTo(x - 0.8 * unit, y + 2.4 * unit)
  context.lineTo(x + 3.4 * unit, y - 2.8 * unit)
  context.stroke()
}

export const drawTag = (context: Context2D, place: TagPlace, look: Look, brush: Brush, ruler: TagRuler): void => {
  const { unit, theme } = brush
  const colour = strokeColour(look, theme)
  const ink = readableInk(colour)
  const middle = place.top + (TAG_HEIGHT * unit) / 2
  if (look.state === 'rejected') context.globalAlpha = 0.55
  context.fillStyle = colour
  context.beginPath()
  const radius = TAG_RADIUS * unit
  context.roundRect(
    place.left,
    place.top,
    place.width,
    place.height,
    look.form === 'point' ? radius : [radius, radius, radius, 0]
  )
  context.fill()
  context.fillStyle = ink
  context.strokeStyle = ink
  let x = place.left + TAG_PADDING * unit
  if (look.state === 'proposed') {
    drawSparkle(context, x + 3.5 * unit, middle, 5 * unit)
    x += MARK_WIDTH * unit
  } else if (look.state === 'corrected') {
    drawTick(context, x + 3.5 * unit, middle, unit)
    x += MARK_WIDTH * unit
  }
  context.font = ruler.font
  context.textBaseline = 'middle'
  context.fillText(place.text, x, middle + 0.5 * unit)
  if (look.state === 'rejected') {
    context.fillRect(place.left, Math.round(middle), place.width, Math.max(1, Math.round(unit)))
    context.globalAlpha = 1
  }
  if (hasConfidence(look)) drawConfidence(context, place, look, brush, ink)
}

/** A thin bar along the tag's lower edge: as long as the model is sure. */
const drawConfidence = (context: Context2D, place: TagPlace, look: Look, { unit }: Brush, ink: string): void => {
  const thickness = Math.round(2 * unit)
  const left = place.left + Math.round(TAG_PADDING * unit)
  const top = place.top + place.height - Math.round(4 * unit)
  const width = place.width - 2 * Math.round(TAG_PADDING * unit)
  context.globalAlpha = 0.25
  context.fillStyle = ink
  context.fillRect(left, top, width, thickness)
  context.globalAlpha = 1
  context.fillRect(left, top, Math.round(width * Math.min(Math.max(look.confidence, 0), 1)), thickness)
}

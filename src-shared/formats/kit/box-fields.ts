/** @file Boxes of four numbers, as grounding formats write them: checked, and to a shape in normalized space. */
import { normalizedFromPixel } from '../../geometry/convert'
import type { AnnotationShape } from '../../geometry/region-shape'
import { normalizedBox, pixelBox } from '../../geometry/space'
import type { ImageSize, PixelBox } from '../../geometry/space'
import { isNumber, jsonText, nameValue } from './json-fields'
import { isSide } from './sides'

/** Order of the four numbers: two corners, or the top-left corner and a size. */
export type BoxOrder = 'xyxy' | 'xywh'

export interface BoxFault {
  readonly code: 'import/bad-box' | 'import/reversed-corners' | 'import/empty-box'
  /** Begins with a small letter: `Its box …`. */
  readonly message: string
}
export const isFault = (value: object): value is BoxFault => 'code' in value

const say = (value: unknown): string => nameValue(Array.isArray(value) ? jsonText(value) : value)

/**
 * Pixels (or whatever unit the format has) as left, top, right, bottom. Reversed corners are no box: they may as well be
 * a corner and a size, and which of the two nobody can say.
 */
export function cornersOf(value: unknown, order: BoxOrder): PixelBox | BoxFault {
  const expected = order === 'xyxy' ? '[left, top, right, bottom]' : '[left, top, width, height]'
  if (!Array.isArray(value) || value.length !== 4 || !value.every(isNumber))
    return { code: 'import/bad-box', message: `should be ${expected}, not ${say(value)}` }
  const [a, b, c, d] = value as unknown as readonly [number, number, number, number]
  const [x1, y1] = order === 'xyxy' ? [c, d] : [a + c, b + d]
  if (!Number.isFinite(x1) || !Number.isFinite(y1))
    return { code: 'import/bad-box', message: `should be ${expected}, not ${say(value)}` }
  if (order === 'xywh' && (c < 0 || d < 0))
    return { code: 'import/bad-box', message: `has a negative size: ${say(value)}` }
  if (x1 < a || y1 < b) {
    const message = `has its corners reversed (${say(value)}), or is no ${expected}`
    return { code: 'import/reversed-corners', message }
  }
  if (x1 === a || y1 === b) return { code: 'import/empty-box', message: `has no area: ${say(value)}` }
  return pixelBox(a, b, x1, y1)
}

/** null: the box has no area once it is a fraction of the image. */
export function boxShapeOf(corners: PixelBox, size: ImageSize): AnnotationShape | null {
  const box = normalizedFromPixel(corners, size)
  return box[0] < box[2] && box[1] < box[3] ? { type: 'box', box } : null
}

export const fractionShapeOf = ([x0, y0, x1, y1]: PixelBox): AnnotationShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})

/** Upright pixels as a file states them; null when it says nothing useful. `isStated` false: it does not try to. */
export function statedSizeOf(
  width: unknown,
  height: unknown
): { readonly size: ImageSize | null; readonly isStated: boolean } {
  if (isSide(width) && isSide(height)) return { size: { width, height }, isStated: true }
  return { size: null, isStated: [width, height].some((side) => side !== undefined && side !== null) }
}

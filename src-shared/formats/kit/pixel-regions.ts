/** @file Boxes and points as lists of numbers in pixels of the upright image, checked. */
import { normalizedFromPixel, normalizedPointFromPixel } from '../../geometry/convert'
import type { AnnotationShape } from '../../geometry/region-shape'
import { pixelBox, pixelPoint } from '../../geometry/space'
import type { ImageSize } from '../../geometry/space'
import { isNumber, jsonText, nameValue } from './json-fields'

/** `[x0, y0, x1, y1]`, corners as written; more numbers only where `mayHaveScore`. A text says what is wrong. */
export function boxOfPixels(value: unknown, size: ImageSize, mayHaveScore = false): AnnotationShape | string {
  const isLong = Array.isArray(value) && (value.length === 4 || (mayHaveScore && value.length === 5))
  if (!isLong || !(value as readonly unknown[]).every(isNumber))
    return `a box should be four numbers, not ${Array.isArray(value) ? jsonText(value).slice(0, 60) : nameValue(value)}`
  const [x0, y0, x1, y1] = value as unknown as readonly [number, number, number, number]
  return { type: 'box', box: normalizedFromPixel(pixelBox(x0, y0, x1, y1), size) }
}

/** `[x, y]`. A text says what is wrong. */
export function pointOfPixels(value: unknown, size: ImageSize): AnnotationShape | string {
  if (!Array.isArray(value) || value.length !== 2 || !isNumber(value[0]) || !isNumber(value[1]))
    return `a point should be two numbers, not ${Array.isArray(value) ? jsonText(value).slice(0, 60) : nameValue(value)}`
  return { type: 'point', point: normalizedPointFromPixel(pixelPoint(value[0], value[1]), size) }
}

/** Integers beyond 2^53 come as bigints (exact-json), which JSON does not write. */

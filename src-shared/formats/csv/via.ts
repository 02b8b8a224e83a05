/** @file The JSON in cells of VIA (VGG Image Annotator 2): shapes and what is said of them. */
import type { AnnotationShape } from '../../geometry/region-shape'
import { pixelPoint } from '../../geometry/space'
import type { ImageSize, PixelPoint } from '../../geometry/space'
import { attributesFrom, isNumber, isObject, isScalar, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { boxFromCorners, pointFromPixel, polygonFromPixels, polylineFromPixels } from '../kit/pixel-shapes'
import type { Attributes } from '../reading/item'
import { readExactJson } from '../reading/exact-json'

/** null: it is no object in JSON. */
export function objectInCell(cell: string): JsonObject | null {
  const { value, fault } = readExactJson(cell)
  return fault === null && isObject(value) ? value : null
}

export interface ViaShape {
  readonly shape: AnnotationShape
  readonly points: readonly PixelPoint[]
}

/** A text says what is wrong. */
export function viaShape(cell: string, size: ImageSize): ViaShape | string {
  const held = objectInCell(cell)
  if (held === null) return `region_shape_attributes should be JSON of an object, not ${nameValue(cell)}`
  const name = own(held, 'name')
  const number = (key: string): number => {
    const value = own(held, key)
    return isNumber(value) ? value : NaN
  }
  if (name === 'rect') {
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map(number) as [number, number, number, number]
    if (!(width > 0 && height > 0 && Number.isFinite(x + y + width + height))) return `a rect of ${cell} has no area`
    const corners = [pixelPoint(x, y), pixelPoint(x + width, y + height)] as const
    return { shape: boxFromCorners(corners[0], corners[1], size), points: corners }
  }
  if (name === 'point') {
    const point = pixelPoint(number('cx'), number('cy'))
    if (!Number.isFinite(point[0] + point[1])) return `a point of ${cell} has no place`
    return { shape: pointFromPixel(point, size), points: [point] }
  }
  if (name === 'polygon' || name === 'polyline') {
    const [xs, ys] = [own(held, 'all_points_x'), own(held, 'all_points_y')]
    if (!Array.isArray(xs) || !Array.isArray(ys) || xs.length !== ys.length || ![...xs, ...ys].every(isNumber))
      return `a ${name} should have as many x as y, all of them numbers`
    const points = (xs as readonly number[]).map((x, i) => pixelPoint(x, (ys as readonly number[])[i] ?? NaN))
    const shape = name === 'polygon' ? polygonFromPixels(points, size) : polylineFromPixels(points, size)
    if (shape === null || points.length < 2) return `a ${name} has ${points.length} corners`
    return { shape, points }
  }
  return `the shape ${nameValue(name)} of VIA is not read`
}

const LABEL_KEYS = ['class', 'label', 'name', 'type', 'category']

/** The label is what a key of a usual name holds, or the only key; the rest are attributes. */
export function viaAttributes(cell: string): { readonly label: string | null; readonly attributes: Attributes } | null {
  const held = objectInCell(cell)
  if (held === null) return null
  const entries = Object.keys(held).flatMap((key) => {
    const value = own(held, key)
    return isScalar(value) ? [[key, value] as const] : []
  })
  const named = entries.find(([key]) => LABEL_KEYS.includes(key.toLowerCase()))
  const key = (named ?? (entries.length === 1 ? entries[0] : undefined))?.[0]
  const value = entries.find(([each]) => each === key)?.[1]
  const label = typeof value === 'string' && value !== '' ? value : null
  return { label, attributes: attributesFrom(label === null ? entries : entries.filter(([each]) => each !== key)) }
}

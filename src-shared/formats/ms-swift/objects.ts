/** @file `objects` of a record of ms-swift: the words and places that its texts call for. */
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImageSize } from '../../geometry/space'
import { isObject, nameValue, own } from '../kit/json-fields'
import { boxOfPixels, pointOfPixels } from '../kit/pixel-regions'
import { readExactJson } from '../reading/exact-json'

export interface SwiftPlaces {
  readonly refs: readonly string[]
  readonly shapes: readonly AnnotationShape[]
  /** Units that are read as something else by ms-swift itself; null where they are not. */
  readonly oddType: string | null
  /** The record says what its numbers mean. */
  readonly isTyped: boolean
}
const NONE: SwiftPlaces = { refs: [], shapes: [], oddType: null, isTyped: false }

/** Fractions of what: pixels, or so many to a side. */
const UNITS: ReadonlyMap<unknown, 'pixels' | number> = new Map<unknown, 'pixels' | number>([
  ['real', 'pixels'],
  ['norm1', 1],
  ['norm_1', 1],
  ['norm1000', 1000],
  ['norm_1000', 1000]
])

function shapeOf(value: unknown, unit: 'pixels' | number, size: ImageSize): AnnotationShape | string {
  // Fractions are pixels of an image of so many; the factor goes through `geometry/convert` for pixels alone.
  const frame = unit === 'pixels' ? size : { width: unit, height: unit }
  return Array.isArray(value) && value.length === 2 ? pointOfPixels(value, frame) : boxOfPixels(value, frame)
}

/** A text says what is wrong. */
export function swiftPlaces(value: unknown, size: ImageSize): SwiftPlaces | string {
  if (value === undefined || value === null) return NONE
  if (typeof value === 'string') {
    const { value: parsed, fault } = readExactJson(value)
    return fault === null ? olderPlaces(parsed, size) : `its objects are a text that is no JSON: ${fault.reason}`
  }
  if (Array.isArray(value)) return olderPlaces(value, size)
  if (!isObject(value)) return `its objects should be an object, not ${nameValue(value)}`
  const [ref, bbox, type, imageIds] = ['ref', 'bbox', 'bbox_type', 'image_id'].map((key) => own(value, key))
  const refs = ref ?? []
  const boxes = bbox ?? []
  if (!Array.isArray(refs) || !refs.every((words) => typeof words === 'string'))
    return `its ref should be a list of texts, not ${nameValue(refs)}`
  if (!Array.isArray(boxes)) return `its bbox should be a list, not ${nameValue(boxes)}`
  if (Array.isArray(imageIds) && imageIds.some((id) => id !== 0))
    return 'its image_id names an image that it does not have'
  const unit = UNITS.get(type ?? 'real')
  if (unit === undefined) return `its bbox_type ${nameValue(type)} is none that is known`
  const shapes: AnnotationShape[] = []
  for (const box of boxes) {
    const shape = shapeOf(box, unit, size)
    if (typeof shape === 'string') return shape
    shapes.push(shape)
  }
  const isOdd = typeof type === 'string' && type !== 'real' && type !== 'norm1'
  return {
    refs: refs as readonly string[],
    shapes,
    oddType: isOdd ? type : null,
    isTyped: type !== undefined && type !== null
  }
}

/** Before version 3: `[{ caption, bbox, bbox_type, image }]`, one for each pair of placeholders. */
function olderPlaces(value: unknown, size: ImageSize): SwiftPlaces | string {
  if (!Array.isArray(value)) return `its objects should be a list, not ${nameValue(value)}`
  const refs: string[] = []
  const shapes: AnnotationShape[] = []
  let isTyped = true
  for (const object of value) {
    if (!isObject(object)) return `one of its objects is ${nameValue(object)}`
    const [caption, bbox, type, image] = ['caption', 'bbox', 'bbox_type', 'image'].map((key) => own(object, key))
    const unit = UNITS.get(type ?? 'real')
    if (type === undefined || type === null) isTyped = false
    if (typeof caption !== 'string') return `a caption of its objects should be a text, not ${nameValue(caption)}`
    if (unit === undefined) return `its bbox_type ${nameValue(type)} is none that is known`
    if (image !== undefined && image !== null && image !== 0)
      return 'one of its objects is on an image that it does not have'
    const shape = shapeOf(bbox, unit, size)
    if (typeof shape === 'string') return shape
    refs.push(caption)
    shapes.push(shape)
  }
  return { refs, shapes, oddType: null, isTyped }
}

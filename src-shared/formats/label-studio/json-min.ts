/**
 * @file JSON-MIN: the data of a task and the values of its results on one level, by the names of the controls. What a
 * region's label, words and choices share is only their list, so words and choices of regions cannot be tied to them.
 * Source: HumanSignal/label-studio-sdk 2.1.2 converter/converter.py `convert_to_json_min`, converter/utils.py
 * `prettify_result`.
 */
import { isObject, jsonText, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'

const MARKS = ['annotation_id', 'annotator', 'lead_time', 'created_at', 'updated_at', 'agreement'] as const

export const isMinRecord = (element: JsonObject): boolean =>
  own(element, 'data') === undefined &&
  own(element, 'annotations') === undefined &&
  (own(element, 'annotation_id') !== undefined || own(element, 'annotator') !== undefined)

/** What draws such a value; null when it has no place. */
function wordOfValue(value: JsonObject): string | null {
  const has = (key: string): boolean => own(value, key) !== undefined
  const labelled = Object.keys(value).find((key) => key.endsWith('labels') && key !== 'labels')
  if (labelled !== undefined) return labelled
  if (has('rle')) return 'brush'
  if (has('vertices')) return 'vector'
  if (has('points')) return 'polygon'
  if (has('radiusX')) return 'ellipse'
  if (has('width') && has('height')) return 'rectangle'
  return has('x') && has('y') ? 'keypoint' : null
}

const GEOMETRY = new Set([
  'original_width',
  'original_height',
  'image_rotation',
  'item_index',
  'id',
  'parentID',
  'score'
])

const PLACE = new Set(['x', 'y', 'width', 'height', 'rotation', 'points', 'radiusX', 'radiusY', 'vertices', 'rle'])

/** As the full export would have it. */
export function fullFromMin(element: JsonObject): JsonObject {
  const data: [string, unknown][] = []
  const result: JsonObject[] = []
  const places = new Map<string, number>()
  for (const key of Object.keys(element)) {
    const held = own(element, key)
    if (key === 'id' || (MARKS as readonly string[]).includes(key)) continue
    const values = Array.isArray(held) && held.length > 0 && held.every(isObject) ? held : null
    if (values === null) {
      data.push([key, held])
      continue
    }
    for (const entry of values) {
      const word = wordOfValue(entry)
      const value = Object.fromEntries(Object.entries(entry).filter(([name]) => !GEOMETRY.has(name)))
      const aside = Object.fromEntries(Object.entries(entry).filter(([name]) => GEOMETRY.has(name)))
      // A region's words or choices hold its geometry again: not another region.
      const again =
        own(entry, 'text') !== undefined ? 'textarea' : own(entry, 'choices') !== undefined ? 'choices' : null
      const type = again ?? word ?? 'unknown'
      const labels = own(value, 'labels')
      const named = type.endsWith('labels') || labels === undefined ? value : { ...value, [`${type}labels`]: labels }
      const full = type.endsWith('labels') || labels === undefined ? type : `${type}labels`
      // The full export ties words and choices to a region by an id, this one by saying its place again.
      const place = jsonText(Object.entries(value).filter(([name]) => PLACE.has(name)))
      const times = (places.get(place) ?? 0) + (again === null ? 1 : 0)
      if (again === null) places.set(place, times)
      const id = own(entry, 'id') ?? `${place} ${Math.max(times, 1)}`
      result.push({ ...aside, id, type: full, from_name: key, value: named })
    }
  }
  const annotation = { id: own(element, 'annotation_id'), result }
  return { id: own(element, 'id'), data: Object.fromEntries(data), annotations: [annotation] }
}

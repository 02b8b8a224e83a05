/**
 * @file What a region has and Label Studio has no control for. The tool keeps `meta` of a result when it saves; under
 * `eyrie` in it are
 *
 *     attributes  name → scalar
 *     part        [number of the region, rings in all]: polygons that are one region
 *     shape       `quad`: the four corners of a polygon
 *
 * and `eyrie` in the meta of a task (`{ done }`) says that Eyrie wrote it, so that its units are not in doubt.
 */
import { attributesFrom, isNumber, isObject, own, scalarOf } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import type { Attributes } from '../reading/item'

export const OWN_KEY = 'eyrie'

/** null: another tool made the task. */
export function ownTask(task: JsonObject): { readonly isDone: boolean } | null {
  const meta = own(task, 'meta')
  const held = isObject(meta) ? own(meta, OWN_KEY) : null
  return isObject(held) ? { isDone: own(held, 'done') === true } : null
}

export interface OwnMeta {
  readonly attributes: Attributes
  readonly part: readonly [of: number, rings: number] | null
  readonly isQuad: boolean
}

export function ownMeta(entry: JsonObject): OwnMeta {
  const meta = own(entry, 'meta')
  const held = isObject(meta) ? own(meta, OWN_KEY) : null
  const fields = isObject(held) ? held : {}
  const attributes = own(fields, 'attributes')
  const part = own(fields, 'part')
  const isPart = Array.isArray(part) && part.length === 2 && part.every(isNumber)
  return {
    attributes: isObject(attributes) ? attributesFrom(scalars(attributes)) : {},
    part: isPart ? (part as [number, number]) : null,
    isQuad: own(fields, 'shape') === 'quad'
  }
}

function scalars(held: JsonObject): readonly (readonly [string, string | number | boolean])[] {
  return Object.keys(held).flatMap((key) => {
    const value = scalarOf(own(held, key))
    return value === null ? [] : [[key, value] as const]
  })
}

/** What people typed about a region. */
export function metaText(entry: JsonObject): string | null {
  const meta = own(entry, 'meta')
  const held = isObject(meta) ? own(meta, 'text') : null
  const lines = (Array.isArray(held) ? held : [held]).filter((line): line is string => typeof line === 'string')
  return lines.length === 0 ? null : lines.join('\n')
}

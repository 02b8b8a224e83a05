/**
 * @file What a shape has that a tool cannot say, under the key `eyrie`: [Note: The key `eyrie`] in labelme/tool.ts.
 * Anything odd in it is as if it were not there.
 */
import type { Origin, RegionState } from '../../document/records'
import { attributesFrom, isNumber, isObject, isScalar, own } from './json-fields'
import type { JsonObject } from './json-fields'
import type { Attributes } from '../reading/item'

export const OWN_KEY = 'eyrie'

type Corners = readonly [x0: number, y0: number, x1: number, y1: number]

export interface OwnFields {
  readonly unlabelled: string | null
  readonly shape: string | null
  /** Number of the region and how many rings it has. */
  readonly part: readonly [of: number, rings: number] | null
  /** Pixels and visibility. */
  readonly keypoints: readonly (readonly [x: number, y: number, visibility: 0 | 1 | 2])[] | null
  readonly box: Corners | null
  readonly attributes: Attributes
  readonly state: RegionState | null
  readonly origin: Origin | null
}

const STATES: readonly string[] = ['accepted', 'proposed', 'corrected'] satisfies RegionState[]
const ORIGINS: readonly string[] = ['human', 'model', 'import', 'rule'] satisfies Origin[]

const numbers = (value: unknown, count: number): readonly number[] | null =>
  Array.isArray(value) && value.length === count && value.every(isNumber) ? value : null

function keypointsOf(value: unknown): OwnFields['keypoints'] {
  if (!Array.isArray(value)) return null
  const triples = value.map((triple) => numbers(triple, 3))
  return triples.every((triple) => triple !== null && (triple[2] === 0 || triple[2] === 1 || triple[2] === 2))
    ? (triples as unknown as NonNullable<OwnFields['keypoints']>)
    : null
}

function scalarsOf(value: unknown): Attributes {
  if (!isObject(value)) return {}
  return attributesFrom(
    Object.keys(value).flatMap((key) => {
      const held = own(value, key)
      return isScalar(held) ? [[key, held] as const] : []
    })
  )
}

/** The image's path below the image folder, where the file is one of ours. */
export function ownImage(top: JsonObject): string | null {
  const held = own(top, OWN_KEY)
  const image = isObject(held) ? own(held, 'image') : null
  return typeof image === 'string' && image !== '' ? image : null
}

export const ownFields = (entry: JsonObject): OwnFields => fieldsOf(own(entry, OWN_KEY))

/** Of a tool whose attributes are texts: the fields as JSON. null: there are none. */
export function ownFieldsIn(text: string | null): OwnFields {
  if (text === null) return fieldsOf(null)
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    // Not our JSON, or changed by hand: as if it were not there.
    return fieldsOf(null)
  }
}

function fieldsOf(held: unknown): OwnFields {
  const fields = isObject(held) ? held : {}
  const unlabelled = own(fields, 'unlabelled')
  const shape = own(fields, 'shape')
  const [state, origin] = [own(fields, 'state'), own(fields, 'origin')]
  return {
    unlabelled: typeof unlabelled === 'string' ? unlabelled : null,
    shape: typeof shape === 'string' ? shape : null,
    part: numbers(own(fields, 'part'), 2) as OwnFields['part'],
    keypoints: keypointsOf(own(fields, 'keypoints')),
    box: numbers(own(fields, 'box'), 4) as Corners | null,
    attributes: scalarsOf(own(fields, 'attributes')),
    state: typeof state === 'string' && STATES.includes(state) ? (state as RegionState) : null,
    origin: typeof origin === 'string' && ORIGINS.includes(origin) ? (origin as Origin) : null
  }
}

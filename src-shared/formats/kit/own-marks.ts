/**
 * @file What a region has that a grounding format has no place for, kept under one key that its loaders do not look at.
 * Only what differs from an accepted region without words is written; anything odd that is read is as if it were not there.
 */
import type { Origin, RegionRecord, RegionState } from '../../document/records'
import type { Attributes, ImportRegion } from '../reading/item'
import { attributesFrom, isNumber, isObject, isScalar, own } from './json-fields'
import type { JsonObject } from './json-fields'
import { attributesOfRegion } from './region'

export const OWN_KEY = 'eyrie'

export interface OwnMarks {
  /** Number of the region in its image: the same region may stand in several records. */
  readonly region?: number
  readonly label?: string
  readonly phrase?: string
  readonly state?: RegionState
  readonly origin?: Origin
  readonly confidence?: number
  readonly attributes?: Attributes
}

/** `said`: label and phrase as the format itself says them, which are not said again. */
export function ownMarksOf(
  region: RegionRecord,
  label: string | null,
  said: { readonly label?: string | null; readonly phrase?: string | null } = {}
): OwnMarks {
  const { state, provenance, confidence, phrase } = region
  const attributes = attributesOfRegion(region)
  return {
    ...(label === null || label === said.label ? {} : { label }),
    ...(phrase === null || phrase === said.phrase ? {} : { phrase }),
    ...(state === 'accepted' ? {} : { state }),
    ...(provenance.origin === 'model' || provenance.origin === 'rule' ? { origin: provenance.origin } : {}),
    ...(confidence === null ? {} : { confidence }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes })
  }
}

/** `{ eyrie: … }`, or nothing where there is nothing to say. */
export const underOwnKey = (marks: object): { readonly eyrie?: object } =>
  Object.keys(marks).length === 0 ? {} : { eyrie: marks }

const STATES: readonly string[] = ['accepted', 'proposed', 'corrected'] satisfies RegionState[]
const ORIGINS: readonly string[] = ['human', 'model', 'import', 'rule'] satisfies Origin[]

export function readOwnMarks(record: JsonObject): OwnMarks {
  const held = own(record, OWN_KEY)
  if (!isObject(held)) return {}
  const [region, label, phrase] = [own(held, 'region'), own(held, 'label'), own(held, 'phrase')]
  const [state, origin, confidence] = [own(held, 'state'), own(held, 'origin'), own(held, 'confidence')]
  const inner = own(held, 'attributes')
  const attributes = isObject(inner)
    ? attributesFrom(
        Object.keys(inner).flatMap((key) => {
          const value = own(inner, key)
          return isScalar(value) ? [[key, value] as const] : []
        })
      )
    : {}
  return {
    ...(Number.isSafeInteger(region) ? { region: region as number } : {}),
    ...(typeof label === 'string' ? { label } : {}),
    ...(typeof phrase === 'string' ? { phrase } : {}),
    ...(typeof state === 'string' && STATES.includes(state) ? { state: state as RegionState } : {}),
    ...(typeof origin === 'string' && ORIGINS.includes(origin) ? { origin: origin as Origin } : {}),
    ...(isNumber(confidence) && confidence >= 0 && confidence <= 1 ? { confidence } : {}),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes })
  }
}

/** What of the marks an `ImportRegion` takes as it is. */
export const fieldsOfMarks = ({
  state,
  origin,
  confidence,
  attributes
}: OwnMarks): Pick<ImportRegion, 'state' | 'origin' | 'confidence' | 'attributes'> => ({
  ...(state === undefined ? {} : { state }),
  ...(origin === undefined ? {} : { origin }),
  ...(confidence === undefined ? {} : { confidence }),
  ...(attributes === undefined ? {} : { attributes })
})

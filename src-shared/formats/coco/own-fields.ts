/**
 * @file The key `eyrie`, which holds what COCO has no field for; other readers of COCO pass over it.
 *
 *     annotation   state, origin
 *                  shape: `quad` for the four corners of an outline, `multipolygon` for one of a single part
 *                  box: `around-keypoints` for a bbox that no region has
 *     category     unlabelled: true for the one that takes regions without a class
 */
import type { Origin, RegionState } from '../../document/records'
import { isObject } from '../kit/json-fields'

/** Says that Eyrie wrote a file, so its units and axes are not in doubt. */
export const OWN_DESCRIPTION = 'Exported from Eyrie'

export const OWN_KEY = 'eyrie'

const STATES: ReadonlySet<unknown> = new Set<RegionState>(['accepted', 'proposed', 'corrected', 'rejected'])
const ORIGINS: ReadonlySet<unknown> = new Set<Origin>(['human', 'model', 'import', 'rule'])

export interface OwnFields {
  readonly state: RegionState | null
  readonly origin: Origin | null
  readonly shape: 'quad' | 'multipolygon' | null
  readonly hasNoBox: boolean
}

const NONE: OwnFields = { state: null, origin: null, shape: null, hasNoBox: false }

export function ownFields(value: unknown): OwnFields {
  if (!isObject(value)) return NONE
  const { state, origin, shape, box } = value
  return {
    state: STATES.has(state) ? (state as RegionState) : null,
    origin: ORIGINS.has(origin) ? (origin as Origin) : null,
    shape: shape === 'quad' || shape === 'multipolygon' ? shape : null,
    hasNoBox: box === 'around-keypoints'
  }
}

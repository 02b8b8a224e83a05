import type { RegionRecord, RegionState } from '../../../src-shared/document/records'
import { leastCertainFirst } from '../../app/state/certainty'

/** What waits for a decision comes first. */
const ORDER: readonly RegionState[] = ['proposed', 'accepted', 'corrected', 'rejected']

/** A row of the list: the head of a group, or a region. */
export type RegionEntry =
  | { readonly type: 'head'; readonly state: RegionState; readonly count: number }
  | { readonly type: 'region'; readonly region: RegionRecord }

/** Regions by state under a head each; empty groups are left out. `byCertainty` is about proposals. Pure. */
export const regionEntries = (regions: readonly RegionRecord[], byCertainty: boolean): readonly RegionEntry[] =>
  ORDER.flatMap((state): readonly RegionEntry[] => {
    const found = regions.filter((region) => region.state === state)
    const members = state === 'proposed' && byCertainty ? leastCertainFirst(found) : found
    if (members.length === 0) return []
    return [
      { type: 'head', state, count: members.length },
      ...members.map((region) => ({ type: 'region' as const, region }))
    ]
  })

import type { RegionRecord, RegionState } from '../../../src-shared/document/records'

/** What waits for a decision comes first. */
const ORDER: readonly RegionState[] = ['proposed', 'accepted', 'corrected', 'rejected']

/** A row of the list: the head of a group, or a region. */
export type RegionEntry =
  | { readonly type: 'head'; readonly state: RegionState; readonly count: number }
  | { readonly type: 'region'; readonly region: RegionRecord }

/** Regions by state under a head each; empty groups are left out. Pure. */
export const regionEntries = (regions: readonly RegionRecord[]): readonly RegionEntry[] =>
  ORDER.flatMap((state): readonly RegionEntry[] => {
    const members = regions.filter((region) => region.state === state)
    if (members.length === 0) return []
    return [
      { type: 'head', state, count: members.length },
      ...members.map((region) => ({ type: 'region' as const, region }))
    ]
  })

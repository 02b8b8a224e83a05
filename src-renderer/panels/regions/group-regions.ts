import type { RegionRecord, RegionState } from '../../../src-shared/document/records'

/** What waits for a decision comes first. */
const ORDER: readonly RegionState[] = ['proposed', 'accepted', 'corrected', 'rejected']

export interface RegionGroup {
  readonly state: RegionState
  readonly regions: readonly RegionRecord[]
}

/** Regions by state, empty groups left out. */
export const groupRegions = (regions: readonly RegionRecord[]): readonly RegionGroup[] =>
  ORDER.map((state) => ({ state, regions: regions.filter((region) => region.state === state) })).filter(
    (group) => group.regions.length > 0
  )

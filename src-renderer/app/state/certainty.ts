/** @file Proposals in the order of how sure the model is of them. Pure. */
import type { RegionRecord } from '../../../src-shared/document/records'

/** After every confidence, which is 1 at most. */
const WITHOUT = 2

/** Of the records of one image; null when none of its open proposals has a confidence. */
export const leastConfidence = (regions: readonly RegionRecord[]): number | null => {
  const [first] = leastCertainFirst(regions.filter((region) => region.state === 'proposed'))
  return first?.confidence ?? null
}

/** The lowest confidence first, those without one last; equal ones stay in the order they have. */
export const leastCertainFirst = (regions: readonly RegionRecord[]): readonly RegionRecord[] =>
  regions.toSorted((a, b) => (a.confidence ?? WITHOUT) - (b.confidence ?? WITHOUT))

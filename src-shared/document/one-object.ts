/**
 * @file Regions that are of one object: a mask that a model made of a box, or of points, is not another dog. What is
 * counted, or compared with its peers, counts the object once.
 */
import type { RegionId } from '../grounded/nodes'
import type { RegionRecord } from './records'

/**
 * By region, the one that stands for its object; regions that stand for themselves are not in it. A box stands for the
 * masks made of it, a mask for the points it was made of; what a person has accepted before what nobody has looked at.
 * `regions`: in order of time, without rejected ones.
 */
export function standIns(regions: readonly RegionRecord[]): ReadonlyMap<RegionId, RegionId> {
  const byId = new Map(regions.map((region) => [region.id, region]))
  const standIn = new Map<RegionId, RegionId>()
  for (const mask of regions) {
    const shown = (mask.provenance.shownRegions ?? []).flatMap((id) => byId.get(id) ?? [])
    if (shown.length === 0) continue
    const box = shown.find(({ shape }) => shape.type !== 'point')
    const isBox = box !== undefined && (box.state !== 'proposed' || mask.state === 'proposed')
    const earlier = shown.map(({ id }) => standIn.get(id)).find((id) => id !== undefined && id !== mask.id)
    const chosen = earlier ?? (isBox ? box.id : mask.id)
    for (const { id } of [mask, ...shown]) if (id !== chosen) standIn.set(id, chosen)
  }
  return standIn
}

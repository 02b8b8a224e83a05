/**
 * @file What a person made of a model's answer: the answer as the model gave it, the answer as it is now, and how far
 * each of its regions was moved.
 */
import type { ImageDocument, RegionRecord, TurnRecord } from '../../document/records'
import { intersectionOverUnion } from '../../geometry/iou'
import { pixelFromNormalized } from '../../geometry/convert'
import { boundsOfShape, isSameShape } from '../../geometry/shape'
import type { ImageSize } from '../../geometry/space'
import type { GroundedNode, RegionId } from '../../grounded/nodes'
import { normalizeNodes } from '../../grounded/normalize'
import { mapNodes, regionIdsOf } from '../../grounded/visit'

/**
 * - `moved`: `iou` is that of the boxes around the model's shape and the corrected one, in pixels of the upright image
 * - `refused`, `added`: by a person; there is nothing to compare, and `iou` is 0
 * - `kept`: as the model gave it
 */
export interface RegionChange {
  readonly change: 'moved' | 'refused' | 'added' | 'kept'
  readonly iou: number
  /** As the model gave it; null where a person added it. Pixels of the box around it. */
  readonly before: readonly number[] | null
  /** null where a person refused it. */
  readonly after: readonly number[] | null
}

export interface Correction {
  readonly before: readonly GroundedNode[]
  readonly after: readonly GroundedNode[]
  /** Regions with their shapes of either side; ids are those of the trees. */
  readonly regionsBefore: readonly RegionRecord[]
  readonly regionsAfter: readonly RegionRecord[]
  readonly changes: readonly RegionChange[]
  /** The smallest of all regions that changed; 1 where only words did. */
  readonly leastIou: number
}

const isMachineMade = ({ provenance }: RegionRecord): boolean =>
  provenance.origin === 'model' || provenance.origin === 'rule'

const asGiven = (region: RegionRecord): RegionRecord =>
  region.original === null ? region : { ...region, shape: region.original }

/** Words stay; what was only a region is gone. `isLost`: that happened. */
function keeping(
  nodes: readonly GroundedNode[],
  isKept: (id: RegionId) => boolean
): { readonly nodes: readonly GroundedNode[]; readonly isLost: boolean } {
  let isLost = false
  const kept = mapNodes(nodes, (node): GroundedNode | readonly GroundedNode[] => {
    if (node.type !== 'phrase' && node.type !== 'mention') return node
    const regionIds = node.regionIds.filter(isKept)
    if (regionIds.length === node.regionIds.length) return node
    if (node.type === 'mention') {
      if (regionIds.length === 0) isLost = true
      return { ...node, regionIds }
    }
    if (regionIds.length === 0) return node.children
    return { type: 'phrase', children: node.children, regionIds }
  })
  return { nodes: normalizeNodes(kept), isLost }
}

const box = (region: RegionRecord, size: ImageSize): ReturnType<typeof pixelFromNormalized> =>
  pixelFromNormalized(boundsOfShape(region.shape), size)

function changeOf(region: RegionRecord, size: ImageSize): RegionChange {
  const after = box(region, size)
  if (!isMachineMade(region)) return { change: 'added', iou: 0, before: null, after }
  const given = asGiven(region)
  const before = box(given, size)
  if (region.state === 'rejected') return { change: 'refused', iou: 0, before, after: null }
  if (isSameShape(given.shape, region.shape)) return { change: 'kept', iou: 1, before, after }
  return { change: 'moved', iou: intersectionOverUnion(before, after), before, after }
}

/**
 * The correction of one answer of a model. A text says why there is none that could teach anything:
 *
 * - `correction-unreviewed`: a region of it waits for a person
 * - `correction-none`: nobody changed it
 * - `correction-without-answer`: a region that stood for words was refused and nothing took its place
 */
export function correctionOf(turn: TurnRecord, document: ImageDocument, size: ImageSize): Correction | string {
  const byId = new Map(document.regions.map((region) => [region.id, region]))
  const ids = regionIdsOf(turn.children)
  const regions = ids.flatMap((id) => byId.get(id) ?? [])
  if (regions.length < ids.length) return 'turn-with-missing-region'
  if (regions.some(({ state }) => state === 'proposed')) return 'correction-unreviewed'
  const given = keeping(turn.children, (id) => isMachineMade(byId.get(id) as RegionRecord))
  const now = keeping(turn.children, (id) => byId.get(id)?.state !== 'rejected')
  const changes = regions.map((region) => changeOf(region, size))
  const changed = changes.filter(({ change }) => change !== 'kept')
  if (changed.length === 0) return 'correction-none'
  if (now.isLost || now.nodes.length === 0) return 'correction-without-answer'
  return {
    // A person's region that stood for words alone was no part of the model's answer, and what was there is not known.
    before: given.nodes,
    after: now.nodes,
    regionsBefore: regions.filter(isMachineMade).map(asGiven),
    regionsAfter: regions.filter(({ state }) => state !== 'rejected'),
    changes,
    leastIou: Math.min(...changed.map(({ iou }) => iou))
  }
}

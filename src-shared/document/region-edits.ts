/**
 * @file What a person does to regions, as transactions. Each builder answers null when there is
 * nothing to do. A model's region is never lost: a corrected one keeps the model's first shape, a
 * rejected one stays as data.
 */
import { isSameShape } from '../geometry/shape'
import type { RegionShape } from '../geometry/region-shape'
import type { GroundedNode, RegionId } from '../grounded/nodes'
import { mapNodes } from '../grounded/visit'
import { normalizeNodes } from '../grounded/normalize'
import { text } from '../grounded/build'
import { Edit, regionOf } from './edit'
import type { EditContext } from './edit'
import type { ImageDocument, LabelId, Provenance, RegionRecord } from './records'
import type { Transaction } from './transaction'

export interface NewRegion {
  readonly id: RegionId
  readonly shape: RegionShape
  readonly labelId?: LabelId | null
  readonly phrase?: string | null
  /** Default: drawn by a person. */
  readonly provenance?: Provenance
}

/** A region a person drew: accepted at once. */
export function createRegionTransaction(
  document: ImageDocument,
  region: NewRegion,
  context: EditContext
): Transaction | null {
  const edit = new Edit()
  edit.set('region', region.id, null, {
    id: region.id,
    imageId: document.image.id,
    shape: region.shape,
    labelId: region.labelId ?? null,
    phrase: region.phrase ?? null,
    state: 'accepted',
    original: null,
    confidence: null,
    provenance: region.provenance ?? { origin: 'human' },
    createdAtMs: context.nowMs
  })
  return edit.finish('region.create', document.image.id, context)
}

const isMachineMade = ({ provenance }: RegionRecord): boolean =>
  provenance.origin === 'model' || provenance.origin === 'rule'

/** A machine's region with another shape is `corrected`; `original` is its first shape, for good. */
function withShape(region: RegionRecord, shape: RegionShape): RegionRecord {
  if (isSameShape(region.shape, shape)) return region
  if (!isMachineMade(region)) return { ...region, shape }
  return { ...region, shape, state: 'corrected', original: region.original ?? region.shape }
}

export interface RegionPatch {
  readonly shape?: RegionShape
  readonly labelId?: LabelId | null
  readonly phrase?: string | null
}

/**
 * Moves, resizes, relabels or renames. Changing the shape of a proposal corrects it; naming one does
 * not accept it.
 */
export function updateRegion(
  document: ImageDocument,
  id: RegionId,
  patch: RegionPatch,
  context: EditContext
): Transaction | null {
  const region = regionOf(document, id)
  if (region === undefined) return null
  const { shape, ...rest } = patch
  const edit = new Edit()
  edit.set('region', id, region, { ...(shape === undefined ? region : withShape(region, shape)), ...rest })
  return edit.finish(shape === undefined ? 'region.update' : 'region.move', document.image.id, context)
}

function setEach(
  document: ImageDocument,
  ids: readonly RegionId[],
  label: string,
  context: EditContext,
  change: (region: RegionRecord) => RegionRecord
): Transaction | null {
  const edit = new Edit()
  for (const id of ids) {
    const region = regionOf(document, id)
    if (region !== undefined) edit.set('region', id, region, change(region))
  }
  return edit.finish(label, document.image.id, context)
}

/** Accepts proposals, or takes refused ones back; one whose shape was changed is `corrected` again. */
export const acceptProposal = (
  document: ImageDocument,
  ids: readonly RegionId[],
  context: EditContext
): Transaction | null =>
  setEach(document, ids, 'proposal.accept', context, (region) => ({
    ...region,
    state: region.original === null ? 'accepted' : 'corrected'
  }))

/** Refuses proposals. They stay as data, and the words that name them keep naming them. */
export const rejectProposal = (
  document: ImageDocument,
  ids: readonly RegionId[],
  context: EditContext
): Transaction | null =>
  setEach(document, ids, 'proposal.reject', context, (region) =>
    isMachineMade(region) ? { ...region, state: 'rejected' } : region
  )

/** Gives a machine's region the right shape. Null for a region a person drew: that is `updateRegion`. */
export const correctProposal = (
  document: ImageDocument,
  id: RegionId,
  shape: RegionShape,
  context: EditContext
): Transaction | null =>
  setEach(document, [id], 'proposal.correct', context, (region) =>
    isMachineMade(region) ? withShape(region, shape) : region
  )

/** Takes ids out of a tree. Words stay; a mention that loses its last region becomes `wordsOf` it. */
export function withoutRegions(
  nodes: readonly GroundedNode[],
  ids: ReadonlySet<RegionId>,
  wordsOf: (id: RegionId) => string
): readonly GroundedNode[] {
  let isChanged = false
  const mapped = mapNodes(nodes, (node) => {
    if ((node.type !== 'phrase' && node.type !== 'mention') || !node.regionIds.some((id) => ids.has(id))) return node
    isChanged = true
    const regionIds = node.regionIds.filter((id) => !ids.has(id))
    if (node.type === 'phrase' || regionIds.length > 0) return { ...node, regionIds }
    return text(wordsOf(node.regionIds[0] ?? ''))
  })
  return isChanged ? normalizeNodes(mapped) : nodes
}

/** Words for a region that is gone: its own phrase, or a plain noun. */
const defaultWords = (region: RegionRecord): string => region.phrase?.trim() || 'region'

/**
 * Removes regions and, in the same transaction, their relations and their ids from every turn of the image,
 * so that no words point at nothing. `wordsOf` names a region in sentences that used it as a word.
 */
export function deleteRegion(
  document: ImageDocument,
  ids: readonly RegionId[],
  context: EditContext,
  wordsOf: (region: RegionRecord) => string = defaultWords
): Transaction | null {
  const edit = new Edit()
  const doomed = new Map<RegionId, RegionRecord>()
  for (const id of ids) {
    const region = regionOf(document, id)
    if (region === undefined) continue
    doomed.set(id, region)
    edit.set('region', id, region, null)
  }
  const doomedIds = new Set(doomed.keys())
  const wordsOfId = (id: RegionId): string => {
    const region = doomed.get(id)
    return region === undefined ? '' : wordsOf(region)
  }
  for (const turn of document.turns) {
    const children = withoutRegions(turn.children, doomedIds, wordsOfId)
    if (children !== turn.children) edit.set('turn', turn.id, turn, { ...turn, children })
  }
  for (const relation of document.relations) {
    if (doomedIds.has(relation.subject) || doomedIds.has(relation.object))
      edit.set('relation', relation.id, relation, null)
  }
  return edit.finish('region.delete', document.image.id, context)
}

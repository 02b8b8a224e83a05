/** @file What a person does to the document of the open image. Each is one transaction, one undo step. */
import { Edit } from '../../../src-shared/document/edit'
import type { EditContext } from '../../../src-shared/document/edit'
import { createLabel as createLabelTransaction, findLabel, setReview } from '../../../src-shared/document/project-edits'
import { labelColour } from '../../../src-shared/document/label-colours'
import type { ImageDocument, LabelId, RegionRecord, RelationId } from '../../../src-shared/document/records'
import {
  acceptProposal,
  correctProposal,
  createRegionTransaction,
  deleteRegion,
  rejectProposal,
  updateRegion
} from '../../../src-shared/document/region-edits'
import { createRelation, deleteRelations } from '../../../src-shared/document/relation-edits'
import type { Transaction } from '../../../src-shared/document/transaction'
import { linkPhrase, unlinkPhrase } from '../../../src-shared/document/turn-edits'
import type { LinkTarget } from '../../../src-shared/document/turn-edits'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import { reloadImage } from './images'
import { regionName, regionNumbers } from './names'
import { notify } from './notices'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'

const contextOf = (studio: Studio): EditContext => ({
  transactionId: studio.sources.newId(),
  nowMs: studio.sources.now()
})

/** Shows an edit at once and sends it; null (nothing to change) is no edit. */
function commit(studio: Studio, transaction: Transaction | null): boolean {
  const { project, opening } = stateOf(studio)
  if (!transaction || project?.readOnly || opening) return false
  studio.queue.push(transaction)
  return true
}

/** false: there was nothing to do. */
export const editDocument = (
  studio: Studio,
  build: (document: ImageDocument, context: EditContext) => Transaction | null
): boolean => edit(studio, build)

function edit(studio: Studio, build: (document: ImageDocument, context: EditContext) => Transaction | null): boolean {
  const { document } = stateOf(studio)
  return document ? commit(studio, build(document, contextOf(studio))) : false
}

/** A drawn region gets the next label; while a message is being written it also becomes a word of it. */
export function drawRegion(studio: Studio, shape: RegionShape): RegionId | null {
  const id = studio.sources.newId()
  const { activeLabelId, labels, composerFocused } = stateOf(studio)
  const labelId = labels.some((label) => label.id === activeLabelId) ? activeLabelId : null
  if (!edit(studio, (document, context) => createRegionTransaction(document, { id, shape, labelId }, context)))
    return null
  setState(studio, { selection: [id] })
  if (composerFocused) {
    // It was drawn to be talked about: the next click is more likely to point than to draw again.
    setState(studio, { tool: 'select' })
    studio.handles.composer?.insertRegion(id)
  }
  return id
}

export interface Move {
  readonly id: RegionId
  readonly shape: RegionShape
}

/** Regions moved by one gesture are one step; a model's region that moves is corrected. */
export function moveRegions(studio: Studio, moves: readonly Move[]): boolean {
  return edit(studio, (document, context) => {
    const steps = moves.map(({ id, shape }) => moveOne(document, id, shape, context)).filter((step) => step !== null)
    const first = steps[0]
    return first ? { ...first, changes: steps.flatMap((step) => step.changes) } : null
  })
}

function moveOne(document: ImageDocument, id: RegionId, shape: RegionShape, context: EditContext): Transaction | null {
  return correctProposal(document, id, shape, context) ?? updateRegion(document, id, { shape }, context)
}

export const acceptProposals = (studio: Studio, ids: readonly RegionId[]): boolean =>
  edit(studio, (document, context) => acceptProposal(document, ids, context))
export const rejectProposals = (studio: Studio, ids: readonly RegionId[]): boolean =>
  edit(studio, (document, context) => rejectProposal(document, ids, context))

export function deleteRegions(studio: Studio, ids: readonly RegionId[]): boolean {
  const { labels, document: shown } = stateOf(studio)
  const numbers = shown ? regionNumbers(shown) : new Map<string, number>()
  const wordsOf = (region: RegionRecord): string => regionName(studio.t, region, labels, numbers.get(region.id) ?? 0)
  const done = edit(studio, (document, context) => deleteRegion(document, ids, context, wordsOf))
  if (done)
    setState(studio, (state) => ({
      selection: state.selection.filter((id) => !ids.includes(id)),
      highlighted: [],
      hovered: null
    }))
  return done
}

/** One step for all of them, unlike one `updateRegion` each. */
export function assignLabel(studio: Studio, ids: readonly RegionId[], labelId: LabelId | null): boolean {
  return edit(studio, (document, context) => {
    const changes = new Edit()
    for (const region of document.regions)
      if (ids.includes(region.id)) changes.set('region', region.id, region, { ...region, labelId })
    return changes.finish('region.update', document.image.id, context)
  })
}

export const renameRegion = (studio: Studio, id: RegionId, phrase: string): boolean =>
  edit(studio, (document, context) => updateRegion(document, id, { phrase: phrase.trim() || null }, context))

/** The label of that name, made when there is none. null: the name is empty. */
export function findOrCreateLabel(studio: Studio, name: string): LabelId | null {
  const { labels } = stateOf(studio)
  const known = findLabel(labels, name)
  if (known) return known.id
  const id = studio.sources.newId()
  const colour = labelColour(labels.length)
  return commit(studio, createLabelTransaction(labels, { id, name, colour }, contextOf(studio))) ? id : null
}

/** False: nothing was added, because there are no words or it is said already. */
export const addRelation = (studio: Studio, subject: RegionId, predicate: string, object: RegionId): boolean =>
  edit(studio, (document, context) =>
    createRelation(document, { id: studio.sources.newId(), subject, predicate, object }, context)
  )
export const deleteRelation = (studio: Studio, id: RelationId): boolean =>
  edit(studio, (document, context) => deleteRelations(document, [id], context))

export const toggleDone = (studio: Studio): boolean =>
  edit(studio, (document, context) => setReview(document, !document.review.done, context))

export const linkWords = (studio: Studio, target: LinkTarget, ids: readonly RegionId[]): boolean =>
  edit(studio, (document, context) => linkPhrase(document, target, ids, context))
export const unlinkWords = (
  studio: Studio,
  target: Omit<LinkTarget, 'range'>,
  ids: readonly RegionId[] | 'all'
): boolean => edit(studio, (document, context) => unlinkPhrase(document, target, ids, context))

/** The region the person clicked while words were waiting for one. */
export function linkToRegion(studio: Studio, id: RegionId): void {
  const { link } = stateOf(studio)
  if (!link) return
  setState(studio, { link: null, selection: [id] })
  if (!linkWords(studio, link.target, [id])) {
    notify(studio, { level: 'info', message: studio.t('link.already', { words: link.words }) })
  }
}

/** Gives up what could not be saved and shows what the store holds. */
export function discardUnsaved(studio: Studio): void {
  const dropped = studio.queue.discard()
  if (dropped.length === 0) return
  notify(studio, { level: 'warning', message: studio.t('save.discarded', { count: dropped.length }) })
  void reloadImage(studio)
}

/** @file Relations between regions, as transactions. Each builder answers null when there is nothing to do. */
import type { RegionId } from '../grounded/nodes'
import { Edit, regionOf } from './edit'
import type { EditContext } from './edit'
import { RECORD_LIMITS } from './limits'
import type { ImageDocument, Provenance, RelationId, RelationRecord } from './records'
import type { Transaction } from './transaction'

export interface NewRelation {
  readonly id: RelationId
  readonly subject: RegionId
  readonly predicate: string
  readonly object: RegionId
  /** Default: said by a person. */
  readonly provenance?: Provenance
}

/** Null when a region is not there, when there are no words, and when the same is said already. */
export function createRelation(
  document: ImageDocument,
  relation: NewRelation,
  context: EditContext
): Transaction | null {
  const { id, subject, object } = relation
  const predicate = relation.predicate.trim().slice(0, RECORD_LIMITS.phraseLength)
  if (predicate === '' || !regionOf(document, subject) || !regionOf(document, object)) return null
  const isSaid = document.relations.some(
    (other) => other.subject === subject && other.object === object && other.predicate === predicate
  )
  if (isSaid) return null
  const edit = new Edit()
  edit.set('relation', id, null, {
    id,
    imageId: document.image.id,
    subject,
    predicate,
    object,
    provenance: relation.provenance ?? { origin: 'human' },
    createdAtMs: context.nowMs
  })
  return edit.finish('relation.create', document.image.id, context)
}

export function deleteRelations(
  document: ImageDocument,
  ids: readonly RelationId[],
  context: EditContext
): Transaction | null {
  const edit = new Edit()
  for (const relation of document.relations)
    if (ids.includes(relation.id)) edit.set('relation', relation.id, relation, null)
  return edit.finish('relation.delete', document.image.id, context)
}

/** In which a region takes part, as subject or object. */
export const relationsOf = (document: ImageDocument, id: RegionId): readonly RelationRecord[] =>
  document.relations.filter(({ subject, object }) => subject === id || object === id)

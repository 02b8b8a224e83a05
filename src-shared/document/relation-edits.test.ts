import { describe, expect, test } from 'vitest'
import { normalizedBox } from '../geometry/space'
import { applyToDocument } from './apply'
import { invertTransaction } from './invert'
import type { ImageDocument, RegionRecord } from './records'
import { deleteRegion } from './region-edits'
import { createRelation, deleteRelations, relationsOf } from './relation-edits'
import { documentRecord, regionRecord } from './testing'
import type { Transaction } from './transaction'

const region = (id: string): RegionRecord =>
  regionRecord(id, { shape: { type: 'box', box: normalizedBox(0, 0, 0.5, 0.5) }, phrase: id })
const empty = documentRecord({ regions: [region('horse'), region('man'), region('tree')] })
const context = { transactionId: 'x', nowMs: 5 }
function applied(document: ImageDocument, transaction: Transaction | null): ImageDocument {
  if (transaction === null) throw new Error('expected a transaction')
  const result = applyToDocument(document, transaction)
  if (!result.ok) throw new Error(JSON.stringify(result.conflicts))
  return result.value
}
const riding = { id: 'e1', subject: 'man', predicate: ' riding ', object: 'horse' }
const document = applied(empty, createRelation(empty, riding, context))

describe('relations', () => {
  test('are records of the document, named by both regions', () => {
    expect(document.relations).toEqual([
      { ...riding, predicate: 'riding', imageId: 'i1', provenance: { origin: 'human' }, createdAtMs: 5 }
    ])
    expect(relationsOf(document, 'man')).toEqual(document.relations)
    expect(relationsOf(document, 'horse')).toEqual(document.relations)
    expect(relationsOf(document, 'tree')).toEqual([])
  })

  test.each([
    ['no words', { ...riding, id: 'e2', predicate: '  ' }],
    ['a region that is not there', { ...riding, id: 'e2', object: 'dog' }],
    ['what is said already', { ...riding, id: 'e2' }]
  ])('with %s are not made', (_, relation) => {
    expect(createRelation(document, relation, context)).toBeNull()
  })

  test('may be said the other way round', () => {
    const back = { id: 'e2', subject: 'horse', predicate: 'riding', object: 'man' }
    expect(applied(document, createRelation(document, back, context)).relations).toHaveLength(2)
  })

  test('go, and come back by undo', () => {
    const removal = deleteRelations(document, ['e1'], context)
    const without = applied(document, removal)
    expect(without.relations).toEqual([])
    expect(applied(without, removal && invertTransaction(removal, { id: 'y', createdAtMs: 6 }))).toEqual(document)
    expect(deleteRelations(document, ['e9'], context)).toBeNull()
  })

  test('go with either of their regions, in the same step', () => {
    for (const id of ['man', 'horse']) {
      const removal = deleteRegion(document, [id], context)
      const without = applied(document, removal)
      expect(without.relations).toEqual([])
      expect(applied(without, removal && invertTransaction(removal, { id: 'y', createdAtMs: 6 }))).toEqual(document)
    }
    expect(applied(document, deleteRegion(document, ['tree'], context)).relations).toEqual(document.relations)
  })
})

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { applyToDocument, applyToLabels } from '../../src-shared/document/apply'
import type { ImageDocument, LabelRecord, RegionRecord } from '../../src-shared/document/records'
import type { Transaction } from '../../src-shared/document/transaction'
import { invertChanges } from '../../src-shared/document/invert'
import { normalizedBox } from '../../src-shared/geometry/space'
import { openProject } from './client'
import { connect } from './database'
import {
  change,
  create,
  dialogue,
  label,
  newProject,
  region,
  remove,
  removeTemporaryFolders,
  transaction,
  turn
} from './test-project'

afterAll(removeTemporaryFolders)

describe('undo and redo', () => {
  it('A7: reach back over a restart, in order, across images', async () => {
    const { store, path, images } = await newProject()
    const [first = '', second = ''] = images
    const a = region(first)
    const b = region(second)
    await store.apply(transaction('draw a', first, create(a)))
    await store.apply(transaction('draw b', second, create(b)))
    await store.apply(transaction('delete a', first, remove(a)))
    await store.undo()
    await store.close()

    const again = await openProject(path)
    expect(await again.history()).toEqual({ undoLabel: 'draw b', redoLabel: 'delete a' })
    const undone = await again.undo()
    expect(undone).toMatchObject({
      seq: 5,
      kind: 'undo',
      transaction: { label: 'draw b', imageId: second, changes: [{ id: b.id, after: null }] }
    })
    expect((await again.getDocument(second)).regions).toEqual([])
    expect(await again.redo()).toMatchObject({ kind: 'redo', transaction: { changes: [{ id: b.id, before: null }] } })
    expect(await again.redo()).toMatchObject({ transaction: { label: 'delete a' } })
    expect(await again.redo()).toBeNull()
    expect((await again.getDocument(first)).regions).toEqual([])
    for (const name of ['delete a', 'draw b', 'draw a'])
      expect(await again.undo()).toMatchObject({ transaction: { label: name } })
    expect(await again.undo()).toBeNull()
    expect(await again.info()).toMatchObject({
      counts: { regions: 0 },
      history: { undoLabel: null, redoLabel: 'draw a' }
    })
    expect(await again.check()).toEqual([])
    await again.close()
  })

  it('a new edit after an undo ends what could be redone', async () => {
    const { store, images } = await newProject()
    const [imageId = ''] = images
    await store.apply(transaction('one', imageId, create(region(imageId))))
    await store.apply(transaction('two', imageId, create(region(imageId))))
    await store.undo()
    await store.apply(transaction('three', imageId, create(region(imageId))))
    expect(await store.history()).toEqual({ undoLabel: 'three', redoLabel: null })
    expect(await store.redo()).toBeNull()
    await store.undo()
    expect(await store.history()).toEqual({ undoLabel: 'one', redoLabel: 'three' })
    await store.close()
  })

  it('is refused by name when a record is not as the edit left it, and nothing of it is done', async () => {
    const { store, path, images } = await newProject()
    const [imageId = ''] = images
    const kept = region(imageId)
    const touched = region(imageId)
    const edit = transaction('draw two', imageId, create(kept), create(touched))
    await store.apply(edit)
    await store.close()
    const database = connect(path, 'write')
    database.prepare("UPDATE region SET phrase = 'by others' WHERE id = ?").run(touched.id)
    database.close()

    const again = await openProject(path)
    await expect(again.undo()).rejects.toMatchObject({
      code: 'store/conflict',
      data: { transactionId: edit.id, transactionLabel: 'draw two', id: touched.id, reason: 'changed' }
    })
    expect((await again.getDocument(imageId)).regions.map((record) => record.id).sort()).toEqual(
      [kept.id, touched.id].sort()
    )
    expect(await again.history()).toEqual({ undoLabel: 'draw two', redoLabel: null })
    expect(await again.info()).toMatchObject({ lastSeq: 1 })
    await again.close()
  })
})

/** The same project in memory: documents, labels, and which edits are done and undone. */
class Oracle {
  documents: Map<string, ImageDocument>
  labels: readonly LabelRecord[] = []
  done: Transaction[] = []
  undone: Transaction[] = []

  constructor(documents: readonly ImageDocument[]) {
    this.documents = new Map(documents.map((document) => [document.image.id, document]))
  }
  /** False: a conflict; nothing changed. */
  #change(transaction: Transaction): boolean {
    const labels = applyToLabels(this.labels, transaction)
    const document = this.documents.get(transaction.imageId ?? '')
    const next = document ? applyToDocument(document, transaction) : null
    if (!labels.ok || next?.ok === false) return false
    this.labels = labels.value
    if (next) this.documents.set(next.value.image.id, next.value)
    return true
  }
  edit(transaction: Transaction): boolean {
    if (!this.#change(transaction)) return false
    this.done.push(transaction)
    this.undone = []
    return true
  }
  undo(): boolean {
    const last = this.done.pop()
    if (!last) return false
    this.undone.push(last)
    return this.#change({ ...last, changes: invertChanges(last.changes) })
  }
  redo(): boolean {
    const last = this.undone.pop()
    if (!last) return false
    this.done.push(last)
    return this.#change(last)
  }
}

type Step = {
  readonly what: 'create' | 'move' | 'delete' | 'stale' | 'talk' | 'review' | 'label' | 'undo' | 'redo' | 'reopen'
  readonly pick: number
}
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    'create',
    'create',
    'move',
    'move',
    'delete',
    'stale',
    'talk',
    'review',
    'label',
    'undo',
    'undo',
    'redo',
    'redo',
    'reopen'
  ),
  pick: fc.nat(1000)
})

/** The transaction that a step stands for in the present state; null when there is nothing to do it to. */
function editOf({ what, pick }: Step, oracle: Oracle): Transaction | null {
  const documents = [...oracle.documents.values()]
  const document = documents[pick % documents.length]
  if (!document) return null
  const imageId = document.image.id
  const record: RegionRecord | undefined = document.regions[pick % Math.max(document.regions.length, 1)]
  const labelId = oracle.labels[pick % Math.max(oracle.labels.length, 1)]?.id ?? null
  const moved = record && {
    ...record,
    labelId,
    shape: { type: 'box' as const, box: normalizedBox(pick / 7, 0, 1 / (pick + 1), -0) }
  }
  const talk = dialogue(imageId)
  switch (what) {
    case 'create':
      return transaction(what, imageId, create(region(imageId, { labelId, state: pick % 3 ? 'accepted' : 'proposed' })))
    case 'move':
      return record && moved ? transaction(what, imageId, change(record, moved)) : null
    case 'delete':
      return record
        ? transaction(what, imageId, ...document.turns.map(remove), ...document.dialogues.map(remove), remove(record))
        : null
    case 'stale':
      return record && moved
        ? transaction(what, imageId, create(region(imageId)), change({ ...record, phrase: 'never' }, moved))
        : null
    case 'talk':
      return transaction(
        what,
        imageId,
        create(turn(talk, 0, { children: [{ type: 'mention', regionIds: record ? [record.id] : [] }] })),
        create(talk)
      )
    case 'review':
      return transaction(what, imageId, change(document.review, { id: imageId, done: !document.review.done }))
    case 'label':
      return transaction(what, null, create(label(`label ${pick}`, pick / 3)))
    default:
      return null
  }
}

describe('a random history', () => {
  it('ends in the state of the same history in memory, after every step and every reopening', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const project = await newProject(3)
        let store = project.store
        const oracle = new Oracle(await Promise.all(project.images.map((id) => store.getDocument(id))))
        try {
          for (const taken of steps) {
            if (taken.what === 'reopen') {
              await store.close()
              store = await openProject(project.path)
            } else if (taken.what === 'undo') expect((await store.undo()) !== null).toBe(oracle.undo())
            else if (taken.what === 'redo') expect((await store.redo()) !== null).toBe(oracle.redo())
            else {
              const edit = editOf(taken, oracle)
              if (!edit) continue
              if (oracle.edit(edit)) await store.apply(edit)
              else await expect(store.apply(edit)).rejects.toMatchObject({ code: 'store/conflict' })
            }
            for (const [id, expected] of oracle.documents)
              expect(plain(await store.getDocument(id))).toEqual(plain(expected))
            expect(await store.listLabels()).toEqual(oracle.labels)
            expect(await store.history()).toEqual({
              undoLabel: oracle.done.at(-1)?.label ?? null,
              redoLabel: oracle.undone.at(-1)?.label ?? null
            })
          }
          expect(await store.check()).toEqual([])
        } finally {
          await store.close()
        }
      }),
      { numRuns: 8 }
    )
  }, 60_000)
})

/** As JSON, where -0 is 0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { RegionRecord } from '../../src-shared/document/records'
import { regionRecord } from '../../src-shared/document/testing'
import type { Change } from '../../src-shared/document/transaction'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
let ids: readonly string[]
beforeEach(async () => {
  t = await createTestCore(['a.jpg', 'b.jpg'])
  await t.open()
  ids = await t.imageIds()
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

const region = (imageId: string, id: string, labelId: string, state: RegionRecord['state']): Change => ({
  kind: 'region',
  id,
  before: null,
  after: regionRecord(id, { imageId, labelId, state })
})
const label = (id: string, order: number): Change => ({
  ...{ kind: 'label', id, before: null },
  after: { id, name: id, colour: '#112233', order }
})
let applied = 0
const apply = (imageId: string | null, changes: readonly Change[]): Promise<unknown> =>
  t.core.handlers['document.apply']({
    transaction: { id: `x${applied++}`, label: 'test', origin: 'human', imageId, createdAtMs: 1, changes }
  })
const labelsOf = async (imageId: string): Promise<readonly (string | null)[]> =>
  (await t.core.handlers['document.get']({ imageId })).regions.map(({ labelId }) => labelId)
const names = async (): Promise<readonly string[]> => (await t.core.handlers['labels.list']({})).map(({ id }) => id)

test('every region of a label gets the other one, a rejected one too, and one undo takes it back', async () => {
  const [a = '', b = ''] = ids
  await apply(null, [label('dog', 0), label('Dog', 1)])
  await apply(a, [region(a, 'r1', 'Dog', 'accepted'), region(a, 'r2', 'dog', 'accepted')])
  await apply(b, [region(b, 'r3', 'Dog', 'rejected')])

  const merged = await t.core.handlers['labels.merge']({ labelId: 'Dog', into: 'dog' })
  expect(merged).toEqual({ regions: 2, steps: 1 })
  expect([await labelsOf(a), await labelsOf(b), await names()]).toEqual([['dog', 'dog'], ['dog'], ['dog']])

  await t.core.handlers['history.undo']({})
  expect([await labelsOf(a), await labelsOf(b), await names()]).toEqual([['Dog', 'dog'], ['Dog'], ['dog', 'Dog']])
})

test('a label that is gone, and a label into itself, change nothing', async () => {
  await apply(null, [label('dog', 0)])
  for (const [labelId, into] of [
    ['Dog', 'dog'],
    ['dog', 'Dog'],
    ['dog', 'dog']
  ] as const)
    await expect(t.core.handlers['labels.merge']({ labelId, into })).rejects.toMatchObject({ code: 'label/gone' })
  expect(await names()).toEqual(['dog'])
})

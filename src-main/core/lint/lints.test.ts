import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { LabelRecord, RegionRecord } from '../../../src-shared/document/records'
import { regionRecord } from '../../../src-shared/document/testing'
import type { Change } from '../../../src-shared/document/transaction'
import { normalizedBox } from '../../../src-shared/geometry/space'
import { closeTestMedia, createTestCore } from '../../testing/test-core'
import type { TestCore } from '../../testing/test-core'

let t: TestCore
let ids: readonly string[]
beforeEach(async () => {
  t = await createTestCore(['a.jpg', 'b.jpg', 'c.jpg'])
  await t.open()
  ids = await t.imageIds()
})
afterEach(() => t.remove())
afterAll(closeTestMedia)

const region = (imageId: string, id: string, x1: number): RegionRecord =>
  regionRecord(id, { imageId, shape: { type: 'box', box: normalizedBox(0.2, 0.2, x1, 0.8) }, labelId: 'dog' })
const dog: LabelRecord = { id: 'dog', name: 'dog', colour: '#112233', order: 0 }

let applied = 0
const apply = (imageId: string | null, changes: readonly Change[]): Promise<unknown> =>
  t.core.handlers['document.apply']({
    transaction: { id: `x${applied++}`, label: 'test', origin: 'human', imageId, createdAtMs: 1, changes }
  })
const put = (imageId: string, id: string, x1: number): Promise<unknown> =>
  apply(imageId, [{ kind: 'region', id, before: null, after: region(imageId, id, x1) }])

const OUTSIDE = 'region-outside-image'
const listed = async (rule = OUTSIDE) => t.core.handlers['lint.list']({ rule, offset: 0, limit: 10 })

test('a project is checked in the linting thread: counts by rule, findings by rule, counts by image', async () => {
  const [a = '', b = ''] = ids
  await apply(null, [{ kind: 'label', id: 'dog', before: null, after: dog }])
  await put(a, 'r1', 1.2)
  await put(b, 'r2', 0.9)
  const { images, rules } = await t.core.handlers['lint.run']({ requestId: 'one', pictures: 'auto' })
  expect(images).toBe(3)
  expect(rules.find(({ rule }) => rule === OUTSIDE)).toMatchObject({ count: 1 })
  const { total, items } = await listed()
  expect(total).toBe(1)
  expect(items[0]).toMatchObject({ imageId: a, file: 'a.jpg', regionIds: ['r1'], fix: { kind: 'replace-shape' } })
  const counts = await t.core.handlers['lint.counts']({ imageIds: ids })
  expect(counts.map(({ imageId }) => imageId)).toContain(a)
  expect(t.events('lint.progress').at(-1)).toMatchObject({ requestId: 'one', total: 3 })
})

test('an image that is checked again brings the lists of the project up to date', async () => {
  const [a = ''] = ids
  await apply(null, [{ kind: 'label', id: 'dog', before: null, after: dog }])
  await put(a, 'r1', 1.2)
  await t.core.handlers['lint.run']({ requestId: 'one', pictures: 'auto' })
  const before = region(a, 'r1', 1.2)
  await apply(a, [{ kind: 'region', id: 'r1', before, after: region(a, 'r1', 0.9) }])
  const findings = await t.core.handlers['lint.image']({ imageId: a })
  expect(findings.filter(({ rule }) => rule === OUTSIDE)).toEqual([])
  expect((await listed()).total).toBe(0)
  expect(await t.core.handlers['lint.counts']({ imageIds: [a] })).toEqual([])
})

test('one image is checked without a check of the project; the project has no list then', async () => {
  const [a = ''] = ids
  await apply(null, [{ kind: 'label', id: 'dog', before: null, after: dog }])
  await put(a, 'r3', 1.2)
  const findings = await t.core.handlers['lint.image']({ imageId: a })
  expect(findings.map(({ rule }) => rule)).toContain(OUTSIDE)
  expect((await listed()).total).toBe(0)
})

test('a cancelled check rejects and leaves the results of the one before; two at once are refused', async () => {
  const first = t.core.handlers['lint.run']({ requestId: 'one', pictures: 'auto' })
  await expect(t.core.handlers['lint.run']({ requestId: 'two', pictures: 'auto' })).rejects.toMatchObject({
    code: 'lint/running'
  })
  expect(await t.core.handlers['lint.cancel']({ requestId: 'two' })).toEqual({ cancelled: false })
  expect(await t.core.handlers['lint.cancel']({ requestId: 'one' })).toEqual({ cancelled: true })
  await expect(first).rejects.toMatchObject({ code: 'lint/cancelled' })
  expect(await t.core.handlers['lint.run']({ requestId: 'three', pictures: 'auto' })).toMatchObject({ images: 3 })
})

test('closing the project ends a check that goes on', async () => {
  const run = t.core.handlers['lint.run']({ requestId: 'one', pictures: 'auto' })
  const ended = expect(run).rejects.toMatchObject({ code: 'lint/cancelled' })
  await t.core.handlers['project.close']({})
  await ended
})

import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { regionRecord } from '../../src-shared/document/testing'
import type { Change } from '../../src-shared/document/transaction'
import { normalizedBox } from '../../src-shared/geometry/space'
import type { BuildRequest } from '../../src-shared/ipc/contract'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
let imageId: string
beforeEach(async () => {
  t = await createTestCore(['a.jpg', 'b.jpg'])
  await t.open()
  imageId = (await t.imageIds())[0] ?? ''
  const region = (id: string, labelId: string, x0: number): Change => {
    const shape = { type: 'box', box: normalizedBox(x0, 0.2, x0 + 0.2, 0.8) } as const
    const after = regionRecord(id, { imageId, shape, labelId })
    return { kind: 'region', id, before: null, after }
  }
  const label = (id: string, order: number): Change => ({
    kind: 'label',
    id,
    before: null,
    after: { id, name: id, colour: '#112233', order }
  })
  await t.core.handlers['document.apply']({
    transaction: {
      id: 'x',
      label: 'test',
      origin: 'human',
      imageId,
      createdAtMs: 1,
      changes: [label('dog', 0), label('cat', 1), region('r1', 'dog', 0.1), region('r2', 'cat', 0.6)]
    }
  })
}, 60_000)
afterEach(() => t.remove())
afterAll(closeTestMedia)

const request: BuildRequest = {
  recipe: 'shikra',
  seed: 3,
  language: 'en',
  perImage: 4,
  includeProposals: false,
  usesPoints: false,
  without: [],
  model: null
}
const asked = { request, dialect: 'shikra', limit: 10 }

test('samples are what is then written, marked as made by rule, and one undo takes all of it back', async () => {
  const { handlers } = t.core
  const samples = await handlers['build.preview'](asked)
  expect(samples.length).toBeGreaterThan(0)
  expect(await handlers['build.preview'](asked)).toEqual(samples)
  const result = await handlers['build.write']({ requestId: 'one', request })
  expect(result).toMatchObject({ dialogues: samples.length, steps: 1, already: 0 })
  const { turns } = await handlers['document.get']({ imageId })
  expect(turns).toHaveLength(2 * samples.length)
  expect(turns.every(({ provenance }) => provenance.origin === 'rule')).toBe(true)
  expect(t.events('document.committed').at(-1)?.history.undoLabel).toBe('dialogue.build')

  expect(await handlers['build.write']({ requestId: 'two', request })).toMatchObject({ dialogues: 0, steps: 0 })
  await handlers['history.undo']({})
  expect((await handlers['document.get']({ imageId })).turns).toEqual([])
})

test('tasks that are not wanted are not made; a request without any task is refused', async () => {
  const { handlers } = t.core
  const recipe = (await handlers['build.recipes']({})).find(({ id }) => id === 'shikra')
  const tasks = Object.keys(recipe?.weights ?? {})
  const without = tasks.filter((task) => task !== 'rec')
  const samples = await handlers['build.preview']({ ...asked, request: { ...request, without } })
  expect(new Set(samples.map(({ task }) => task))).toEqual(new Set(['rec']))
  const none = handlers['build.preview']({ ...asked, request: { ...request, without: tasks } })
  await expect(none).rejects.toMatchObject({ code: 'build/no-tasks' })
})

test('a build that is cancelled before it wrote anything leaves the project as it was', async () => {
  const { handlers } = t.core
  const run = handlers['build.write']({ requestId: 'one', request })
  expect(await handlers['build.cancel']({ requestId: 'one' })).toEqual({ cancelled: true })
  await expect(run).rejects.toMatchObject({ code: 'build/cancelled', data: { steps: 0 } })
  expect((await handlers['document.get']({ imageId })).turns).toEqual([])
})

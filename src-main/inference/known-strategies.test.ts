import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKnownStrategies } from './known-strategies'

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eyrie-strategies-'))
})
afterAll(() => rm(dir, { recursive: true }))
const delta = { strategy: 'delta', runtime: '1.30.0' } as const

it('keeps how a model runs best over restarts, for its own files and threads', async () => {
  const file = join(dir, 'cache', 'strategies.json')
  const first = createKnownStrategies(file, 2)
  expect(await first.of('model', true)).toBeNull()
  await first.found('model', true, delta)
  await first.found('unhashed', false, delta)
  expect(await first.of('unhashed', false)).toEqual(delta)
  const later = createKnownStrategies(file, 2)
  expect([await later.of('model', true), await later.of('other', true), await later.of('unhashed', false)]).toEqual([
    delta,
    null,
    null
  ])
  expect(await createKnownStrategies(file, 3).of('model', true)).toBeNull()
  // Paths of models are nobody's business: only their hashes are in the file.
  expect(await readFile(file, 'utf8')).not.toContain('model')
})

it('measures again when the file is broken, and keeps nothing without a file', async () => {
  const file = join(dir, 'broken.json')
  await writeFile(file, '{"format": 1, "known": {"a": {"strategy": "magic"}}}')
  const broken = createKnownStrategies(file, 1)
  expect(await broken.of('model', true)).toBeNull()
  await broken.found('model', true, delta)
  expect(await createKnownStrategies(file, 1).of('model', true)).toEqual(delta)
  const none = createKnownStrategies(null, 1)
  await none.found('model', true, delta)
  expect([await none.of('model', true), await createKnownStrategies(null, 1).of('model', true)]).toEqual([delta, null])
})

import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSessionKey } from './sessions'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyrie-key-'))
  path = join(folder, 'data', 'serve.key')
})
afterEach(() => rm(folder, { recursive: true }))

test('first starts at the same time agree on one key, which is for its owner only', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadSessionKey(path)))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  expect(await readFile(path)).toEqual(keys[0])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'data'))).toEqual(['serve.key'])
})

test.each([
  ['empty', 0],
  ['cut off', 7],
  ['too long', 33]
])('a key file that is %s is replaced once, and that is told', async (_name, sizeBytes) => {
  await loadSessionKey(path)
  await writeFile(path, Buffer.alloc(sizeBytes))
  let told = 0
  const key = await loadSessionKey(path, () => told++)
  expect([key.byteLength, told]).toEqual([32, 1])
  expect(await loadSessionKey(path, () => told++)).toEqual(key)
  expect(told).toBe(1)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'data'))).toEqual(['serve.key'])
})

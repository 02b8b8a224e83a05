import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryPathFor } from '../files/temporary-files'
import { sampleCopy } from './sample-copy'

let folder: string
let shipped: string
let data: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyrie-sample-'))
  shipped = join(folder, 'shipped')
  data = join(folder, 'data')
  await mkdir(shipped)
  for (const name of ['a', 'b', 'c']) await writeFile(join(shipped, name), name)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('of two first starts at once both get the one copy, and nothing else is left', async () => {
  const copies = await Promise.all([1, 2, 3].map(() => sampleCopy(shipped, data, '~')))
  expect(new Set(copies)).toEqual(new Set([join(data, 'Sample')]))
  expect(await readdir(data)).toEqual(['Sample'])
  expect(await readFile(join(data, 'Sample', 'c'), 'utf8')).toBe('c')
})

test('half a copy of a start that was killed is taken away', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const half = temporaryPathFor(join(data, 'Sample')).replace(/-\d+-/, `-${pid}-`)
  await mkdir(half, { recursive: true })
  await writeFile(join(half, 'a'), 'half')
  await sampleCopy(shipped, data, '~')
  expect(await readdir(data)).toEqual(['Sample'])
})

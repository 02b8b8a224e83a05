import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runQuietly } from './child.mjs'
import { ensureOnce, withLock } from './lock.mjs'

let folder
let lock
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyrie lock ü-'))
  lock = join(folder, 'set-up', 'lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('of several starts at once one does the work, and the others wait until it is done', async () => {
  const script = `
    import { appendFileSync, existsSync } from 'node:fs'
    import { ensureOnce } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)}
    const [done, log, lock] = ${JSON.stringify([join(folder, 'done'), join(folder, 'log'), lock])}
    const ran = await ensureOnce(() => existsSync(done), async () => {
      appendFileSync(log, 'begins ')
      await new Promise((end) => setTimeout(end, 300))
      appendFileSync(log, 'ends ')
      appendFileSync(done, '')
    }, lock)
    console.log(ran, existsSync(done))`
  const runs = await Promise.all(
    Array.from({ length: 3 }, () => runQuietly(process.execPath, ['--input-type=module', '-e', script]))
  )
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('begins ends ')
  expect(runs.map(({ output }) => /^(true|false) true$/m.exec(output)?.[1]).sort()).toEqual(['false', 'false', 'true'])
  expect(existsSync(lock)).toBe(false)
})

test('what is done already takes no lock', async () => {
  expect(
    await ensureOnce(
      () => true,
      () => expect.unreachable(),
      lock
    )
  ).toBe(false)
  expect(existsSync(join(folder, 'set-up'))).toBe(false)
})

test('a lock whose process is gone stops nobody, and failing work leaves none behind', async () => {
  await withLock(lock, () => undefined)
  const { output } = await runQuietly(process.execPath, ['-p', 'process.pid'])
  writeFileSync(lock, `${output.trim()} ${hostname()}`)
  const failing = withLock(lock, () => {
    appendFileSync(join(folder, 'log'), 'ran')
    throw new Error('no network')
  })
  await expect(failing).rejects.toThrow('no network')
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('ran')
  expect(existsSync(lock)).toBe(false)
})

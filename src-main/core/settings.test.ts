import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Emit } from './ports'
import { createRecentList } from './recent'
import { DEFAULT_SETTINGS, createSettings } from './settings'

let folder: string
let notices: string[]
const emit: Emit = (event, value) => {
  if (event === 'notice') notices.push((value as { code: string }).code)
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyrie-settings-'))
  notices = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = (): string => join(folder, 'settings.json')

test('what was set is there after a restart, and nothing temporary is left', async () => {
  await createSettings(folder, emit).set({ theme: 'dark', language: 'zh-CN' })
  expect(await createSettings(folder, emit).get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark', language: 'zh-CN' })
  expect(await readdir(folder)).toEqual(['settings.json'])
  expect(notices).toEqual([])
})

test('settings set at the same time all count', async () => {
  const settings = createSettings(folder, emit)
  await Promise.all([
    settings.set({ theme: 'light' }),
    settings.set({ showRejected: true }),
    settings.set({ modelId: 'm' })
  ])
  expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ theme: 'light', showRejected: true, modelId: 'm' })
})

test.each(['', '{', 'null', '[1]', '"x"', '\u0000\u0001'])(
  'a broken file (%j) does not stop the app',
  async (content) => {
    await writeFile(file(), content)
    const settings = createSettings(folder, emit)
    expect(await settings.get()).toEqual(DEFAULT_SETTINGS)
    expect((await settings.set({ theme: 'dark' })).theme).toBe('dark')
  }
)

test('a file that is not JSON is kept aside and that is said', async () => {
  await writeFile(file(), '{ half')
  await createSettings(folder, emit).get()
  expect(await readFile(`${file()}.broken`, 'utf8')).toBe('{ half')
  expect(notices).toEqual(['app/settings-rebuilt'])
})

test('one bad value does not take the others with it; settings of a newer version are left out', async () => {
  await writeFile(
    file(),
    JSON.stringify({ theme: 'dark', language: 'klingon', modelId: 7, future: true, __proto__: { showRejected: true } })
  )
  expect(await createSettings(folder, emit).get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' })
  expect(notices).toEqual(['app/settings-rebuilt'])
})

test('the recent list is newest first, each project once, and says what is gone', async () => {
  const recent = createRecentList(folder, emit)
  await writeFile(join(folder, 'here.eyrie'), '')
  await recent.add({ path: join(folder, 'here.eyrie'), name: 'here', openedAtMs: 1 })
  await recent.add({ path: join(folder, 'gone.eyrie'), name: 'gone', openedAtMs: 2 })
  await recent.add({ path: join(folder, 'here.eyrie'), name: 'here', openedAtMs: 3 })
  const list = await createRecentList(folder, emit).list()
  expect(list.map(({ name, openedAtMs, missing }) => [name, openedAtMs, missing])).toEqual([
    ['here', 3, false],
    ['gone', 2, true]
  ])
})

test('a recent list with nonsense in it keeps what is sound', async () => {
  await writeFile(
    join(folder, 'recent.json'),
    JSON.stringify([1, null, { path: 'a' }, { path: '/x', name: 'x', openedAtMs: 5 }])
  )
  expect((await createRecentList(folder, emit).list()).map(({ name }) => name)).toEqual(['x'])
})

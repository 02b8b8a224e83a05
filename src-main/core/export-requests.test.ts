import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { FORMATS } from '../../src-shared/formats/registry'
import type { Params } from '../../src-shared/ipc/contract'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
beforeEach(async () => {
  t = await createTestCore(['a.jpg', 'b.jpg', 'c.jpg'])
  await t.open()
}, 60_000)
afterEach(() => t.remove())
afterAll(closeTestMedia)

const asked: Params<'export.run'> = {
  requestId: 'one',
  formats: ['coco-json', 'llava-json'],
  folder: null,
  dialect: 'shikra',
  includeProposals: false,
  overwrite: false
}
const exportsDir = (): string => join(t.imagesDir, 'exports')

test('an export is told step by step, and each format says how it is read back', async () => {
  await t.core.handlers['export.run'](asked)
  const told = t.events('export.progress')
  expect(told.every(({ requestId, total }) => requestId === 'one' && total === 3)).toBe(true)
  const steps = told.map(({ format, phase }) => `${format} ${phase}`)
  for (const step of ['coco-json writing', 'coco-json checking', 'llava-json writing', ' placing'])
    expect(steps).toContain(step)
  const formats = await t.core.handlers['export.formats']({})
  expect(formats.map(({ id, keeps }) => [id, keeps !== null])).toEqual(
    FORMATS.map(({ info, reader }) => [info.id, reader !== undefined])
  )
})

test('what fractions mean is said in the manifest of formats with text, and only there', async () => {
  await t.core.handlers['export.run']({ ...asked, space: 'padded-square' })
  const manifest = async (format: string): Promise<unknown> =>
    JSON.parse(await readFile(join(exportsDir(), `${format}.manifest.json`), 'utf8'))
  expect(await manifest('llava-json')).toMatchObject({ space: 'padded-square' })
  expect(await manifest('coco-json')).not.toHaveProperty('space')
})

test('a cancelled export rejects and leaves nothing behind; a closed project cancels it', async () => {
  const { handlers } = t.core
  const run = handlers['export.run'](asked)
  expect(await handlers['export.cancel']({ requestId: 'two' })).toEqual({ cancelled: false })
  expect(await handlers['export.cancel']({ requestId: 'one' })).toEqual({ cancelled: true })
  await expect(run).rejects.toMatchObject({ code: 'export/cancelled' })
  expect(await readdir(exportsDir())).toEqual([])

  const closing = expect(handlers['export.run'](asked)).rejects.toMatchObject({ code: 'export/cancelled' })
  await handlers['project.close']({})
  await closing
  expect(await readdir(exportsDir())).toEqual([])
})

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { LintPictures } from '../../../src-shared/ipc/contract'
import type { MediaHost } from '../ports'
import { scenePicture } from '../../testing/pictures'
import { closeTestMedia, createTestCore } from '../../testing/test-core'
import type { TestCore } from '../../testing/test-core'

let t: TestCore
afterEach(() => t.remove())
afterAll(closeTestMedia)

/** Two scenes in `train/`, and the first of them again, smaller, in another folder. */
async function open(other: string): Promise<void> {
  t = await createTestCore(async (dir) => {
    for (const folder of ['train', other]) await mkdir(join(dir, folder))
    for (const i of [0, 1])
      await scenePicture(i, 480)
        .png()
        .toFile(join(dir, 'train', `${i}.png`))
    await scenePicture(0, 200)
      .jpeg()
      .toFile(join(dir, other, 'again.jpg'))
  })
  await t.open()
}
const check = (pictures: LintPictures) => t.core.handlers['lint.run']({ requestId: 'c', pictures })
const found = async (rule: string) => (await t.core.handlers['lint.list']({ rule, offset: 0, limit: 10 })).items

test('a look-alike in another split is a leak, with both pictures named, and only where pictures are compared', async () => {
  await open('val')
  expect(await check('never')).toMatchObject({ pictures: null })
  expect(await found('split-leakage')).toEqual([])
  expect(await check('auto')).toMatchObject({ pictures: { compared: 3, unseen: 0 } })
  const [leak, ...more] = await found('split-leakage')
  expect(more).toEqual([])
  const ids = new Set([leak?.imageId, leak?.other?.imageId])
  expect([leak?.file, leak?.other?.file].toSorted()).toEqual(['train/0.png', 'val/again.jpg'])
  expect(ids.size).toBe(2)
  for (const id of ids) expect(await t.imageIds()).toContain(id)
})

test('without splits pictures are compared when told to, step by step', async () => {
  await open('other')
  expect(await check('auto')).toMatchObject({ pictures: null })
  expect(await check('always')).toMatchObject({ pictures: { compared: 3 } })
  expect(await found('image-near-duplicate')).toMatchObject([
    { other: { file: expect.stringMatching(/again|0\.png/) } }
  ])
  expect(new Set(t.events('lint.progress').map(({ phase }) => phase))).toEqual(new Set(['looking', 'checking']))
})

test('a check and an export that wait for a picture end within a second of being cancelled, and leave nothing', async () => {
  await open('val')
  const { media } = t
  // A picture that takes for ever.
  const real = media.fingerprint
  ;(media as { fingerprint: MediaHost['fingerprint'] }).fingerprint = () => new Promise(() => undefined)
  try {
    const run = check('always')
    const refused = expect(run).rejects.toMatchObject({ code: 'lint/cancelled' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    let from = performance.now()
    expect(await t.core.handlers['lint.cancel']({ requestId: 'c' })).toEqual({ cancelled: true })
    await refused
    expect(performance.now() - from).toBeLessThan(1000)

    const exported = t.core.handlers['export.run']({
      ...{ requestId: 'e', formats: ['coco-json'], folder: null, dialect: 'shikra' },
      ...{ includeProposals: false, overwrite: false },
      split: { shares: [{ name: 'all', share: 1 }], seed: 0, by: 'near-duplicate' }
    })
    const stopped = expect(exported).rejects.toMatchObject({ code: 'export/cancelled' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    from = performance.now()
    await t.core.handlers['export.cancel']({ requestId: 'e' })
    await stopped
    expect(performance.now() - from).toBeLessThan(1000)
    expect(t.events('export.progress').map(({ phase }) => phase)).toContain('looking')
  } finally {
    ;(media as { fingerprint: MediaHost['fingerprint'] }).fingerprint = real
  }
})

import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createMediaService } from '../media/service'
import { scenePicture } from '../testing/pictures'
import { spawnFromSource } from '../testing/spawn-from-source'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'
import { findLookAlikes } from './near-duplicates'
import type { ProjectStore } from './ports'

let t: TestCore
let store: ProjectStore
afterEach(() => t.remove())
afterAll(closeTestMedia)

/** Six scenes, each in a folder of large pictures and again, smaller and as JPEG, in another. */
async function open(scenes = 6): Promise<void> {
  t = await createTestCore(
    async (dir) => {
      for (let i = 0; i < scenes; i++) {
        await scenePicture(i, 480)
          .png()
          .toFile(join(dir, `large-${i}.png`))
        await scenePicture(i, 200)
          .jpeg({ quality: 60 })
          .toFile(join(dir, `small-${i}.jpg`))
      }
      await sharp({ create: { width: 64, height: 48, channels: 3, background: '#808080' } })
        .png()
        .toFile(join(dir, 'flat-1.png'))
      await sharp({ create: { width: 65, height: 48, channels: 3, background: '#808080' } })
        .png()
        .toFile(join(dir, 'flat-2.png'))
    },
    '',
    (opened) => (store = opened)
  )
  await t.open()
}

async function clusters(): Promise<{ readonly byName: ReadonlyMap<string, string | null>; readonly unseen: number }> {
  const { clusterOf, unseen } = await findLookAlikes(store, t.media)
  const byName = new Map<string, string | null>()
  for await (const { image } of store.documents('all')) byName.set(image.relativePath, clusterOf(image.id))
  return { byName, unseen }
}

test('copies of a scene are one cluster, scenes are several, flat pictures none; what is gone is counted', async () => {
  await open()
  const { byName, unseen } = await clusters()
  expect(unseen).toBe(0)
  const pairs = Array.from({ length: 6 }, (_, i) => [byName.get(`large-${i}.png`), byName.get(`small-${i}.jpg`)])
  for (const [large, small] of pairs) expect([large, large !== null]).toEqual([small, true])
  expect(new Set(pairs.flat()).size).toBe(6)
  expect([byName.get('flat-1.png'), byName.get('flat-2.png')]).toEqual([null, null])

  await rm(join(t.imagesDir, 'large-0.png'))
  const after = await clusters()
  expect([after.unseen, after.byName.get('small-0.jpg')]).toEqual([1, null])
})

test('a split by what pictures look like never puts copies into two folders, and a split by image does', async () => {
  await open()
  const torn = async (by: 'image' | 'near-duplicate', seed: number): Promise<number> => {
    await t.core.handlers['export.run']({
      ...{ formats: ['coco-json'], folder: null, dialect: 'shikra', includeProposals: false, overwrite: true },
      split: {
        shares: [
          { name: 'train', share: 50 },
          { name: 'val', share: 50 }
        ],
        seed,
        by
      }
    })
    const folder = join(t.imagesDir, 'exports')
    const names = async (split: string): Promise<readonly string[]> => {
      const file = (await readdir(join(folder, split))).find((name) => name.endsWith('.json')) ?? ''
      const { images } = JSON.parse(await readFile(join(folder, split, file), 'utf8')) as {
        images: { file_name: string }[]
      }
      return images.map(({ file_name: name }) => /(?:large|small)-(\d)/.exec(name)?.[1] ?? '')
    }
    const [train, val] = [new Set(await names('train')), new Set(await names('val'))]
    return [...train].filter((number) => val.has(number) && number !== '').length
  }
  const [byImage, byLooks] = [[], []] as [number[], number[]]
  for (const seed of [1, 2, 3]) {
    byImage.push(await torn('image', seed))
    byLooks.push(await torn('near-duplicate', seed))
  }
  expect(Math.min(...byImage)).toBeGreaterThan(1)
  expect(Math.max(...byLooks)).toBe(0)
})

test('pictures that cannot be looked at are said, in the report and in the manifest', async () => {
  await open(2)
  await rm(join(t.imagesDir, 'large-0.png'))
  const { losses } = await t.core.handlers['export.run']({
    ...{ formats: ['coco-json'], folder: null, dialect: 'shikra', includeProposals: false, overwrite: false },
    split: { shares: [{ name: 'all', share: 1 }], seed: 0, by: 'near-duplicate' }
  })
  expect(losses).toMatchObject([{ code: 'export/not-looked-at', message: expect.stringMatching(/^1 image could not/) }])
  const manifest = await readFile(join(t.imagesDir, 'exports', 'coco-json.manifest.json'), 'utf8')
  expect(manifest).toContain('export/not-looked-at')
})

test('what was seen is kept: the second look opens no picture', async () => {
  await open(1)
  const cacheDir = join(t.folder, 'cache')
  const first = createMediaService({ spawnHost: spawnFromSource, cacheDir })
  const seen = await findLookAlikes(store, first)
  await first.close()
  const nobody = createMediaService({ spawnHost: () => expect.unreachable('a host was started'), cacheDir })
  const again = await findLookAlikes(store, nobody)
  await nobody.close()
  for (const id of await t.imageIds()) expect(again.clusterOf(id)).toBe(seen.clusterOf(id))
  expect([again.looked, again.unseen]).toEqual([4, 0])
})

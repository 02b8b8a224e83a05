import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writePicture } from '../testing/pictures'
import { closeTestMedia, createTestCore } from '../testing/test-core'

afterAll(closeTestMedia)

const NAMES = [
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  '\u05e9\u05dc\u05d5\u05dd.png',
  '图像 1.png',
  '-rf.jpg',
  'new\nline.jpg',
  'quote".jpg',
  'back\\slash.jpg',
  '__proto__.png',
  'constructor.jpg',
  'CON.png',
  'a.JPG',
  'A.JPG',
  'a\u202eb.jpg',
  'percent%2f..%2fname.jpg',
  'hash#and?query.jpg',
  `${'x'.repeat(251)}.jpg`
]

test.skipIf(process.platform !== 'linux')(
  'every name is found once, shown, and exported as it is, also after a restart',
  async () => {
    let t = await createTestCore(async (dir) => {
      for (const name of NAMES) await writePicture(join(dir, name), { width: 8, height: 6 })
    })
    try {
      expect((await t.open()).counts).toMatchObject({ images: NAMES.length, unreadable: 0 })
      t = await t.restart()
      await t.open()
      const { items } = await t.core.handlers['images.list']({ filter: 'all', offset: 0, limit: 100 })
      expect(items.map(({ image }) => image.relativePath).sort()).toEqual([...NAMES].sort())
      for (const { image } of items) {
        const response = await t.core.assetFetch(new Request(`http://app.test/image/${image.id}`))
        expect([image.relativePath, response.status]).toEqual([image.relativePath, 200])
        expect((await response.arrayBuffer()).byteLength).toBe(image.sizeBytes)
      }
      await t.core.handlers['export.run']({
        formats: ['coco-json'],
        folder: null,
        dialect: 'shikra',
        includeProposals: false,
        overwrite: false
      })
      const coco = JSON.parse(await readFile(join(t.imagesDir, 'exports', 'coco.json'), 'utf8')) as {
        images: { file_name: string }[]
      }
      expect(coco.images.map(({ file_name }) => file_name).sort()).toEqual([...NAMES].sort())
    } finally {
      await t.remove()
    }
  }
)

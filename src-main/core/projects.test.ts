import { execFileSync } from 'node:child_process'
import { chmod, link, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { regionRecord } from '../../src-shared/document/testing'
import { normalizedBox } from '../../src-shared/geometry/space'
import { writePicture } from '../testing/pictures'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let t: TestCore
afterEach(() => t.remove())
afterAll(closeTestMedia)

async function drawBox(core: TestCore, imageId: string, id = 'r1'): Promise<void> {
  const region = regionRecord(id, {
    imageId,
    shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 0.4) }
  })
  await core.core.handlers['document.apply']({
    transaction: {
      id: `t-${id}`,
      label: 'region.create',
      origin: 'human',
      imageId,
      changes: [{ kind: 'region', id, before: null, after: region }],
      createdAtMs: 1
    }
  })
}

describe('opening a folder', () => {
  test('makes a project in it, lists the images in natural order, and finds it again after a restart', async () => {
    t = await createTestCore(['img10.jpg', 'img2.png'])
    const info = await t.open()
    expect(info).toMatchObject({
      name: 'scans',
      displayPath: '~/scans/scans.eyrie',
      imageRootDisplay: '~/scans',
      readOnly: false
    })
    expect(info.counts).toMatchObject({ images: 2, unreadable: 0 })
    const { items } = await t.core.handlers['images.list']({ filter: 'all', offset: 0, limit: 10 })
    expect(items.map(({ image }) => image.relativePath)).toEqual(['img2.png', 'img10.jpg'])
    expect(items[0]?.image).toMatchObject({
      size: { width: 640, height: 480 },
      orientation: 1,
      status: 'ok',
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/)
    })
    await drawBox(t, items[0]?.image.id ?? '')

    t = await t.restart()
    expect(await t.core.handlers['project.info']({})).toBeNull()
    expect((await t.open()).counts).toMatchObject({ images: 2, regions: 1 })
    const recent = await t.core.handlers['project.recent']({})
    expect(recent.map(({ name, missing }) => [name, missing])).toEqual([['scans', false]])
    expect(await t.core.handlers['project.open']({ file: recent[0]?.handle ?? '' })).toMatchObject({ name: 'scans' })
  })

  test('says how far it is while it looks at the images', async () => {
    t = await createTestCore(['a.png', 'b.png', 'c.png'])
    await t.open()
    const told = t.events('project.scanning')
    expect(told[0]).toEqual({ done: 0, total: null })
    expect(told.at(-1)).toEqual({ done: 3, total: 3 })
    await t.core.handlers['project.rescan']({})
    expect(t.events('project.scanning').slice(told.length)).toEqual(
      expect.arrayContaining([
        { done: 0, total: null },
        { done: 3, total: 3 }
      ])
    )
  })

  test('of many images waits for the first ones only, and for the others where their sizes are needed', async () => {
    const count = 300
    let goOn = (): void => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    t = await createTestCore(
      async (dir) => {
        await writePicture(join(dir, '000.png'))
        for (let i = 1; i < count - 1; i += 1)
          await link(join(dir, '000.png'), join(dir, `${String(i).padStart(3, '0')}.png`))
        await writeFile(join(dir, '299.png'), 'no picture')
      },
      '',
      (store) => ({ ...store, unseenImages: (from) => held.then(() => store.unseenImages(from)) })
    )
    const { handlers } = t.core
    const sizesOf = async (): Promise<number> => {
      const { items } = await handlers['images.list']({ filter: 'all', offset: 0, limit: count })
      return items.filter(({ image }) => image.size !== null).length
    }
    expect((await t.open()).counts).toMatchObject({ images: count, unreadable: 0 })
    expect(await sizesOf()).toBe(256)
    // One that is asked for has not to wait for its turn.
    const ids = await t.imageIds()
    expect((await handlers['document.get']({ imageId: ids[290] ?? '' })).image.size).toEqual({
      width: 64,
      height: 48
    })
    expect(t.notices()).not.toContain('project/images-unreadable')
    goOn()
    await handlers['lint.run']({ requestId: 'l', pictures: 'never' })
    expect(await sizesOf()).toBe(count - 1)
    await expect.poll(() => t.notices()).toContain('project/images-unreadable')
    expect(t.events('project.scanning').at(-1)).toEqual({ done: count, total: count })
    expect((await handlers['project.info']({}))?.counts).toMatchObject({ images: count, unreadable: 1 })
    const { items } = await handlers['images.list']({ filter: 'all', offset: 0, limit: count })
    expect(new Set(items.map(({ image }) => image.contentHash)).size).toBe(2)
  })

  test('goes on with its images where a close cut it off, and opens none again', async () => {
    const count = 600
    const looked: string[] = []
    t = await createTestCore(
      async (dir) => {
        await writePicture(join(dir, '000.png'))
        for (let i = 1; i < count; i += 1)
          await link(join(dir, '000.png'), join(dir, `${String(i).padStart(3, '0')}.png`))
      },
      '',
      (store) => ({
        ...store,
        setImageFacts: async (images) => {
          looked.push(...images.map(({ relativePath }) => relativePath))
          await store.setImageFacts(images)
        }
      })
    )
    await t.open()
    t = await t.restart()
    await t.open()
    await t.core.handlers['lint.run']({ requestId: 'l', pictures: 'never' })
    const { items } = await t.core.handlers['images.list']({ filter: 'all', offset: 0, limit: count })
    expect(items.filter(({ image }) => image.size !== null)).toHaveLength(count)
    const written = looked.filter((path, i) => looked.indexOf(path) === i)
    expect(written.every((path) => path >= '256.png')).toBe(true)
    expect(written).toHaveLength(count - 256)
  })

  test('a folder without images is refused, named with the types we open, and nothing is made in it', async () => {
    t = await createTestCore(async (dir) => {
      await writeFile(join(dir, 'notes.txt'), 'x')
      await writeFile(join(dir, 'drawing.svg'), '<svg/>')
    })
    await expect(t.open()).rejects.toMatchObject({
      code: 'project/no-images',
      message: expect.stringMatching(/There are no images in .*scans.*2 other files/),
      nextStep: expect.stringContaining('JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF')
    })
    expect(await readdir(t.imagesDir)).toEqual(['drawing.svg', 'notes.txt'])
    expect(await t.core.handlers['project.info']({})).toBeNull()
  })

  test('a wrong folder leaves the open project open', async () => {
    t = await createTestCore()
    await t.open()
    await mkdir(join(t.folder, 'empty'))
    await expect(t.core.openPath(join(t.folder, 'empty'))).rejects.toMatchObject({ code: 'project/no-images' })
    await writeFile(join(t.folder, 'other.eyrie'), 'this is no project')
    await expect(t.core.openPath(join(t.folder, 'other.eyrie'))).rejects.toMatchObject({ code: 'store/not-a-project' })
    await expect(t.core.openPath(join(t.folder, 'nowhere'))).rejects.toMatchObject({ code: 'files/not-found' })
    expect(await t.core.handlers['project.info']({})).toMatchObject({ name: 'scans' })
    expect(await t.imageIds()).toHaveLength(1)
  })

  test('a corrupt image is listed with its reason, and its neighbours are usable', async () => {
    t = await createTestCore(async (dir) => {
      await writePicture(join(dir, 'good.jpg'))
      await writeFile(join(dir, 'bad.jpg'), 'not a picture')
      await writeFile(join(dir, 'empty.png'), '')
    })
    expect((await t.open()).counts).toMatchObject({ images: 3, unreadable: 2 })
    const { items } = await t.core.handlers['images.list']({ filter: 'problems', offset: 0, limit: 10 })
    expect(items.map(({ image }) => [image.relativePath, image.statusReason])).toEqual([
      ['bad.jpg', expect.stringContaining('its content is none of JPEG')],
      ['empty.png', 'the file is empty']
    ])
    expect(t.notices()).toContain('project/images-unreadable')
  })

  test('a renamed folder keeps its labels; of two projects none is guessed', async () => {
    t = await createTestCore()
    await t.open()
    await drawBox(t, (await t.imageIds())[0] ?? '')
    await t.core.handlers['project.close']({})
    await rename(t.imagesDir, join(t.folder, 'moved'))
    expect((await t.core.openPath(join(t.folder, 'moved'))).counts.regions).toBe(1)
    await t.core.handlers['project.close']({})
    await writeFile(join(t.folder, 'moved', 'second.eyrie'), await readFile(join(t.folder, 'moved', 'scans.eyrie')))
    await expect(t.core.openPath(join(t.folder, 'moved'))).rejects.toMatchObject({ code: 'project/several' })
  })

  test('opening the project that is open changes nothing', async () => {
    t = await createTestCore()
    const first = await t.open()
    expect((await t.open()).id).toBe(first.id)
    expect(await t.imageIds()).toHaveLength(1)
  })

  test('opens that overlap end with the last one open', async () => {
    t = await createTestCore()
    await mkdir(join(t.folder, 'two'))
    await writePicture(join(t.folder, 'two', 'b.png'))
    await Promise.all(
      [t.imagesDir, join(t.folder, 'two'), t.imagesDir, join(t.folder, 'two')].map((path) => t.core.openPath(path))
    )
    expect(await t.core.handlers['project.info']({})).toMatchObject({ name: 'two' })
  })
})

describe('looking again', () => {
  test('new images come, gone ones stay with their labels, and both are told', async () => {
    t = await createTestCore(['a.jpg', 'b.jpg'])
    await t.open()
    const [a = ''] = await t.imageIds()
    await drawBox(t, a)
    await rm(join(t.imagesDir, 'a.jpg'))
    await writePicture(join(t.imagesDir, 'c.jpg'))
    const info = await t.core.handlers['project.rescan']({})
    expect(info.counts).toMatchObject({ images: 3, regions: 1 })
    expect((await t.core.handlers['document.get']({ imageId: a })).image.status).toBe('missing')
    expect((await t.core.handlers['document.get']({ imageId: a })).regions).toHaveLength(1)
    expect(t.notices()).toContain('project/images-missing')
  })

  test('a labelled image with other bytes is named; a new time alone is no change', async () => {
    t = await createTestCore(['a.jpg', 'b.jpg'])
    await t.open()
    for (const [i, id] of (await t.imageIds()).entries()) await drawBox(t, id, `r${i}`)
    const bytes = await readFile(join(t.imagesDir, 'b.jpg'))
    await writeFile(join(t.imagesDir, 'b.jpg'), bytes)
    await t.core.handlers['project.rescan']({})
    expect(t.notices()).not.toContain('project/images-replaced')
    await writePicture(join(t.imagesDir, 'a.jpg'), { width: 300, height: 200 })
    await t.core.handlers['project.rescan']({})
    expect(t.events('notice').find(({ code }) => code === 'project/images-replaced')?.message).toMatch(
      /1 labelled image .*: a\.jpg\./
    )
  })

  test('a replaced image is told of when it is opened, once, before anybody looked at the folder again', async () => {
    t = await createTestCore()
    await t.open()
    const [imageId = ''] = await t.imageIds()
    await drawBox(t, imageId)
    await writePicture(join(t.imagesDir, 'a.jpg'), { width: 300, height: 200 })
    const told = (): number => t.notices().filter((code) => code === 'image/replaced').length
    await Promise.all([t.core.handlers['document.get']({ imageId }), t.core.handlers['document.get']({ imageId })])
    await expect.poll(told).toBe(1)
    await t.core.handlers['document.get']({ imageId })
    await t.core.handlers['project.rescan']({})
    expect(told()).toBe(1)
  })

  test('images that came while the app was closed are taken in without being asked', async () => {
    t = await createTestCore()
    await t.open()
    t = await t.restart()
    await writePicture(join(t.imagesDir, 'new.png'))
    await t.open()
    await expect.poll(() => t.imageIds()).toHaveLength(2)
    expect(t.events('project.changed').at(-1)?.project?.counts.images).toBe(2)
  })

  test('a folder that is gone is told of, and its labels stay', async () => {
    t = await createTestCore()
    await t.open()
    await drawBox(t, (await t.imageIds())[0] ?? '')
    await t.core.handlers['project.close']({})
    await mkdir(join(t.folder, 'kept'))
    await rename(join(t.imagesDir, 'scans.eyrie'), join(t.folder, 'kept', 'scans.eyrie'))
    expect((await t.core.openPath(join(t.folder, 'kept', 'scans.eyrie'))).counts.regions).toBe(1)
    await expect.poll(() => t.notices()).toContain('project/folder-unreachable')
    expect((await t.core.handlers['project.info']({}))?.counts.images).toBe(1)
  })
})

describe('the sample', () => {
  test('is copied once, so that changes to it stay', async () => {
    const shipped = await createTestCore(['one.jpg', 'two.jpg'])
    t = await createTestCore([], shipped.imagesDir)
    try {
      expect(await t.core.handlers['project.openSample']({})).toMatchObject({
        name: 'First flight',
        counts: { images: 2 }
      })
      await drawBox(t, (await t.imageIds())[0] ?? '')
      t = await t.restart()
      expect((await t.core.handlers['project.openSample']({})).counts.regions).toBe(1)
      expect(await readdir(shipped.imagesDir)).toEqual(['one.jpg', 'two.jpg'])
      expect((await readdir(t.dataDir)).filter((name) => name.includes('tmp'))).toEqual([])
    } finally {
      await shipped.remove()
    }
  })

  test('a sample that cannot be copied is told with the next step', async () => {
    t = await createTestCore([], '/nowhere/at/all')
    await expect(t.core.handlers['project.openSample']({})).rejects.toMatchObject({
      code: 'project/no-sample',
      nextStep: /./
    })
  })
})

/** Root passes over permissions, so the disk itself must refuse. */
const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' })
    return process.getuid?.() === 0
  } catch {
    // Not Linux, or not allowed here: the test says it was skipped.
    return false
  }
})()

describe.skipIf(!canMount)('a disk that may not be written', () => {
  const mount = (...args: string[]): void => void execFileSync('mount', args)

  test('images there are labelled all the same: the project is kept elsewhere, and that is said', async () => {
    t = await createTestCore()
    mount('--bind', t.imagesDir, t.imagesDir)
    try {
      mount('-o', 'remount,ro,bind', t.imagesDir)
      expect((await t.open()).displayPath).toMatch(/^~\/data\/projects\/scans-[0-9a-f]+\.eyrie$/)
      await drawBox(t, (await t.imageIds())[0] ?? '')
      expect(t.notices()).toContain('project/kept-elsewhere')
      t = await t.restart()
      expect((await t.open()).counts.regions).toBe(1)
      expect(await readdir(t.imagesDir)).toEqual(['a.jpg'])
      await t.core.close()
    } finally {
      execFileSync('umount', [t.imagesDir])
    }
  })

  test('a project there opens for reading with a notice; an edit is refused, an export elsewhere works', async () => {
    t = await createTestCore()
    await t.open()
    const [imageId = ''] = await t.imageIds()
    await drawBox(t, imageId)
    t = await t.restart()
    mount('--bind', t.imagesDir, t.imagesDir)
    try {
      mount('-o', 'remount,ro,bind', t.imagesDir)
      expect(await t.open()).toMatchObject({ readOnly: true, readOnlyReason: expect.stringMatching(/read-only disk/) })
      expect(t.notices()).toContain('project/read-only')
      await expect(drawBox(t, imageId, 'r2')).rejects.toMatchObject({ code: 'store/read-only' })
      const ask = {
        requestId: 'q',
        imageId,
        dialogueId: null,
        children: [{ type: 'text', value: 'What?' }],
        modelId: null,
        form: null
      } as const
      await expect(t.core.handlers['dialogue.ask'](ask)).rejects.toMatchObject({ code: 'store/read-only' })
      const run = {
        formats: ['coco-json'],
        folder: null,
        dialect: 'shikra',
        includeProposals: false,
        overwrite: false
      } as const
      await expect(t.core.handlers['export.run'](run)).rejects.toMatchObject({
        code: 'export/no-folder',
        nextStep: /Choose a folder/
      })
      const home = await t.core.handlers['files.list']({ handle: null })
      const report = await t.core.handlers['export.run']({ ...run, folder: home.handle })
      expect(report.counts.regions).toBe(1)
      await t.core.close()
    } finally {
      execFileSync('umount', [t.imagesDir])
    }
  })
})

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a folder without write permission keeps its project elsewhere',
  async () => {
    t = await createTestCore()
    await chmod(t.imagesDir, 0o555)
    await t.open()
    await chmod(t.imagesDir, 0o755)
    expect(t.notices()).toContain('project/kept-elsewhere')
  }
)

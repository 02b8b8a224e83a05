import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors'
import type { ImportReport } from '../../src-shared/formats/reading/report'
import { writePicture } from '../testing/pictures'
import { closeTestMedia, createTestCore } from '../testing/test-core'
import type { TestCore } from '../testing/test-core'

let current: TestCore | null = null
afterEach(async () => {
  await current?.remove()
  current = null
})
afterAll(closeTestMedia)

const labels = JSON.stringify({
  images: [{ id: 1, file_name: 'a.jpg', width: 640, height: 480 }],
  annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [64, 48, 128, 96], area: 12_288, iscrowd: 0 }],
  categories: [{ id: 1, name: 'bird' }]
})

test('a window imports a file it was shown: first a look, then all of it as one step that every window hears of', async () => {
  const app = (current = await createTestCore(['a.jpg', 'b.jpg']))
  const { handlers } = app.core
  await app.open()
  await writeFile(join(app.imagesDir, 'labels.json'), labels)
  await writeFile(join(app.imagesDir, 'readme.md'), '#')
  const place = await handlers['import.place']({})
  const { files } = await handlers['files.list']({ handle: place })
  expect(files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([['labels.json', labels.length]])
  expect((await handlers['import.formats']({})).map(({ id }) => id)).toContain('coco-json')

  const run = (dryRun: boolean, source = files[0]?.handle ?? ''): Promise<ImportReport> =>
    handlers['import.run']({ requestId: `r${dryRun}`, source, images: null, format: null, dialect: null, dryRun })
  const looked = await run(true)
  expect(looked).toMatchObject({ format: 'coco-json', counts: { regions: { box: 1 } }, skipped: [], written: false })
  expect(app.events('document.committed')).toEqual([])
  expect(await run(false)).toEqual({ ...looked, written: true })
  expect(app.events('document.committed')).toMatchObject([
    {
      committed: { isBulk: true, transaction: { label: 'dataset.import', changes: [] } },
      history: { undoLabel: 'dataset.import' }
    }
  ])
  expect(app.events('project.changed').at(-1)?.project?.counts.regions).toBe(1)
  expect(app.events('import.progress').map(({ requestId }) => requestId)).toContain('rtrue')
  const [first = ''] = await app.imageIds()
  expect((await handlers['document.get']({ imageId: first })).regions).toHaveLength(1)
  await handlers['history.undo']({})
  expect((await handlers['document.get']({ imageId: first })).regions).toEqual([])
  const told = app.events('history.progress')
  expect(told.at(-1)).toEqual({ direction: 'undo', done: 2, total: 2 })
  expect(told.slice(0, -1).every(({ done, total }) => done < total)).toBe(true)
  expect(told.length).toBeGreaterThan(1)

  for (const source of ['data-made-up', 'folder-made-up', labels]) {
    const refused = run(true, source).then(
      () => 'no error',
      (error: unknown) => (error instanceof AppError ? error.code : String(error))
    )
    expect(await refused).toBe('files/unknown-handle')
  }
  expect(await handlers['import.cancel']({ requestId: 'rtrue' })).toEqual({ cancelled: false })
})

test('a size that a file states and nobody looked at is verified by the next look at the folder', async () => {
  const app = (current = await createTestCore(['a.jpg']))
  const { handlers } = app.core
  await app.open()
  await writePicture(join(app.imagesDir, 'new.jpg'), { width: 64, height: 48 })
  const stated = labels.replace('a.jpg', 'new.jpg')
  await writeFile(join(app.imagesDir, 'labels.json'), stated)
  const { files } = await handlers['files.list']({ handle: await handlers['import.place']({}) })
  const source = files[0]?.handle ?? ''
  const params = { requestId: 'r', source, images: null, format: null, dialect: null, dryRun: false }
  expect(await handlers['import.run'](params)).toMatchObject({ counts: { imagesAdded: 1, regions: { box: 1 } } })
  expect(app.notices()).not.toContain('project/images-resized')
  await handlers['project.rescan']({})
  expect(app.events('notice').find(({ code }) => code === 'project/images-resized')?.message).toMatch(/new\.jpg/)
  const { items } = await handlers['images.list']({ filter: 'all', offset: 1, limit: 1 })
  expect(items[0]?.image.size).toEqual({ width: 64, height: 48 })
})

test('closing the project ends an import, and nothing of it is left', async () => {
  const app = (current = await createTestCore(['a.jpg']))
  const { handlers } = app.core
  await app.open()
  const annotations = Array.from({ length: 60_000 }, (_, i) => ({
    id: i + 1,
    image_id: 1,
    category_id: 1,
    bbox: [64, 48, 128, 96],
    area: 12_288,
    iscrowd: 0
  }))
  await writeFile(join(app.imagesDir, 'long.json'), JSON.stringify({ ...(JSON.parse(labels) as object), annotations }))
  const { files } = await handlers['files.list']({ handle: await handlers['import.place']({}) })
  const [file] = files
  const result = handlers['import.run']({
    requestId: 'long',
    source: file?.handle ?? '',
    images: null,
    format: null,
    dialect: null,
    dryRun: false
  }).then(
    () => 'no error',
    (error: unknown) => (error as AppError).code
  )
  while (!app.events('import.progress').some(({ regions }) => regions > 0)) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await handlers['project.close']({})
  expect(await result).toBe('import/cancelled')
  const info = await app.open()
  expect(info).toMatchObject({ counts: { regions: 0 }, history: { undoLabel: null } })
})

test('a window may say what the files do not; what the format does not know is refused', async () => {
  const app = (current = await createTestCore(['a.jpg']))
  const { handlers } = app.core
  await app.open()
  const voc = `<annotation><filename>a.jpg</filename><size><width>640</width><height>480</height></size><object><name>bird</name>
    <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>64</xmax><ymax>48</ymax></bndbox></object></annotation>`
  await writeFile(join(app.imagesDir, 'a.xml'), voc)
  const { settings } = (await handlers['import.formats']({})).find(({ id }) => id === 'pascal-voc') ?? {}
  expect(settings?.map(({ id }) => id)).toEqual(['edges'])
  const source = await handlers['import.place']({})
  const run = (requestId: string, settings: Readonly<Record<string, string>>): Promise<ImportReport> =>
    handlers['import.run']({
      ...{ requestId, source, images: null, format: 'pascal-voc', dialect: null, settings, dryRun: false }
    })
  await expect(run('r1', { edges: 'somewhere' })).rejects.toMatchObject({ code: 'import/no-such-setting' })
  await expect(run('r2', { unit: 'pixels' })).rejects.toMatchObject({ code: 'import/no-such-setting' })
  await run('r3', { edges: 'pixels-from-1' })
  const [imageId = ''] = await app.imageIds()
  const [region] = (await handlers['document.get']({ imageId })).regions
  expect(region?.shape).toEqual({ type: 'box', box: [0, 0, 0.1, 0.1] })
})

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../harness/places'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const SIZE = { width: 1600, height: 1067 }

/** Two pictures; a box of the second reaches outside it. */
function writeDataset(home: string): void {
  const scans = join(home, 'scans')
  mkdirSync(scans)
  for (const [from, to] of [
    ['01-meadow-morning.jpg', 'a.jpg'],
    ['02-harbour.jpg', 'b.jpg']
  ] as const)
    copyFileSync(join(ROOT, 'samples/first-flight', from), join(scans, to))
  const coco = {
    images: ['a.jpg', 'b.jpg'].map((file_name, id) => ({ id, file_name, ...SIZE })),
    annotations: [
      { id: 1, image_id: 0, category_id: 1, bbox: [100, 100, 400, 300], area: 120_000, iscrowd: 0 },
      { id: 2, image_id: 0, category_id: 2, bbox: [900, 100, 400, 300], area: 120_000, iscrowd: 0 },
      { id: 3, image_id: 1, category_id: 1, bbox: [1400, 100, 400, 300], area: 120_000, iscrowd: 0 }
    ],
    categories: [
      { id: 1, name: 'meadow' },
      { id: 2, name: 'cloud' }
    ]
  }
  writeFileSync(join(scans, 'coco.json'), JSON.stringify(coco))
}

async function openScans(app: RunningApp, studio: StudioPage): Promise<readonly string[]> {
  const home = await app.call('files.list', { handle: null })
  const scans = home.folders.find(({ name }) => name === 'scans')
  await app.call('project.openFolder', { folder: scans?.handle ?? '' })
  await studio.imageNamed('a.jpg')
  await studio.ready()
  const { files } = await app.call('files.list', { handle: scans?.handle ?? '' })
  const source = files.find(({ name }) => name === 'coco.json')?.handle ?? ''
  await app.call('import.run', { requestId: 'i', source, images: null, format: null, dialect: null, dryRun: false })
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 9 })
  return items.map(({ image }) => image.id)
}

inEveryShell('checking and building', (stage) => {
  test('a box outside its image is found in the project, gone to, mended and found no more', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [, second = ''] = await openScans(app, studio)

    await studio.checkProject()
    await stage.screenshot(app, 'checks')
    await studio.goToFirstFinding('region-outside-image')
    await studio.imageNamed('b.jpg')
    expect(await studio.galleryBadges()).toBe(1)
    await studio.fixFirst('region-outside-image')
    await studio.saved()
    await studio.findingGone('region-outside-image')
    const { regions } = await app.call('document.get', { imageId: second })
    expect(regions.map(({ shape }) => (shape.type === 'box' ? shape.box[2] : null))).toEqual([1])
    expect(app.faults).toEqual([])
  })

  test('turns are shown before they are written, and are marked as made by rule', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [first = ''] = await openScans(app, studio)

    const samples = await studio.openBuild()
    expect(samples).toBeGreaterThan(0)
    await stage.screenshot(app, 'build')
    await studio.writeBuild()
    const { turns } = await app.call('document.get', { imageId: first })
    expect(turns.length).toBeGreaterThan(0)
    expect(turns.every(({ provenance }) => provenance.origin === 'rule')).toBe(true)
    expect(app.faults).toEqual([])
  })
})

import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../harness/places'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const SIZE = { width: 1600, height: 1067 }
const PICTURES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']

/** Four pictures with a box and an outline each. */
function writeDataset(home: string): void {
  const scans = join(home, 'scans')
  mkdirSync(scans)
  const sources = readdirSync(join(ROOT, 'samples/first-flight'))
    .filter((name) => name.endsWith('.jpg'))
    .toSorted()
  for (const [i, name] of PICTURES.entries())
    copyFileSync(join(ROOT, 'samples/first-flight', sources[i] ?? ''), join(scans, name))
  const region = { iscrowd: 0, category_id: 1, area: 1 }
  const coco = {
    images: PICTURES.map((file_name, i) => ({ id: i, file_name, ...SIZE })),
    annotations: PICTURES.flatMap((_, i) => [
      { ...region, id: 2 * i, image_id: i, bbox: [100.5, 100, 200, 300] },
      { ...region, id: 2 * i + 1, image_id: i, bbox: [10, 10, 20, 20], segmentation: [[10, 10, 30, 10, 20, 30]] }
    ]),
    categories: [{ id: 1, name: 'thing' }]
  }
  writeFileSync(join(scans, 'coco.json'), JSON.stringify(coco))
}

async function openScans(app: RunningApp, studio: StudioPage): Promise<void> {
  const home = await app.call('files.list', { handle: null })
  const scans = home.folders.find(({ name }) => name === 'scans')
  await app.call('project.openFolder', { folder: scans?.handle ?? '' })
  await studio.imageNamed('a.jpg')
  await studio.ready()
  const { files } = await app.call('files.list', { handle: scans?.handle ?? '' })
  const source = files.find(({ name }) => name === 'coco.json')?.handle ?? ''
  await app.call('import.run', { requestId: 'i', source, images: null, format: null, dialect: null, dryRun: false })
}

inEveryShell('exporting', (stage) => {
  test('two formats in splits are written, read back and certified; what was chosen is chosen again', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await openScans(app, studio)

    await studio.openExport()
    await studio.chooseFormats(['coco-json', 'yolo-detect'])
    await studio.splitExport([
      ['train', '50'],
      ['val', '40']
    ])
    expect(await studio.splitProblem()).toMatch(/100/)
    await studio.splitExport([
      ['train', '50'],
      ['val', '50']
    ])
    const certificates = await studio.runExport()
    await stage.screenshot(app, 'export-certificates')
    expect(certificates.map(({ verdict }) => verdict)).toEqual(['PASS', 'PASS'])
    // Two regions of each of two images come back in each split; YOLO holds the outlines as boxes.
    for (const { counts } of certificates) expect(counts).toEqual(['4 / 4', '4 / 4'])
    const out = join(stage.place().home, 'scans', 'exports')
    const names = (split: string): unknown =>
      (
        JSON.parse(readFileSync(join(out, split, 'coco.json'), 'utf8')) as { images: { file_name: string }[] }
      ).images.map(({ file_name }) => file_name)
    expect([names('train'), names('val')].flat().toSorted()).toEqual(PICTURES)
    await studio.closeExport()

    await studio.openExport()
    expect(await studio.chosenFormats()).toEqual(['coco-json', 'yolo-detect'])
    expect(await studio.splitShares()).toEqual(['50', '50'])
    expect(app.faults).toEqual([])
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCAN_SIZE, openScans, writeScans } from '../harness/scans'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const PICTURES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']

/** Four pictures with a box and an outline each. */
function writeDataset(home: string): void {
  const region = { iscrowd: 0, category_id: 1, area: 1 }
  const coco = {
    images: PICTURES.map((file_name, i) => ({ id: i, file_name, ...SCAN_SIZE })),
    annotations: PICTURES.flatMap((_, i) => [
      { ...region, id: 2 * i, image_id: i, bbox: [100.5, 100, 200, 300] },
      { ...region, id: 2 * i + 1, image_id: i, bbox: [10, 10, 20, 20], segmentation: [[10, 10, 30, 10, 20, 30]] }
    ]),
    categories: [{ id: 1, name: 'thing' }]
  }
  writeScans(home, { pictures: PICTURES, coco })
}

inEveryShell('exporting', (stage) => {
  test('two formats in splits are written, read back and certified; what was chosen is chosen again', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await openScans(app, studio, { imports: true })

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

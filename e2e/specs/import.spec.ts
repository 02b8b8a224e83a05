import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCAN_SIZE, openScans, writeScans } from '../harness/scans'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

/** Two pictures with a COCO file beside them and a folder of LabelMe files. */
function writeDataset(home: string): void {
  const coco = {
    images: [
      { id: 1, file_name: 'a.jpg', ...SCAN_SIZE },
      { id: 2, file_name: 'gone.jpg', ...SCAN_SIZE }
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [400, 266.75, 800, 533.5], area: 426_800, iscrowd: 0 },
      { id: 2, image_id: 1, category_id: 2, bbox: [160, 106.7, 320, 213.4], area: 68_288, iscrowd: 0 },
      { id: 3, image_id: 2, category_id: 2, bbox: [1, 1, 2, 2], area: 4, iscrowd: 0 }
    ],
    categories: [
      { id: 1, name: 'meadow' },
      { id: 2, name: 'cloud' }
    ]
  }
  const scans = writeScans(home, { pictures: ['a.jpg', 'b.jpg'], coco })
  mkdirSync(join(scans, 'labelme'))
  const labelme = {
    version: '5.5.0',
    flags: {},
    shapes: [
      {
        label: 'boat',
        points: [
          [800, 500],
          [1200, 700]
        ],
        group_id: null,
        shape_type: 'rectangle',
        flags: {}
      }
    ],
    imagePath: '../b.jpg',
    imageData: null,
    imageHeight: SCAN_SIZE.height,
    imageWidth: SCAN_SIZE.width
  }
  writeFileSync(join(scans, 'labelme', 'b.json'), JSON.stringify(labelme))
}

inEveryShell('importing', (stage) => {
  test('a COCO file and a folder of LabelMe files become boxes on their images, and one undo takes each back', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [first = '', second = ''] = await openScans(app, studio, { imports: false })

    const looked = await studio.lookAtImport({ file: 'coco.json' })
    expect(looked).toMatchObject({ images: '1', regions: '2', labels: '2' })
    expect(looked.format).toMatch(/COCO/)
    await stage.screenshot(app, 'import-review')
    await studio.runImport()
    const { regions } = await app.call('document.get', { imageId: first })
    const boxes = regions.map(({ shape }) => (shape.type === 'box' ? shape.box.map((edge) => edge.toFixed(6)) : shape))
    expect(boxes).toEqual([
      ['0.250000', '0.250000', '0.750000', '0.750000'],
      ['0.100000', '0.100000', '0.300000', '0.300000']
    ])
    await studio.closeImport()
    expect(await studio.regionRows()).toBe(2)
    await stage.screenshot(app, 'imported-boxes')

    expect((await studio.lookAtImport({ file: 'coco.json' })).regions).toBe('0')
    await studio.press('Escape')

    expect(await studio.lookAtImport({ folder: 'labelme' })).toMatchObject({ images: '1', regions: '1' })
    await studio.runImport()
    await studio.closeImport()
    await studio.openImage(second, 'b.jpg')
    expect(await studio.regionRows()).toBe(1)
    await studio.undo()
    await studio.regionsGone()
    expect(await studio.lookAtImport({ folder: 'labelme' })).toMatchObject({ regions: '1' })
    await studio.runImport()
    await studio.undoImport()
    await studio.closeImport()
    expect((await app.call('document.get', { imageId: second })).regions).toEqual([])
    expect((await app.call('document.get', { imageId: first })).regions).toHaveLength(2)
    expect(app.faults).toEqual([])
  })
})

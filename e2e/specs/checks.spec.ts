import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendStream, startServer, streamOf } from '../../src-main/endpoints/testing'
import type { Handler } from '../../src-main/endpoints/testing'
import { SCAN_SIZE, openScans, writeScans } from '../harness/scans'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

/** Two pictures; a box of the second reaches outside it. */
function writeDataset(home: string): void {
  const coco = {
    images: ['a.jpg', 'b.jpg'].map((file_name, id) => ({ id, file_name, ...SCAN_SIZE })),
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
  writeScans(home, { pictures: ['a.jpg', 'b.jpg'], coco })
}

inEveryShell('checking and building', (stage) => {
  test('a box outside its image is found in the project, gone to, mended and found no more', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [, second = ''] = await openScans(app, studio, { imports: true })

    await studio.checkProject()
    await stage.screenshot(app, 'checks')
    await studio.goToFirstFinding('region-outside-image')
    await studio.imageNamed('b.jpg')
    expect(await studio.galleryBadges()).toBe(1)
    const rule = 'region-outside-image'
    await studio.fixesOffered(rule, 2)
    await studio.fixFirst(rule)
    await studio.saved()
    // The list of the project knows it too, and what is undone is found again.
    await studio.fixesOffered(rule, 0)
    await studio.undo()
    await studio.fixesOffered(rule, 2)
    await studio.fixFirst(rule)
    await studio.saved()
    await studio.fixesOffered(rule, 0)
    const { regions } = await app.call('document.get', { imageId: second })
    expect(regions.map(({ shape }) => (shape.type === 'box' ? shape.box[2] : null))).toEqual([1])
    expect(app.faults).toEqual([])
  })

  test('a leak between splits shows both images, two spellings become one label, and undo takes that back', async () => {
    const { home } = stage.place()
    const files = ['train/a.jpg', 'val/b.jpg']
    const region = { iscrowd: 0, area: 1, bbox: [100, 100, 400, 300] }
    const coco = {
      images: files.map((file_name, id) => ({ id, file_name, ...SCAN_SIZE })),
      annotations: [
        { ...region, id: 1, image_id: 0, category_id: 1 },
        { ...region, id: 2, image_id: 1, category_id: 1 },
        { ...region, id: 3, image_id: 1, category_id: 2, bbox: [900, 100, 300, 300] }
      ],
      categories: ['meadow', 'Meadow'].map((name, id) => ({ id: id + 1, name }))
    }
    const scans = writeScans(home, { pictures: files, coco })
    copyFileSync(join(scans, 'train/a.jpg'), join(scans, 'val/b.jpg'))
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [, second = ''] = await openScans(app, studio, { imports: true })

    await studio.checkProject()
    expect(await studio.openFindings('split-leakage')).toBe(1)
    expect((await studio.comparedImages()).toSorted()).toEqual(files)
    await stage.screenshot(app, 'checks-leak')
    await studio.goToCompared('val/b.jpg')
    await studio.imageNamed('b.jpg')

    expect(await studio.openFindings('label-variants')).toBe(1)
    await studio.mendFromProject('label-variants')
    const labels = async (): Promise<readonly string[]> => (await app.call('labels.list', {})).map(({ name }) => name)
    expect(await labels()).toEqual(['meadow'])
    const { regions } = await app.call('document.get', { imageId: second })
    expect(new Set(regions.map(({ labelId }) => labelId)).size).toBe(1)
    await studio.undo()
    await expect.poll(labels).toEqual(['meadow', 'Meadow'])
    expect(app.faults).toEqual([])
  })

  test('turns are shown before they are written, and are marked as made by rule', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [first = ''] = await openScans(app, studio, { imports: true })

    const samples = await studio.openBuild()
    expect(samples).toBeGreaterThan(0)
    await stage.screenshot(app, 'build')
    await studio.writeBuild()
    const { turns } = await app.call('document.get', { imageId: first })
    expect(turns.length).toBeGreaterThan(0)
    expect(turns.every(({ provenance }) => provenance.origin === 'rule')).toBe(true)
    expect(app.faults).toEqual([])
  })

  test('turns of a language model: nothing is sent before it is allowed, samples are asked for once, and Cancel writes nothing', async () => {
    writeDataset(stage.place().home)
    let answerWith: Handler = () => undefined
    const server = await startServer((received, response, count) => answerWith(received, response, count))
    try {
      const app = await stage.launch()
      const studio = new StudioPage(app)
      await studio.ready()
      await openScans(app, studio, { imports: true })
      await app.call('endpoints.put', {
        ...{ id: 'lab', name: 'Lab', baseUrls: [server.baseUrl], model: 'm', dialect: 'qwen3-vl', space: 'original' },
        keyVariable: null
      })
      await studio.openModelBuild('1')
      expect(await studio.buildRequests()).toMatch(/^3 questions about 1 image to Lab/)
      expect(await studio.sentForBuild()).toContain('meadow: [0.')
      await stage.screenshot(app, 'build-model-consent')
      expect(server.received).toEqual([])
      await studio.allowForBuild()

      // A server that never answers.
      await studio.startBuild()
      expect(await studio.cancelBuild()).toBeLessThan(1000)
      expect(await studio.buildError()).toContain('cancelled')

      answerWith = (_, response) => sendStream(response, streamOf(['Question: What is it?\nAnswer: A meadow.']))
      const { samples, told } = await studio.askForSamples()
      expect(samples).toBe(3)
      expect(told).toContain('3 of 3 questions answered.')
      await stage.screenshot(app, 'build-model-samples')
      const asked = server.received.length
      await studio.writeBuild()
      expect(server.received).toHaveLength(asked)
      const images = await app.call('images.list', { filter: 'all', offset: 0, limit: 9 })
      const turns = await Promise.all(
        images.items.map(({ image }) => app.call('document.get', { imageId: image.id }).then((one) => one.turns))
      )
      expect(turns.flat().map(({ provenance }) => provenance.origin)).toEqual(Array.from({ length: 6 }, () => 'model'))
      expect(app.faults).toEqual([])
    } finally {
      await server.close()
    }
  })
})

import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { RegionRecord } from '../../src-shared/document/records'
import { ROOT } from '../harness/places'
import { eventually } from '../harness/processes'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

async function regionsOf(app: RunningApp): Promise<readonly RegionRecord[]> {
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 1 })
  const { regions } = await app.call('document.get', { imageId: items[0]?.image.id ?? '' })
  return regions
}
const masksOf = async (app: RunningApp): Promise<readonly RegionRecord[]> =>
  (await regionsOf(app)).filter(({ shape }) => shape.type === 'mask')

inEveryShell('masks made by a model', (stage) => {
  test('of a box and of a point are proposals that know what they were made of, and are taken back by undo', async () => {
    const { data } = stage.place()
    cpSync(join(ROOT, 'models/export/fixtures/sam'), join(data, 'models/sam-tiny'), { recursive: true })
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.drawBox([0.2, 0.2, 0.7, 0.8])
    await studio.chooseTool('select')
    await studio.clickAt([0.4, 0.5])
    const [box] = await regionsOf(app)

    await studio.press('m')
    await eventually('a mask to be proposed', async () => (await masksOf(app)).length === 1)
    expect((await masksOf(app))[0]).toMatchObject({
      state: 'proposed',
      provenance: { origin: 'model', modelId: 'sam-tiny', shownRegions: [box?.id] }
    })
    await studio.showTab('details')
    await studio.shownRegion()
    await stage.screenshot(app, 'masks-1-proposed')
    expect(await studio.details()).toMatch(/Made of\s+Box 1/)

    await studio.press('a')
    await eventually('the mask to be accepted', async () => (await masksOf(app))[0]?.state === 'accepted')
    await studio.undo()
    await eventually('the mask to be proposed again', async () => (await masksOf(app))[0]?.state === 'proposed')
    await studio.undo()
    await eventually('the mask to be gone', async () => (await masksOf(app)).length === 0)

    await studio.chooseTool('point')
    await studio.clickAt([0.9, 0.9])
    await studio.saved()
    await studio.makeMask('point')
    await eventually('a mask of the point', async () => (await masksOf(app)).length === 1)
    const point = (await regionsOf(app)).find(({ shape }) => shape.type === 'point')
    expect((await masksOf(app))[0]?.provenance.shownRegions).toEqual([point?.id])
    expect(app.faults).toEqual([])
  })

  test('of several boxes are made by one key and taken back by one undo', async () => {
    const { data } = stage.place()
    cpSync(join(ROOT, 'models/export/fixtures/sam2'), join(data, 'models/sam2-tiny'), { recursive: true })
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const places = [0.1, 0.4, 0.7]
    for (const x of places) await studio.drawBox([x, 0.3, x + 0.2, 0.7])
    await studio.chooseTool('select')
    await studio.clickAt([0.2, 0.5])
    await studio.alsoClickAt([0.5, 0.5])
    await studio.alsoClickAt([0.8, 0.5])
    await studio.showTab('details')
    await stage.screenshot(app, 'masks-2-several')
    await studio.makeMask('box')
    await eventually('a mask of each box', async () => (await masksOf(app)).length === 3)
    const boxes = (await regionsOf(app)).filter(({ shape }) => shape.type === 'box').map(({ id }) => id)
    expect((await masksOf(app)).flatMap(({ provenance }) => provenance.shownRegions ?? []).toSorted()).toEqual(
      boxes.toSorted()
    )
    await studio.undo()
    await eventually('the masks to be gone', async () => (await masksOf(app)).length === 0)
    expect(app.faults).toEqual([])
  })

  test('need a model: without one it is said which to import', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.drawBox([0.2, 0.2, 0.7, 0.8])
    await studio.showTab('details')
    await studio.makeMask('box')
    await studio.noticeWith(/no model that makes masks[^]*SAM/)
    expect(await regionsOf(app)).toHaveLength(1)
    expect(app.faults).toEqual([])
  })
})

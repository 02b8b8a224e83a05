import { eventually } from '../harness/processes'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const regionsOf = async (app: RunningApp) => {
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 1 })
  const image = items[0]?.image
  if (!image) throw new Error('the sample has no images')
  const { regions } = await app.call('document.get', { imageId: image.id })
  return regions.toSorted((a, b) => a.createdAtMs - b.createdAtMs)
}

inEveryShell('the details of a region', (stage) => {
  test('what was typed is kept when another region is pressed on the canvas, and taken back by Escape', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.drawBox([0.1, 0.1, 0.4, 0.5])
    await studio.drawBox([0.5, 0.5, 0.8, 0.9])
    await studio.chooseTool('select')
    await studio.clickAt([0.25, 0.3])

    await studio.typeInDetails('edge-left-normalized', '0.05')
    await studio.clickAt([0.65, 0.7])
    await eventually('the edge to be saved', async () => {
      const shape = (await regionsOf(app))[0]?.shape
      return shape?.type === 'box' && Math.abs(shape.box[0] - 0.05) < 1e-9
    })

    await studio.typeInDetails('details-phrase', 'the far one')
    await studio.clickAt([0.25, 0.3])
    await eventually('the phrase to be saved', async () => (await regionsOf(app))[1]?.phrase === 'the far one')
    expect((await regionsOf(app))[0]?.phrase).toBeNull()

    await studio.typeInDetails('details-phrase', 'not this')
    await studio.press('Escape')
    await studio.clickAt([0.65, 0.7])
    await studio.typeInDetails('details-phrase', 'the last one')
    await studio.press('Enter')
    await eventually('the last phrase to be saved', async () => (await regionsOf(app))[1]?.phrase === 'the last one')
    expect((await regionsOf(app))[0]?.phrase).toBeNull()
    expect(app.faults).toEqual([])
  })
  test('a label is typed after its key, and a copy of the region has it on the next image', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await studio.drawBox([0.1, 0.1, 0.4, 0.5])
    await studio.press('l')
    for (const key of 'fox') await studio.press(key)
    await studio.press('Enter')
    await studio.saved()
    const [label] = await app.call('labels.list', {})
    expect(label?.name).toBe('fox')
    await eventually('the region to have it', async () => (await regionsOf(app))[0]?.labelId === label?.id)

    // The keys are the canvas' own again.
    await studio.press('Control+c')
    await studio.press('e')
    await studio.imageNamed('02-')
    await studio.ready()
    await studio.press('Control+v')
    await studio.saved()
    const { items } = await app.call('images.list', { filter: 'all', offset: 1, limit: 1 })
    const { regions } = await app.call('document.get', { imageId: items[0]?.image.id ?? '' })
    expect(regions.map(({ labelId, shape }) => ({ labelId, shape }))).toEqual([
      { labelId: label?.id, shape: (await regionsOf(app))[0]?.shape }
    ])
    expect(app.faults).toEqual([])
  })
})

import type { RegionRecord } from '../../src-shared/document/records'
import { normalizedBox } from '../../src-shared/geometry/space'
import { eventually } from '../harness/processes'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

/** Proposals of the first images, by their confidences, on one image each; the names of those images. */
async function propose(app: RunningApp, confidences: readonly (readonly number[])[]): Promise<readonly string[]> {
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: confidences.length })
  for (const [at, { image }] of items.entries()) {
    const regions = (confidences[at] ?? []).map((confidence, index): RegionRecord => ({
      id: `${at}-${index}`,
      imageId: image.id,
      shape: { type: 'box', box: normalizedBox(0.1 + index * 0.3, 0.2, 0.3 + index * 0.3, 0.6) },
      labelId: null,
      phrase: `thing ${confidence}`,
      state: 'proposed',
      original: null,
      confidence,
      provenance: { origin: 'model' },
      createdAtMs: index
    }))
    await app.call('document.apply', {
      transaction: {
        id: `proposed-${at}`,
        label: 'regions.create',
        origin: 'model',
        imageId: image.id,
        createdAtMs: at,
        changes: regions.map((region) => ({ kind: 'region', id: region.id, before: null, after: region }))
      }
    })
  }
  return items.map(({ image }) => image.relativePath)
}

inEveryShell('the least certain proposals', (stage) => {
  test('come first in the list of images and under the keys of decision, and stay so after a restart', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const [first = '', second = '', third = ''] = await propose(app, [[0.9], [0.7, 0.2, 0.4], [0.3]])

    await studio.press('u')
    await studio.galleryShows([second, third, first])
    expect(await studio.leastConfidences()).toEqual(['20%', '30%', '90%'])
    await studio.goToImage(second)
    const states = async (): Promise<readonly string[]> => {
      const { items } = await app.call('images.list', { filter: 'all', offset: 1, limit: 1 })
      const { regions } = await app.call('document.get', { imageId: items[0]?.image.id ?? '' })
      return regions.toSorted((a, b) => a.createdAtMs - b.createdAtMs).map((region) => region.state)
    }
    await studio.press('x')
    await eventually('the least certain one to be rejected', async () => (await states())[1] === 'rejected')
    await studio.press('a')
    await eventually('the next one to be accepted', async () => (await states())[2] === 'accepted')
    expect(await states()).toEqual(['proposed', 'rejected', 'accepted'])
    await stage.screenshot(app, 'certainty-1-decided')

    // It is more certain now than the third, so the next image is the one that took its place.
    await studio.galleryShows([third, second, first])
    await studio.press('e')
    await studio.imageNamed(third)

    await app.page.reload()
    await studio.ready()
    await studio.showProposals()
    await studio.galleryShows([third, second, first])
    await studio.pressOrder()
    await studio.galleryShows([first, second, third])
    expect(app.faults).toEqual([])
  })
})

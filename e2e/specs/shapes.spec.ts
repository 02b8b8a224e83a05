import type { RegionRecord, RelationRecord } from '../../src-shared/document/records'
import { compressedFromMask, maskFromPolygon } from '../../src-shared/geometry/mask'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import { normalizedBox, normalizedPoint, pixelPoint } from '../../src-shared/geometry/space'
import { eventually } from '../harness/processes'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

const points = (...numbers: readonly number[]) =>
  numbers.flatMap((x, i) => (i % 2 === 0 ? [normalizedPoint(x, numbers[i + 1] ?? NaN)] : []))

/** A disc with a hole of 200 × 150 pixels. */
function maskWithHole(): RegionShape {
  const size = { width: 200, height: 150 }
  const circle = (radius: number) =>
    Array.from({ length: 40 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 40
      return pixelPoint(160 + radius * Math.cos(angle), 110 + radius * Math.sin(angle))
    })
  return { type: 'mask', size, counts: compressedFromMask(maskFromPolygon([circle(30), circle(12)], size)) }
}

const SHAPES: Readonly<Record<string, RegionShape>> = {
  polygon: { type: 'polygon', points: points(0.05, 0.1, 0.25, 0.08, 0.3, 0.3, 0.15, 0.2, 0.06, 0.35) },
  quad: { type: 'quad', points: points(0.4, 0.08, 0.62, 0.14, 0.58, 0.28, 0.36, 0.22) as never },
  line: { type: 'polyline', points: points(0.7, 0.1, 0.78, 0.3, 0.86, 0.1, 0.94, 0.3) },
  parts: {
    type: 'multipolygon',
    rings: [points(0.05, 0.5, 0.2, 0.5, 0.12, 0.75), points(0.22, 0.6, 0.32, 0.55, 0.34, 0.8)]
  },
  mask: maskWithHole(),
  person: {
    type: 'keypoints',
    points: [
      { point: normalizedPoint(0.5, 0.5), visibility: 2 },
      { point: normalizedPoint(0.46, 0.6), visibility: 2 },
      { point: normalizedPoint(0.55, 0.62), visibility: 1 },
      { point: normalizedPoint(0, 0), visibility: 0 }
    ],
    box: normalizedBox(0.42, 0.44, 0.6, 0.85)
  }
}

async function fill(app: RunningApp): Promise<{ readonly imageId: string }> {
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 1 })
  const imageId = items[0]?.image.id ?? ''
  const regions = Object.entries(SHAPES).map(([id, shape], i): RegionRecord => ({
    id,
    imageId,
    shape,
    labelId: null,
    phrase: id,
    state: id === 'parts' ? 'proposed' : id === 'line' ? 'corrected' : 'accepted',
    original: null,
    confidence: id === 'parts' ? 0.75 : null,
    provenance: { origin: 'import' },
    createdAtMs: i,
    attributes: { iscrowd: 0, occluded: true }
  }))
  const riding: RelationRecord = {
    id: 'riding',
    imageId,
    subject: 'person',
    predicate: 'next to',
    object: 'mask',
    provenance: { origin: 'import' },
    createdAtMs: 1
  }
  const changes = [
    ...regions.map((after) => ({ kind: 'region', id: after.id, before: null, after }) as const),
    { kind: 'relation', id: riding.id, before: null, after: riding } as const
  ]
  const transaction = {
    id: 'import',
    label: 'region.create',
    origin: 'import',
    imageId,
    changes,
    createdAtMs: 1
  } as const
  await app.call('document.apply', { transaction })
  return { imageId }
}

inEveryShell('shapes that are no boxes', (stage) => {
  test('are shown, taken by their own lines, moved by a drag, and lose a relation that undo brings back', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const { imageId } = await fill(app)
    const document = () => app.call('document.get', { imageId })
    const shapeOf = async (id: string) => (await document()).regions.find((region) => region.id === id)?.shape
    await eventually('the shapes to be listed', async () => (await studio.regionRows()) === 6)
    await studio.chooseTool('select')

    // In the bounds of the polygon, but outside of it: nothing is taken.
    await studio.clickAt([0.15, 0.3])
    await studio.showTab('details')
    expect(await studio.details()).toBeNull()
    await studio.clickAt([0.2, 0.15])
    await studio.showTab('details')
    expect(await studio.details()).toContain('Polygon of 5 points')
    await stage.screenshot(app, 'shapes-polygon')

    await studio.drag([0.3, 0.3], [0.33, 0.45])
    await studio.saved()
    const bent = await shapeOf('polygon')
    const [x = NaN, y = NaN] = bent?.type === 'polygon' ? (bent.points[2] ?? []) : []
    expect(Math.abs(x - 0.33)).toBeLessThan(0.003)
    expect(Math.abs(y - 0.45)).toBeLessThan(0.003)
    expect(bent?.type === 'polygon' ? bent.points[0] : null).toEqual([0.05, 0.1])

    await studio.clickAt([0.78, 0.3])
    await studio.drag([0.74, 0.2], [0.74, 0.25])
    await studio.saved()
    const [, top] = boundsOfShape((await shapeOf('line')) ?? SHAPES['line']!)
    expect(top).toBeCloseTo(0.15, 2)

    // The hole of the mask is not the mask.
    await studio.clickAt([0.8, 110 / 150])
    await studio.clickAt([0.8 + 20 / 200, 110 / 150])
    await studio.showTab('details')
    expect(await studio.details()).toContain('next to')
    await stage.screenshot(app, 'shapes-relation')
    await studio.deleteRelation()
    await eventually('the relation to be gone', async () => (await document()).relations.length === 0)
    await studio.undo()
    await eventually('the relation to be back', async () => (await document()).relations.length === 1)
    expect(app.faults).toEqual([])
  })
  test('polygons are drawn point by point, with the mouse and with keys alone', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 1 })
    const drawn = async (): Promise<readonly (readonly (readonly number[])[])[]> => {
      const { regions } = await app.call('document.get', { imageId: items[0]?.image.id ?? '' })
      const shapes = regions.toSorted((a, b) => a.createdAtMs - b.createdAtMs).map(({ shape }) => shape)
      return shapes.map((shape) =>
        shape.type === 'polygon' ? shape.points.map((point) => point.map((value) => Math.round(value * 100) / 100)) : []
      )
    }
    const corners = [[0.2, 0.2], [0.6, 0.25], [0.5, 0.7]] as const // prettier-ignore

    await studio.chooseTool('polygon')
    await studio.clickAt(corners[0])
    await studio.clickAt(corners[1])
    await studio.clickAt([0.9, 0.9])
    // The last point is taken back by the key, then by the right button.
    await studio.press('Control+z')
    await studio.clickAt([0.8, 0.1])
    await studio.rightClickAt([0.8, 0.1])
    await studio.clickAt(corners[2])
    await stage.screenshot(app, 'shapes-drawing')
    expect(await drawn()).toEqual([])
    await studio.clickAt(corners[0])
    await eventually('the polygon to be saved', async () => (await drawn()).length === 1)
    expect(await drawn()).toEqual([corners])
    // Alt adds a point on the line of what is selected, and takes it away again.
    await studio.press('v')
    await studio.clickAt([0.4, 0.225], 'Alt')
    await eventually('a point to be added', async () => (await drawn())[0]?.length === 4)
    await studio.clickAt([0.4, 0.225], 'Alt')
    await eventually('it to be taken away', async () => (await drawn())[0]?.length === 3)
    expect(await drawn()).toEqual([corners])
    for (let i = 0; i < 3; i += 1) await studio.undo()
    await eventually('it to be gone', async () => (await drawn()).length === 0)

    await studio.press('Escape')
    await studio.focusCanvas()
    await studio.press('n')
    for (const keys of [['ArrowLeft'], ['ArrowRight', 'ArrowUp'], ['ArrowDown', 'ArrowDown']]) {
      for (const key of keys) await studio.press(`Control+${key}`)
      await studio.press('Enter')
    }
    // Where the last point is already.
    await studio.press('Enter')
    await eventually('the second polygon to be saved', async () => (await drawn()).length === 1)
    expect((await drawn())[0]).toHaveLength(3)
    expect(app.faults).toEqual([])
  })
})

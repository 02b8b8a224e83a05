import { describe, expect, it } from 'vitest'
import { TEST_VIEW, testBox, testSample, testScene } from '../testing'
import { createPolygonTool } from './polygon-tool'
import type { CanvasTool, Effect, ToolScene } from './tool'

const scene = testScene([])

const clickAll = (
  tool: CanvasTool,
  places: readonly (readonly [number, number])[],
  at: ToolScene = scene
): readonly Effect[] =>
  places.flatMap(([x, y]) =>
    (['move', 'down', 'up'] as const).flatMap((phase) => tool.handle(testSample(phase, x, y), at))
  )
/** Corners in thousandths of the image. */
const created = (effects: readonly Effect[] | undefined): readonly (readonly number[])[] | null => {
  const [effect, ...more] = effects ?? []
  if (effect?.type !== 'create' || effect.shape.type !== 'polygon' || more.length > 0) return null
  return effect.shape.points.map((point) => point.map((value) => Math.round(value * 1000)))
}
const tenth: unknown = expect.closeTo(0.1)
const triangle = [
  [100, 100],
  [300, 100],
  [200, 300]
] as const

describe('the polygon tool', () => {
  it('closes on its first point, without repeating it, and draws the next one', () => {
    const tool = createPolygonTool()
    for (let i = 0; i < 2; i += 1) expect(created(clickAll(tool, [...triangle, [104, 97]]))).toEqual(triangle)
    expect(tool.isBusy).toBe(false)
  })

  it('closes by a second click on the last point, and by being finished', () => {
    expect(created(clickAll(createPolygonTool(), [...triangle, [201, 300]]))).toEqual(triangle)
    const tool = createPolygonTool()
    clickAll(tool, triangle)
    expect(created(tool.finish?.())).toEqual(triangle)
  })

  it('stays open while it has fewer than three points, or no area', () => {
    const tool = createPolygonTool()
    expect(clickAll(tool, [triangle[0], triangle[1], triangle[1], triangle[0]])).toEqual([])
    expect(tool.finish?.()).toEqual([])
    expect(tool.isBusy).toBe(true)
    clickAll(tool, [triangle[2]])
    expect(created(tool.finish?.())).toEqual(triangle)

    clickAll(tool, [[100, 100], [300, 100], [200, 100]]) // prettier-ignore
    expect(tool.finish?.()).toEqual([])
    expect(tool.isBusy).toBe(true)
  })

  it('takes back one point after the other, then nothing', () => {
    const tool = createPolygonTool()
    clickAll(tool, [...triangle, [50, 900]])
    expect(tool.stepBack?.()).toBe(true)
    expect(created(tool.finish?.())).toEqual(triangle)
    clickAll(tool, [[10, 10]])
    expect(tool.stepBack?.()).toBe(true)
    expect(tool.isBusy).toBe(false)
    expect(tool.stepBack?.()).toBe(false)
  })

  it('shows the line to the pointer, then the area, and neither when it is cancelled', () => {
    const tool = createPolygonTool()
    clickAll(tool, [triangle[0]])
    expect(tool.preview.draft?.type).toBe('point')
    tool.handle(testSample('move', 300, 100), scene)
    expect(tool.preview.draft).toMatchObject({ type: 'polyline', points: [[tenth, tenth], [expect.closeTo(0.3), tenth]] }) // prettier-ignore
    clickAll(tool, [triangle[1]])
    tool.handle(testSample('move', 200, 300), scene)
    expect(tool.preview.draft).toMatchObject({ type: 'polygon' })
    expect(tool.cancel()).toBe(true)
    expect(tool.preview.draft).toBeNull()
    expect(tool.cancel()).toBe(false)
  })

  it('keeps its points on the picture when the view moves, and inside the image', () => {
    const tool = createPolygonTool()
    clickAll(tool, [triangle[0], [-40, 500]])
    const zoomed = { ...scene, view: { ...TEST_VIEW, scale: 2 } }
    const last = testSample('down', 400, 600, { position: testSample('down', 200, 300).position })
    tool.handle(last, zoomed)
    tool.handle({ ...last, phase: 'up' }, zoomed)
    expect(created(tool.finish?.())).toEqual([[100, 100], [0, 500], [200, 300]]) // prettier-ignore
  })

  it('names a region by its first click while a text is written, not by later ones', () => {
    const picking = testScene([testBox('under', [0, 0, 400, 400])], { picking: true })
    const tool = createPolygonTool()
    expect(clickAll(tool, [triangle[0]], picking)).toEqual([{ type: 'pick', id: 'under' }])
    clickAll(tool, [[500, 500]], picking)
    expect(created(clickAll(tool, [[300, 100], [100, 300], [501, 500]], picking))).toHaveLength(3) // prettier-ignore
  })

  it('draws nothing in a project that is read only', () => {
    const tool = createPolygonTool()
    expect(clickAll(tool, [...triangle, triangle[0]], testScene([], { readOnly: true }))).toEqual([])
    expect(tool.isBusy).toBe(false)
  })
})

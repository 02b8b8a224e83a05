import { describe, expect, it } from 'vitest'
import { TEST_VIEW, testBox, testSample, testScene } from '../testing'
import { createBoxTool } from './box-tool'
import type { CanvasTool, Effect, ToolScene } from './tool'

const scene = testScene([testBox('under', [0, 0, 1000, 1000])], { selection: ['under'] })

const play = (tool: CanvasTool, steps: string, at: ToolScene = scene): readonly Effect[] =>
  steps.split(' ').flatMap((step) => {
    const [name, x, y] = step.split(/[:,]/)
    const phase = name === 'd' ? 'down' : name === 'm' ? 'move' : 'up'
    return tool.handle(testSample(phase, Number(x), Number(y)), at)
  })
const boxes = (effects: readonly Effect[]): readonly (readonly number[])[] =>
  effects.flatMap((effect) =>
    effect.type === 'create' && effect.shape.type === 'box'
      ? [effect.shape.box.map((value) => Math.round(value * 1000))]
      : []
  )

describe('the box tool', () => {
  it('draws by dragging, in any direction', () => {
    expect(boxes(play(createBoxTool(), 'd:300,400 m:200,300 m:100,150 u:100,150'))).toEqual([[100, 150, 300, 400]])
  })

  it('draws by two clicks', () => {
    expect(boxes(play(createBoxTool(), 'd:100,100 u:101,100 m:200,200 m:300,250 d:300,250 u:300,250'))).toEqual([
      [100, 100, 300, 250]
    ])
  })

  it('draws one after the other with one tool', () => {
    const tool = createBoxTool()
    const steps = 'd:1,1 m:50,50 u:50,50 d:60,60 u:60,60 m:90,90 d:90,90 u:90,90'
    expect(boxes(play(tool, steps))).toEqual([
      [1, 1, 50, 50],
      [60, 60, 90, 90]
    ])
    expect(tool.isBusy).toBe(false)
  })

  it('reaches the image border exactly from outside', () => {
    expect(boxes(play(createBoxTool(), 'd:-50,-20 m:500,500 u:1300,1100'))).toEqual([[0, 0, 1000, 1000]])
  })

  it('waits for a second corner instead of making a box without area', () => {
    const tool = createBoxTool()
    expect(play(tool, 'd:100,100 m:200,100 u:200,100')).toEqual([])
    expect(tool.isBusy).toBe(true)
    expect(boxes(play(tool, 'm:200,300 d:200,300 u:200,300'))).toEqual([[100, 100, 200, 300]])
  })

  it('shows the box while it is drawn and forgets it when cancelled', () => {
    const tool = createBoxTool()
    play(tool, 'd:100,100 u:100,100 m:200,200')
    expect(tool.preview.draft).not.toBeNull()
    expect(tool.cancel()).toBe(true)
    expect(tool.preview.draft).toBeNull()
    expect(tool.cancel()).toBe(false)
    expect(play(tool, 'm:300,300 u:300,300')).toEqual([])
  })

  it('keeps the first corner on the picture when the view moves between the clicks', () => {
    const tool = createBoxTool()
    play(tool, 'd:100,100 u:100,100')
    const zoomed = { ...scene, view: { ...TEST_VIEW, scale: 4 } }
    const down = testSample('down', 5, 5, { position: testSample('down', 200, 300).position })
    tool.handle(down, zoomed)
    expect(boxes(tool.handle({ ...down, phase: 'up' }, zoomed))).toEqual([[100, 100, 200, 300]])
  })

  it('names a region by a click while a text is written, and still draws by dragging over it', () => {
    const picking = testScene([testBox('under', [0, 0, 500, 500])], { picking: true })
    const tool = createBoxTool()
    expect(play(tool, 'd:100,100 u:101,100', picking)).toEqual([{ type: 'pick', id: 'under' }])
    expect(tool.isBusy).toBe(false)
    expect(boxes(play(tool, 'd:100,100 m:200,150 u:300,250', picking))).toEqual([[100, 100, 300, 250]])
    expect(play(tool, 'd:700,700 u:700,700', picking)).toEqual([])
    expect(boxes(play(tool, 'd:900,900 u:900,900', picking))).toEqual([[700, 700, 900, 900]])
  })

  it('draws nothing in a project that is read only', () => {
    const readOnly = testScene([], { readOnly: true })
    expect(play(createBoxTool(), 'd:100,100 m:200,200 u:200,200', readOnly)).toEqual([])
  })
})

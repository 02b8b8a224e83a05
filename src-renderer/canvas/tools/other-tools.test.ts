import { describe, expect, it } from 'vitest'
import { testSample, testScene } from '../testing'
import { createPanTool } from './pan-tool'
import { createPointTool } from './point-tool'

const scene = testScene([])

describe('the point tool', () => {
  it('places a point where the button is released', () => {
    const tool = createPointTool()
    expect(tool.handle(testSample('down', 100, 100), scene)).toEqual([])
    const effects = tool.handle(testSample('up', 250, 500), scene)
    expect(effects).toEqual([{ type: 'create', shape: { type: 'point', point: [0.25, 0.5] } }])
  })

  it('places nothing outside the image', () => {
    const tool = createPointTool()
    tool.handle(testSample('down', -5, 100), scene)
    expect(tool.handle(testSample('up', -5, 100), scene)).toEqual([])
  })

  it('can be cancelled before the release', () => {
    const tool = createPointTool()
    tool.handle(testSample('down', 100, 100), scene)
    expect(tool.cancel()).toBe(true)
    expect(tool.handle(testSample('up', 100, 100), scene)).toEqual([])
  })
})

describe('the pan tool', () => {
  it('moves the view by what the pointer moved', () => {
    const tool = createPanTool()
    tool.handle(testSample('down', 100, 100), scene)
    expect(tool.handle(testSample('move', 110, 95), scene)).toEqual([{ type: 'pan', dx: 10, dy: -5 }])
    expect(tool.handle(testSample('up', 110, 99), scene)).toEqual([{ type: 'pan', dx: 0, dy: 4 }])
    expect(tool.handle(testSample('move', 300, 300), scene)).toEqual([])
  })
})

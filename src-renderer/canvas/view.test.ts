import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FIT_MARGIN,
  fitView,
  limitView,
  normalizedFromScreen,
  resizeView,
  revealView,
  screenFromNormalized,
  snapView,
  wheelZoomFactor,
  zoomAt
} from './view'

const image = { width: 1600, height: 1000 }
const viewport = { width: 900, height: 700 }

describe('fitting', () => {
  it('shows the whole image with room for tags', () => {
    const [left, top, right, bottom] = screenFromNormalized([0, 0, 1, 1], fitView(image, viewport), image)
    expect(left).toBeCloseTo(FIT_MARGIN)
    expect(right).toBeCloseTo(viewport.width - FIT_MARGIN)
    expect(top).toBeGreaterThan(FIT_MARGIN)
    expect(viewport.height - bottom).toBeCloseTo(top)
  })

  it('works in a window smaller than the margins', () => {
    expect(fitView(image, { width: 10, height: 10 }).scale).toBeGreaterThan(0)
  })
})

describe('zooming', () => {
  it('keeps the image point under the pointer where it is', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 700 }) })
    fc.assert(
      fc.property(point, fc.double({ min: 0.2, max: 20, noNaN: true }), (anchor, factor) => {
        const before = fitView(image, viewport)
        const after = zoomAt(before, anchor, factor, image, viewport)
        const [x, y] = normalizedFromScreen(anchor, before, image)
        const [left, top] = screenFromNormalized([x, y, x, y], after, image)
        expect(left).toBeCloseTo(anchor.x, 6)
        expect(top).toBeCloseTo(anchor.y, 6)
      })
    )
  })

  it('stops at a largest and a smallest scale', () => {
    const anchor = { x: 0, y: 0 }
    expect(zoomAt(fitView(image, viewport), anchor, 1e9, image, viewport).scale).toBe(64)
    expect(zoomAt(fitView(image, viewport), anchor, 1e-9, image, viewport).scale).toBeGreaterThan(0.01)
  })

  it('treats a mouse notch and a pinch of many small steps alike', () => {
    expect(wheelZoomFactor(120)).toBeCloseTo(Math.exp(-0.2))
    expect(wheelZoomFactor(-2)).toBeCloseTo(Math.exp(0.02))
  })
})

describe('panning', () => {
  it('never loses the image', () => {
    const view = limitView({ scale: 1, offsetX: 99_999, offsetY: -99_999 }, image, viewport)
    const [left, , , bottom] = screenFromNormalized([0, 0, 1, 1], view, image)
    expect(left).toBeLessThan(viewport.width)
    expect(bottom).toBeGreaterThan(0)
  })

  it('keeps the centre when the window changes size', () => {
    const view = fitView(image, viewport)
    const after = { width: 500, height: 900 }
    const centre = normalizedFromScreen({ x: 450, y: 350 }, view, image)
    const moved = normalizedFromScreen({ x: 250, y: 450 }, resizeView(view, viewport, after), image)
    expect(moved[0]).toBeCloseTo(centre[0])
    expect(moved[1]).toBeCloseTo(centre[1])
  })
})

describe('revealing', () => {
  it('leaves the view alone when the region is already in it', () => {
    const view = fitView(image, viewport)
    expect(revealView(view, [0.2, 0.2, 0.4, 0.4], image, viewport)).toBe(view)
  })

  it('brings a region into view, and zooms out when it is larger than the window', () => {
    const far = { scale: 8, offsetX: 0, offsetY: 0 }
    const [left, top, right, bottom] = screenFromNormalized(
      [0.5, 0.5, 0.9, 0.9],
      revealView(far, [0.5, 0.5, 0.9, 0.9], image, viewport),
      image
    )
    expect(left).toBeGreaterThanOrEqual(0)
    expect(top).toBeGreaterThanOrEqual(0)
    expect(right).toBeLessThanOrEqual(viewport.width)
    expect(bottom).toBeLessThanOrEqual(viewport.height)
  })

  it('zooms in on a region that is a speck', () => {
    const view = fitView({ width: 20_000, height: 20_000 }, viewport)
    const revealed = revealView(view, [0.5, 0.5, 0.501, 0.501], { width: 20_000, height: 20_000 }, viewport)
    expect(revealed.scale).toBeGreaterThan(view.scale * 10)
  })
})

describe('device pixels', () => {
  it('puts the offset on whole device pixels', () => {
    const snapped = snapView({ scale: 1.37, offsetX: 10.3, offsetY: -3.8 }, 1.5)
    expect(snapped.offsetX * 1.5).toBeCloseTo(15)
    expect(Number.isInteger(Math.round(snapped.offsetY * 15) / 10)).toBe(true)
  })
})

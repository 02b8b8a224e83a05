import { describe, expect, it } from 'vitest'
import { edgeScroll } from './edge-scroll'

const viewport = { width: 800, height: 600 }
const overflowing = [-500, -500, 1500, 1500] as const

describe('scrolling at the border', () => {
  it('goes towards what is out of sight, faster further out', () => {
    const [near] = edgeScroll({ x: 796, y: 300 }, viewport, overflowing)
    const [far] = edgeScroll({ x: 900, y: 300 }, viewport, overflowing)
    expect(near).toBeLessThan(0)
    expect(far).toBeLessThan(near)
    expect(edgeScroll({ x: 5, y: 5 }, viewport, overflowing).every((shift) => shift > 0)).toBe(true)
  })

  it('rests in the middle and where the image ends', () => {
    expect(edgeScroll({ x: 400, y: 300 }, viewport, overflowing)).toEqual([0, 0])
    expect(edgeScroll({ x: 799, y: 300 }, viewport, [100, 100, 700, 500])).toEqual([0, 0])
    expect(edgeScroll({ x: 799, y: 300 }, viewport, [-500, 0, 801, 600])).toEqual([-1, 0])
  })
})

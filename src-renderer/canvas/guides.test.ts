import { describe, expect, it } from 'vitest'
import { describeGuides } from './guides'
import { TEST_IMAGE, TEST_VIEW, testBox, testSample } from './testing'

const guides = (tool: 'select' | 'box', x: number, y: number, shape: Parameters<typeof describeGuides>[4] = null) =>
  describeGuides(tool, testSample('move', x, y), TEST_VIEW, TEST_IMAGE, shape)

describe('guides', () => {
  it('follow the pointer with its pixel while nothing is drawn', () => {
    expect(guides('box', 12, 34)).toEqual({ at: { x: 12, y: 34 }, hasLines: true, text: '12, 34' })
  })

  it('stay on the image, where the corner will be', () => {
    expect(guides('box', -40, 2000)).toEqual({ at: { x: 0, y: 1000 }, hasLines: true, text: null })
  })

  it('say the size of what is drawn or resized', () => {
    const { shape } = testBox('a', [100, 100, 223, 145])
    expect(guides('box', 223, 145, shape)?.text).toBe('123 × 45 px')
    expect(guides('select', 223, 145, shape)).toMatchObject({ hasLines: false, text: '123 × 45 px' })
  })

  it('are absent while selecting', () => {
    expect(guides('select', 1, 1)).toBeNull()
  })
})

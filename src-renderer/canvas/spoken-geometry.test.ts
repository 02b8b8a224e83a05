import { describe, expect, it } from 'vitest'
import { speakRegion } from './spoken-geometry'
import { CANVAS_STRINGS } from './strings'
import { testBox, testPoint } from './testing'

describe('what a screen reader says', () => {
  const dog = testBox('dog', [120, 300, 320, 450], { state: 'proposed' })

  it('names kind, caption, place, size and state', () => {
    expect(speakRegion(dog, CANVAS_STRINGS.en)).toBe('box dog, left 12 %, top 30 %, 20 % by 15 %, proposed')
  })

  it('leaves out what there is not', () => {
    expect(speakRegion({ ...testPoint('', 500, 250), caption: '' }, CANVAS_STRINGS.en)).toBe(
      'point, left 50 %, top 25 %'
    )
  })

  it('speaks Chinese', () => {
    expect(speakRegion(dog, CANVAS_STRINGS['zh-CN'])).toBe('框 dog,左 12 %,上 30 %,宽 20 % 高 15 %,待确认')
  })
})

import { describe, expect, it } from 'vitest'
import { testBox, testPoint } from '../testing'
import { FORMS } from '../outline'
import { STATES, packScene } from './packed-scene'

describe('packing', () => {
  it('keeps every value, at full precision, and each string once', () => {
    const scene = packScene([
      testBox('a', [100, 200, 300, 400], { caption: 'dog', confidence: 0.5, state: 'proposed' }),
      testPoint('b', 333, 777),
      testBox('c', [1, 2, 3, 4], { caption: 'dog' })
    ])
    expect([...scene.bounds]).toEqual([0.1, 0.2, 0.3, 0.4, 0.333, 0.777, 0.333, 0.777, 0.001, 0.002, 0.003, 0.004])
    expect([...scene.form].map((place) => FORMS[place])).toEqual(['box', 'point', 'box'])
    expect([...scene.ringOf]).toEqual([0, 0, 0, 0])
    expect(scene.points).toHaveLength(0)
    expect([...scene.state].map((place) => STATES[place])).toEqual(['proposed', 'accepted', 'accepted'])
    expect([...scene.confidence]).toEqual([0.5, Number.NaN, Number.NaN])
    expect(scene.captions).toEqual(['dog', 'b'])
    expect([...scene.caption]).toEqual([0, 1, 0])
    expect(scene.colours).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import { edgeAt } from './handles'

const BOX = [100, 100, 300, 200] as const

describe('edges', () => {
  it('are taken from both sides, and corners from the diagonal', () => {
    expect(edgeAt(BOX, { x: 298, y: 150 }, 4)).toEqual({ horizontal: 1, vertical: 0 })
    expect(edgeAt(BOX, { x: 303, y: 150 }, 4)).toEqual({ horizontal: 1, vertical: 0 })
    expect(edgeAt(BOX, { x: 102, y: 203 }, 4)).toEqual({ horizontal: -1, vertical: 1 })
  })

  it('leave the inside for moving', () => {
    expect(edgeAt(BOX, { x: 200, y: 150 }, 4)).toBeNull()
    expect(edgeAt([100, 100, 110, 110], { x: 102, y: 108 }, 4)).toBeNull()
  })

  it('end with the box', () => {
    expect(edgeAt(BOX, { x: 306, y: 150 }, 4)).toBeNull()
    expect(edgeAt(BOX, { x: 298, y: 220 }, 4)).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryShapes } from '../../src-shared/geometry/law-shapes'
import { bitmapFromMask, compressedFromMask } from '../../src-shared/geometry/mask'
import { maskOfShape } from '../../src-shared/geometry/mask-shape'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { formOf, nearness, ringsOf } from './outline'
import { RegionIndex } from './region-index'
import { TEST_IMAGE, testBox } from './testing'

const at = (x: number, y: number) => normalizedPoint(x / 1000, y / 1000)
const shown = (id: string, shape: RegionShape) => ({ ...testBox(id, [0, 0, 1, 1]), shape })
const hits = (shape: RegionShape, x: number, y: number, tolerance = 4): boolean =>
  new RegionIndex([shown('a', shape)], TEST_IMAGE).hit(at(x, y), tolerance).length > 0

describe('lines of shapes', () => {
  it('lie within the bounds of their shape', () => {
    fc.assert(
      fc.property(arbitraryShapes({ types: ['quad', 'polygon', 'polyline', 'multipolygon', 'mask'] }), (shape) => {
        const { points, starts } = ringsOf(shape) ?? { points: [], starts: [] }
        expect(starts.at(-1)).toBe(points.length / 2)
        const [x0, y0, x1, y1] = boundsOfShape(shape)
        points.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(i % 2 === 0 ? x0 : y0)
          expect(value).toBeLessThanOrEqual(i % 2 === 0 ? x1 : y1)
        })
      })
    )
  })

  it('of a mask go around exactly its pixels, holes left out', () => {
    fc.assert(
      fc.property(arbitraryShapes({ types: ['mask'] }), (shape) => {
        const mask = shape.type === 'mask' ? maskOfShape(shape) : null
        if (mask === null) throw new Error('expected a mask')
        const { width, height } = mask.size
        const inside = Array.from(bitmapFromMask(mask), (_, i) => {
          const middle = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height] as const
          return nearness(ringsOf(shape)!, true, middle, width, height).isInside ? 1 : 0
        })
        expect(inside).toEqual([...bitmapFromMask(mask)])
      })
    )
  })
})

describe('hits', () => {
  const corner: RegionShape = { type: 'polygon', points: [at(100, 100), at(500, 100), at(100, 500)] }

  it('of a polygon are inside or at its line, not in the rest of its bounds', () => {
    expect(hits(corner, 200, 200)).toBe(true)
    expect(hits(corner, 400, 400)).toBe(false)
    expect(hits(corner, 302, 302)).toBe(true)
    expect(hits(corner, 97, 300)).toBe(true)
  })

  it('of a stroke are at its line only', () => {
    const stroke: RegionShape = { type: 'polyline', points: [at(100, 100), at(500, 100), at(100, 500)] }
    expect(formOf(stroke)).toBe('stroke')
    expect(hits(stroke, 300, 302)).toBe(true)
    expect(hits(stroke, 200, 200)).toBe(false)
    expect(hits(stroke, 100, 300)).toBe(false)
  })

  it('of a multipolygon are in any ring, whichever way it runs', () => {
    const square = [at(100, 100), at(300, 100), at(300, 300), at(100, 300)]
    const over = [at(200, 200), at(200, 400), at(400, 400), at(400, 200)]
    const both: RegionShape = { type: 'multipolygon', rings: [square, over] }
    for (const [x, y] of [
      [150, 150],
      [250, 250],
      [380, 380]
    ] as const)
      expect(hits(both, x, y)).toBe(true)
    expect(hits(both, 350, 150)).toBe(false)
  })

  it('of a mask leave its hole out', () => {
    const size = { width: 5, height: 5 }
    const mask: RegionShape = { type: 'mask', size, counts: compressedFromMask({ size, counts: [0, 12, 1, 12] }) }
    expect(hits(mask, 100, 100)).toBe(true)
    expect(hits(mask, 500, 500)).toBe(false)
  })

  it('of keypoints are at a labelled point, or in the box', () => {
    const seen = { point: at(500, 500), visibility: 2 } as const
    const unknown = { point: at(0, 0), visibility: 0 } as const
    const dots: RegionShape = { type: 'keypoints', points: [seen, unknown], box: null }
    expect(hits(dots, 502, 498)).toBe(true)
    expect(hits(dots, 0, 0)).toBe(false)
    expect(hits({ ...dots, box: normalizedBox(0.2, 0.2, 0.8, 0.8) }, 300, 300)).toBe(true)
  })
})

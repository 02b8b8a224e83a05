import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryShapes } from '../../src-shared/geometry/law-shapes'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { isSameShape } from '../../src-shared/geometry/shape'
import { shapeProblem } from '../../src-shared/geometry/shape-problem'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { TEST_IMAGE, TEST_VIEW } from './testing'
import { MOST_VERTICES, moveVertex, vertexAt, verticesOf } from './vertices'

const at = (x: number, y: number) => normalizedPoint(x / 1000, y / 1000)
const triangle: RegionShape = { type: 'polygon', points: [at(100, 100), at(500, 100), at(300, 400)] }

describe('vertices', () => {
  it('are found within reach, the nearest first', () => {
    const find = (x: number, y: number) => vertexAt(triangle, { x, y }, TEST_VIEW, TEST_IMAGE, 7)
    expect(find(503, 98)).toEqual({ ring: 0, index: 1 })
    expect(find(508, 100)).toBeNull()
    expect(vertexAt(triangle, { x: 250, y: 200 }, TEST_VIEW, TEST_IMAGE, 1000)?.index).toBe(0)
  })

  it('move alone, keep the others to the bit, and stop at the border', () => {
    const moved = moveVertex(triangle, { ring: 0, index: 2 }, 0.25, 0.9)
    expect(moved).toEqual({ type: 'polygon', points: [at(100, 100), at(500, 100), expect.anything()] })
    expect(moved.type === 'polygon' && moved.points[2]?.[1]).toBe(1)
  })

  it('of every shape lead back to it, and never to a shape that no project holds', () => {
    fc.assert(
      fc.property(arbitraryShapes(), fc.nat(), fc.double({ min: -0.5, max: 0.5, noNaN: true }), (shape, n, delta) => {
        const vertices = verticesOf(shape)
        const vertex = vertices[n % Math.max(1, vertices.length)]
        if (vertex === undefined) {
          expect(['box', 'point', 'mask', 'keypoints']).toContain(shape.type)
          return
        }
        expect(moveVertex(shape, vertex, 0, 0)).toBe(shape)
        const moved = moveVertex(shape, vertex, delta, -delta)
        expect(shapeProblem(moved)).toBeNull()
        const others = verticesOf(moved).filter((other) => other.ring !== vertex.ring || other.index !== vertex.index)
        const before = vertices.filter((other) => other !== vertex)
        expect(others).toEqual(before)
        expect(moved.type).toBe(shape.type)
        if (moved !== shape) expect(isSameShape(moved, shape)).toBe(false)
      })
    )
  })

  it('are not offered where there are too many', () => {
    const points = Array.from({ length: MOST_VERTICES + 1 }, (_, i) => at(i, i % 7))
    expect(verticesOf({ type: 'polyline', points })).toEqual([])
    expect(verticesOf({ type: 'polyline', points: points.slice(1) })).toHaveLength(MOST_VERTICES)
  })
})

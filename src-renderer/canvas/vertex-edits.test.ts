import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { arbitraryShapes } from '../../src-shared/geometry/law-shapes'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { shapeProblem } from '../../src-shared/geometry/shape-problem'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { TEST_IMAGE, TEST_VIEW } from './testing'
import { addVertexAt, removeVertex } from './vertex-edits'
import { verticesOf } from './vertices'

const at = (x: number, y: number) => normalizedPoint(x / 1000, y / 1000)
const corners = [at(100, 100), at(500, 100), at(300, 400)]
const add = (shape: RegionShape, x: number, y: number) => addVertexAt(shape, { x, y }, TEST_VIEW, TEST_IMAGE, 5)

describe('points of an outline', () => {
  it('are added where its line is pressed, on the line', () => {
    const added = add({ type: 'polygon', points: corners }, 250, 103)
    expect(added?.vertex).toEqual({ ring: 0, index: 1 })
    expect(verticesOf(added!.shape).map((vertex) => vertex.at)[1]).toEqual([expect.closeTo(0.25), expect.closeTo(0.1)])
    expect(add({ type: 'polygon', points: corners }, 250, 110)).toBeNull()
  })

  it('are added between the last and the first of an area, and not of a line', () => {
    expect(add({ type: 'polygon', points: corners }, 200, 250)?.vertex).toEqual({ ring: 0, index: 3 })
    expect(add({ type: 'polyline', points: corners }, 200, 250)).toBeNull()
    const second = {
      type: 'multipolygon',
      rings: [corners, corners.map(([x, y]) => normalizedPoint(x + 0.4, y))]
    } as const
    expect(add(second, 600, 250)?.vertex).toEqual({ ring: 1, index: 3 })
  })

  it('are taken away while enough are left', () => {
    const four = { type: 'polygon', points: [...corners, at(150, 300)] } as const
    expect(removeVertex(four, { ring: 0, index: 3 })).toEqual({ type: 'polygon', points: corners })
    expect(removeVertex({ type: 'polygon', points: corners }, { ring: 0, index: 0 })).toBeNull()
    expect(removeVertex({ type: 'polyline', points: corners }, { ring: 0, index: 0 })).not.toBeNull()
    expect(removeVertex({ type: 'multipolygon', rings: [corners] }, { ring: 0, index: 0 })).toBeNull()
  })

  it('of every shape leave a shape that a project holds, and what was added can be taken away again', () => {
    fc.assert(
      fc.property(arbitraryShapes(), fc.nat(999), fc.nat(999), fc.nat(), (shape, x, y, n) => {
        const added = addVertexAt(shape, { x, y }, TEST_VIEW, TEST_IMAGE, 2000)
        if (added !== null) {
          expect(shapeProblem(added.shape)).toBeNull()
          expect(removeVertex(added.shape, added.vertex)).toEqual(shape)
        }
        const vertices = verticesOf(shape)
        const vertex = vertices[n % Math.max(1, vertices.length)]
        const left = vertex ? removeVertex(shape, vertex) : null
        if (left !== null) expect(shapeProblem(left)).toBeNull()
      })
    )
  })
})

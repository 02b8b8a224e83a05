import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { boxBetween, limitMove, moveShape, nudgeShapes, nudgeSize, onGrid, resizeBox } from './region-edits'
import type { Handle } from './region-edits'

const ULP = 2 ** -52
const IMAGE = { width: 1333, height: 777 }

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
/** Any box a file may hold, also partly outside the image. */
const anyBox = fc
  .tuple(
    ...([0, 1, 2, 3].map(() => fc.double({ min: -0.2, max: 1.2, noNaN: true })) as [
      typeof fraction,
      typeof fraction,
      typeof fraction,
      typeof fraction
    ])
  )
  .filter(([a, b, c, d]) => a !== c && b !== d)
  .map(([a, b, c, d]) => normalizedBox(Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)))
/** A box drawn here. */
const drawnBox = fc
  .tuple(fraction, fraction, fraction, fraction)
  .map(([a, b, c, d]) => boxBetween([a, b], [c, d]))
  .filter((box) => box !== null)
const delta = fc.double({ min: -1.5, max: 1.5, noNaN: true })
const handle: fc.Arbitrary<Handle> = fc
  .record({ horizontal: fc.constantFrom(-1, 0, 1), vertical: fc.constantFrom(-1, 0, 1) } as const)
  .filter(({ horizontal, vertical }) => horizontal !== 0 || vertical !== 0)

const boxShape = (box: ReturnType<typeof normalizedBox>): RegionShape => ({ type: 'box', box })
const boxOf = (shape: RegionShape) => {
  if (shape.type !== 'box') throw new Error('expected a box')
  return shape.box
}
const move = (shape: RegionShape, dx: number, dy: number): RegionShape =>
  moveShape(shape, ...limitMove([shape], dx, dy))

describe('moving', () => {
  it('returns the very same shape when the gesture has no length', () => {
    fc.assert(
      fc.property(anyBox, (box) => {
        const shape = boxShape(box)
        expect(move(shape, 0, 0)).toBe(shape)
      })
    )
  })

  it('keeps width and height of a drawn box to the last bit', () => {
    fc.assert(
      fc.property(drawnBox, delta, delta, (box, dx, dy) => {
        const moved = boxOf(move(boxShape(box), dx, dy))
        expect(moved[2] - moved[0]).toBe(box[2] - box[0])
        expect(moved[3] - moved[1]).toBe(box[3] - box[1])
      })
    )
  })

  it('keeps width and height of any box within one rounding', () => {
    fc.assert(
      fc.property(anyBox, delta, delta, (box, dx, dy) => {
        const moved = boxOf(move(boxShape(box), dx, dy))
        expect(Math.abs(moved[2] - moved[0] - (box[2] - box[0]))).toBeLessThanOrEqual(ULP)
        expect(Math.abs(moved[3] - moved[1] - (box[3] - box[1]))).toBeLessThanOrEqual(ULP)
      })
    )
  })

  it('brings a drawn box back to the last bit when it is moved back', () => {
    fc.assert(
      fc.property(drawnBox, delta, delta, (box, dx, dy) => {
        const shape = boxShape(box)
        const [x, y] = limitMove([shape], dx, dy)
        expect(move(moveShape(shape, x, y), -x, -y)).toEqual(shape)
      })
    )
  })

  it('never pushes a box out of the image, nor further out than it was', () => {
    fc.assert(
      fc.property(anyBox, delta, delta, (box, dx, dy) => {
        const moved = boxOf(move(boxShape(box), dx, dy))
        expect(moved[0]).toBeGreaterThanOrEqual(Math.min(0, box[0]))
        expect(moved[1]).toBeGreaterThanOrEqual(Math.min(0, box[1]))
        expect(moved[2]).toBeLessThanOrEqual(Math.max(1, box[2]))
        expect(moved[3]).toBeLessThanOrEqual(Math.max(1, box[3]))
      })
    )
  })

  it('lets a box touch the image border exactly', () => {
    fc.assert(
      fc.property(drawnBox, (box) => {
        const right = boxOf(move(boxShape(box), 2, 2))
        expect([right[2], right[3]]).toEqual([1, 1])
        const left = boxOf(move(boxShape(box), -2, -2))
        expect([left[0], left[1]]).toEqual([0, 0])
      })
    )
  })

  it('does not touch one axis when only the other one moves', () => {
    fc.assert(
      fc.property(anyBox, delta, (box, dx) => {
        const moved = boxOf(move(boxShape(box), dx, 0))
        expect([moved[1], moved[3]]).toEqual([box[1], box[3]])
      })
    )
  })

  it('keeps several regions together', () => {
    const shapes = [
      boxShape(normalizedBox(0.1, 0.1, 0.2, 0.2)),
      { type: 'point', point: normalizedPoint(0.95, 0.5) } as const
    ]
    const [dx, dy] = limitMove(shapes, 0.5, 0)
    expect(dx).toBeCloseTo(0.05, 12)
    expect(dy).toBe(0)
  })
})

describe('resizing', () => {
  it('leaves the sides that are not dragged bit-identical', () => {
    fc.assert(
      fc.property(anyBox, handle, delta, delta, (box, dragged, dx, dy) => {
        const resized = resizeBox(box, dragged, dx, dy, IMAGE)
        if (dragged.horizontal === 0) expect([resized[0], resized[2]]).toEqual([box[0], box[2]])
        else expect([resized[0], resized[2]]).toContain(dragged.horizontal < 0 ? box[2] : box[0])
        if (dragged.vertical === 0) expect([resized[1], resized[3]]).toEqual([box[1], box[3]])
        else expect([resized[1], resized[3]]).toContain(dragged.vertical < 0 ? box[3] : box[1])
      })
    )
  })

  it('returns the very same box when nothing moved', () => {
    fc.assert(
      fc.property(anyBox, handle, (box, dragged) => {
        expect(resizeBox(box, dragged, 0, 0, IMAGE)).toBe(box)
      })
    )
  })

  it('never makes a box without area, and never drags a side out of the image', () => {
    fc.assert(
      fc.property(anyBox, handle, delta, delta, (box, dragged, dx, dy) => {
        const resized = resizeBox(box, dragged, dx, dy, IMAGE)
        expect(resized[2]).toBeGreaterThan(resized[0])
        expect(resized[3]).toBeGreaterThan(resized[1])
        expect(resized[0]).toBeGreaterThanOrEqual(Math.min(0, box[0]))
        expect(resized[2]).toBeLessThanOrEqual(Math.max(1, box[2]))
      })
    )
  })

  it('swaps sides when one is dragged across the other', () => {
    const box = normalizedBox(0.25, 0.25, 0.5, 0.5)
    expect(resizeBox(box, { horizontal: 1, vertical: 0 }, -0.375, 0, IMAGE)).toEqual([0.125, 0.25, 0.25, 0.5])
  })
})

describe('drawing', () => {
  it('orders corners and stays inside the image', () => {
    expect(boxBetween([1.5, 0.5], [0.25, -3])).toEqual([0.25, 0, 1, 0.5])
  })

  it('makes nothing without area', () => {
    expect(boxBetween([0.5, 0.5], [0.5, 0.9])).toBeNull()
    expect(boxBetween([-0.5, 0.1], [-0.1, 0.9])).toBeNull()
  })

  it('moves a corner by less than a millionth of a pixel', () => {
    fc.assert(
      fc.property(fraction, (value) => {
        expect(Math.abs(onGrid(value) - value)).toBeLessThan(1e-6 / 100_000)
      })
    )
  })
})

describe('nudging', () => {
  it('moves by whole image pixels and back', () => {
    const shape = boxShape(normalizedBox(100 / 1333, 0.25, 200 / 1333, 0.5))
    const [right] = nudgeShapes([shape], 10, 0, IMAGE)
    expect(boxOf(right!)[0] * 1333).toBeCloseTo(110, 9)
    const [back] = nudgeShapes([right!], -10, 0, IMAGE)
    expect(boxOf(back!)[0] * 1333).toBeCloseTo(100, 9)
  })

  it('grows and shrinks right and bottom, down to one pixel', () => {
    const shape = boxShape(normalizedBox(0, 0, 3 / 1333, 0.5))
    const grown = boxOf(nudgeSize(shape, 1, 0, IMAGE))
    expect(grown[2] * 1333).toBeCloseTo(4, 9)
    expect(grown[3]).toBe(0.5)
    const shrunk = boxOf(nudgeSize(shape, -10, 0, IMAGE))
    expect(shrunk[0]).toBe(0)
    expect(shrunk[2] * 1333).toBeCloseTo(1, 6)
  })
})

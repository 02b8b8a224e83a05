import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../errors'
import {
  boxArea,
  boxHeight,
  boxWidth,
  clampBox,
  clampPointToImage,
  clampToImage,
  isDegenerate,
  isFiniteBox,
  isInsideImage,
  isOrdered,
  orderCorners,
  translateBox
} from './box'
import {
  normalizedFromPadded,
  normalizedFromPixel,
  normalizedPointFromPadded,
  normalizedPointFromPixel,
  paddedFromNormalized,
  paddedPointFromNormalized,
  pixelFromNormalized,
  pixelPointFromNormalized,
  squareCanvas
} from './convert'
import { HANDLES, dragHandle, handleAt, handlePositions, isInBox, isNearPoint } from './hit'
import { intersectionOverUnion } from './iou'
import { normalizedBox, normalizedPoint, paddedBox, pixelBox } from './space'

const coordinate = fc.double({ min: -2, max: 3, noNaN: true }).map((value) => value + 0)
const boxes = fc.tuple(coordinate, coordinate, coordinate, coordinate).map((q) => normalizedBox(...q))
const sizes = fc.record({ width: fc.integer({ min: 1, max: 20_000 }), height: fc.integer({ min: 1, max: 20_000 }) })
const runs = { numRuns: 1000 }

describe('boxes', () => {
  test('ordered corners span the same place', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const ordered = orderCorners(box)
        expect(isOrdered(ordered)).toBe(true)
        expect([ordered[0], ordered[2]].sort()).toEqual([box[0], box[2]].sort())
        expect([ordered[1], ordered[3]].sort()).toEqual([box[1], box[3]].sort())
      }),
      runs
    )
  })

  test('clamping keeps a box inside its bounds and leaves an inside box alone', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        const clamped = clampToImage(box)
        expect(isInsideImage(clamped)).toBe(true)
        expect(clampToImage(clamped)).toEqual(clamped)
        if (isInsideImage(box)) expect(clamped).toEqual(box)
        expect(clampBox(box, normalizedBox(0, 0, 1, 1))).toEqual(clamped)
      }),
      runs
    )
    expect(clampPointToImage(normalizedPoint(-1, 2))).toEqual([0, 1])
  })

  test('width, height and area', () => {
    const box = pixelBox(10, 20, 40, 100)
    expect([boxWidth(box), boxHeight(box), boxArea(box)]).toEqual([30, 80, 2400])
    expect(boxArea(pixelBox(40, 20, 10, 100))).toBe(0)
    expect(isDegenerate(pixelBox(1, 1, 1, 5))).toBe(true)
    expect(isFiniteBox(pixelBox(1, 1, NaN, 5))).toBe(false)
    expect(translateBox(box, 1, -1)).toEqual([11, 19, 41, 99])
  })
})

describe('conversions', () => {
  test('pixels and normalized are inverse within a millionth of a pixel', () => {
    fc.assert(
      fc.property(boxes, sizes, (box, size) => {
        const pixels = pixelFromNormalized(box, size)
        const back = pixelFromNormalized(normalizedFromPixel(pixels, size), size)
        back.forEach((value, i) => expect(Math.abs(value - (pixels[i] ?? NaN))).toBeLessThan(1e-6))
        const [x, y] = pixelPointFromNormalized(normalizedPoint(box[0], box[1]), size)
        expect([x, y]).toEqual(pixels.slice(0, 2))
      }),
      runs
    )
    expect(
      normalizedPointFromPixel(pixelPointFromNormalized(normalizedPoint(0.25, 0.5), { width: 8, height: 4 }), {
        width: 8,
        height: 4
      })
    ).toEqual([0.25, 0.5])
  })

  test('padded and normalized are inverse within a millionth of a pixel', () => {
    fc.assert(
      fc.property(boxes, sizes, (box, size) => {
        const back = normalizedFromPadded(paddedFromNormalized(box, size), size)
        const scale = [size.width, size.height, size.width, size.height]
        back.forEach((value, i) => expect(Math.abs(value - (box[i] ?? NaN)) * (scale[i] ?? NaN)).toBeLessThan(1e-6))
        const point = normalizedPoint(box[0], box[1])
        expect(paddedPointFromNormalized(point, size)).toEqual(paddedFromNormalized(box, size).slice(0, 2))
        expect(normalizedPointFromPadded(paddedPointFromNormalized(point, size), size)).toEqual(back.slice(0, 2))
      }),
      runs
    )
  })

  test('the odd pixel of a margin is on the right or bottom', () => {
    expect(squareCanvas({ width: 333, height: 500 })).toEqual({ side: 500, left: 83, top: 0 })
    expect(squareCanvas({ width: 500, height: 375 })).toEqual({ side: 500, left: 0, top: 62 })
    expect(squareCanvas({ width: 640, height: 480 })).toEqual({ side: 640, left: 0, top: 80 })
    expect(squareCanvas({ width: 7, height: 7 })).toEqual({ side: 7, left: 0, top: 0 })
  })

  test('a landscape image fills the middle of the square', () => {
    const size = { width: 640, height: 480 }
    expect(paddedFromNormalized(normalizedBox(0, 0, 1, 1), size)).toEqual([0, 0.125, 1, 0.875])
    expect(normalizedFromPadded(paddedBox(0, 0.125, 1, 0.875), size)).toEqual([0, 0, 1, 1])
  })

  test('an image without size is a programming error', () => {
    expect(() => pixelFromNormalized(normalizedBox(0, 0, 1, 1), { width: 0, height: 4 })).toThrow(InvariantError)
    expect(() => squareCanvas({ width: NaN, height: 4 })).toThrow(InvariantError)
  })
})

describe('intersection over union', () => {
  test('is symmetric, within 0..1, and 1 for a box with itself', () => {
    fc.assert(
      fc.property(boxes.map(orderCorners), boxes.map(orderCorners), (a, b) => {
        const iou = intersectionOverUnion(a, b)
        expect(iou).toBe(intersectionOverUnion(b, a))
        expect(iou).toBeGreaterThanOrEqual(0)
        expect(iou).toBeLessThanOrEqual(1)
        if (boxArea(a) > 1e-9) expect(intersectionOverUnion(a, a)).toBe(1)
      }),
      runs
    )
  })

  test.each([
    [pixelBox(0, 0, 100, 100), pixelBox(0, 0, 100, 50), 0.5],
    [pixelBox(0, 0, 2, 2), pixelBox(1, 1, 3, 3), 1 / 7],
    [pixelBox(0, 0, 1, 1), pixelBox(1, 0, 2, 1), 0],
    [pixelBox(1, 1, 1, 1), pixelBox(1, 1, 1, 1), 0]
  ])('%j with %j is %d', (a, b, expected) => {
    expect(intersectionOverUnion(a, b)).toBeCloseTo(expected, 12)
  })
})

describe('hits', () => {
  const box = normalizedBox(0.2, 0.2, 0.6, 0.4)

  test('each handle is found at its own position', () => {
    for (const handle of HANDLES) expect(handleAt(handlePositions(box)[handle], box, [0.01, 0.01])).toBe(handle)
    expect(handleAt([0.4, 0.3], box, [0.01, 0.01])).toBeNull()
  })

  test('in a tiny box the corner wins over the edge', () => {
    expect(handleAt([0.2, 0.2], normalizedBox(0.2, 0.2, 0.2, 0.2), [0.1, 0.1])).toHaveLength(2)
  })

  test('a dragged handle moves its own edges only, and corners stay ordered when crossed', () => {
    expect(dragHandle(box, 'se', [0.8, 0.9])).toEqual([0.2, 0.2, 0.8, 0.9])
    expect(dragHandle(box, 'n', [0.9, 0.1])).toEqual([0.2, 0.1, 0.6, 0.4])
    expect(dragHandle(box, 'w', [0.9, 0])).toEqual([0.6, 0.2, 0.9, 0.4])
  })

  test('reach grows the place that is hit, per axis', () => {
    expect(isInBox([0.2, 0.4], box)).toBe(true)
    expect(isInBox([0.19, 0.3], box)).toBe(false)
    expect(isInBox([0.19, 0.3], box, [0.02, 0])).toBe(true)
    expect(isNearPoint([0.5, 0.52], [0.5, 0.5], [0.01, 0.03])).toBe(true)
    expect(isNearPoint([0.52, 0.5], [0.5, 0.5], [0.01, 0.03])).toBe(false)
  })
})

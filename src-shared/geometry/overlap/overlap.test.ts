import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../errors'
import { boxCoverage, intersectionOverUnion } from '../iou'
import fixture from '../fixtures/overlaps.json'
import { doubleAreaOfRing } from '../polygon'
import type { PixelPolygon } from '../polygon'
import { pixelBox, pixelPoint } from '../space'
import { cornersOfRotatedBox, polygonCoverage, polygonIou, polygonsArea, rotatedBoxCoverage, rotatedBoxIou } from '.'
import type { PixelRotatedBox } from '.'

const runs = { numRuns: 1000 }
/** Of doubles that went through a dozen operations. */
const DOUBLE_ERROR = 1e-9

const rotated = ([x, y, width, height, angle]: readonly number[]): PixelRotatedBox => ({
  centre: pixelPoint(x ?? NaN, y ?? NaN),
  width: width ?? NaN,
  height: height ?? NaN,
  angle: angle ?? NaN
})
const polygonsOf = (list: readonly (readonly (readonly (readonly number[])[])[])[]): readonly PixelPolygon[] =>
  list.map((rings) => rings.map((ring) => ring.map(([x, y]) => pixelPoint(x ?? NaN, y ?? NaN))))

describe('as Shapely', () => {
  test('rotated boxes', () => {
    const rows = fixture.rotatedBoxes as unknown as [number[], number[], number, number][]
    expect(rows).toHaveLength(220)
    for (const [a, b, iou, coverage] of rows) {
      expect(Math.abs(rotatedBoxIou(rotated(a), rotated(b)) - iou)).toBeLessThan(DOUBLE_ERROR)
      expect(Math.abs(rotatedBoxCoverage(rotated(a), rotated(b)) - coverage)).toBeLessThan(DOUBLE_ERROR)
    }
  })

  test('polygons: concave, with holes, several in a list', () => {
    const rows = fixture.polygons as unknown as [number[][][][], number[][][][], number, number, number][]
    expect(rows).toHaveLength(155)
    for (const [a, b, area, iou, coverage] of rows) {
      expect(Math.abs(polygonsArea(polygonsOf(a)) / area - 1)).toBeLessThan(DOUBLE_ERROR)
      expect(Math.abs(polygonIou(polygonsOf(a), polygonsOf(b)) - iou)).toBeLessThan(DOUBLE_ERROR)
      expect(Math.abs(polygonCoverage(polygonsOf(a), polygonsOf(b)) - coverage)).toBeLessThan(DOUBLE_ERROR)
    }
  })
})

test('rings that cross and touch themselves agree with Shapely too, filled even-odd', () => {
  const rows = fixture.damaged as unknown as [number[][], number[][], number, number, number][]
  expect(rows).toHaveLength(200)
  for (const [a, b, area, iou, coverage] of rows) {
    const [left, right] = [polygonsOf([[a]]), polygonsOf([[b]])]
    expect(Math.abs(polygonsArea(left) - area)).toBeLessThan(DOUBLE_ERROR)
    expect(Math.abs(polygonIou(left, right) - iou)).toBeLessThan(DOUBLE_ERROR)
    expect(Math.abs(polygonCoverage(left, right) - coverage)).toBeLessThan(DOUBLE_ERROR)
  }
})

const length = fc.double({ min: 0.01, max: 500, noNaN: true })
const place = fc.double({ min: -300, max: 300, noNaN: true })
const angle = fc.double({ min: -10, max: 10, noNaN: true })
const rotatedBoxes = fc.tuple(place, place, length, length, angle).map(rotated)

describe('rotated boxes', () => {
  test('are symmetric, within 0..1, and 1 with themselves', () => {
    fc.assert(
      fc.property(rotatedBoxes, rotatedBoxes, (a, b) => {
        const iou = rotatedBoxIou(a, b)
        expect(iou).toBeGreaterThanOrEqual(0)
        expect(iou).toBeLessThanOrEqual(1)
        expect(Math.abs(iou - rotatedBoxIou(b, a))).toBeLessThan(DOUBLE_ERROR)
        expect(rotatedBoxIou(a, a)).toBeGreaterThan(1 - DOUBLE_ERROR)
        expect(rotatedBoxCoverage(a, b)).toBeGreaterThanOrEqual(iou - DOUBLE_ERROR)
      }),
      runs
    )
  })

  test('without an angle are boxes, and turning both together changes nothing', () => {
    fc.assert(
      fc.property(rotatedBoxes, rotatedBoxes, angle, (a, b, turn) => {
        const straight = (box: PixelRotatedBox): PixelRotatedBox => ({ ...box, angle: 0 })
        const boxOf = ({ centre, width, height }: PixelRotatedBox) =>
          pixelBox(centre[0] - width / 2, centre[1] - height / 2, centre[0] + width / 2, centre[1] + height / 2)
        const iou = intersectionOverUnion(boxOf(a), boxOf(b))
        expect(Math.abs(rotatedBoxIou(straight(a), straight(b)) - iou)).toBeLessThan(DOUBLE_ERROR)
        expect(Math.abs(rotatedBoxCoverage(straight(a), straight(b)) - boxCoverage(boxOf(a), boxOf(b)))).toBeLessThan(
          DOUBLE_ERROR
        )
        const turned = (box: PixelRotatedBox): PixelRotatedBox => {
          const [[x, y], cos, sin] = [box.centre, Math.cos(turn), Math.sin(turn)]
          return { ...box, centre: pixelPoint(x * cos - y * sin, x * sin + y * cos), angle: box.angle + turn }
        }
        expect(Math.abs(rotatedBoxIou(turned(a), turned(b)) - rotatedBoxIou(a, b))).toBeLessThan(DOUBLE_ERROR)
      }),
      runs
    )
  })

  test('a positive angle turns clockwise on the screen, and corners keep their names', () => {
    const corners = cornersOfRotatedBox({ centre: pixelPoint(10, 10), width: 4, height: 2, angle: Math.PI / 2 })
    expect(corners.map((corner) => corner.map((value) => Math.round(value * 1e9) / 1e9))).toEqual([
      [11, 8],
      [11, 12],
      [9, 12],
      [9, 8]
    ])
    expect(doubleAreaOfRing(corners)).toBeCloseTo(16, 9)
  })

  test.each([
    [0, 5],
    [5, 0],
    [0, 0]
  ])('%d by %d overlaps nothing', (width, height) => {
    const flat = { centre: pixelPoint(0, 0), width, height, angle: 0.3 }
    const box = { ...flat, width: 10, height: 10 }
    expect([rotatedBoxIou(flat, box), rotatedBoxIou(box, flat), rotatedBoxCoverage(flat, flat)]).toEqual([0, 0, 0])
  })
})

describe('polygons', () => {
  const quad = (box: PixelRotatedBox): PixelPolygon => [cornersOfRotatedBox(box)]

  test('of two turned boxes are what clipping says', () => {
    fc.assert(
      fc.property(rotatedBoxes, rotatedBoxes, (a, b) => {
        expect(Math.abs(polygonIou([quad(a)], [quad(b)]) - rotatedBoxIou(a, b))).toBeLessThan(DOUBLE_ERROR)
      }),
      runs
    )
  })

  test('of any points at all, crossing themselves or lying in line, are measured and never thrown at', () => {
    const points = fc.array(
      fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 })).map(([x, y]) => pixelPoint(x, y)),
      { maxLength: 8 }
    )
    const lists = fc.array(fc.array(points, { maxLength: 3 }), { maxLength: 3 })
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const iou = polygonIou(a, b)
        expect(iou).toBeGreaterThanOrEqual(0)
        expect(iou).toBeLessThanOrEqual(1)
        expect(Math.abs(iou - polygonIou(b, a))).toBeLessThan(DOUBLE_ERROR)
        expect(Math.abs(polygonIou(a, a) - (polygonsArea(a) > 0 ? 1 : 0))).toBeLessThan(DOUBLE_ERROR)
        expect(Math.abs(polygonsArea([...a, ...a]) - polygonsArea(a))).toBeLessThan(DOUBLE_ERROR)
      }),
      runs
    )
  })

  test('a ring that crosses itself is filled where it goes around an odd number of times', () => {
    const bowTie = polygonsOf([[[[0, 0], [10, 10], [10, 0], [0, 10]]]]) // prettier-ignore
    expect(polygonsArea(bowTie)).toBeCloseTo(50, 9)
  })

  test('coordinates that are no numbers are a programming error', () => {
    expect(() => polygonsArea([[[pixelPoint(0, 0), pixelPoint(NaN, 1), pixelPoint(1, 1)]]])).toThrow(InvariantError)
    expect(polygonsArea([])).toBe(0)
    expect(polygonIou([], [])).toBe(0)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../errors'
import fixture from '../fixtures/masks.json'
import { pixelBox, pixelPoint } from '../space'
import type { ImageSize } from '../space'
import {
  bitmapFromMask,
  boundsOfMask,
  compressedFromMask,
  emptyMask,
  intersectMasks,
  intersectionArea,
  invertMask,
  isSameMask,
  maskArea,
  maskCoverage,
  maskFromBitmap,
  maskFromBox,
  maskFromCompressed,
  maskFromCounts,
  maskFromOutlines,
  maskFromPolygon,
  maskIou,
  polygonsOfMask,
  resizeMask,
  subtractMask,
  uniteMasks
} from '.'
import type { Mask } from '.'

const runs = { numRuns: 1000 }
const sizeOf = ({ width, height }: ImageSize): ImageSize => ({ width, height })
const xywh = (mask: Mask): readonly number[] => {
  const [x0, y0, x1, y1] = boundsOfMask(mask) ?? [0, 0, 0, 0]
  return [x0, y0, x1 - x0, y1 - y0]
}
const pairs = (numbers: readonly number[]) =>
  numbers.flatMap((x, i) => (i % 2 === 0 ? [pixelPoint(x, numbers[i + 1] ?? NaN)] : []))
const given = (counts: readonly number[], size: ImageSize): Mask => {
  const { mask } = maskFromCounts(counts, size)
  if (mask === null) throw new Error('expected sound counts')
  return mask
}

const side = fc.integer({ min: 1, max: 24 })
const masksOf = (size: ImageSize): fc.Arbitrary<Mask> =>
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })))
    .map(([share, noise]) =>
      maskFromBitmap(
        Array.from({ length: size.width * size.height }, () => ((noise.next().value ?? 0) < share ? 1 : 0)),
        size
      )
    )
const masks = fc.record({ width: side, height: side }).chain(masksOf)
const groups = fc
  .record({ width: side, height: side })
  .chain((size) => fc.array(masksOf(size), { minLength: 3, maxLength: 3 }))

describe('as pycocotools', () => {
  test('bitmaps: run lengths, string, area, bounds, and back', () => {
    expect(fixture.bitmaps).toHaveLength(55)
    for (const { rows, counts, string, area, bbox, ...size } of fixture.bitmaps) {
      const bitmap = [...rows.join('')].map(Number)
      const mask = maskFromBitmap(bitmap, sizeOf(size))
      expect(mask.counts).toEqual(counts)
      expect(compressedFromMask(mask)).toBe(string)
      expect(maskFromCompressed(string, size).mask).toEqual(mask)
      expect([...bitmapFromMask(mask)]).toEqual(bitmap)
      expect([maskArea(mask), xywh(mask)]).toEqual([area, bbox])
    }
  })

  test('polygons: the same pixels, partly outside and degenerate too', () => {
    expect(fixture.polygons).toHaveLength(286)
    for (const { polygon, counts, string, area, bbox, ...size } of fixture.polygons) {
      const mask = maskFromPolygon([pairs(polygon)], sizeOf(size))
      expect({ polygon, counts: mask.counts }).toEqual({ polygon, counts })
      expect([compressedFromMask(mask), maskArea(mask), xywh(mask)]).toEqual([string, area, bbox])
    }
  })

  test('boxes', () => {
    expect(fixture.boxes).toHaveLength(40)
    for (const { box, counts, ...size } of fixture.boxes) {
      const [x = NaN, y = NaN, w = NaN, h = NaN] = box
      expect({ box, counts: maskFromBox(pixelBox(x, y, x + w, y + h), sizeOf(size)).counts }).toEqual({ box, counts })
    }
  })

  test('union, intersection, IoU, and IoU with a crowd', () => {
    expect(fixture.merges).toHaveLength(40)
    for (const { masks: list, union, intersection, iou, iouCrowd, ...size } of fixture.merges) {
      const all = list.map((counts) => given(counts, sizeOf(size)))
      const [a, b] = all as [Mask, Mask]
      expect(uniteMasks(all).counts).toEqual(union)
      expect(intersectMasks(all).counts).toEqual(intersection)
      expect(maskIou(a, b)).toBeCloseTo(iou, 14)
      expect(maskCoverage(a, b)).toBeCloseTo(iouCrowd, 14)
    }
  })

  test('resizing by the nearest pixel agrees with Pillow, where none is as near as another', () => {
    expect(fixture.resizes).toHaveLength(40)
    for (const { counts, to, resized, ...size } of fixture.resizes) {
      const [width = 0, height = 0] = to
      expect(resizeMask(given(counts, sizeOf(size)), { width, height }).counts).toEqual(resized)
    }
  })
})

describe('laws', () => {
  test('bitmap, counts and string lead back to the same mask', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        expect(maskFromBitmap(bitmapFromMask(mask), mask.size)).toEqual(mask)
        expect(maskFromCounts(mask.counts, mask.size).mask).toEqual(mask)
        expect(maskFromCompressed(compressedFromMask(mask), mask.size).mask).toEqual(mask)
        expect(maskArea(mask)).toBe(bitmapFromMask(mask).reduce((sum, value) => sum + value, 0))
      }),
      runs
    )
  })

  test('counts of the largest rasters survive the string', () => {
    const size = { width: 30_000, height: 30_000 }
    const mask = given([1, 899_999_998, 1], size)
    expect(maskFromCompressed(compressedFromMask(mask), size).mask).toEqual(mask)
    expect(boundsOfMask(mask)).toEqual([0, 0, 30_000, 30_000])
  })

  test('sets: union and intersection by pixel, areas add up', () => {
    fc.assert(
      fc.property(groups, ([a, b, c]) => {
        if (a === undefined || b === undefined || c === undefined) return
        const [pa, pb] = [bitmapFromMask(a), bitmapFromMask(b)]
        expect([...bitmapFromMask(uniteMasks([a, b]))]).toEqual([...pa.map((value, i) => value | (pb[i] ?? 0))])
        expect([...bitmapFromMask(intersectMasks([a, b]))]).toEqual([...pa.map((value, i) => value & (pb[i] ?? 0))])
        expect(uniteMasks([a, b, c])).toEqual(uniteMasks([c, uniteMasks([b, a])]))
        expect(maskArea(uniteMasks([a, b])) + intersectionArea(a, b)).toBe(maskArea(a) + maskArea(b))
        expect(uniteMasks([subtractMask(a, b), intersectMasks([a, b])])).toEqual(a)
        expect(invertMask(invertMask(a))).toEqual(a)
        expect(isSameMask(invertMask(a), a)).toBe(false)
        expect(maskIou(a, b)).toBe(maskIou(b, a))
        expect(maskIou(a, a)).toBe(maskArea(a) > 0 ? 1 : 0)
        expect(maskCoverage(a, uniteMasks([a, b]))).toBe(maskArea(a) > 0 ? 1 : 0)
      }),
      runs
    )
  })

  test('outlines drawn again give the mask to the pixel; one outline a part, holes the other way round', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const polygons = polygonsOfMask(mask)
        expect(
          uniteMasks([emptyMask(mask.size), ...polygons.map((rings) => maskFromPolygon(rings, mask.size))])
        ).toEqual(mask)
        // Parts do not overlap, and each is drawn alone.
        const areas = polygons.map((rings) => maskArea(maskFromPolygon(rings, mask.size)))
        expect(areas.reduce((sum, area) => sum + area, 0)).toBe(maskArea(mask))
        expect(polygons).toHaveLength(partsOf(mask))
        for (const rings of polygons) {
          rings.forEach((ring, i) => {
            expect(ring.length).toBeGreaterThanOrEqual(4)
            expect(Math.sign(doubleArea(ring))).toBe(i === 0 ? 1 : -1)
          })
        }
      }),
      runs
    )
  })

  test('resizing to the same size changes nothing, and to a multiple keeps every pixel', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (mask, fx, fy) => {
        expect(resizeMask(mask, mask.size)).toEqual(mask)
        const { width, height } = mask.size
        const larger = resizeMask(mask, { width: width * fx, height: height * fy })
        expect(maskArea(larger)).toBe(maskArea(mask) * fx * fy)
        expect(resizeMask(larger, mask.size)).toEqual(mask)
      }),
      runs
    )
  })
})

const doubleArea = (ring: readonly (readonly [number, number] | ReturnType<typeof pixelPoint>)[]): number =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y]
    return sum + x * nextY - nextX * y
  }, 0)

/** Parts that touch by edges, by flooding the bitmap. */
function partsOf(mask: Mask): number {
  const { width, height } = mask.size
  const bitmap = bitmapFromMask(mask)
  let parts = 0
  for (let i = 0; i < bitmap.length; i++) {
    if (bitmap[i] !== 1) continue
    parts++
    const stack = [i]
    while (stack.length > 0) {
      const at = stack.pop() ?? 0
      if (bitmap[at] !== 1) continue
      bitmap[at] = 0
      const x = at % width
      if (x > 0) stack.push(at - 1)
      if (x < width - 1) stack.push(at + 1)
      if (at >= width) stack.push(at - width)
      if (at < width * (height - 1)) stack.push(at + width)
    }
  }
  return parts
}

describe('outlines', () => {
  const drawn = (...rows: readonly string[]): Mask =>
    maskFromBitmap(
      [...rows.join('')].map((cell) => (cell === '#' ? 1 : 0)),
      { width: rows[0]?.length ?? 0, height: rows.length }
    )

  test('a part with a hole', () => {
    expect(polygonsOfMask(drawn('####', '#..#', '####'))).toEqual([
      [
        [
          [0, 0],
          [4, 0],
          [4, 3],
          [0, 3]
        ],
        [
          [1, 1],
          [1, 2],
          [3, 2],
          [3, 1]
        ]
      ]
    ])
  })

  test('pixels that touch by a corner are parts of their own', () => {
    expect(polygonsOfMask(drawn('#.', '.#'))).toHaveLength(2)
    expect(polygonsOfMask(drawn('###', '#.#', '##.'))).toHaveLength(1)
    expect(polygonsOfMask(drawn('..', '..'))).toEqual([])
  })

  test('corners very far outside cost no more than the raster is wide', () => {
    const size = { width: 50, height: 40 }
    const started = Date.now()
    const [far, farther] = [1e9, 1e300]
    expect(maskArea(maskFromPolygon([pairs([-far, -far, far, -far, far, far, -far, far])], size))).toBe(2000)
    expect(maskArea(maskFromPolygon([pairs([10, -farther, 20, -farther, 20, farther, 10, farther])], size))).toBe(400)
    // The diagonal of the plane; pycocotools counts the same from corners 10^6 away.
    expect(maskArea(maskFromPolygon([pairs([-far, -far, far, far, -far, far])], size))).toBe(820)
    expect(Date.now() - started).toBeLessThan(1000)
  })

  test('outlines of a file are united, not cut out of each other', () => {
    const square = (x: number) => pairs([x, 0, x + 2, 0, x + 2, 2, x, 2])
    const size = { width: 4, height: 2 }
    expect(maskArea(maskFromOutlines([square(0), square(1)], size))).toBe(6)
    expect(maskArea(maskFromPolygon([square(0), square(1)], size))).toBe(4)
    expect(maskFromOutlines([], size)).toEqual(emptyMask(size))
  })
})

describe('damaged data', () => {
  const size = { width: 3, height: 2 }
  test.each([
    [[2, 5], 'mask/wrong-length'],
    [[], 'mask/wrong-length'],
    [[2, -1, 5], 'mask/bad-counts'],
    [[2.5, 3.5], 'mask/bad-counts'],
    [[NaN], 'mask/bad-counts']
  ])('run lengths %j: %s', (counts, code) => {
    const result = maskFromCounts(counts, size)
    expect([result.mask, result.diagnostic?.code]).toEqual([null, code])
  })

  test.each([
    ['', 'mask/wrong-length'],
    ['6p', 'mask/bad-string'],
    ['6é', 'mask/bad-string'],
    ['o', 'mask/bad-string'],
    ['oooooooooooo0', 'mask/bad-string'],
    ['7', 'mask/wrong-length'],
    ['O7', 'mask/bad-counts']
  ])('string %j: %s', (text, code) => {
    const result = maskFromCompressed(text, size)
    expect([result.mask, result.diagnostic?.code]).toEqual([null, code])
  })

  test('any string is read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const { mask } = maskFromCompressed(text, size)
        if (mask !== null) expect(maskFromCompressed(compressedFromMask(mask), size).mask).toEqual(mask)
      }),
      runs
    )
  })

  test('empty runs inside join their neighbours', () => {
    expect(maskFromCounts([1, 0, 2, 3, 0], size).mask).toEqual({ size, counts: [3, 3] })
    expect(maskFromCounts([0, 0, 3, 3], size).mask).toEqual({ size, counts: [3, 3] })
  })

  test('masks of different sizes and rasters without a size are programming errors', () => {
    expect(() => maskIou(emptyMask(size), emptyMask({ width: 2, height: 3 }))).toThrow(InvariantError)
    expect(() => maskFromCounts([], { width: 0, height: 3 })).toThrow(InvariantError)
    expect(() => maskFromPolygon([[pixelPoint(NaN, 0)]], size)).toThrow(InvariantError)
    expect(() => uniteMasks([])).toThrow(InvariantError)
  })
})

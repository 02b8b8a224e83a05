import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizeInto } from '../../src-shared/geometry/convert'
import { MOST_PACKED_BYTES, packPoints, pointGridOf, unpackPoints } from './point-grid'

const size = fc.record({ width: fc.integer({ min: 1, max: 30_000 }), height: fc.integer({ min: 1, max: 30_000 }) })
const decimals = fc.integer({ min: 0, max: 4 })
const place = (digits: number) => fc.integer({ min: -5_000_000, max: 5_000_000 }).map((whole) => whole / 10 ** digits)

function packed(points: Float64Array, of: { readonly width: number; readonly height: number }) {
  const into = new Uint8Array(points.length * MOST_PACKED_BYTES + 3)
  const found = packPoints(points, of, into, 3)
  return found === null ? null : { bytes: into.slice(3, found.end), grid: found.grid }
}

test('decimals of pixels come back to the last bit', () => {
  const cases = fc
    .record({ size, digits: decimals })
    .chain(({ size: of, digits }) =>
      fc.record({ size: fc.constant(of), pixels: fc.array(fc.tuple(place(digits), place(digits)), { minLength: 1 }) })
    )
  fc.assert(
    fc.property(cases, ({ size: of, pixels }) => {
      const points = new Float64Array(pixels.length * 2)
      normalizeInto(pixels.flat(), 0, pixels.length, of, points, 0)
      const found = packed(points, of)
      expect(found).not.toBeNull()
      if (found !== null) expect(unpackPoints(found.bytes, pixels.length, found.grid)).toEqual(points)
    })
  )
})

test('whatever is packed comes back to the last bit', () => {
  let left = 0
  fc.assert(
    fc.property(size, fc.array(fc.tuple(fc.double(), fc.double()), { minLength: 1 }), (of, pairs) => {
      // There is no -0 in a record.
      const points = Float64Array.from(pairs.flat(), (value) => value + 0)
      const found = packed(points, of)
      if (found === null) left += 1
      else expect(unpackPoints(found.bytes, pairs.length, found.grid)).toEqual(points)
    })
  )
  expect(left).toBeGreaterThan(0)
})

test('bytes that are damaged are none, or as many points', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(40), (bytes, count) => {
      const points = unpackPoints(bytes, count, { decimals: 2, width: 640, height: 480 })
      if (points !== null) expect(points.length).toBe(count * 2)
    })
  )
  expect(unpackPoints(Uint8Array.of(2, 4, 6), 1, { decimals: 2, width: 640, height: 480 })).toBeNull()
  expect(unpackPoints(Uint8Array.of(2, 0x84), 1, { decimals: 2, width: 640, height: 480 })).toBeNull()
  expect(
    unpackPoints(Uint8Array.of(2, 0x84, 0x80, 0x80, 0x80, 0x80, 0), 1, { decimals: 0, width: 1, height: 1 })
  ).toBeNull()
  expect(unpackPoints(Uint8Array.of(2, 4), 2 ** 40, { decimals: 2, width: 640, height: 480 })).toBeNull()
})

test.each([
  [[]],
  [[2, 640]],
  [[2, 640, 0]],
  [[2, 640, 480, 1]],
  [[-1, 640, 480]],
  [[2.5, 640, 480]],
  [['2', 640, 480]],
  [[2, 1e300, 1]]
])('%j is no grid', (parts) => {
  expect(pointGridOf(parts)).toBeNull()
})

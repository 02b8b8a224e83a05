import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../errors'
import { isOrdered, orderCorners } from '../box'
import { paddedFromNormalized, paddedPointFromNormalized } from '../convert'
import fixture from '../fixtures/view-transform.json'
import { normalizedBox, normalizedPoint, pixelBox, pixelPoint, storedBox, viewBox, viewPoint } from '../space'
import type { ImageSize, PixelBox } from '../space'
import {
  PILLOW_SIDE,
  SEGMENT_ANYTHING_SIDE,
  centreCrop,
  compose,
  cropTo,
  identity,
  inverse,
  mapBox,
  mapPoint,
  mapPoints,
  normalizedFromView,
  normalizedPointFromView,
  padToSquare,
  resizeLongestSide,
  resizeShortestSide,
  squash,
  targetSize,
  withSteps,
  uprightFromStored,
  viewFromNormalized,
  viewOf,
  viewPointFromNormalized
} from '.'
import type { ViewStep, ViewTransform } from '.'

const runs = { numRuns: 1000 }
const side = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 30_000 }))
const sizes = fc.oneof(
  fc.record({ width: side, height: side }),
  fc.constantFrom<ImageSize>({ width: 1, height: 1 }, { width: 1, height: 977 }, { width: 30_000, height: 7 })
)
const steps: fc.Arbitrary<ViewStep> = fc.oneof(
  fc
    .constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const, 6 as const, 7 as const, 8 as const)
    .map((orientation): ViewStep => ({ type: 'orient', orientation })),
  fc.record({
    type: fc.constant('window' as const),
    left: fc.integer({ min: -3000, max: 3000 }),
    top: fc.integer({ min: -3000, max: 3000 }),
    width: side,
    height: side
  }),
  fc.record({ type: fc.constant('resize' as const), width: side, height: side })
)
const transforms = fc
  .tuple(sizes, fc.array(steps, { maxLength: 5 }))
  .map(([source, list]): ViewTransform<'pixel', 'view'> => ({ from: 'pixel', to: 'view', source, steps: list }))
/** Fractions of the source, some outside it. */
const fraction = fc.double({ min: -0.5, max: 1.5, noNaN: true })
const boxIn = ({ width, height }: ImageSize, [a, b, c, d]: readonly [number, number, number, number]): PixelBox =>
  pixelBox(a * width, b * height, c * width, d * height)
const quads = fc.tuple(fraction, fraction, fraction, fraction)

/** Stays near the source in every step, as pictures do: what a window throws far away costs digits. */
const isNear = ({ source, steps: list }: ViewTransform): boolean => {
  let size = source
  return list.every((step) => {
    const before = size
    if (step.type === 'orient') size = { width: size.height, height: size.width }
    else size = { width: step.width, height: step.height }
    return (
      step.type !== 'window' || Math.abs(step.left) + Math.abs(step.top) <= 3 * Math.min(before.width, before.height)
    )
  })
}

describe('inverse', () => {
  test('leads every point and box back to a billionth of the side', () => {
    fc.assert(
      fc.property(transforms.filter(isNear), quads, (transform, quad) => {
        const { width, height } = transform.source
        const box = boxIn(transform.source, quad)
        const back = mapBox(mapBox(box, transform), inverse(transform))
        back.forEach((value, i) =>
          expect(Math.abs(value - (box[i] ?? NaN))).toBeLessThanOrEqual(1e-9 * (i % 2 === 0 ? width : height))
        )
        const point = pixelPoint(box[0], box[1])
        const [x, y] = mapPoint(mapPoint(point, transform), inverse(transform))
        expect(Math.abs(x - point[0])).toBeLessThanOrEqual(1e-9 * width)
        expect(Math.abs(y - point[1])).toBeLessThanOrEqual(1e-9 * height)
      }),
      runs
    )
  })

  test('of the inverse is the transform itself, and its sizes are the other way round', () => {
    fc.assert(
      fc.property(transforms, (transform) => {
        const back = inverse(transform)
        expect(inverse(back)).toEqual(transform)
        expect(back.source).toEqual(targetSize(transform))
        expect(targetSize(back)).toEqual(transform.source)
        expect([back.from, back.to]).toEqual(['view', 'pixel'])
      }),
      runs
    )
  })
})

describe('composition', () => {
  const follow = (source: ImageSize, list: readonly ViewStep[]): ViewTransform<'view', 'view'> => ({
    from: 'view',
    to: 'view',
    source,
    steps: list
  })

  test('is associative, has an identity, and maps as one after the other', () => {
    fc.assert(
      fc.property(transforms, fc.array(steps), fc.array(steps), quads, (a, second, third, quad) => {
        const b = follow(targetSize(a), second)
        const c = follow(targetSize(b), third)
        expect(compose(compose(a, b), c)).toEqual(compose(a, compose(b, c)))
        expect(compose(a, identity('view', targetSize(a)))).toEqual(a)
        expect(compose(identity('pixel', a.source), a)).toEqual(a)
        const box = boxIn(a.source, quad)
        expect(mapBox(box, compose(a, b))).toEqual(mapBox(mapBox(box, a), b))
        expect(inverse(compose(a, b))).toEqual(compose(inverse(b), inverse(a)))
      }),
      runs
    )
  })

  test('of rasters or spaces that do not meet is a programming error', () => {
    const a = viewOf({ width: 10, height: 10 }, squash({ width: 5, height: 5 }))
    expect(() => compose(a, follow({ width: 5, height: 6 }, []))).toThrow(InvariantError)
    const wrong: ViewTransform = { from: 'stored', to: 'pixel', source: { width: 5, height: 5 }, steps: [] }
    expect(() => compose(a, wrong as ViewTransform<'view', 'view'>)).toThrow(InvariantError)
    expect(() => targetSize(viewOf({ width: 10, height: 10 }, squash({ width: 0, height: 5 })))).toThrow(InvariantError)
  })
})

test('a transform is JSON, and the same after a round trip', () => {
  fc.assert(
    fc.property(transforms, (transform) => {
      expect(JSON.parse(JSON.stringify(transform))).toEqual(transform)
    })
  )
})

test('a box keeps its corners in order, and its corners are where its points go', () => {
  fc.assert(
    fc.property(transforms, quads, (transform, quad) => {
      const box = orderCorners(boxIn(transform.source, quad))
      const mapped = mapBox(box, transform)
      expect(isOrdered(mapped)).toBe(true)
      const corners = mapPoints([pixelPoint(box[0], box[1]), pixelPoint(box[2], box[3])], transform)
      expect(orderCorners(viewBox(...([...corners[0]!, ...corners[1]!] as [number, number, number, number])))).toEqual(
        mapped
      )
    }),
    runs
  )
})

describe('EXIF orientation', () => {
  /** The raster that `upright` says pixel boxes go to; pixel (column, row) holds row · width + column + 1. */
  function permuted(width: number, height: number, orientation: number): number[][] {
    const transform = uprightFromStored({ width, height }, orientation)
    const size = targetSize(transform)
    const raster = Array.from({ length: size.height }, () => Array.from({ length: size.width }, () => 0))
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [x0, y0, x1, y1] = mapBox(storedBox(column, row, column + 1, row + 1), transform)
        expect([x1 - x0, y1 - y0]).toEqual([1, 1])
        raster[y0]![x0] = row * width + column + 1
      }
    }
    return raster
  }

  test('1 to 8 permute pixels as Pillow does', () => {
    expect(fixture.orientations).toHaveLength(32)
    for (const [width, height, orientation, upright] of fixture.orientations as [number, number, number, number[][]][])
      expect([orientation, permuted(width, height, orientation)]).toEqual([orientation, upright])
  })

  test.each([
    // Where EXIF puts the stored row 0 and column 0.
    [1, 'top', 'left'],
    [2, 'top', 'right'],
    [3, 'bottom', 'right'],
    [4, 'bottom', 'left'],
    [5, 'left', 'top'],
    [6, 'right', 'top'],
    [7, 'right', 'bottom'],
    [8, 'left', 'bottom']
  ])('%d: row 0 is the %s, column 0 the %s', (orientation, row0, column0) => {
    const [width, height] = [5, 3]
    const raster = permuted(width, height, orientation)
    const edge = (name: string): readonly number[] => {
      if (name === 'top') return raster[0]!
      if (name === 'bottom') return raster.at(-1)!
      return raster.map((row) => (name === 'left' ? row[0]! : row.at(-1)!))
    }
    expect([...edge(row0)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
    expect([...edge(column0)].sort((a, b) => a - b)).toEqual([1, 6, 11])
  })

  test('a value that EXIF does not know counts as upright', () => {
    for (const value of [0, 9, -1, NaN, 1.5])
      expect(uprightFromStored({ width: 2, height: 3 }, value)).toEqual(uprightFromStored({ width: 2, height: 3 }, 1))
  })
})

describe('padding to a square', () => {
  test('is the same as the conversion to padded fractions', () => {
    fc.assert(
      fc.property(sizes, quads, (size, quad) => {
        const canvas = viewOf(size, padToSquare(size, 'centre'))
        const { width, height } = targetSize(canvas)
        const box = normalizedBox(...quad)
        const padded = paddedFromNormalized(box, size)
        viewFromNormalized(box, canvas).forEach((value, i) =>
          expect(Math.abs(value / (i % 2 === 0 ? width : height) - (padded[i] ?? NaN))).toBeLessThan(1e-12)
        )
        const point = normalizedPoint(quad[0], quad[1])
        viewPointFromNormalized(point, canvas).forEach((value, i) =>
          expect(Math.abs(value / width - (paddedPointFromNormalized(point, size)[i] ?? NaN))).toBeLessThan(1e-12)
        )
      }),
      runs
    )
  })

  test.each([
    [{ width: 333, height: 500 }, 'centre', [83, 0, 416, 500]],
    [{ width: 500, height: 375 }, 'centre', [0, 62, 500, 437]],
    [{ width: 500, height: 375 }, 'top-left', [0, 0, 500, 375]],
    [{ width: 1, height: 1 }, 'centre', [0, 0, 1, 1]],
    [{ width: 30_000, height: 7 }, 'centre', [0, 14_996, 30_000, 15_003]],
    [{ width: 1, height: 6 }, 'centre', [2, 0, 3, 6]]
  ] as const)('%j, %s: the picture lies at %j', (size, placement, [x0, y0, x1, y1]) => {
    const canvas = viewOf(size, padToSquare(size, placement))
    expect(viewFromNormalized(normalizedBox(0, 0, 1, 1), canvas)).toEqual([x0, y0, x1, y1])
    expect(normalizedFromView(viewBox(x0, y0, x1, y1), canvas)).toEqual([0, 0, 1, 1])
    expect(targetSize(canvas).width).toBe(targetSize(canvas).height)
  })
})

describe('resizing and cropping', () => {
  test('the shortest side agrees with transformers', () => {
    expect(fixture.shortestSide.length).toBeGreaterThan(300)
    for (const [width = 0, height = 0, given = 0, w, h] of fixture.shortestSide)
      expect([width, height, resizeShortestSide({ width, height }, given)]).toEqual([
        width,
        height,
        { type: 'resize', width: w, height: h }
      ])
  })

  test('the longest side agrees with Pillow under its rule, but never falls to nothing as there', () => {
    expect(fixture.contained.length).toBeGreaterThan(100)
    for (const [width = 0, height = 0, given = 0, w = 0, h = 0] of fixture.contained)
      expect([width, height, resizeLongestSide({ width, height }, given, PILLOW_SIDE)]).toEqual([
        width,
        height,
        { type: 'resize', width: Math.max(1, w), height: Math.max(1, h) }
      ])
  })

  test.each([
    // int(side * (1024 / long) + 0.5)
    [
      { width: 1500, height: 2250 },
      { width: 683, height: 1024 }
    ],
    [
      { width: 2048, height: 1 },
      { width: 1024, height: 1 }
    ],
    [
      { width: 2048, height: 3 },
      { width: 1024, height: 2 }
    ],
    [
      { width: 30_000, height: 7 },
      { width: 1024, height: 1 }
    ]
  ])('%j becomes %j under the rule of Segment Anything', (size, expected) => {
    expect(resizeLongestSide(size, 1024, SEGMENT_ANYTHING_SIDE)).toEqual({ type: 'resize', ...expected })
  })

  test('no side falls to nothing', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 1000 }), (size, given) => {
        for (const rule of [undefined, SEGMENT_ANYTHING_SIDE, PILLOW_SIDE]) {
          const { width, height } = targetSize(viewOf(size, resizeLongestSide(size, given, rule)))
          expect(Math.max(width, height)).toBe(given)
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(1)
        }
      })
    )
    expect(() => resizeLongestSide({ width: 3, height: 4 }, 0)).toThrow(InvariantError)
  })

  test('the centre crop agrees with transformers, larger than the picture too', () => {
    expect(fixture.centreCrops).toHaveLength(80)
    for (const [width, crop, pixels] of fixture.centreCrops as [number, number, number[]][]) {
      const { left } = centreCrop({ width, height: 1 }, { width: crop, height: 1 }, 'transformers')
      const expected = Array.from({ length: crop }, (_, i) => (i + left >= 0 && i + left < width ? i + left + 1 : 0))
      expect([width, crop, expected]).toEqual([width, crop, pixels])
    }
  })

  test.each([
    // side, crop, torchvision (halves to even, pads //2), transformers, transformers-fast
    [7, 4, 2, 1, 1],
    [5, 4, 0, 0, 0],
    [9, 4, 2, 2, 2],
    [4, 7, -1, -2, -1],
    [4, 5, 0, -1, 0],
    [4, 4, 0, 0, 0]
  ])('of %d, %d begins at %d, %d or %d', (width, crop, torchvision, transformers, fast) => {
    const size = { width, height: width }
    const left = (rule: Parameters<typeof centreCrop>[2]): number =>
      centreCrop(size, { width: crop, height: crop }, rule).left
    expect([left('torchvision'), left('transformers'), left('transformers-fast')]).toEqual([
      torchvision,
      transformers,
      fast
    ])
  })

  test('a crop around a region, enlarged, leads back to the picture', () => {
    const size = { width: 640, height: 480 }
    const view = withSteps(viewOf(size, cropTo(pixelBox(100.5, 50, 300.5, 150))), squash({ width: 448, height: 448 }))
    expect(targetSize(view)).toEqual({ width: 448, height: 448 })
    expect(mapBox(pixelBox(100.5, 50, 300.5, 150), view)).toEqual([0, 0, 448, 448])
    expect(mapPoint(viewPoint(224, 224), inverse(view))).toEqual([200.5, 100])
    const [x, y] = normalizedPointFromView(viewPoint(224, 224), view)
    expect([x, y]).toEqual([200.5 / 640, 100 / 480])
    expect(() => cropTo(pixelBox(5, 5, 5, 9))).toThrow(InvariantError)
  })

  test('CLIP: shortest side to 224, then the middle', () => {
    const size = { width: 640, height: 480 }
    const resize = resizeShortestSide(size, 224)
    const resized = targetSize(viewOf(size, resize))
    const view = viewOf(size, resize, centreCrop(resized, { width: 224, height: 224 }, 'torchvision'))
    expect(resized).toEqual({ width: 298, height: 224 })
    expect(mapBox(pixelBox(0, 0, 640, 480), view)).toEqual([-37, 0, 261, 224])
  })
})

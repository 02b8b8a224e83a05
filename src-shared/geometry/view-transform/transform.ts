/**
 * @file How a picture became what a network saw, as a JSON value with an inverse. It is kept beside
 * every coordinate that passed through it, so that the coordinate can always come back.
 *
 *     stored file ──orient──▶ upright original ──window, resize, …──▶ view
 *       'stored'                  'pixel'                             'view'
 *
 * `from` and `to` are part of the value and of its type: a transform of another pair of spaces does
 * not compile, and does not pass `compose`.
 */
import { assert } from '../../errors'
import {
  normalizedFromPixel,
  normalizedPointFromPixel,
  pixelFromNormalized,
  pixelPointFromNormalized
} from '../convert'
import type {
  ImageSize,
  NormalizedBox,
  NormalizedPoint,
  PixelBox,
  PixelPoint,
  StoredBox,
  StoredPoint,
  ViewBox,
  ViewPoint
} from '../space'
import { boxThroughStep, invertStep, pointsThroughStep, sizeAfterStep } from './step'
import type { ViewStep } from './step'

interface RasterSpaces {
  readonly stored: { readonly point: StoredPoint; readonly box: StoredBox }
  readonly pixel: { readonly point: PixelPoint; readonly box: PixelBox }
  readonly view: { readonly point: ViewPoint; readonly box: ViewBox }
}
/** Spaces counted in pixels of some raster. */
export type RasterSpace = keyof RasterSpaces
export type PointOf<S extends RasterSpace> = RasterSpaces[S]['point']
export type BoxOf<S extends RasterSpace> = RasterSpaces[S]['box']

export interface ViewTransform<From extends RasterSpace = RasterSpace, To extends RasterSpace = RasterSpace> {
  readonly from: From
  readonly to: To
  /** The raster it begins with, in pixels. */
  readonly source: ImageSize
  readonly steps: readonly ViewStep[]
}

/** The raster before each step, and at the end the one after the last. */
function sizesOf({ source, steps }: ViewTransform): readonly ImageSize[] {
  let size = source
  return [size, ...steps.map((step) => (size = sizeAfterStep(step, size)))]
}

/** Size of what it leads to, in pixels. */
export const targetSize = (transform: ViewTransform): ImageSize => sizesOf(transform).at(-1) ?? transform.source

/** Leads nowhere. */
export const identity = <S extends RasterSpace>(space: S, source: ImageSize): ViewTransform<S, S> => ({
  from: space,
  to: space,
  source,
  steps: []
})

/** First `a`, then `b`; associative. Throws `InvariantError` when `b` does not begin where `a` ends. */
export function compose<A extends RasterSpace, B extends RasterSpace, C extends RasterSpace>(
  a: ViewTransform<A, B>,
  b: ViewTransform<B, C>
): ViewTransform<A, C> {
  const { width, height } = targetSize(a)
  assert(a.to === b.from, `expected a transform from '${a.to}', got one from '${b.from}'`)
  assert(
    width === b.source.width && height === b.source.height,
    `expected a transform of a ${width}×${height} raster, got one of ${b.source.width}×${b.source.height}`
  )
  return { from: a.from, to: b.to, source: a.source, steps: [...a.steps, ...b.steps] }
}

/** Leads back: `inverse(inverse(t))` is `t`, and a coordinate comes back within rounding of a double. */
export function inverse<A extends RasterSpace, B extends RasterSpace>(t: ViewTransform<A, B>): ViewTransform<B, A> {
  const sizes = sizesOf(t)
  const steps = t.steps.map((step, i) => invertStep(step, sizes[i] ?? t.source)).reverse()
  return { from: t.to, to: t.from, source: targetSize(t), steps }
}

function through(numbers: readonly number[], t: ViewTransform, step: typeof pointsThroughStep): readonly number[] {
  let size = t.source
  let mapped = numbers
  for (const next of t.steps) {
    mapped = step(mapped, next, size)
    size = sizeAfterStep(next, size)
  }
  return mapped
}

// The only place that names the space of what comes out: it is the one the type of the transform says.
export const mapPoint = <A extends RasterSpace, B extends RasterSpace>(
  point: PointOf<A>,
  transform: ViewTransform<A, B>
): PointOf<B> => through(point, transform, pointsThroughStep) as unknown as PointOf<B>

/** Ordered corners stay ordered, whatever way the picture is turned. */
export const mapBox = <A extends RasterSpace, B extends RasterSpace>(
  box: BoxOf<A>,
  transform: ViewTransform<A, B>
): BoxOf<B> => through(box, transform, boxThroughStep) as unknown as BoxOf<B>

/** The points of a polygon or stroke, in their order; a mirror turns a ring the other way round. */
export const mapPoints = <A extends RasterSpace, B extends RasterSpace>(
  points: readonly PointOf<A>[],
  transform: ViewTransform<A, B>
): readonly PointOf<B>[] => points.map((point) => mapPoint(point, transform))

export const viewFromNormalized = (box: NormalizedBox, transform: ViewTransform<'pixel', 'view'>): ViewBox =>
  mapBox(pixelFromNormalized(box, transform.source), transform)
export const normalizedFromView = (box: ViewBox, transform: ViewTransform<'pixel', 'view'>): NormalizedBox =>
  normalizedFromPixel(mapBox(box, inverse(transform)), transform.source)
export const viewPointFromNormalized = (point: NormalizedPoint, transform: ViewTransform<'pixel', 'view'>): ViewPoint =>
  mapPoint(pixelPointFromNormalized(point, transform.source), transform)
export const normalizedPointFromView = (point: ViewPoint, transform: ViewTransform<'pixel', 'view'>): NormalizedPoint =>
  normalizedPointFromPixel(mapPoint(point, inverse(transform)), transform.source)

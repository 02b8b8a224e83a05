/**
 * @file Resizes as scikit-image does with antialiasing, which OWLv2 was trained with: a Gaussian blur as wide as the
 * picture shrinks, then linear interpolation; edges are mirrored. In floats, without rounding between the steps.
 * Source: `resize` of Owlv2ImageProcessor in transformers 4.57, and the descriptions of `gaussian_filter` and `zoom`
 * (mode "mirror", grid mode) in SciPy's documentation.
 */
import type { ImageSize } from '../../../src-shared/geometry/space'
import type { Raster } from './raster'

/** Where the blur is cut off, in deviations. */
const TRUNCATE = 4

interface Taps {
  readonly reach: number
  /** `[targets, reach]`, both. */
  readonly places: Int32Array
  readonly weights: Float64Array
}

function gaussian(deviation: number): Float64Array {
  const radius = Math.floor(TRUNCATE * deviation + 0.5)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    deviation === 0 ? 1 : Math.exp(-0.5 * ((at - radius) / deviation) ** 2)
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** The first and last position stand once: c b | a b c | b a. */
function mirrored(at: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const place = ((at % period) + period) % period
  return place < length ? place : period - place
}

/** Blur and interpolation along one axis, as one step. */
function tapsOf(from: number, to: number): Taps {
  const factor = from / to
  const kernel = gaussian(Math.max(0, (factor - 1) / 2))
  const radius = (kernel.length - 1) / 2
  const reach = kernel.length + 1
  const places = new Int32Array(to * reach)
  const weights = new Float64Array(to * reach)
  for (let target = 0; target < to; target++) {
    const centre = (target + 0.5) * factor - 0.5
    const inside = centre < 0 ? -centre : centre > from - 1 ? 2 * (from - 1) - centre : centre
    const first = Math.floor(inside)
    const share = inside - first
    for (let at = 0; at < reach; at++) {
      // The blur around the nearer position and that around the next one overlap in all but one of theirs.
      places[target * reach + at] = mirrored(first - radius + at, from)
      weights[target * reach + at] = (1 - share) * (kernel[at] ?? 0) + share * (kernel[at - 1] ?? 0)
    }
  }
  return { reach, places, weights }
}

/**
 * float32 `[3, height, width]` of values 0 to 1: the picture in the upper left of a square that is filled with `fill`,
 * brought to `to`.
 */
export function blurredSquare({ data, size }: Raster, to: ImageSize, fill: number): Float32Array {
  const side = Math.max(size.width, size.height)
  const columns = tapsOf(side, to.width)
  const rows = tapsOf(side, to.height)
  const wide = new Float32Array(side * 3).fill(fill)
  // Of the picture's own rows, and one of `fill` that stands for all below it.
  const narrow = new Float32Array((size.height + 1) * to.width * 3).fill(fill)
  for (let y = 0; y < size.height; y++) {
    for (let i = 0, from = y * size.width * 3; i < size.width * 3; i++, from++) wide[i] = data[from]! / 255
    narrowRow(wide, columns, narrow.subarray(y * to.width * 3, (y + 1) * to.width * 3))
  }
  const area = to.width * to.height
  const planes = new Float32Array(3 * area)
  const line = new Float64Array(to.width * 3)
  for (let y = 0; y < to.height; y++) {
    line.fill(0)
    for (let i = y * rows.reach; i < (y + 1) * rows.reach; i++) {
      const weight = rows.weights[i] ?? 0
      const from = Math.min(size.height, rows.places[i] ?? 0) * to.width * 3
      for (let at = 0; at < line.length; at++) line[at] = line[at]! + weight * narrow[from + at]!
    }
    for (let x = 0; x < to.width; x++) {
      for (let channel = 0; channel < 3; channel++) planes[channel * area + y * to.width + x] = line[x * 3 + channel]!
    }
  }
  return planes
}

/** Both of interleaved channels. */
function narrowRow(wide: Float32Array, { reach, places, weights }: Taps, narrow: Float32Array): void {
  for (let target = 0, tap = 0; target < narrow.length; target += 3) {
    let [red, green, blue] = [0, 0, 0]
    for (let i = 0; i < reach; i++, tap++) {
      const weight = weights[tap]!
      const from = places[tap]! * 3
      red += weight * wide[from]!
      green += weight * wide[from + 1]!
      blue += weight * wide[from + 2]!
    }
    narrow[target] = red
    narrow[target + 1] = green
    narrow[target + 2] = blue
  }
}

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
 * brought to `to`. Cost: about 10 ns per pixel of the picture and channel, more where it shrinks much.
 */
export function blurredSquare({ data, size }: Raster, to: ImageSize, fill: number): Float32Array {
  const side = Math.max(size.width, size.height)
  const columns = tapsOf(side, to.width)
  const rows = tapsOf(side, to.height)
  const area = to.width * to.height
  const planes = new Float32Array(3 * area)
  // Of the picture's own rows: those below it are `fill` throughout.
  const narrow = new Float64Array(size.height * to.width)
  for (let channel = 0; channel < 3; channel++) {
    for (let x = 0; x < to.width; x++) {
      for (let y = 0; y < size.height; y++) {
        let sum = 0
        for (let i = x * columns.reach; i < (x + 1) * columns.reach; i++) {
          const place = columns.places[i] ?? 0
          const value = place < size.width ? (data[(y * size.width + place) * 3 + channel] ?? 0) / 255 : fill
          sum += (columns.weights[i] ?? 0) * value
        }
        narrow[y * to.width + x] = sum
      }
    }
    for (let y = 0; y < to.height; y++) {
      for (let x = 0; x < to.width; x++) {
        let sum = 0
        for (let i = y * rows.reach; i < (y + 1) * rows.reach; i++) {
          const place = rows.places[i] ?? 0
          sum += (rows.weights[i] ?? 0) * (place < size.height ? (narrow[place * to.width + x] ?? 0) : fill)
        }
        planes[channel * area + y * to.width + x] = sum
      }
    }
  }
  return planes
}

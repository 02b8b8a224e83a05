/**
 * @file How YOLO models are shown a picture: as large as fits, in the middle of a grey rectangle, resized between the
 * nearest two pixels (the linear filter of OpenCV 4 on 8 bits, bit for bit; it does not widen when a picture shrinks).
 * Source: measured on `cv2.resize` of opencv-python 4.12; the letterbox of YOLOv5 and after.
 */
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { filled } from '../../image/raster'
import type { Raster } from '../../image/raster'

const GREY = 114

/** Where the picture lies in the input: multiply by `scale`, then add. */
export interface Letterbox {
  readonly scale: number
  readonly left: number
  readonly top: number
}

/** Weights have 11 bits, as in OpenCV. */
const ONE = 2_048

interface Taps {
  readonly low: Int32Array
  readonly high: Int32Array
  /** Weight of `low` and of `high`. */
  readonly near: Int32Array
  readonly far: Int32Array
}

/**
 * Half-pixel centres; beyond the edge the edge goes on. Down the picture the two weights are kept there, although both are of
 * one line: each product is cut to whole bits for itself, which shows.
 */
function tapsFor(from: number, to: number, isDown: boolean): Taps {
  const taps = { low: new Int32Array(to), high: new Int32Array(to), near: new Int32Array(to), far: new Int32Array(to) }
  for (let at = 0; at < to; at++) {
    const place = Math.fround((at + 0.5) * (from / to) - 0.5)
    const first = Math.floor(place)
    const isOutside = first < 0 || first >= from - 1
    const share = isOutside && !isDown ? 0 : Math.fround(place - first)
    taps.low[at] = Math.max(0, Math.min(from - 1, first))
    taps.high[at] = Math.max(0, Math.min(from - 1, first + 1))
    taps.far[at] = rounded(share * ONE)
    taps.near[at] = rounded(Math.fround(1 - share) * ONE)
  }
  return taps
}

/** Half to even, as Python's `round`. */
function rounded(value: number): number {
  const floor = Math.floor(value)
  // Not minus zero.
  if (value - floor !== 0.5) return Math.round(value) + 0
  return floor % 2 === 0 ? floor : floor + 1
}

/** Both sides are at least one pixel: a picture may be as thin as it likes. */
export function letterboxed(image: Raster, into: ImageSize): { readonly view: Raster; readonly placed: Letterbox } {
  const { width, height } = image.size
  const scale = Math.min(into.height / height, into.width / width)
  const size = { width: Math.max(1, rounded(width * scale)), height: Math.max(1, rounded(height * scale)) }
  const left = rounded((into.width - size.width) / 2 - 0.1)
  const top = rounded((into.height - size.height) / 2 - 0.1)
  const view = filled(into, [GREY, GREY, GREY])
  const [across, down] = [tapsFor(width, size.width, false), tapsFor(height, size.height, true)]
  /** One line of the picture, as wide as it is shown; 11 bits more than a pixel. */
  const line = (row: number): Int32Array => {
    const target = new Int32Array(size.width * 3)
    const source = image.data.subarray(row * width * 3, (row + 1) * width * 3)
    for (let x = 0; x < size.width; x++) {
      const [low, high] = [(across.low[x] ?? 0) * 3, (across.high[x] ?? 0) * 3]
      for (let channel = 0; channel < 3; channel++) {
        target[x * 3 + channel] =
          (source[low + channel] ?? 0) * (across.near[x] ?? 0) + (source[high + channel] ?? 0) * (across.far[x] ?? 0)
      }
    }
    return target
  }
  const lines = new Map<number, Int32Array>()
  for (let y = 0; y < size.height; y++) {
    const rows = [down.low[y] ?? 0, down.high[y] ?? 0]
    for (const kept of lines.keys()) if (!rows.includes(kept)) lines.delete(kept)
    const [above = new Int32Array(0), below = above] = rows.map((row) => {
      const known = lines.get(row) ?? line(row)
      lines.set(row, known)
      return known
    })
    const [near, far] = [down.near[y] ?? 0, down.far[y] ?? 0]
    const to = ((top + y) * into.width + left) * 3
    for (let at = 0; at < above.length; at++) {
      const sum = ((near * ((above[at] ?? 0) >> 4)) >> 16) + ((far * ((below[at] ?? 0) >> 4)) >> 16)
      view.data[to + at] = Math.max(0, Math.min(255, (sum + 2) >> 2))
    }
  }
  return { view, placed: { scale, left, top } }
}

/** From pixels of the input to pixels of the picture. */
export const toPicture = (
  [x, y]: readonly [number, number],
  { scale, left, top }: Letterbox
): readonly [number, number] => [(x - left) / scale, (y - top) / scale]

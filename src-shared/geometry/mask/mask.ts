/**
 * @file Masks as run lengths, the way COCO keeps them.
 *
 * `counts` are lengths of runs of 0 and 1 in turn, beginning with 0, in *column-major* order: down the
 * first column, then the second. Pixel (x, y) is number `x * height + y`. COCO's own files name the size
 * `[height, width]`; here it is `{ width, height }`, as everywhere.
 *
 *     . # .
 *     . # #      columns  ..  ##  .#      counts  2 2 1 1
 *
 * A mask is canonical: no run is empty but the first one (a mask that begins with 1), and the runs fill
 * the raster. `maskFromCounts` makes it so. Positions are pixels of the mask's raster, edges not centres;
 * those of the image when the mask is as large as the image, which is what the `Pixel…` types say here.
 */
import { assert } from '../../errors'
import type { Diagnostic } from '../../errors'
import { pixelBox } from '../space'
import type { ImageSize, PixelBox } from '../space'

export interface Mask {
  readonly size: ImageSize
  readonly counts: readonly number[]
}

export type MaskResult =
  { readonly mask: Mask; readonly diagnostic: null } | { readonly mask: null; readonly diagnostic: Diagnostic }

export const maskProblem = (code: string, message: string): MaskResult => ({
  mask: null,
  diagnostic: { code: `mask/${code}`, severity: 'error', message }
})

/** Throws `InvariantError` for a raster without whole, positive sides. */
export function checkedRaster({ width, height }: ImageSize): ImageSize {
  assert(
    Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0,
    `expected a raster of whole pixels, got ${width}×${height}`
  )
  return { width, height }
}

/** Collects runs into canonical counts: adjacent runs of one value join, empty ones vanish. */
export class RunWriter {
  readonly #counts: number[] = [0]
  #value = 0

  add(value: 0 | 1, length: number): void {
    if (length === 0) return
    if (value !== this.#value) {
      this.#counts.push(0)
      this.#value = value
    }
    this.#counts[this.#counts.length - 1]! += length
  }

  mask(size: ImageSize): Mask {
    return { size, counts: this.#counts }
  }
}

/** Uncompressed counts of a file. Codes: `mask/bad-counts`, `mask/wrong-length`. */
export function maskFromCounts(counts: readonly number[], size: ImageSize): MaskResult {
  const { width, height } = checkedRaster(size)
  const runs = new RunWriter()
  let total = 0
  for (const [i, count] of counts.entries()) {
    if (!Number.isInteger(count) || count < 0)
      return maskProblem('bad-counts', `Run ${i} has the length ${count}; expected a whole number, 0 or more.`)
    runs.add(i % 2 === 0 ? 0 : 1, count)
    total += count
  }
  if (total !== width * height)
    return maskProblem('wrong-length', `The runs have ${total} pixels; expected ${width} × ${height}.`)
  return { mask: runs.mask({ width, height }), diagnostic: null }
}

/** From one number per pixel in reading order (row-major, as canvases have it); anything but 0 is inside. */
export function maskFromBitmap(bitmap: ArrayLike<number>, size: ImageSize): Mask {
  const { width, height } = checkedRaster(size)
  assert(bitmap.length === width * height, `expected ${width * height} pixels, got ${bitmap.length}`)
  const runs = new RunWriter()
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) runs.add(bitmap[y * width + x] === 0 ? 0 : 1, 1)
  }
  return runs.mask({ width, height })
}

/** 0 or 1 per pixel in reading order (row-major). The caller sees to it that the raster is not too large. */
export function bitmapFromMask({ size: { width, height }, counts }: Mask): Uint8Array {
  const bitmap = new Uint8Array(width * height)
  let at = 0
  counts.forEach((count, i) => {
    if (i % 2 === 1) {
      for (let k = at; k < at + count; k++) bitmap[(k % height) * width + Math.floor(k / height)] = 1
    }
    at += count
  })
  return bitmap
}

export const emptyMask = (size: ImageSize): Mask => ({ size, counts: [size.width * size.height] })

/** Pixels inside. */
export const maskArea = ({ counts }: Mask): number =>
  counts.reduce((sum, count, i) => (i % 2 === 1 ? sum + count : sum), 0)

/** The smallest box around what is inside; null when nothing is. */
export function boundsOfMask({ size: { height }, counts }: Mask): PixelBox | null {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  let at = 0
  counts.forEach((count, i) => {
    if (i % 2 === 1) {
      const [first, last] = [at, at + count - 1]
      const [left, right] = [Math.floor(first / height), Math.floor(last / height)]
      x0 = Math.min(x0, left)
      x1 = Math.max(x1, right + 1)
      // A run over the end of a column touches bottom and top.
      y0 = Math.min(y0, left === right ? first % height : 0)
      y1 = Math.max(y1, left === right ? (last % height) + 1 : height)
    }
    at += count
  })
  return x0 < x1 ? pixelBox(x0, y0, x1, y1) : null
}

export const isSameMask = (a: Mask, b: Mask): boolean =>
  a.size.width === b.size.width &&
  a.size.height === b.size.height &&
  a.counts.length === b.counts.length &&
  a.counts.every((count, i) => count === b.counts[i])

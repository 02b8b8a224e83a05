/** @file Masks between a tool's rasters and `MaskShape`. */
import {
  compressedFromMask,
  maskFromBitmap,
  maskFromCompressed,
  bitmapFromMask,
  boundsOfMask
} from '../../geometry/mask'
import type { Mask } from '../../geometry/mask'
import type { MaskShape } from '../../geometry/region-shape'
import type { ImageSize } from '../../geometry/space'
import type { Bitmap } from './png-bitmap'

/** Larger rasters are refused: what one image may cost in memory. */
export const MOST_MASK_PIXELS = 2 ** 28

export const maskShapeOf = (mask: Mask): MaskShape => ({
  type: 'mask',
  size: mask.size,
  counts: compressedFromMask(mask)
})

/**
 * A picture of a part of the image, put at whole pixels. `cutPixels`: how many inside pixels lie outside the image and
 * are gone.
 */
export function maskFromPatch(
  { size: patch, pixels }: Bitmap,
  left: number,
  top: number,
  size: ImageSize
): { readonly shape: MaskShape; readonly cutPixels: number } {
  const whole = new Uint8Array(size.width * size.height)
  let cutPixels = 0
  for (let y = 0; y < patch.height; y++) {
    for (let x = 0; x < patch.width; x++) {
      if (pixels[y * patch.width + x] === 0) continue
      const [toX, toY] = [left + x, top + y]
      if (toX < 0 || toY < 0 || toX >= size.width || toY >= size.height) cutPixels++
      else whole[toY * size.width + toX] = 1
    }
  }
  return { shape: maskShapeOf(maskFromBitmap(whole, size)), cutPixels }
}

/** The smallest picture that holds all inside pixels; null for an empty mask or one that cannot be read. */
export function patchOfMask({
  counts,
  size
}: MaskShape): { readonly left: number; readonly top: number; readonly bitmap: Bitmap } | null {
  const { mask } = maskFromCompressed(counts, size)
  const bounds = mask === null ? null : boundsOfMask(mask)
  if (mask === null || bounds === null) return null
  const [left, top, right, bottom] = bounds
  const patch = { width: right - left, height: bottom - top }
  const whole = bitmapFromMask(mask)
  const pixels = new Uint8Array(patch.width * patch.height)
  for (let y = 0; y < patch.height; y++) {
    const from = (top + y) * size.width + left
    pixels.set(whole.subarray(from, from + patch.width), y * patch.width)
  }
  return { left, top, bitmap: { size: patch, pixels } }
}

/** @file Masks between a tool's rasters and `MaskShape`. */
import { compressedFromMask, maskFromCompressed, bitmapFromMask, boundsOfMask } from '../../geometry/mask'
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
  // Runs, column by column, straight from the patch: what a file says the whole image measures is never allocated.
  const counts: number[] = []
  let [run, value] = [0, 0]
  const put = (pixel: number, times: number): void => {
    if (pixel !== value && times > 0) {
      counts.push(run)
      value = pixel
      run = 0
    }
    run += times
  }
  const within = (place: number, side: number): number => Math.min(side, Math.max(0, place))
  const [fromX, fromY] = [within(left, size.width), within(top, size.height)]
  const [toX, toY] = [within(left + patch.width, size.width), within(top + patch.height, size.height)]
  let kept = 0
  put(0, fromX * size.height)
  for (let x = fromX; x < toX; x++) {
    put(0, fromY)
    for (let y = fromY; y < toY; y++) {
      const pixel = pixels[(y - top) * patch.width + x - left] === 0 ? 0 : 1
      kept += pixel
      put(pixel, 1)
    }
    put(0, size.height - toY)
  }
  put(0, (size.width - toX) * size.height)
  counts.push(run)
  const inside = pixels.reduce((sum, pixel) => sum + (pixel === 0 ? 0 : 1), 0)
  return { shape: maskShapeOf({ size, counts }), cutPixels: inside - kept }
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

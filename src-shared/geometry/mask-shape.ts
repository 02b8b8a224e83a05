/** @file A mask as a region's shape: what its run lengths say, decoded once for each shape. */
import type { Diagnostic } from '../errors'
import { boundsOfMask, maskFromCompressed, polygonsOfMask } from './mask'
import type { Mask, MaskResult } from './mask'
import type { MaskShape } from './region-shape'
import { normalizedFromPixel, normalizedPointFromPixel } from './convert'
import type { ImageSize, NormalizedBox, NormalizedPoint } from './space'

/** Shapes are never edited in place, and everything drawn is asked for its bounds and outlines again and again. */
const decoded = new WeakMap<MaskShape, MaskResult>()
const bounds = new WeakMap<MaskShape, NormalizedBox | null>()
const outlines = new WeakMap<MaskShape, readonly (readonly NormalizedPoint[])[]>()

const isRaster = ({ width, height }: ImageSize): boolean =>
  Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0

function decode(shape: MaskShape): MaskResult {
  let result = decoded.get(shape)
  if (result === undefined) {
    result = isRaster(shape.size)
      ? maskFromCompressed(shape.counts, shape.size)
      : { mask: null, diagnostic: noRaster(shape.size) }
    decoded.set(shape, result)
  }
  return result
}
const noRaster = ({ width, height }: ImageSize): Diagnostic => ({
  code: 'mask/bad-size',
  severity: 'error',
  message: `A raster of ${width} × ${height} has no pixels.`
})

/** null: the run lengths are no mask of that size (`maskShapeDiagnostic` says why). */
export const maskOfShape = (shape: MaskShape): Mask | null => decode(shape).mask

/** Codes of `maskFromCompressed`, and `mask/bad-size`; null when all is well. */
export const maskShapeDiagnostic = (shape: MaskShape): Diagnostic | null => decode(shape).diagnostic

/** null: no pixel is inside. */
export function boundsOfMaskShape(shape: MaskShape): NormalizedBox | null {
  let box = bounds.get(shape)
  if (box === undefined) {
    const mask = maskOfShape(shape)
    const pixels = mask === null ? null : boundsOfMask(mask)
    box = pixels === null ? null : normalizedFromPixel(pixels, shape.size)
    bounds.set(shape, box)
  }
  return box
}

/** Along the borders of the pixels: the outline of each part, clockwise, followed by its holes, the other way. */
export function outlinesOfMaskShape(shape: MaskShape): readonly (readonly NormalizedPoint[])[] {
  let rings = outlines.get(shape)
  if (rings === undefined) {
    const mask = maskOfShape(shape)
    rings =
      mask === null
        ? []
        : polygonsOfMask(mask)
            .flat()
            .map((ring) => ring.map((point) => normalizedPointFromPixel(point, shape.size)))
    outlines.set(shape, rings)
  }
  return rings
}

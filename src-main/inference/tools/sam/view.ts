/**
 * @file What SAM and SAM 2 are shown of a picture, and where a place of the picture is in it. SAM keeps
 * the proportions and fills a square up with zeros, SAM 2 squashes.
 * Source: SamImageProcessor, Sam2ImageProcessorFast and the processors around them in transformers 4.57.
 */
import { z } from 'zod'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { filter, IMAGENET_MEAN, IMAGENET_STD, normalisation, side } from '../../families/kit/settings'
import { resized, toPlanes } from '../../image/raster'
import type { Raster } from '../../image/raster'

/** Of real models, where the file does not say. */
const SIDE = 1024
const square = z.object({ height: side, width: side })

const shared = z
  .object({ do_resize: z.literal(true).default(true), resample: filter.default('bilinear') })
  .and(normalisation({ mean: IMAGENET_MEAN, std: IMAGENET_STD }))

const samSchema = z
  .object({
    size: z.object({ longest_edge: side }).default({ longest_edge: SIDE }),
    do_pad: z.literal(true).default(true),
    pad_size: square.default({ height: SIDE, width: SIDE })
  })
  .refine(({ size, pad_size: pad }) => size.longest_edge <= Math.min(pad.height, pad.width), 'must fit into pad_size')
  .transform(({ size, pad_size: pad }) => ({ longestEdge: size.longest_edge, canvas: pad }))
  .and(shared)

const sam2Schema = z
  .object({ size: square.default({ height: SIDE, width: SIDE }) })
  .transform(({ size }) => ({ longestEdge: null, canvas: size }))
  .and(shared)

export const VIEW_SCHEMAS = { sam: samSchema, sam2: sam2Schema }

export interface ViewSettings extends z.output<typeof shared> {
  /** Of the picture in the canvas, in pixels; null: the picture is squashed to the canvas. */
  readonly longestEdge: number | null
  readonly canvas: ImageSize
}

/** Size of the picture in the canvas, whose top left corner it has. */
export function shownSize({ width, height }: ImageSize, { longestEdge, canvas }: ViewSettings): ImageSize {
  if (longestEdge === null) return canvas
  const scale = longestEdge / Math.max(width, height)
  return { width: Math.floor(width * scale + 0.5), height: Math.floor(height * scale + 0.5) }
}

/** float32 `[3, canvas height, canvas width]`. What is beyond the picture is 0 after the normalisation, not black. */
export function viewPlanes(image: Raster, settings: ViewSettings): Float32Array {
  const shown = shownSize(image.size, settings)
  const planes = toPlanes(resized(image, shown, settings.resample), settings)
  const { width, height } = settings.canvas
  if (shown.width === width && shown.height === height) return planes
  const padded = new Float32Array(3 * width * height)
  for (let row = 0; row < 3 * shown.height; row++) {
    const [channel, y] = [Math.floor(row / shown.height), row % shown.height]
    padded.set(planes.subarray(row * shown.width, (row + 1) * shown.width), (channel * height + y) * width)
  }
  return padded
}

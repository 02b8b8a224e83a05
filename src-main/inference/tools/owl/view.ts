/**
 * @file What OWL-ViT and OWLv2 are shown of a picture, and what their boxes are fractions of: OWL-ViT squashes; OWLv2
 * puts the picture in the upper left of a grey square, and its boxes are fractions of that square.
 * Source: OwlViTImageProcessor and Owlv2ImageProcessor in transformers 4.57.
 */
import { z } from 'zod'
import type { ImageSize, NormalizedBox } from '../../../../src-shared/geometry/space'
import { normalizedBox } from '../../../../src-shared/geometry/space'
import { CLIP_MEAN, CLIP_STD, filter, normalisation, rectangle, side } from '../../families/kit/settings'
import { blurredSquare } from '../../image/blurred-resize'
import { resized, toPlanes } from '../../image/raster'
import type { Raster } from '../../image/raster'

const squareOf = side.transform((both) => ({ height: both, width: both }))
/** Early files name one number, or height and width in a list. */
const size = z.union([rectangle, squareOf, z.tuple([side, side]).transform(([height, width]) => ({ height, width }))])

const squashed = z
  .object({
    do_resize: z.literal(true).default(true),
    size: size.default({ height: 768, width: 768 }),
    resample: filter.default('bicubic'),
    do_center_crop: z.boolean().default(false),
    crop_size: size.nullish()
  })
  .refine(
    (value) =>
      !value.do_center_crop ||
      value.crop_size === undefined ||
      value.crop_size === null ||
      (value.crop_size.height === value.size.height && value.crop_size.width === value.size.width),
    'do_center_crop to another size is not supported'
  )
  .transform(({ size: to, resample }) => ({ isSquare: false as const, to, resample }))
  .and(normalisation({ mean: CLIP_MEAN, std: CLIP_STD }))

const padded = z
  .object({
    do_resize: z.literal(true).default(true),
    do_pad: z.literal(true).default(true),
    do_rescale: z.literal(true).default(true),
    size: size.default({ height: 960, width: 960 })
  })
  .transform(({ size: to }) => ({ isSquare: true as const, to }))
  .and(normalisation({ mean: CLIP_MEAN, std: CLIP_STD }))

export const OWL_VIEWS = { owlvit: squashed, owlv2: padded }
export type OwlView = z.output<typeof squashed> | z.output<typeof padded>

/** Half of what a pixel can be: what OWLv2 fills its square with. */
const GREY = 0.5

/** float32 `[3, height, width]`. */
export function owlPlanes(image: Raster, view: OwlView): Float32Array {
  if (!view.isSquare) return toPlanes(resized(image, view.to, view.resample), view)
  const planes = blurredSquare(image, view.to, GREY)
  const area = view.to.width * view.to.height
  // Already brought to 0 to 1.
  for (let channel = 0; channel < 3; channel++) {
    const [mean, std] = [view.mean[channel] ?? 0, view.std[channel] ?? 1]
    for (let i = channel * area; i < (channel + 1) * area; i++) planes[i] = ((planes[i] ?? 0) - mean) / std
  }
  return planes
}

/** From a centre with a size, as the model says it, to fractions of the picture; may reach over its edges. */
export function owlBox(
  [x, y, width, height]: readonly [number, number, number, number],
  image: ImageSize,
  { isSquare }: Pick<OwlView, 'isSquare'>
): NormalizedBox {
  const side = Math.max(image.width, image.height)
  const [sx, sy] = isSquare ? [side / image.width, side / image.height] : [1, 1]
  return normalizedBox((x - width / 2) * sx, (y - height / 2) * sy, (x + width / 2) * sx, (y + height / 2) * sy)
}

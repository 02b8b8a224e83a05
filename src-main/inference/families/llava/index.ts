/**
 * @file LLaVA and Shikra class: a CLIP tower, a projector, LLaMA. Pictures are padded to a square (as
 * both were trained) or cut to their centre (as LLaVA 1.5 files say), then shown at one size.
 * Source: the processors and configuration of `llava` in transformers 4.57.
 */
import { z } from 'zod'
import { centred, resized, squared, toPlanes, withShortestEdge } from '../../image/raster'
import type { Raster } from '../../image/raster'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family } from '../family'
import {
  CLIP_MEAN,
  CLIP_STD,
  filter,
  normalisation,
  readImageToken,
  readSettings,
  side,
  squareOrRectangle
} from '../kit/settings'

const configSchema = z.object({
  vision_feature_select_strategy: z.enum(['default', 'full']).default('default'),
  vision_config: z.object({ image_size: side.optional(), patch_size: z.number().int().min(1).optional() }).optional()
})

const pictureSchema = z
  .object({
    do_resize: z.boolean().default(true),
    size: z.union([
      z.object({ shortest_edge: side }).transform(({ shortest_edge: edge }) => ({ kind: 'shortest' as const, edge })),
      squareOrRectangle.transform((size) => ({ kind: 'exact' as const, size }))
    ]),
    resample: filter.default('bicubic'),
    do_center_crop: z.boolean().nullish(),
    crop_size: squareOrRectangle.nullish(),
    do_pad: z.boolean().nullish()
  })
  .and(normalisation({ mean: CLIP_MEAN, std: CLIP_STD }))

/** What the picture is padded with: the mean colour, cut to whole steps of 255. */
const padding = (mean: readonly [number, number, number]) =>
  mean.map((value) => Math.trunc(value * 255)) as [number, number, number]

export const llava: Family = {
  id: 'llava',
  name: 'LLaVA / Shikra',
  modelTypes: ['llava', 'shikra'],
  graphs: THREE_GRAPHS,
  dialect: 'llava-1.5',
  space: 'padded-square',
  asks: [
    'Please provide the bounding box coordinate of the region this sentence describes: the red circle',
    'Describe the image.'
  ],
  cannot: ['points', 'outlines'],
  isMarkup: () => false,
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const { size: target } = picture
    const crop = (picture.do_center_crop ?? true) ? (picture.crop_size ?? null) : null
    const patch = config.vision_config?.patch_size ?? 14
    const extra = config.vision_feature_select_strategy === 'full' ? 1 : 0

    function view(image: Raster): Raster {
      const whole = (picture.do_pad ?? false) ? squared(image, padding(picture.mean)) : image
      if (!picture.do_resize) return whole
      const scaled = resized(
        whole,
        target.kind === 'exact' ? target.size : withShortestEdge(whole.size, target.edge),
        picture.resample
      )
      return crop === null ? scaled : centred(scaled, crop)
    }

    return {
      imageTokenId: readImageToken(files),
      visionInputs: ['pixel_values'],
      pixels: crop ?? (target.kind === 'exact' ? target.size : null),
      content: 'parts',
      writePrompt: null,
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      prepare(image) {
        const seen = view(image)
        const { width, height } = seen.size
        const features = Math.floor(height / patch) * Math.floor(width / patch) + extra
        return {
          feeds: { pixel_values: { type: 'float32', data: toPlanes(seen, picture), dims: [1, 3, height, width] } },
          block: [{ features }],
          grid: null
        }
      }
    }
  }
}

/**
 * @file LLaVA-OneVision: SigLIP sees the whole picture once and tiles of a larger view of it; Qwen2 reads them. The
 * order of features needs the learned line end, which is a further output of the vision encoder; encoders without it (the
 * exports that transformers.js runs) are shown the whole picture only.
 * Source: processor and model of `llava_onevision` in transformers 4.57; its class in transformers.js.
 */
import { z } from 'zod'
import { cut, resized, toPlanes } from '../../image/raster'
import type { Raster } from '../../image/raster'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family, Picture } from '../family'
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
import { packFeatures } from './pack'
import { bestResolution, featuresOf, fitted, mosaicOf } from './tiles'

const LINE_END = 'image_newline'
const longSide = z.number().int().min(4).max(100_000)

const configSchema = z.object({
  vision_feature_select_strategy: z.literal('full').default('full'),
  vision_aspect_ratio: z
    .string()
    .regex(/^anyres_max_\d{1,3}$/)
    .default('anyres_max_9')
    .transform((value) => Number(value.slice('anyres_max_'.length))),
  vision_config: z.object({ image_size: side, patch_size: z.number().int().min(1).max(1_024) })
})

const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: squareOrRectangle.refine(({ width, height }) => width === height, 'must be a square'),
    resample: filter.default('bicubic'),
    image_grid_pinpoints: z
      .array(z.tuple([longSide, longSide]).transform(([height, width]) => ({ height, width })))
      .min(1)
      .max(1_000)
  })
  .and(normalisation({ mean: CLIP_MEAN, std: CLIP_STD }))

export const llavaOneVision: Family = {
  id: 'llava-onevision',
  name: 'LLaVA-OneVision',
  modelTypes: ['llava_onevision'],
  graphs: THREE_GRAPHS,
  dialect: 'llava-1.5',
  space: 'original',
  asks: [
    'Please provide the bounding box coordinate of the region this sentence describes: the red circle',
    'Describe the image.'
  ],
  cannot: ['points', 'outlines', 'video'],
  isMarkup: () => false,
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const square = picture.size
    const tileSide = Math.floor(config.vision_config.image_size / config.vision_config.patch_size)
    const area = 3 * square.width * square.height

    function feeds(views: readonly Raster[]): Picture['feeds'] {
      const data = new Float32Array(views.length * area)
      for (const [place, view] of views.entries()) data.set(toPlanes(view, picture), place * area)
      return { pixel_values: { type: 'float32', data, dims: [views.length, 3, square.height, square.width] } }
    }

    function prepare(image: Raster): Picture {
      const best = bestResolution(image.size, picture.image_grid_pinpoints)
      const [columns, rows] = [Math.floor(best.width / square.width), Math.floor(best.height / square.height)]
      const shown = resized(image, fitted(image.size, best), picture.resample)
      const middle = {
        x: -Math.floor((best.width - shown.size.width) / 2),
        y: -Math.floor((best.height - shown.size.height) / 2)
      }
      const padded = cut(shown, middle, best)
      const tiles = Array.from({ length: rows * columns }, (_, tile) =>
        cut(padded, { x: (tile % columns) * square.width, y: Math.floor(tile / columns) * square.height }, square)
      )
      const mosaic = mosaicOf(image.size, { columns, rows }, { side: tileSide, mostTiles: config.vision_aspect_ratio })
      return {
        feeds: feeds([resized(image, square, picture.resample), ...tiles]),
        block: [{ features: featuresOf(mosaic) }],
        grid: null,
        pack: {
          output: LINE_END,
          rows: (1 + tiles.length) * tileSide ** 2,
          apply: (features, lineEnd) => packFeatures(features, lineEnd, mosaic)
        }
      }
    }

    const whole = (image: Raster): Picture => ({
      feeds: feeds([resized(image, square, picture.resample)]),
      block: [{ features: tileSide ** 2 }],
      grid: null
    })

    const common = {
      imageTokenId: readImageToken(files),
      visionInputs: ['pixel_values'],
      pixels: square,
      content: 'parts',
      writePrompt: null,
      positions: { axes: 1, first: 0 },
      feeding: 'causal'
    } as const
    return {
      ...common,
      prepare,
      forOutputs: (outputs) => ({ ...common, prepare: outputs.has(LINE_END) ? prepare : whole })
    }
  }
}

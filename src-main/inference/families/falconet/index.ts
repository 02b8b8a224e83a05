/**
 * @file Falconet and other models with a card of ours: the picture is squashed to one size, a fixed
 * number of image tokens stands where the chat template says.
 */
import { z } from 'zod'
import { modelProblem } from '../../repo/problems'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family } from '../family'
import { filter, normalisation, readImageToken, readSettings, squareOrRectangle } from '../kit/settings'
import { wholePicture } from '../kit/whole-picture'

const configSchema = z.object({
  num_image_tokens: z.number().int().min(1).max(100_000).optional(),
  image_seq_length: z.number().int().min(1).max(100_000).optional()
})

/** Only what is carried out is accepted: a fixed size, reached by squashing. */
const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: squareOrRectangle,
    resample: filter.default('bilinear'),
    do_center_crop: z.literal(false).default(false),
    do_pad: z.literal(false).default(false)
  })
  .and(normalisation({ mean: [0, 0, 0], std: [1, 1, 1] }))

/** Rows of `[x0, y0, x1, y1]`, normalized, as one region alone and as one of several. */
function asShikra(boxes: Float32Array): readonly string[] {
  const texts = Array.from({ length: Math.floor(boxes.length / 4) }, (_, row) =>
    Array.from(boxes.subarray(row * 4, row * 4 + 4), (value) => Math.min(1, Math.max(0, value)).toFixed(3)).join(',')
  )
  return [...new Set(texts)].flatMap((text) => [`[${text}]`, ` [${text}]`, `;${text}]`])
}

export const falconet: Family = {
  id: 'falconet',
  name: 'Falconet',
  modelTypes: ['falconet', 'eyrie-tiny'],
  graphs: THREE_GRAPHS,
  dialect: 'shikra',
  space: 'original',
  asks: [],
  cannot: [],
  isMarkup: () => false,
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const features = config.num_image_tokens ?? config.image_seq_length
    if (features === undefined) {
      throw modelProblem('model/bad-config', files.model, 'config.json cannot be used: "num_image_tokens" is missing', {
        file: 'config.json'
      })
    }
    return {
      imageTokenId: readImageToken(files),
      visionInputs: ['pixel_values'],
      pixels: picture.size,
      content: 'text',
      writePrompt: null,
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      proposes: { output: 'region_boxes', write: asShikra },
      prepare: (image) => wholePicture(image, picture, features)
    }
  }
}

/**
 * @file PaliGemma 1 and 2: image and question are one prefix whose positions see each other both ways;
 * positions start at 1. Its questions are short commands, which it was taught word for word.
 * Source: the processor and model of `paligemma` in transformers 4.57; google-research/big_vision,
 * configs/proj/paligemma/README.md.
 */
import { z } from 'zod'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family } from '../family'
import { HALF, filter, normalisation, readImageToken, readSettings, side, squareOrRectangle } from '../kit/settings'
import { wholePicture } from '../kit/whole-picture'

const configSchema = z.object({
  vision_config: z
    .object({ num_image_tokens: z.number().int().min(1).max(100_000).optional(), patch_size: side.default(14) })
    .optional()
})
const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: squareOrRectangle,
    resample: filter.default('bicubic'),
    image_seq_length: z.number().int().min(1).max(100_000).optional()
  })
  .and(normalisation({ mean: HALF, std: HALF }))

export const paligemma: Family = {
  id: 'paligemma',
  name: 'PaliGemma',
  modelTypes: ['paligemma'],
  graphs: THREE_GRAPHS,
  dialect: 'paligemma',
  space: 'original',
  asks: ['detect cat', 'detect cat ; dog', 'segment cat', 'caption en', 'answer en what is on the table?', 'ocr'],
  cannot: ['dialogue: each question stands alone', 'points'],
  isMarkup: (token) => /^<(?:loc\d{4}|seg\d{3})>$/.test(token),
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const { width, height } = picture.size
    const patch = config.vision_config?.patch_size ?? 14
    const features =
      picture.image_seq_length ??
      config.vision_config?.num_image_tokens ??
      Math.floor(height / patch) * Math.floor(width / patch)
    return {
      imageTokenId: readImageToken(files),
      visionInputs: ['pixel_values'],
      pixels: picture.size,
      content: 'text',
      // The last question only: the model was never shown a dialogue.
      writePrompt: (messages, { bos }) => ({ before: '', after: `${bos}${messages.at(-1)?.text ?? ''}\n` }),
      positions: { axes: 1, first: 1 },
      feeding: 'whole-prompt',
      prepare: (image) => wholePicture(image, picture, features)
    }
  }
}

/**
 * @file OFA: a ResNet's features and the words of an instruction go to the encoder, the decoder writes words and places
 * (`<bin_12>`). The picture is squashed to one square. Its tasks are sentences that it was taught word for word.
 * Source: `OFAModel` and its preprocessors in modelscope 1.40 (Apache-2.0).
 */
import { z } from 'zod'
import type { Family } from '../family'
import { HALF, filter, normalisation, readSettings, squareOrRectangle } from '../kit/settings'
import { wholePicture } from '../kit/whole-picture'

const id = z.number().int().min(0).max(100_000_000)
const configSchema = z.object({ decoder_start_token_id: id.nullish(), bos_token_id: id.default(0) })
const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: squareOrRectangle.refine(({ width, height }) => width === height, 'must be a square'),
    resample: filter.default('bicubic'),
    do_center_crop: z.literal(false).default(false)
  })
  .and(normalisation({ mean: HALF, std: HALF }))

/** Pixels on a side of one feature: three stages of the ResNet. */
const STRIDE = 16

export const ofa: Family = {
  id: 'ofa',
  name: 'OFA',
  modelTypes: ['ofa'],
  graphs: ['vision_encoder', 'embed_tokens', 'encoder_model', 'decoder_model_merged'],
  dialect: 'ofa',
  space: 'original',
  asks: ['which region does the text " the red circle " describe?', 'what does the image describe?'],
  cannot: ['dialogue: each question stands alone', 'points', 'outlines'],
  isMarkup: (token) => /^<(?:bin|code)_\d+>$/.test(token),
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const { width, height } = picture.size
    return {
      // Features have no token of their own.
      imageTokenId: null,
      visionInputs: ['pixel_values'],
      pixels: picture.size,
      // Its numbers count in 512ths of a picture of 512, whatever it is shown at.
      dialectSettings: { 'patch-size': width },
      content: 'text',
      // The last question only, with the space in front that its words were cut with.
      writePrompt: (messages, { bos, eos }) => ({
        before: '',
        after: `${bos} ${(messages.at(-1)?.text ?? '').trim()}${eos}`
      }),
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      decoderStart: [config.decoder_start_token_id ?? config.bos_token_id],
      prepare: (image) => wholePicture(image, picture, Math.floor(height / STRIDE) * Math.floor(width / STRIDE))
    }
  }
}

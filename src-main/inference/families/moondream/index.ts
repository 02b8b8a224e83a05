/**
 * @file Moondream as transformers.js knows it (`moondream1`; the exports of moondream2 of early 2024): SigLIP, a
 * projector, Phi. The picture is squashed to one square. Its region heads came later and are in no such export.
 * Source: vikhyat/moondream, moondream/moondream.py before the heads; the configuration files of Xenova/moondream2.
 */
import { z } from 'zod'
import type { AskMessage } from '../../../core/ports'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family } from '../family'
import { HALF, filter, normalisation, readSettings, squareOrRectangle } from '../kit/settings'
import { wholePicture } from '../kit/whole-picture'

const configSchema = z.object({
  // Exports name the image by an id outside of the vocabulary.
  image_token_index: z.number().int().min(-1_000_000).max(100_000_000)
})
const pictureSchema = z
  .object({ do_resize: z.literal(true).default(true), size: squareOrRectangle, resample: filter.default('bicubic') })
  .and(normalisation({ mean: HALF, std: HALF }))

/** No configuration file names it. */
const PATCH = 14

const turn = ({ role, text }: AskMessage): string => (role === 'user' ? `Question: ${text}\n\nAnswer:` : ` ${text}\n\n`)

export const moondream: Family = {
  id: 'moondream',
  name: 'Moondream',
  modelTypes: ['moondream1'],
  graphs: THREE_GRAPHS,
  // Boxes come from heads that the export does not have; numbers it writes are read as fractions.
  dialect: 'shikra',
  space: 'original',
  asks: ['Describe this image.', 'What is the man holding?', 'What color is the car?'],
  cannot: ['boxes and points by its own heads: the export has none'],
  isMarkup: () => false,
  read(files) {
    const { image_token_index: imageTokenId } = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const { width, height } = picture.size
    const features = Math.floor(height / PATCH) * Math.floor(width / PATCH)
    return {
      imageTokenId,
      visionInputs: ['pixel_values'],
      pixels: picture.size,
      content: 'text',
      writePrompt: (messages, { bos }) => ({ before: bos, after: `\n\n${messages.map(turn).join('')}` }),
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      prepare: (image) => wholePicture(image, picture, features)
    }
  }
}

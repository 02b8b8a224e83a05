/**
 * @file Kosmos-2: the image stands between `<image>` and `</image>`, `<grounding>` asks for places.
 * No public export was found; `models/export` makes one from the reference implementation.
 * Source: the processor of `kosmos2` in transformers 4.57 and microsoft/kosmos-2's model card.
 */
import { z } from 'zod'
import type { AskMessage } from '../../../core/ports'
import { centred, resized, toPlanes, withShortestEdge } from '../../image/raster'
import { THREE_GRAPHS } from '../../repo/graph-names'
import type { Family } from '../family'
import { CLIP_MEAN, CLIP_STD, filter, normalisation, readSettings, side, squareOrRectangle } from '../kit/settings'

const configSchema = z.object({ latent_query_num: z.number().int().min(1).max(10_000).default(64) })
const pictureSchema = z
  .object({
    size: z.union([
      z.object({ shortest_edge: side }).transform(({ shortest_edge: shortest }) => ({ shortest })),
      squareOrRectangle.transform((exact) => ({ exact }))
    ]),
    resample: filter.default('bicubic'),
    do_center_crop: z.boolean().default(true),
    crop_size: squareOrRectangle.default({ width: 224, height: 224 })
  })
  .and(normalisation({ mean: CLIP_MEAN, std: CLIP_STD }))

/** A question that names its own form is left as it is; any other gets the form of the model card. */
function formOf(messages: readonly AskMessage[]): string {
  const text = (messages.at(-1)?.text ?? '').trim()
  return /<(?:grounding|phrase)>/.test(text) ? text : `<grounding> Question: ${text} Answer:`
}

export const kosmos2: Family = {
  id: 'kosmos-2',
  name: 'Kosmos-2',
  modelTypes: ['kosmos-2'],
  graphs: THREE_GRAPHS,
  dialect: 'kosmos-2',
  space: 'original',
  asks: [
    '<grounding>An image of',
    '<grounding>Describe this image in detail:',
    '<grounding><phrase>a red circle</phrase>',
    'What is in the picture?'
  ],
  cannot: ['dialogue: each question stands alone', 'points', 'parts of a picture outside its centred square'],
  isMarkup: (token) =>
    /^<(?:\/?phrase|\/?object|grounding|patch_index_\d{4}|\/delimiter_of_multi_objects\/)>$/.test(token),
  read(files) {
    const { latent_query_num: features } = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const crop = picture.do_center_crop ? picture.crop_size : null
    return {
      imageTokenId: null,
      visionInputs: ['pixel_values'],
      pixels: crop,
      content: 'text',
      writePrompt: (messages, { bos }) => ({ before: `${bos}<image>`, after: `</image> ${formOf(messages)}` }),
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      prepare(image) {
        const size = 'exact' in picture.size ? picture.size.exact : withShortestEdge(image.size, picture.size.shortest)
        const scaled = resized(image, size, picture.resample)
        const seen = crop === null ? scaled : centred(scaled, crop)
        const { width, height } = seen.size
        return {
          feeds: { pixel_values: { type: 'float32', data: toPlanes(seen, picture), dims: [1, 3, height, width] } },
          block: [{ features }],
          grid: null
        }
      }
    }
  }
}

/**
 * @file Florence-2: an encoder reads image features and a task's question, a decoder writes words and
 * `<loc_…>` tokens. A question that begins with a task's name becomes the sentence it was taught with.
 * Source: the processor of `florence2` in transformers 4.57 and microsoft/Florence-2's model card.
 */
import { z } from 'zod'
import { AppError } from '../../../../src-shared/errors'
import type { Family } from '../family'
import { IMAGENET_MEAN, IMAGENET_STD, filter, normalisation, readSettings, squareOrRectangle } from '../kit/settings'
import { wholePicture } from '../kit/whole-picture'

/** Tasks that take no further words. */
const ALONE: Readonly<Record<string, string>> = {
  '<OCR>': 'What is the text in the image?',
  '<OCR_WITH_REGION>': 'What is the text in the image, with regions?',
  '<CAPTION>': 'What does the image describe?',
  '<DETAILED_CAPTION>': 'Describe in detail what is shown in the image.',
  '<MORE_DETAILED_CAPTION>': 'Describe with a paragraph what is shown in the image.',
  '<OD>': 'Locate the objects with category name in the image.',
  '<DENSE_REGION_CAPTION>': 'Locate the objects in the image, with their descriptions.',
  '<REGION_PROPOSAL>': 'Locate the region proposals in the image.'
}

/** Tasks about the words or the region behind their name. */
const ABOUT: Readonly<Record<string, (input: string) => string>> = {
  '<CAPTION_TO_PHRASE_GROUNDING>': (input) => `Locate the phrases in the caption: ${input}`,
  '<REFERRING_EXPRESSION_SEGMENTATION>': (input) => `Locate ${input} in the image with mask`,
  '<REGION_TO_SEGMENTATION>': (input) => `What is the polygon mask of region ${input}`,
  '<OPEN_VOCABULARY_DETECTION>': (input) => `Locate ${input} in the image.`,
  '<REGION_TO_CATEGORY>': (input) => `What is the region ${input}?`,
  '<REGION_TO_DESCRIPTION>': (input) => `What does the region ${input} describe?`,
  '<REGION_TO_OCR>': (input) => `What text is in the region ${input}?`
}

function sentenceOf(question: string): string {
  for (const [task, sentence] of Object.entries(ALONE)) {
    if (!question.includes(task)) continue
    if (question.trim() === task) return sentence
    throw new AppError('inference/bad-task', `The task ${task} takes no further words.`, {
      nextStep: `Ask ${task} alone.`,
      data: { task }
    })
  }
  const about = Object.entries(ABOUT).find(([task]) => question.includes(task))
  return about === undefined ? question : about[1](question.replaceAll(about[0], '').trim())
}

const tokenId = z.number().int().min(0)
const configSchema = z.object({
  image_token_id: tokenId.nullish(),
  decoder_start_token_id: tokenId.nullish(),
  text_config: z
    .object({
      decoder_start_token_id: tokenId.nullish(),
      forced_bos_token_id: tokenId.nullish()
    })
    .default({})
})
const pictureSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: squareOrRectangle,
    resample: filter.default('bicubic'),
    do_center_crop: z.literal(false).default(false),
    image_seq_length: z.number().int().min(1).max(100_000).default(577)
  })
  .and(normalisation({ mean: IMAGENET_MEAN, std: IMAGENET_STD }))

/** As the published configuration has them: `</s>` begins, `<s>` is the first word. */
const DEFAULT_START = 2
const DEFAULT_FIRST = 0

export const florence2: Family = {
  id: 'florence-2',
  name: 'Florence-2',
  modelTypes: ['florence2'],
  graphs: ['vision_encoder', 'embed_tokens', 'encoder_model', 'decoder_model_merged'],
  dialect: 'florence-2',
  space: 'original',
  asks: [
    ...Object.keys(ALONE),
    '<CAPTION_TO_PHRASE_GROUNDING>a red circle above a blue square',
    '<OPEN_VOCABULARY_DETECTION>red circle'
  ],
  cannot: ['dialogue: each question stands alone', 'free questions: it knows its tasks only'],
  isMarkup: (token) => /^<(?:loc_\d+|\/?poly|sep)>$/.test(token),
  read(files) {
    const config = readSettings(files, 'config', configSchema)
    const picture = readSettings(files, 'preprocessor', pictureSchema)
    const { text_config: text } = config
    return {
      imageTokenId: config.image_token_id ?? null,
      visionInputs: ['pixel_values'],
      pixels: picture.size,
      content: 'text',
      // The last question only: the model was never shown a dialogue.
      writePrompt: (messages, { bos, eos }) => ({
        before: '',
        after: `${bos}${sentenceOf(messages.at(-1)?.text ?? '')}${eos}`
      }),
      positions: { axes: 1, first: 0 },
      feeding: 'causal',
      decoderStart: [
        text.decoder_start_token_id ?? config.decoder_start_token_id ?? DEFAULT_START,
        text.forced_bos_token_id ?? DEFAULT_FIRST
      ],
      prepare: (image) => wholePicture(image, picture, picture.image_seq_length)
    }
  }
}

/**
 * @file The configuration files of a model folder, as data with a schema (G3). Names are those of the
 * transformers.js three-graph layout; `eyrie.json` is our own card. Unknown keys are ignored.
 */
import { z } from 'zod'

// No code made from strings (J8).
z.config({ jitless: true })

const text = z.string().max(4_096)
const count = z.number().int().min(1).max(100_000_000)
const tokenId = z.number().int().min(0).max(100_000_000)
const tokenIds = z.union([tokenId.transform((id) => [id]), z.array(tokenId).max(64)])

/** Also the shape of the nested `text_config` of LLaVA-class models. */
const languagePart = z.object({
  num_hidden_layers: count.max(1_000).optional(),
  num_attention_heads: count.max(1_000).optional(),
  num_key_value_heads: count.max(1_000).optional(),
  head_dim: count.max(65_536).optional(),
  hidden_size: count.max(1_000_000).optional(),
  vocab_size: count.optional(),
  max_position_embeddings: count.optional(),
  eos_token_id: tokenIds.nullish()
})

export const configSchema = languagePart
  .extend({
    image_token_index: tokenId.optional(),
    image_token_id: tokenId.optional(),
    num_image_tokens: count.max(100_000).optional(),
    image_seq_length: count.max(100_000).optional(),
    text_config: languagePart.optional()
  })
  .transform(({ text_config: inner = {}, ...outer }, context) => {
    const imageTokenId = outer.image_token_index ?? outer.image_token_id
    if (imageTokenId === undefined) {
      context.addIssue({ code: 'custom', path: ['image_token_index'], message: 'is missing' })
      return z.NEVER
    }
    const heads = outer.num_attention_heads ?? inner.num_attention_heads
    const width = outer.hidden_size ?? inner.hidden_size
    return {
      imageTokenId,
      /** null: only the encoder's output tells. */
      imageTokens: outer.num_image_tokens ?? outer.image_seq_length ?? null,
      /** null: the decoder's own inputs tell. */
      keyValueHeads: outer.num_key_value_heads ?? inner.num_key_value_heads ?? heads ?? null,
      headDim: outer.head_dim ?? inner.head_dim ?? (heads !== undefined && width !== undefined ? width / heads : null),
      vocabularySize: outer.vocab_size ?? inner.vocab_size ?? null,
      maxPositions: outer.max_position_embeddings ?? inner.max_position_embeddings ?? 4_096,
      endTokenIds: outer.eos_token_id ?? inner.eos_token_id ?? []
    }
  })
export type ModelConfig = z.output<typeof configSchema>

export const generationSchema = z
  .object({ eos_token_id: tokenIds.nullish(), max_new_tokens: count.optional() })
  .transform((value) => ({ endTokenIds: value.eos_token_id ?? [], maxNewTokens: value.max_new_tokens ?? null }))
export type GenerationConfig = z.output<typeof generationSchema>

const side = z.number().int().min(8).max(4_096)
const rgb = z.tuple([z.number(), z.number(), z.number()])

/** Only what is carried out is accepted: a fixed size, reached by squashing. */
export const preprocessorSchema = z
  .object({
    do_resize: z.literal(true).default(true),
    size: z.union([z.object({ height: side, width: side }), side.transform((both) => ({ height: both, width: both }))]),
    /** Numbers of Pillow's filters. */
    resample: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(2),
    do_center_crop: z.literal(false).default(false),
    do_pad: z.literal(false).default(false),
    do_rescale: z.boolean().default(true),
    rescale_factor: z
      .number()
      .positive()
      .default(1 / 255),
    do_normalize: z.boolean().default(true),
    image_mean: rgb.default([0, 0, 0]),
    image_std: rgb.default([1, 1, 1])
  })
  .transform((value) => ({
    size: value.size,
    filter: (['nearest', 'lanczos', 'bilinear', 'bicubic'] as const)[value.resample],
    scale: value.do_rescale ? value.rescale_factor : 1,
    mean: value.do_normalize ? value.image_mean : ([0, 0, 0] as const),
    std: value.do_normalize ? value.image_std : ([1, 1, 1] as const)
  }))
export type PreprocessorConfig = z.output<typeof preprocessorSchema>

const specialToken = z.union([text, z.object({ content: text }).transform((token) => token.content)]).nullish()

export const tokenizerConfigSchema = z.object({
  bos_token: specialToken,
  eos_token: specialToken,
  pad_token: specialToken,
  clean_up_tokenization_spaces: z.boolean().nullish(),
  chat_template: z.string().max(200_000).optional()
})
export type TokenizerConfig = z.output<typeof tokenizerConfigSchema>

/** A file below the folder, `/` separated; no way out of it (G3). */
const relativeFile = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^\\:\0]+$/, 'must be a plain relative path')
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'), {
    message: 'must be a plain relative path'
  })

const MODEL_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const isModelId = (id: string): boolean => MODEL_ID.test(id) && !id.includes('..')

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
const prompts = z.union([text.transform((one) => [one]), z.array(text).max(100)]).optional()

export const cardSchema = z.object({
  id: z.string().refine(isModelId, { message: 'must be letters, digits, ".", "_" or "-"' }),
  name: text.min(1),
  family: text.default(''),
  dialect: text.min(1),
  space: z.enum(['original', 'padded-square']),
  revision: text.default(''),
  licence: text.default(''),
  languages: z.array(text).max(200).default([]),
  tasks: z
    .array(z.object({ examples: prompts, example: prompts, prompts, prompt: prompts }))
    .max(200)
    .default([])
    .transform((tasks) => tasks.flatMap((task) => task.examples ?? task.example ?? task.prompts ?? task.prompt ?? [])),
  classes: z.array(text).max(100_000).default([]),
  cannot: z.array(text).max(200).default([]),
  files: z
    .array(z.object({ path: relativeFile, bytes: z.number().int().min(0), sha256 }))
    .max(10_000)
    .default([])
})
export type ModelCard = z.output<typeof cardSchema>

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

/** Also the shape of the nested `text_config` of LLaVA-class models, which Moondream calls `phi_config`. */
const languagePart = z.object({
  num_hidden_layers: count.max(1_000).nullish(),
  num_attention_heads: count.max(1_000).nullish(),
  num_key_value_heads: count.max(1_000).nullish(),
  head_dim: count.max(65_536).nullish(),
  hidden_size: count.max(1_000_000).nullish(),
  vocab_size: count.nullish(),
  max_position_embeddings: count.nullish(),
  eos_token_id: tokenIds.nullish()
})

export const configSchema = languagePart
  .extend({ text_config: languagePart.nullish(), phi_config: languagePart.nullish() })
  .transform(({ text_config: nested, phi_config: phi, ...outer }) => {
    // The nested part is the language model's own; old files have only the outer one.
    const inner = nested ?? phi ?? {}
    const heads = inner.num_attention_heads ?? outer.num_attention_heads ?? null
    const width = inner.hidden_size ?? outer.hidden_size ?? null
    return {
      /** null: the decoder's own inputs tell. */
      keyValueHeads: inner.num_key_value_heads ?? outer.num_key_value_heads ?? heads,
      headDim: inner.head_dim ?? outer.head_dim ?? (heads === null || width === null ? null : width / heads),
      vocabularySize: inner.vocab_size ?? outer.vocab_size ?? null,
      maxPositions: inner.max_position_embeddings ?? outer.max_position_embeddings ?? 4_096,
      endTokenIds: inner.eos_token_id ?? outer.eos_token_id ?? []
    }
  })
export type ModelConfig = z.output<typeof configSchema>

export const generationSchema = z
  .object({ eos_token_id: tokenIds.nullish(), max_new_tokens: count.optional() })
  .transform((value) => ({ endTokenIds: value.eos_token_id ?? [], maxNewTokens: value.max_new_tokens ?? null }))
export type GenerationConfig = z.output<typeof generationSchema>

const specialToken = z.union([text, z.object({ content: text }).transform((token) => token.content)]).nullish()

const template = z.string().max(200_000)

export const tokenizerConfigSchema = z.object({
  bos_token: specialToken,
  eos_token: specialToken,
  pad_token: specialToken,
  clean_up_tokenization_spaces: z.boolean().nullish(),
  /** Several named ones: the one called default. */
  chat_template: z
    .union([
      template,
      z
        .array(z.object({ name: text, template }))
        .max(50)
        .transform((all) => all.find(({ name }) => name === 'default')?.template)
    ])
    .nullish()
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
  space: z.enum(['original', 'padded-square', 'resized']),
  revision: text.default(''),
  licence: text.default(''),
  languages: z.array(text).max(200).default([]),
  tasks: z
    .array(z.object({ examples: prompts, example: prompts, prompts, prompt: prompts }))
    .max(200)
    .default([])
    .transform((tasks) => tasks.flatMap((task) => task.examples ?? task.example ?? task.prompts ?? task.prompt ?? [])),
  /** What it can be asked, in other languages than that of `tasks`: by the first part of a language tag. */
  asksIn: z.record(z.string().regex(/^[a-z]{2,3}$/), z.array(text).max(200)).optional(),
  classes: z.array(text).max(100_000).default([]),
  cannot: z.array(text).max(200).default([]),
  /** How its answers go: whether words stand before a region, and the texts that say "there is none" (`{}`: any words). */
  namesBoxes: z.boolean().default(false),
  none: z.array(text.min(1)).max(100).default([]),
  files: z
    .array(z.object({ path: relativeFile, bytes: z.number().int().min(0), sha256 }))
    .max(10_000)
    .default([])
})
export type ModelCard = z.output<typeof cardSchema>

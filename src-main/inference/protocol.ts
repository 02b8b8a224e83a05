/**
 * @file What crosses between the inference service and its host process. Both ends check what they
 * get: a host may be mid-crash, and a parent may be a newer build. Paths cross, never pixels.
 */
import { z } from 'zod'
import type { ErrorData } from '../../src-shared/errors'
import { MOST_ANSWERS } from '../../src-shared/prompts/answer-form'
import { answerFormSchema } from '../../src-shared/prompts/answer-form-schema'
import { maskPromptSchema } from '../../src-shared/prompts/mask-prompt-schema'
import { knownStrategySchema, strategySchema } from './known-strategies'

z.config({ jitless: true })

const id = z.number().int().min(1)
const ms = z.number().min(0)
const count = z.number().int().min(0)
const provider = z.enum(['cpu', 'cuda', 'webgpu', 'dml', 'coreml'])

const limits = z.object({
  maxNewTokens: count.min(1),
  maxCharacters: count.min(1),
  maxAnswerMs: ms.min(1),
  maxRepeatedTokens: count.min(1)
})

const messages = z.array(z.object({ role: z.enum(['user', 'assistant']), text: z.string() })).max(1_000)
/** Of the dialect, where the task changes them. */
const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable()
/** null: the model answers freely. */
const form = answerFormSchema.nullable()

/** Questions of one command: its own, and those beside it. */
export const MOST_TOGETHER = 8

export const requestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ask'),
    id,
    /** Absolute; found by the parent in its list of models. */
    modelDir: z.string(),
    /** Changes when the model's files do: a loaded one is not used for another. */
    modelKey: z.string(),
    imagePath: z.string(),
    messages,
    providers: z.array(provider).min(1).max(8),
    threads: count.min(1).max(256),
    prefixCacheBytes: count,
    /** Folder on disk for features of pictures, and how many bytes it may have; null: none are kept there. */
    featureCache: z.object({ dir: z.string(), maxBytes: count.min(1) }).nullable(),
    /** How its decoder was found to run best by an earlier host; null: to be found. */
    knownStrategy: knownStrategySchema.nullable(),
    limits,
    /** Answers to give: this one and others beside it. */
    nBest: count.min(1).max(MOST_ANSWERS),
    form,
    settings,
    /** Of models that make masks, which read no messages; null: words are asked for. */
    mask: maskPromptSchema.nullable(),
    /** Other questions on the same picture, answered with this one. Their answers come before the one of `id`. */
    beside: z.array(z.object({ id, messages, limits, form, settings })).max(MOST_TOGETHER - 1)
  }),
  z.object({ kind: z.literal('cancel'), id }),
  z.object({ kind: z.literal('probe'), id, provider, threads: count.min(1).max(256) }),
  z.object({
    kind: z.literal('inspect'),
    id,
    modelDir: z.string(),
    providers: z.array(provider).min(1).max(8),
    threads: count.min(1).max(256),
    withSelfTest: z.boolean()
  })
])
export type HostRequest = z.output<typeof requestSchema>
export type InspectCommand = Extract<HostRequest, { kind: 'inspect' }>
export type AskCommand = Extract<HostRequest, { kind: 'ask' }>

const wireError = z.object({
  code: z.string(),
  message: z.string(),
  nextStep: z.string().nullable(),
  data: z.custom<ErrorData>((value) => typeof value === 'object' && value !== null)
})

const timings = z.object({
  imageMs: ms,
  visionMs: ms,
  prefillMs: ms,
  decodeMs: ms,
  totalMs: ms,
  promptTokens: count.exactOptional(),
  newTokens: count.exactOptional()
})

const inspectionSchema = z.object({
  provider,
  providerNotes: z.array(z.string()),
  loadMs: ms,
  /** Of the whole process: what it held before the model was opened, with it, and at most. */
  memory: z.object({ beforeBytes: count, loadedBytes: count, peakBytes: count }),
  graphs: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      /** Weight type by its file's name; null: not told by it. */
      weights: z.string().nullable(),
      bytes: count,
      /** Of a decoder. */
      kind: z.enum(['concat', 'group-query', 'if', 'other']).nullable(),
      detail: z.string().nullable()
    })
  ),
  decoding: z.object({ strategy: strategySchema, reason: z.string() }).nullable(),
  selfTest: z
    .object({
      editedAgainstUnedited: z.number(),
      cachedAgainstFull: z.number().nullable(),
      allowed: z.number(),
      passed: z.boolean()
    })
    .nullable()
})

export type Inspection = z.output<typeof inspectionSchema>

const rivals = z.array(z.object({ digits: z.string(), probability: z.number() })).nullable()

export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('phase'), id, phase: z.enum(['loading-model', 'reading-image', 'prefill', 'decoding']) }),
  /** A model is ready. `loadMs` 0: it was already. */
  z.object({
    kind: z.literal('loaded'),
    id,
    provider,
    providerNotes: z.array(z.string()),
    loadMs: ms,
    /** How keys and values are kept, and why so; null where there is nothing to choose. */
    decoding: z.object({ strategy: strategySchema, reason: z.string() }).nullable(),
    /** Version of the runtime. */
    runtime: z.string()
  }),
  z.object({
    kind: z.literal('token'),
    id,
    text: z.string(),
    logProb: z.number(),
    rivals
  }),
  /** The answer starts over on another provider: tokens so far do not count. */
  z.object({ kind: z.literal('restart'), id }),
  /** Work goes on; nothing else to tell. */
  z.object({ kind: z.literal('alive'), id }),
  z.object({
    kind: z.literal('answer'),
    id,
    stop: z.enum(['end', 'length', 'cancelled']),
    limit: z.enum(['tokens', 'context', 'characters', 'time', 'repetition']).nullable(),
    tail: z.string(),
    timings,
    prefixReused: z.boolean(),
    alternatives: z.array(z.object({ tokens: z.array(z.object({ text: z.string(), logProb: z.number(), rivals })) })),
    /** The surest first; their size is the picture's, their counts are compressed run lengths. */
    masks: z.array(
      z.object({
        size: z.object({ width: count, height: count }),
        counts: z.string(),
        predictedIou: z.number()
      })
    )
  }),
  /** A model was opened, looked into and closed. */
  z.object({ kind: z.literal('inspected'), id, found: inspectionSchema }),
  z.object({ kind: z.literal('probed'), id, works: z.boolean(), detail: z.string(), probeMs: ms, cpuMs: ms }),
  z.object({ kind: z.literal('failed'), id, error: wireError })
])
export type HostReply = z.output<typeof replySchema>

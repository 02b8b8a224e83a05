/** @file `AnswerForm` as a schema: what a window, a command line or another process may ask for. */
import { z } from 'zod'
import { MAX_LABELS, MAX_LABEL_LENGTH, MAX_SCHEMA_LENGTH } from './answer-form'
import type { AnswerForm } from './answer-form'

// No code made from strings (J8).
z.config({ jitless: true })

/** Any JSON; what of it can be held to is said where the grammar is made. */
const jsonObject = z
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
  )
  .refine((value) => JSON.stringify(value).length <= MAX_SCHEMA_LENGTH, `is longer than ${MAX_SCHEMA_LENGTH} letters`)

export const answerFormSchema: z.ZodType<AnswerForm> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('boxes') }),
  z.strictObject({ kind: z.literal('phrases') }),
  z.strictObject({
    kind: z.literal('labels'),
    labels: z.array(z.string().max(MAX_LABEL_LENGTH)).min(1).max(MAX_LABELS)
  }),
  z.strictObject({ kind: z.literal('json-schema'), schema: jsonObject })
])

/** @file `AnswerForm` as a schema: what a window, a command line or another process may ask for. */
import { z } from 'zod'
import { MAX_LABELS, MAX_LABEL_LENGTH } from './answer-form'
import type { AnswerForm } from './answer-form'

// No code made from strings (J8).
z.config({ jitless: true })

export const answerFormSchema: z.ZodType<AnswerForm> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('boxes') }),
  z.strictObject({ kind: z.literal('phrases') }),
  z.strictObject({
    kind: z.literal('labels'),
    labels: z.array(z.string().max(MAX_LABEL_LENGTH)).min(1).max(MAX_LABELS)
  })
])

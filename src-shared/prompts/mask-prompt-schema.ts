/** @file A mask's prompt as it crosses a border: all in one place, checked once. */
import { z } from 'zod'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import { MOST_POINTS } from './mask-prompt'
import type { MaskPrompt } from './mask-prompt'

// No code made from strings (J8).
z.config({ jitless: true })

const fraction = z.number().min(0).max(1)

/** As it crosses a border: there is a box with an area, or a point inside. */
export const maskPromptSchema: z.ZodType<MaskPrompt> = z
  .strictObject({
    points: z
      .array(
        z.strictObject({
          point: z.tuple([fraction, fraction]).transform(([x, y]) => normalizedPoint(x, y)),
          isInside: z.boolean()
        })
      )
      .max(MOST_POINTS),
    box: z
      .tuple([fraction, fraction, fraction, fraction])
      .refine(([x0, y0, x1, y1]) => x0 < x1 && y0 < y1, 'has no area')
      .transform(([x0, y0, x1, y1]) => normalizedBox(x0, y0, x1, y1))
      .nullable()
  })
  .refine(({ points, box }) => box !== null || points.some(({ isInside }) => isInside), 'names no place of the object')

/**
 * @file The JSON of one sample as Eyrie writes it: what is drawn and said on its image. Boxes stand in pixels too, for
 * trainers; what is read back are the shapes, as fractions of the upright image.
 */
import { z } from 'zod'
import { RECORD_LIMITS } from '../../document/limits'
import { groundedSchemas } from '../../grounded/schema'

/** The mark of our own samples: the number of this layout. */
export const SAMPLE_LAYOUT = 1

const { id, regionShape, nodes } = groundedSchemas(RECORD_LIMITS)
const name = z.string().max(RECORD_LIMITS.nameLength)
const scalar = z.union([z.string(), z.number(), z.boolean()])

export const regionSchema = z.object({
  id,
  shape: regionShape.refine(
    (shape) => shape.type !== 'box' || (shape.box[0] < shape.box[2] && shape.box[1] < shape.box[3]),
    {
      message: 'A box should be [left, top, right, bottom] and have an area'
    }
  ),
  label: name.min(1).nullable().default(null),
  phrase: z.string().max(RECORD_LIMITS.phraseLength).nullable().default(null),
  state: z.enum(['accepted', 'proposed', 'corrected']).default('accepted'),
  origin: z.enum(['human', 'model', 'import', 'rule']).default('import'),
  confidence: z.number().min(0).max(1).nullable().default(null),
  attributes: z.array(z.tuple([name.min(1), scalar])).default([])
})

export const turnSchema = z.object({
  role: z.enum(['user', 'assistant']),
  children: nodes,
  origin: z.enum(['human', 'model', 'import', 'rule']).default('import')
})
export const dialogueSchema = z.object({
  title: name.nullable().default(null),
  turns: z.array(turnSchema).min(1).max(RECORD_LIMITS.nodesPerList)
})
export const relationSchema = z.object({
  subject: id,
  predicate: z.string().min(1).max(RECORD_LIMITS.phraseLength),
  object: id
})

export const whyNot = (error: z.ZodError): string => {
  const [first] = error.issues
  return first === undefined ? 'it is not as expected' : `${first.path.join('.') || 'it'}: ${first.message}`
}

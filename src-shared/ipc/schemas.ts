/**
 * @file What a window may send. One schema per method; the core parses before it does anything.
 * Objects are strict (an unknown key is refused, so `__proto__` and friends go nowhere), strings and
 * lists are capped, numbers are finite, trees are bounded in depth. Shapes and trees
 * are those of `grounded/schema.ts` under the limits of records.
 */
import { z } from 'zod'
import { AppError } from '../errors'
import { SPLIT_BY } from '../dataset/splits'
import { DIALECT_SPACES } from '../dialects/dialect'
import { RECORD_LIMITS } from '../document/limits'
import type { Change, Transaction } from '../document/transaction'
import type {
  AnswerTimings,
  Attributes,
  DialogueRecord,
  LabelRecord,
  Provenance,
  RegionRecord,
  RelationRecord,
  ReviewRecord,
  TurnRecord
} from '../document/records'
import { groundedSchemas, lineSchema, textSchema } from '../grounded/schema'
import { ANSWER_FORM_KINDS } from '../prompts/answer-form'
import { MOST_POINTS } from '../prompts/mask-prompt'
import { answerFormSchema } from '../prompts/answer-form-schema'
import type { BuildRequest, Contract, Method, Params } from './contract'
import { LINT_PICTURES } from './contract/checks'
import { isDeeperThan } from './wire'

// No code made from strings (J8): the renderer's content policy forbids it, and the core follows.
z.config({ jitless: true })

const LIMITS = RECORD_LIMITS

const { id, regionShape: shape, nodes } = groundedSchemas(LIMITS)
const text = textSchema
const line = lineSchema
const nullableText = (maxLength: number) => text(maxLength).nullable()

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const timeMs = z.number().min(0).max(Number.MAX_SAFE_INTEGER)
const fraction = z.number().min(0).max(1)
const origin = z.enum(['human', 'model', 'import', 'rule'])
const provenance: z.ZodType<Provenance> = z.strictObject({
  origin,
  modelId: line(LIMITS.nameLength).exactOptional(),
  modelRevision: line(LIMITS.nameLength).exactOptional(),
  provider: line(LIMITS.nameLength).exactOptional(),
  dialect: line(LIMITS.idLength).exactOptional(),
  turnId: id.exactOptional(),
  form: z.enum(ANSWER_FORM_KINDS).exactOptional(),
  spread: z.array(z.number().min(0).max(LIMITS.coordinate)).length(4).exactOptional(),
  shownRegions: z
    .array(id)
    .min(1)
    .max(MOST_POINTS + 1)
    .exactOptional()
})
const timings: z.ZodType<AnswerTimings> = z.strictObject({
  imageMs: timeMs,
  visionMs: timeMs,
  prefillMs: timeMs,
  decodeMs: timeMs,
  totalMs: timeMs,
  promptTokens: count.exactOptional(),
  newTokens: count.exactOptional()
})

const label: z.ZodType<LabelRecord> = z.strictObject({
  id,
  name: line(LIMITS.nameLength).min(1),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  order: count
})
const attributes: z.ZodType<Attributes> = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Object.hasOwn(value, '__proto__'))
  .pipe(z.record(line(LIMITS.nameLength), z.union([text(LIMITS.phraseLength), z.number(), z.boolean()])))
  .refine((value) => Object.keys(value).length <= LIMITS.attributesPerRegion, 'has too many attributes')
const region: z.ZodType<RegionRecord> = z.strictObject({
  id,
  imageId: id,
  shape,
  labelId: id.nullable(),
  phrase: nullableText(LIMITS.phraseLength),
  state: z.enum(['accepted', 'proposed', 'corrected', 'rejected']),
  original: shape.nullable(),
  confidence: fraction.nullable(),
  provenance,
  createdAtMs: timeMs,
  attributes: attributes.exactOptional()
})
const dialogue: z.ZodType<DialogueRecord> = z.strictObject({
  id,
  imageId: id,
  title: nullableText(LIMITS.phraseLength),
  createdAtMs: timeMs
})
const turn: z.ZodType<TurnRecord> = z.strictObject({
  id,
  dialogueId: id,
  imageId: id,
  order: count,
  role: z.enum(['user', 'assistant']),
  children: nodes,
  rawText: nullableText(LIMITS.textLength),
  status: z.enum(['complete', 'partial', 'failed']),
  statusReason: nullableText(LIMITS.phraseLength),
  provenance,
  timings: timings.nullable(),
  createdAtMs: timeMs
})
const relation: z.ZodType<RelationRecord> = z.strictObject({
  id,
  imageId: id,
  subject: id,
  predicate: text(LIMITS.phraseLength).min(1),
  object: id,
  provenance,
  createdAtMs: timeMs
})
const review: z.ZodType<ReviewRecord> = z.strictObject({ id, done: z.boolean() })

const changeOf = <K extends Change['kind'], R extends { readonly id: string }>(kind: K, record: z.ZodType<R>) =>
  z
    .strictObject({ kind: z.literal(kind), id, before: record.nullable(), after: record.nullable() })
    .refine((change) => change.before !== null || change.after !== null, 'changes nothing: before and after are null')
    .refine(
      (change) => [change.before, change.after].every((side) => side === null || side.id === change.id),
      'has a record with another id'
    )

const change = z.discriminatedUnion('kind', [
  changeOf('label', label),
  changeOf('region', region),
  changeOf('dialogue', dialogue),
  changeOf('turn', turn),
  changeOf('relation', relation),
  changeOf('review', review)
])

/** The image a change belongs to; null for labels. */
function imageOf(change: Change): string | null {
  if (change.kind === 'label') return null
  if (change.kind === 'review') return change.id
  return (change.after ?? change.before)?.imageId ?? null
}

/** A transaction as a window may send it: structurally sound, and about one image only. */
export const transactionSchema: z.ZodType<Transaction> = z
  .strictObject({
    id,
    label: line(LIMITS.idLength).min(1),
    origin,
    imageId: id.nullable(),
    changes: z.array(change).min(1).max(LIMITS.changesPerTransaction),
    createdAtMs: timeMs
  })
  .superRefine((transaction, context) => {
    const seen = new Set<string>()
    transaction.changes.forEach((item, i) => {
      const key = `${item.kind} ${item.id}`
      if (seen.has(key)) context.addIssue({ code: 'custom', path: ['changes', i], message: 'changes a record twice' })
      seen.add(key)
      const imageId = imageOf(item)
      if (imageId !== null && imageId !== transaction.imageId) {
        context.addIssue({ code: 'custom', path: ['changes', i], message: 'belongs to another image' })
      }
      if (item.before !== null && item.after !== null && imageOf({ ...item, after: null }) !== imageId) {
        context.addIssue({ code: 'custom', path: ['changes', i], message: 'moves a record to another image' })
      }
    })
  })

const noParams = z.strictObject({}) as z.ZodType<Record<string, never>>
const handle = line(LIMITS.handleLength).min(1)
const modelId = line(LIMITS.nameLength).min(1)
const imageFilter = z.enum(['all', 'todo', 'done', 'proposals', 'problems'])
const dialectSpace = z.enum(DIALECT_SPACES)
/** Shape only: whether there is such a format is the core's to say. */
const exportFormat = z.string().regex(/^[a-z0-9-]{1,64}$/)

const buildRequest: z.ZodType<BuildRequest> = z.strictObject({
  recipe: line(LIMITS.idLength).min(1),
  seed: count,
  language: z.enum(['auto', 'en', 'zh-CN']),
  perImage: z.number().int().min(1).max(1000),
  includeProposals: z.boolean(),
  usesPoints: z.boolean(),
  without: z.array(line(LIMITS.idLength).min(1)).max(64),
  model: z
    .strictObject({
      endpoint: line(LIMITS.idLength).min(1),
      mostImages: z.number().int().min(1).max(1_000_000).nullable()
    })
    .nullable()
})

/** One schema per method; a missing or superfluous one is a compile error. */
export const PARAMS = {
  'app.info': noParams,
  'settings.set': z.strictObject({
    theme: z.enum(['system', 'dark', 'light']).exactOptional(),
    language: z.enum(['system', 'en', 'zh-CN']).exactOptional(),
    modelId: modelId.nullable().exactOptional(),
    modelSource: line(LIMITS.handleLength).min(1).nullable().exactOptional(),
    showRejected: z.boolean().exactOptional(),
    leastCertainFirst: z.boolean().exactOptional()
  }),
  'files.pickFolder': noParams,
  'files.list': z.strictObject({ handle: handle.nullable() }),
  'project.openSample': noParams,
  'project.openFolder': z.strictObject({ folder: handle }),
  'project.open': z.strictObject({ file: handle }),
  'project.recent': noParams,
  'project.info': noParams,
  'project.close': noParams,
  'project.rescan': noParams,
  'images.list': z.strictObject({
    filter: imageFilter,
    order: z.enum(['added', 'certainty']).exactOptional(),
    offset: count,
    limit: z.number().int().min(1).max(LIMITS.imagesPerPage)
  }),
  'document.get': z.strictObject({ imageId: id }),
  'labels.list': noParams,
  'labels.merge': z.strictObject({ labelId: id, into: id }),
  'document.apply': z.strictObject({ transaction: transactionSchema }),
  'history.undo': noParams,
  'history.redo': noParams,
  'models.list': noParams,
  'models.probe': noParams,
  'models.inspect': z.strictObject({ modelId }),
  'models.known': noParams,
  'models.survey': z.strictObject({
    requestId: id,
    id: modelId,
    weights: line(LIMITS.idLength).min(1),
    from: line(LIMITS.handleLength).min(1).nullable()
  }),
  'models.get': z.strictObject({
    requestId: id,
    id: modelId,
    weights: line(LIMITS.idLength).min(1),
    from: line(LIMITS.handleLength).min(1).nullable(),
    isLicenceAccepted: z.boolean()
  }),
  'models.look': z.strictObject({ requestId: id, source: handle }),
  'models.keep': z.strictObject({ token: id, isLicenceAccepted: z.boolean() }),
  'models.drop': z.strictObject({ token: id }),
  'models.remove': z.strictObject({ id: modelId }),
  'models.cancel': z.strictObject({ requestId: id }),
  'endpoints.list': noParams,
  'endpoints.put': z.strictObject({
    id: line(LIMITS.idLength).min(1),
    name: line(LIMITS.nameLength).min(1),
    baseUrls: z.array(line(LIMITS.handleLength).min(1)).min(1).max(16),
    model: line(LIMITS.nameLength).min(1),
    dialect: line(LIMITS.idLength).min(1),
    space: dialectSpace,
    keyVariable: line(LIMITS.idLength).min(1).nullable()
  }),
  'endpoints.allow': z.strictObject({
    id: line(LIMITS.idLength).min(1),
    hosts: z.array(line(LIMITS.handleLength).min(1)).max(64)
  }),
  'endpoints.remove': z.strictObject({ id: line(LIMITS.idLength).min(1) }),
  'endpoints.check': z.strictObject({ id: line(LIMITS.idLength).min(1) }),
  'dialogue.preview': z.strictObject({ imageId: id, children: nodes, modelId: modelId.nullable() }),
  'dialogue.ask': z.strictObject({
    requestId: id,
    imageId: id,
    dialogueId: id.nullable(),
    children: nodes,
    modelId: modelId.nullable(),
    form: answerFormSchema.nullable()
  }),
  'dialogue.cancel': z.strictObject({ requestId: id }),
  'mask.make': z.strictObject({
    requestId: id,
    imageId: id,
    regionIds: z
      .array(id)
      .min(1)
      .max(MOST_POINTS + 1),
    modelId: modelId.nullable()
  }),
  'mask.cancel': z.strictObject({ requestId: id }),
  'export.formats': noParams,
  'export.run': z.strictObject({
    requestId: id.exactOptional(),
    formats: z.array(exportFormat).min(1).max(16),
    folder: handle.nullable(),
    dialect: line(LIMITS.idLength).min(1),
    includeProposals: z.boolean(),
    overwrite: z.boolean(),
    space: dialectSpace.exactOptional(),
    split: z
      .strictObject({
        shares: z
          .array(z.strictObject({ name: line(LIMITS.idLength).min(1), share: z.number().positive().max(100) }))
          .min(1)
          .max(16),
        seed: z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER),
        by: z.enum(SPLIT_BY)
      })
      .exactOptional(),
    corrections: z.strictObject({ minIou: fraction.exactOptional(), maxIou: fraction.exactOptional() }).exactOptional()
  }),
  'export.cancel': z.strictObject({ requestId: id }),
  'import.formats': noParams,
  'import.place': noParams,
  'import.run': z.strictObject({
    requestId: id,
    source: handle,
    images: handle.nullable(),
    format: exportFormat.nullable(),
    dialect: line(LIMITS.idLength).min(1).nullable(),
    space: dialectSpace.exactOptional(),
    settings: z.record(line(LIMITS.idLength).min(1), line(LIMITS.nameLength)).exactOptional(),
    classNames: z.array(line(LIMITS.nameLength)).max(10_000).exactOptional(),
    dryRun: z.boolean()
  }),
  'import.cancel': z.strictObject({ requestId: id }),
  'build.recipes': noParams,
  'build.preview': z.strictObject({
    request: buildRequest,
    dialect: line(LIMITS.idLength).min(1),
    limit: z.number().int().min(1).max(100)
  }),
  'build.contexts': z.strictObject({ request: buildRequest, limit: z.number().int().min(1).max(100) }),
  'build.ask': z.strictObject({
    requestId: id,
    request: buildRequest,
    dialect: line(LIMITS.idLength).min(1),
    limit: z.number().int().min(1).max(100)
  }),
  'build.write': z.strictObject({ requestId: id, request: buildRequest }),
  'build.cancel': z.strictObject({ requestId: id }),
  'lint.rules': noParams,
  'lint.run': z.strictObject({ requestId: id, pictures: z.enum(LINT_PICTURES) }),
  'lint.cancel': z.strictObject({ requestId: id }),
  'lint.list': z.strictObject({
    rule: line(LIMITS.idLength).min(1),
    offset: count,
    limit: z.number().int().min(1).max(LIMITS.imagesPerPage)
  }),
  'lint.counts': z.strictObject({ imageIds: z.array(id).max(LIMITS.imagesPerPage) }),
  'lint.image': z.strictObject({ imageId: id })
} as const satisfies { readonly [M in keyof Contract]: z.ZodType<Params<M>> }

const invalid = (method: Method, where: string, reason: string): AppError =>
  new AppError('ipc/invalid-params', `The request ${method} was refused: ${where} ${reason}.`, {
    nextStep: 'Nothing was changed. Undo the last step of the edit, or reload the window.',
    data: { method, where }
  })

/**
 * Checks what a window sent. Throws `AppError` `ipc/invalid-params`, which names the method and the
 * place. The result is a copy: it shares no object with the input.
 */
export function parseParams<M extends Method>(method: M, params: unknown): Params<M> {
  if (isDeeperThan(params, LIMITS.depth)) throw invalid(method, 'params', `is nested deeper than ${LIMITS.depth}`)
  const result = PARAMS[method].safeParse(params)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw invalid(method, issue?.path.join('.') || 'params', issue?.message ?? 'is not valid')
  }
  return result.data as Params<M>
}

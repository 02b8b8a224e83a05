/**
 * @file GroundedText as a schema, once: `ipc/schemas.ts` takes it with the limits of records, and
 * docs/schema/grounded-text.json is it without limits (`npm run docs`). Objects are strict: an unknown
 * key is refused, so `__proto__` and friends go nowhere. What no schema can say, such as a region id that
 * names nothing, is found by `validateGroundedText`.
 */
import { z } from 'zod'
import { shapeProblem } from '../geometry/shape-problem'
import type { CodedMaskShape, GroundedShape, RegionShape } from '../geometry/region-shape'
import type { NormalizedBox, NormalizedPoint } from '../geometry/space'
import type { GroundedNode, GroundedText } from './nodes'

// No code made from strings: the renderer's content policy forbids it.
z.config({ jitless: true })

/** Largest values that are taken; one that is left out has no bound. Lengths in UTF-16 units. */
export interface GroundedLimits {
  readonly idLength?: number
  readonly textLength?: number
  readonly nodesPerList?: number
  readonly regionIdsPerNode?: number
  /** Absolute value of a normalized coordinate. */
  readonly coordinate?: number
  /** Of all rings together. */
  readonly pointsPerShape?: number
  readonly ringsPerShape?: number
  readonly maskLength?: number
  readonly regionsPerText?: number
}

/** Half a surrogate pair cannot be stored: UTF-8 would turn it into U+FFFD without a word. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)
export const textSchema = (maxLength?: number) =>
  (maxLength === undefined ? z.string() : z.string().max(maxLength)).refine(isWellFormed, 'holds half a surrogate pair')
/** Printable, one line: C0 and DEL would make two ids look alike and end C strings early. */
export const lineSchema = (maxLength?: number) =>
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  textSchema(maxLength).refine((value) => !/[\u0000-\u001f\u007f]/.test(value), 'holds a control character')

export function groundedSchemas(limits: GroundedLimits = {}) {
  const list = <T>(item: z.ZodType<T>, most?: number, least = 0) => {
    const array = least === 0 ? z.array(item) : z.array(item).min(least)
    return most === undefined ? array : array.max(most)
  }
  const id = lineSchema(limits.idLength).min(1)
  const anyNumber = z.number()
  const coordinate =
    limits.coordinate === undefined ? anyNumber : anyNumber.min(-limits.coordinate).max(limits.coordinate)
  // A brand exists in types only; the tuple is all there is to check.
  const box = z
    .tuple([coordinate, coordinate, coordinate, coordinate])
    .readonly() as unknown as z.ZodType<NormalizedBox>
  const point = z.tuple([coordinate, coordinate]).readonly() as unknown as z.ZodType<NormalizedPoint>
  const boxShape = z.strictObject({ type: z.literal('box'), box })
  const pointShape = z.strictObject({ type: z.literal('point'), point })
  const codedMask: z.ZodType<CodedMaskShape> & z.ZodObject = z.strictObject({
    type: z.literal('coded-mask'),
    box,
    codes: list(z.number().int().min(0), limits.pointsPerShape)
  })
  const side = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
  const runs = z.string().regex(/^[0-o]*$/)
  const isWithinPoints = ({ rings }: { readonly rings: readonly (readonly unknown[])[] }): boolean =>
    limits.pointsPerShape === undefined || rings.reduce((sum, ring) => sum + ring.length, 0) <= limits.pointsPerShape
  const regionShapes = [
    boxShape,
    pointShape,
    z.strictObject({ type: z.literal('quad'), points: z.tuple([point, point, point, point]).readonly() }),
    z.strictObject({ type: z.literal('polygon'), points: list(point, limits.pointsPerShape, 3) }),
    z.strictObject({ type: z.literal('polyline'), points: list(point, limits.pointsPerShape, 2) }),
    z
      .strictObject({
        type: z.literal('multipolygon'),
        rings: list(list(point, limits.pointsPerShape, 3), limits.ringsPerShape, 1)
      })
      .refine(isWithinPoints, 'has too many points'),
    z.strictObject({
      type: z.literal('mask'),
      size: z.strictObject({ width: side, height: side }),
      counts: limits.maskLength === undefined ? runs : runs.max(limits.maskLength)
    }),
    z.strictObject({
      type: z.literal('keypoints'),
      points: list(
        z.strictObject({ point, visibility: z.union([z.literal(0), z.literal(1), z.literal(2)]) }),
        limits.pointsPerShape
      ),
      box: box.nullable()
    })
  ] as const
  const addProblem = (shape: GroundedShape, context: z.core.$RefinementCtx<GroundedShape>): void => {
    const problem = shape.type === 'coded-mask' ? null : shapeProblem(shape)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  }
  /** What a project holds. */
  const regionShape = (z.discriminatedUnion('type', regionShapes) as z.ZodType<RegionShape>).superRefine(addProblem)
  const shape = (z.discriminatedUnion('type', [...regionShapes, codedMask]) as z.ZodType<GroundedShape>).superRefine(
    addProblem
  )

  const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
  const range = z.strictObject({ start: offset, end: offset })
  const position = range.exactOptional()
  const regionIds = list(id, limits.regionIdsPerNode)
  const node: z.ZodType<GroundedNode> = z.lazy(() => anyNode)
  const nodes = list(node, limits.nodesPerList)
  const anyNode: z.ZodType<GroundedNode> = z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), value: textSchema(limits.textLength), position }),
    z.strictObject({
      type: z.literal('phrase'),
      children: nodes,
      regionIds,
      roles: list(z.enum(['subject', 'object']), limits.regionIdsPerNode).exactOptional(),
      position
    }),
    z.strictObject({ type: z.literal('mention'), regionIds, position }),
    z.strictObject({
      type: z.literal('raw'),
      value: textSchema(limits.textLength),
      reason: lineSchema(limits.idLength),
      position
    })
  ])
  const region = z.strictObject({ id, shape })
  const text: z.ZodType<GroundedText> = z.strictObject({
    children: nodes,
    regions: list(region, limits.regionsPerText)
  })
  return { id, regionShape, shape, point, box, node, nodes, range, region, text }
}

const DESCRIPTIONS = {
  point:
    '[x, y] as fractions of the upright original image: origin top-left, 0 and 1 are the outer borders of the first and last pixel.',
  box: '[left, top, right, bottom] as fractions of the upright original image. Values outside 0..1 are legal.',
  shape:
    'box, point, quad (four corners, clockwise from the top-left), polygon (one closed ring, the first point not repeated), polyline (open stroke), multipolygon (closed rings, their union), mask (run lengths of COCO, compressed, column by column), keypoints (visibility as COCO counts it: 0 not labelled, 1 hidden, 2 visible), or coded-mask (codes of a model’s own codebook, stretched into a box).',
  node: 'text: words without a region. phrase: words grounded in 0..n regions; may hold other phrases and mentions. mention: regions used as a word. raw: source that was not understood, kept as it was, with the code of the reason. position: where it stands in the source.',
  nodes: 'In reading order.',
  range: 'Half-open range of UTF-16 offsets in the source.',
  region: 'A place in the image. Several nodes may name the same one.',
  text: 'Words and the regions they talk about, as one tree. Every regionIds entry names a region of the list.'
} as const

/** JSON Schema (draft 2020-12) of a GroundedText, for readers and writers outside this project. */
export function groundedTextJsonSchema(): object {
  const { point, box, shape, node, nodes, range, region, text } = groundedSchemas()
  const registry = z.registry<{ id: string; description: string }>()
  registry.add(point, { id: 'Point', description: DESCRIPTIONS.point })
  registry.add(box, { id: 'Box', description: DESCRIPTIONS.box })
  registry.add(shape, { id: 'Shape', description: DESCRIPTIONS.shape })
  registry.add(node, { id: 'Node', description: DESCRIPTIONS.node })
  registry.add(nodes, { id: 'Nodes', description: DESCRIPTIONS.nodes })
  registry.add(range, { id: 'Range', description: DESCRIPTIONS.range })
  registry.add(region, { id: 'Region', description: DESCRIPTIONS.region })
  const schema = z.toJSONSchema(text, { metadata: registry, target: 'draft-2020-12' })
  return { ...schema, title: 'GroundedText', description: DESCRIPTIONS.text }
}

/** As it is written to docs/schema/grounded-text.json. */
export const groundedTextSchemaFile = (): string => `${JSON.stringify(groundedTextJsonSchema(), null, 2)}\n`

/**
 * @file `models/manifests/*.json`: public exports that this version can run, as data. Nobody here has seen most of them:
 * what is not known is said (`unknown`), sizes are null until somebody measured them, and hashes are recorded at the
 * first download. Nothing is asked of any server to read them.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GRAPH_NAMES } from '../inference/repo/graph-names'
import type { GraphName } from '../inference/repo/graph-names'
import { isModelId } from '../inference/repo/config'
import { findFamily } from '../inference/families/registry'
import { TOOLS } from '../inference/tools/registry'
import { WEIGHT_TYPES } from '../inference/repo/weights'

z.config({ jitless: true })

const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^\P{Cc}+$/u)
const weightType = z.enum(WEIGHT_TYPES.map(({ id }) => id) as [string, ...string[]])
const graphName = z.enum(GRAPH_NAMES)

/** What nobody has confirmed of it. `loads`: whether this runtime loads it. */
export const UNKNOWNS = ['files', 'sizes', 'hashes', 'licence', 'loads'] as const

const weightSet = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{1,16}$/),
  /** One type for all graphs, or one for each. */
  types: z.union([weightType, z.record(graphName, weightType).or(z.partialRecord(graphName, weightType))]),
  /** Of all graphs together, as somebody said; null: unknown. */
  bytes: z.number().int().positive().nullable()
})

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  id: z.string().refine(isModelId),
  name: line,
  /** Below the address of the source, as `owner/name`. */
  repository: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/),
  revision: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  /** A family of language models, or a tool. */
  runs: z.union([z.strictObject({ family: line }), z.strictObject({ tool: line, graphs: z.array(graphName).min(1) })]),
  dialect: line,
  licence: z.strictObject({
    name: line,
    /** `restricted`: does not allow every use; to be confirmed before anything is fetched. */
    terms: z.enum(['open', 'restricted', 'unknown']),
    isConfirmed: z.boolean(),
    /** Where it was read. */
    source: line
  }),
  confirmed: z.boolean(),
  unknown: z.array(z.enum(UNKNOWNS)),
  /** The first is what is offered first. */
  weights: z.array(weightSet).min(1).max(16),
  /** sha256 by path, of files whose publisher's figures somebody has compared; without: recorded at the first download. */
  sha256: z.record(z.string().max(300), z.string().regex(/^[0-9a-f]{64}$/)).default({}),
  notes: z.array(z.strictObject({ en: line, 'zh-CN': line })).max(8)
})
export type Manifest = z.output<typeof manifestSchema>
export type WeightSet = Manifest['weights'][number]

export interface Manifests {
  readonly manifests: readonly Manifest[]
  /** Files that are none, with the reason. */
  readonly broken: readonly { readonly file: string; readonly reason: string }[]
}

/** The graphs that its family or tool needs; null when this version has no such family or tool. */
export function graphsOf({ runs }: Manifest): readonly GraphName[] | null {
  if ('family' in runs) return findFamily(runs.family)?.graphs ?? null
  return TOOLS.some(({ id }) => id === runs.tool) ? runs.graphs : null
}

/** `q4f16` and `fp32` of each graph, of one choice. */
export function typeOf(set: WeightSet, graph: GraphName): string {
  if (typeof set.types === 'string') return set.types
  return set.types[graph] ?? 'fp32'
}

/** Those of `dir`, by name. A broken one hides nothing but itself. */
export async function readManifests(dir: string): Promise<Manifests> {
  const manifests: Manifest[] = []
  const broken: { file: string; reason: string }[] = []
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const file of names.filter((name) => name.endsWith('.json')).sort()) {
    try {
      const manifest = manifestSchema.parse(JSON.parse(await readFile(join(dir, file), 'utf8')))
      if (`${manifest.id}.json` !== file) broken.push({ file, reason: `its id is "${manifest.id}"` })
      else manifests.push(manifest)
    } catch (error) {
      const issue = error instanceof z.ZodError ? error.issues[0] : null
      const reason = issue ? `"${issue.path.join('.')}" ${issue.message}` : (error as Error).message
      broken.push({ file, reason })
    }
  }
  return { manifests: manifests.sort((a, b) => a.name.localeCompare(b.name, 'en')), broken }
}

/**
 * @file Model servers the person has named, in `endpoints.json` of the app's folder. A key is never in it: only the
 * name of the environment variable that holds one (I5). Nothing is sent to a host that is not in `allowedHosts` (I1).
 */
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'
import { addressProblem } from '../network/address'

// No code made from strings (J8).
z.config({ jitless: true })

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line')

export const endpointSchema = z.strictObject({
  /** What `ask --model` and the list of models call it. */
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, ".", "_" or "-"'),
  name: line(200),
  /** Ends before `/chat/completions`; several are one model on several servers. */
  baseUrls: z
    .array(
      line(2_000).superRefine((url, context) => {
        const problem = addressProblem(url)
        if (problem !== null) context.addIssue({ code: 'custom', message: problem })
      })
    )
    .min(1)
    .max(16),
  /** The server's name of the model. */
  model: line(500),
  dialect: line(100),
  space: z.enum(['original', 'padded-square', 'resized']).default('original'),
  /** Name of an environment variable. */
  keyVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of an environment variable')
    .nullable()
    .default(null),
  /** `host` or `host:port`, as `URL.host` spells it. */
  allowedHosts: z.array(line(300)).max(64).default([]),
  /** Questions at once for each server. */
  atOnce: z.number().int().min(1).max(64).default(4),
  /** For each server; null: no limit. */
  requestsPerMinute: z.number().int().min(1).max(100_000).nullable().default(null),
  maxNewTokens: z.number().int().min(1).max(100_000).default(1_024)
})
export type Endpoint = z.output<typeof endpointSchema>
export type EndpointDraft = z.input<typeof endpointSchema>

const MOST = 100
export const endpointsFile = (dataDir: string): string => join(dataDir, 'endpoints.json')

export const hostsOf = ({ baseUrls }: Endpoint): readonly string[] => [
  ...new Set(baseUrls.map((url) => new URL(url).host))
]
export const isAllowed = (endpoint: Endpoint): boolean =>
  hostsOf(endpoint).every((host) => endpoint.allowedHosts.includes(host))

/** Rejects with `endpoint/bad-config` that names the field. */
export function parseEndpoint(draft: unknown): Endpoint {
  const parsed = endpointSchema.safeParse(draft)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  throw new AppError(
    'endpoint/bad-config',
    `The server cannot be used: ${field === '' ? '' : `${field}: `}${issue?.message}.`,
    {
      nextStep: 'Put that field right and save again.',
      data: { field }
    }
  )
}

/** The sound ones of a stored list; `onBad` is told how many were left out. */
export function readEndpoints(stored: unknown, onBad: (count: number) => void): readonly Endpoint[] {
  if (stored === undefined) return []
  const list = Array.isArray(stored) ? stored.slice(0, MOST) : []
  const sound = list.flatMap((one) => {
    const parsed = endpointSchema.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
  const bad = Array.isArray(stored) ? stored.length - sound.length : 1
  if (bad > 0) onBad(bad)
  return sound.filter(({ id }, i) => sound.findIndex((other) => other.id === id) === i)
}

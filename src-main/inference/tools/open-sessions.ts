/** @file Opens all graphs of a tool on one provider, the next one when it cannot; why is kept (B10). */
import { join } from 'node:path'
import { asType } from '../floats'
import { modelProblem } from '../repo/problems'
import { reasonOf } from '../runtime'
import type { GraphSession, ProviderName, Runtime } from '../runtime'
import type { ToolFolder, ToolOptions } from './tool'

export interface ToolSessions {
  readonly sessions: Readonly<Record<string, GraphSession>>
  readonly provider: ProviderName
  readonly providerNotes: readonly string[]
  release(): Promise<void>
}

/** A graph of float16 as one of float32: tools compute and check in float32. Owns nothing of its own. */
export function inFloat32(runtime: Runtime, session: GraphSession): GraphSession {
  const halves = new Set(session.inputs.flatMap(({ name, type }) => (type === 'float16' ? [name] : [])))
  if (halves.size === 0 && session.outputs.every(({ type }) => type !== 'float16')) return session
  return {
    ...session,
    async run(feeds, outputs) {
      const given = Object.entries(feeds).map(
        ([name, tensor]) => [name, halves.has(name) ? asType(runtime, tensor, 'float16') : tensor] as const
      )
      const result = await session.run(Object.fromEntries(given), outputs)
      return Object.fromEntries(
        Object.entries(result).map(
          ([name, tensor]) => [name, tensor.type === 'float16' ? asType(runtime, tensor, 'float32') : tensor] as const
        )
      )
    }
  }
}

async function openOn(
  runtime: Runtime,
  { dir, graphs }: ToolFolder,
  provider: ProviderName,
  threads: number
): Promise<Record<string, GraphSession>> {
  const opened: Record<string, GraphSession> = {}
  try {
    for (const [name, file] of Object.entries(graphs)) {
      const session = await runtime.open(join(dir, ...file.split('/')), { provider, threads })
      opened[name] = inFloat32(runtime, session)
    }
    return opened
  } catch (error) {
    for (const session of Object.values(opened)) await session.release()
    throw error
  }
}

/** Rejects with `model/corrupt-graph`. */
export async function openToolSessions(
  runtime: Runtime,
  folder: ToolFolder,
  options: ToolOptions
): Promise<ToolSessions> {
  const notes: string[] = []
  const before = options.providers.indexOf('cpu')
  const wanted: readonly ProviderName[] = [
    ...(before === -1 ? options.providers : options.providers.slice(0, before)),
    'cpu'
  ]
  for (const provider of wanted) {
    try {
      const sessions = await openOn(runtime, folder, provider, options.threads)
      const release = async (): Promise<void> => {
        for (const session of Object.values(sessions)) await session.release()
      }
      return { sessions, provider, providerNotes: notes, release }
    } catch (cause) {
      if (provider === 'cpu') {
        throw modelProblem('model/corrupt-graph', folder.card.id, `it cannot be loaded (${reasonOf(cause)})`, { cause })
      }
      notes.push(`${provider} was given up: ${reasonOf(cause)}`)
    }
  }
  throw modelProblem('model/corrupt-graph', folder.card.id, 'no provider could load it')
}

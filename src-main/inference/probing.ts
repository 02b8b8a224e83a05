/** @file Asks, in one throw-away process per provider, which of them truly run here (B10). */
import { AppError } from '../../src-shared/errors'
import { fromWireError } from '../../src-shared/ipc/wire-error'
import type { ModelInspection, ProviderReport } from '../../src-shared/ipc/contract'
import type { SpawnHost } from '../core/ports'
import { createHostOwner } from './asking/host-owner'
import type { InferenceLimits } from './limits'
import { PREFERRED_FROM_SPEEDUP } from './probe'
import { providersOfPlatform } from './runtime'
import type { ProviderName } from './runtime'

export interface Probed extends ProviderReport {
  readonly name: ProviderName
  /** How many times faster than the CPU; 0 when it does not work. */
  readonly speedup: number
}

async function probeOne(
  spawnHost: SpawnHost,
  env: Readonly<Record<string, string>>,
  provider: ProviderName,
  limits: InferenceLimits
): Promise<Probed> {
  const owner = createHostOwner(spawnHost, env)
  const failed = (detail: string): Probed => ({ name: provider, works: false, detail, speedup: 0 })
  try {
    const { reply, gone } = await owner.run(
      { kind: 'probe', id: 1, provider, threads: limits.threads },
      { silenceMs: () => limits.probeMs, onReply: () => undefined }
    )
    if (gone?.why === 'silence') return failed(`it did not answer within ${limits.probeMs / 1_000} s`)
    if (gone !== null) return failed(`it ended its process (${gone.signal ?? `exit code ${gone.code}`})`)
    if (reply.kind === 'failed') return failed(reply.error.message)
    if (reply.kind !== 'probed') return failed('it gave no result')
    const { works, detail, probeMs, cpuMs } = reply
    return { name: provider, works, detail, speedup: works ? cpuMs / probeMs : 0 }
  } finally {
    await owner.end()
  }
}

/** One after the other, in the platform's order, CPU last. */
export async function probeProviders(
  spawnHost: SpawnHost,
  env: Readonly<Record<string, string>>,
  limits: InferenceLimits,
  providers: readonly ProviderName[] = providersOfPlatform()
): Promise<readonly Probed[]> {
  const reports: Probed[] = []
  for (const provider of providers) reports.push(await probeOne(spawnHost, env, provider, limits))
  return reports
}

/** Opens a model in a throw-away process. Rejects with what the host said, or how it went. */
export async function inspectInOwnProcess(
  spawnHost: SpawnHost,
  env: Readonly<Record<string, string>>,
  folder: { readonly dir: string; readonly id: string },
  options: {
    readonly providers: readonly ProviderName[]
    readonly threads: number
    readonly silenceMs: number
    readonly withSelfTest: boolean
  }
): Promise<ModelInspection> {
  const { providers, threads, silenceMs, withSelfTest } = options
  const owner = createHostOwner(spawnHost, env)
  try {
    const { reply, gone } = await owner.run(
      { kind: 'inspect', id: 1, modelDir: folder.dir, providers: [...providers], threads, withSelfTest },
      { silenceMs: () => silenceMs, onReply: () => undefined }
    )
    if (gone === null && reply.kind === 'inspected') return reply.found
    if (gone === null && reply.kind === 'failed') throw fromWireError(reply.error)
    const how =
      gone === null
        ? 'its process gave no result'
        : gone.why === 'silence'
          ? `its process gave no sign of life for ${silenceMs / 1_000} s`
          : `its process ended (${gone.signal ?? `exit code ${gone.code}`})`
    throw new AppError('inference/crashed', `Model ${folder.id} could not be looked into: ${how}.`, {
      nextStep: 'Choose another model or provider, or smaller weights.',
      data: { modelId: folder.id, signal: gone?.signal ?? null }
    })
  } finally {
    await owner.end()
  }
}

/** What to try for an answer: providers that beat the CPU clearly, fastest first, then the CPU. */
export function preferredOrder(reports: readonly Probed[]): readonly ProviderName[] {
  const faster = reports.filter(({ name, speedup }) => name !== 'cpu' && speedup >= PREFERRED_FROM_SPEEDUP)
  return [...faster.sort((a, b) => b.speedup - a.speedup).map(({ name }) => name), 'cpu']
}

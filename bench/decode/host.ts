/** @file Bars 9 and 10: the app's own process while its inference host works, and a host that is killed in mid-run. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AskRequest, InferenceService } from '../../src-main/core/ports'
import { createInferenceService } from '../../src-main/inference/service'
import { writeTinyModel } from '../../src-main/inference/testing/tiny-model'
import { forkHostsFrom } from '../../src-main/shell/hosts/fork-host'
import type { BenchOptions, Row } from '../lib/row'
import { PICTURE } from './against-peer'
import { told } from './rows'

const LONGEST_DELAY_MS = 5
const LONGEST_DEATH_MS = 100
const MORE_THAN_LOAD_MS = 300
/** Rounds of arithmetic that make one call of the tiny model last some milliseconds. */
const SLOW = 400n

const question = (modelId: string, maxNewTokens: number): AskRequest => ({
  requestId: crypto.randomUUID(),
  modelId,
  imagePath: PICTURE,
  messages: [{ role: 'user', text: 'What is this?' }],
  maxNewTokens
})

const ROOT = resolve(import.meta.dirname, '../..')

/** What is in out/, made anew when its sources changed: hosts are started from it, as the app does. */
async function buildApp(): Promise<void> {
  const script = pathToFileURL(join(ROOT, 'scripts/lib/build.mjs')).href
  const { ensureBuild } = (await import(script)) as { ensureBuild(node: string): Promise<void> }
  await ensureBuild(process.execPath)
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

async function delays(work: () => Promise<unknown>): Promise<{ readonly p50: number; readonly p99: number }> {
  const monitor = monitorEventLoopDelay({ resolution: 1 })
  monitor.enable()
  await work()
  monitor.disable()
  // The timer itself comes once a millisecond: what is late is late by the rest.
  return { p50: monitor.percentile(50) / 1e6 - 1, p99: monitor.percentile(99) / 1e6 - 1 }
}

async function killAndAsk(
  service: InferenceService,
  readyMs: () => number
): Promise<{ deadMs: number; overLoadMs: number }> {
  let begun = (): void => undefined
  const started = new Promise<void>((resolve) => (begun = resolve))
  const answer = service.ask(question('slow', 400), { text: () => begun() })
  const settled = answer.then(
    () => performance.now(),
    () => performance.now()
  )
  await started
  const killedAt = performance.now()
  process.kill(service.hostPid() ?? 0, 'SIGKILL')
  const deadMs = (await settled) - killedAt
  const askedAt = performance.now()
  let readyAt = askedAt
  await service.ask(question('slow', 1), {
    phase: (phase) => void (phase === 'reading-image' && (readyAt = performance.now()))
  })
  return { deadMs, overLoadMs: readyAt - askedAt - readyMs() }
}

export async function measureHost({ rounds }: BenchOptions): Promise<readonly Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'eyrie-bench-host-'))
  await writeTinyModel(join(dir, 'slow'), { id: 'slow', rounds: SLOW })
  await buildApp()
  const service = createInferenceService({ spawnHost: forkHostsFrom(join(ROOT, 'out/main')), modelPlaces: [dir] })
  let loadMs = 0
  service.onStatus(({ state, detail }) => {
    if (state === 'ready') loadMs = Number(/loaded in (\d+) ms/.exec(detail ?? '')?.[1] ?? 0)
  })
  try {
    await service.ask(question('slow', 2))
    const idle = await delays(() => new Promise((resolve) => setTimeout(resolve, 3_000)))
    const busy = await delays(() => service.ask(question('slow', 300)))
    const kills: { deadMs: number; overLoadMs: number }[] = []
    for (let round = 0; round < Math.max(5, rounds); round++) kills.push(await killAndAsk(service, () => loadMs))
    const deadMs = median(kills.map((kill) => kill.deadMs))
    const overLoadMs = median(kills.map((kill) => kill.overLoadMs))
    const ms = (value: number): string => `${value.toFixed(1)} ms`
    return [
      told(
        "bar 9 · delay of the app's own loop while the host decodes, p99",
        `≤ ${LONGEST_DELAY_MS} ms`,
        busy.p99 <= LONGEST_DELAY_MS,
        `p99 ${ms(busy.p99)}, p50 ${ms(busy.p50)}; with nothing to do ${ms(idle.p99)}, ${ms(idle.p50)}`
      ),
      told(
        'bar 10 · a host killed in mid-run is gone, and another is ready',
        `≤ ${LONGEST_DEATH_MS} ms; ≤ load + ${MORE_THAN_LOAD_MS} ms`,
        deadMs <= LONGEST_DEATH_MS && overLoadMs <= MORE_THAN_LOAD_MS,
        `gone after ${ms(deadMs)}; ready ${ms(overLoadMs)} after the time the model takes to load (the built host)`
      )
    ]
  } finally {
    await service.close()
    await rm(dir, { recursive: true })
  }
}

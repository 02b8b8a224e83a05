/**
 * @file Owns one host process: starts it on first need, gives it one request at a time, listens for
 * signs of life and ends it when there are none (B9). `run` of the runtime blocks the host's thread,
 * so no timer inside the host could do this.
 */
import type { HostProcess, SpawnHost } from '../../core/ports'
import { replySchema } from '../protocol'
import type { HostReply, HostRequest } from '../protocol'

export type FinalReply = Extract<HostReply, { kind: 'answer' | 'inspected' | 'probed' | 'failed' }>
/** An answer among them is that of a question beside the command's own. */
export type LiveReply = Exclude<HostReply, Extract<HostReply, { kind: 'inspected' | 'probed' | 'failed' }>>

/** Why there is no answer: it died by itself, or its owner ended it. */
export interface HostGone {
  readonly why: 'exit' | 'silence' | 'ended' | 'nonsense'
  readonly code: number | null
  readonly signal: string | null
}
export type RunResult =
  { readonly reply: FinalReply; readonly gone: null } | { readonly reply: null; readonly gone: HostGone }

export interface HostOwner {
  pid(): number | null
  /** Resolves always: with the reply that ends the request, or with how the host went. */
  run(request: Exclude<HostRequest, { kind: 'cancel' }>, options: RunOptions): Promise<RunResult>
  post(request: HostRequest): void
  /** Ends the process at once; the running request resolves as `ended`. */
  end(): Promise<void>
}

export interface RunOptions {
  /** Longest silence allowed just now. */
  silenceMs(): number
  /** Asked once more before the request goes out, which may be after a wait. */
  isWanted?(): boolean
  onReply(reply: LiveReply): void
}

/** Wait before the next start, by crashes in a row: the first costs nothing, and never more than 2 s. */
const backoffMs = (crashes: number): number => (crashes < 2 ? 0 : Math.min(2_000, 125 * 2 ** crashes))

interface Running {
  readonly id: number
  /** Its own, and those of the questions beside it. */
  readonly ids: ReadonlySet<number>
  readonly options: RunOptions
  readonly settle: (result: RunResult) => void
  quietMs: number
}

export function createHostOwner(
  spawnHost: SpawnHost,
  env: Readonly<Record<string, string>>,
  /** Called when the host goes while nothing runs. */
  onIdleExit: (gone: HostGone) => void = () => undefined
): HostOwner {
  let host: HostProcess | null = null
  let running: Running | null = null
  let crashes = 0
  /** Set before we end the process ourselves, so that its exit is told from a crash. */
  let endedBecause: HostGone['why'] | null = null

  function settle(result: RunResult): void {
    const job = running
    running = null
    job?.settle(result)
  }

  function onMessage(from: HostProcess, message: unknown): void {
    if (from !== host) return
    const parsed = replySchema.safeParse(message)
    if (!parsed.success) {
      void endHost('nonsense')
      return
    }
    const reply = parsed.data
    if (running === null || !running.ids.has(reply.id)) return
    running.quietMs = 0
    const isLast = reply.kind === 'inspected' || reply.kind === 'probed' || reply.kind === 'failed'
    if (isLast || (reply.kind === 'answer' && reply.id === running.id)) {
      crashes = 0
      settle({ reply, gone: null })
    } else running.options.onReply(reply)
  }

  function onExit(from: HostProcess, code: number | null, signal: string | null): void {
    if (from !== host) return
    host = null
    const gone: HostGone = { why: endedBecause ?? 'exit', code, signal }
    if (gone.why !== 'ended') crashes++
    endedBecause = null
    if (running !== null) settle({ reply: null, gone })
    else if (gone.why !== 'ended') onIdleExit(gone)
  }

  function start(): HostProcess {
    const started = spawnHost('inference-host', env)
    started.onMessage((message) => onMessage(started, message))
    started.onExit(({ code, signal }) => onExit(started, code, signal))
    endedBecause = null
    host = started
    return started
  }

  async function endHost(why: HostGone['why']): Promise<void> {
    if (host === null) return
    endedBecause ??= why
    await host.kill()
  }

  /**
   * Counts quiet time in small steps, none longer than two ticks: after the whole machine slept, or
   * this process was stopped, only the time it really watched counts (B13).
   */
  function watch(job: Running): () => void {
    const tickMs = Math.max(20, Math.min(500, job.options.silenceMs() / 8))
    let last = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      job.quietMs += Math.min(now - last, 2 * tickMs)
      last = now
      if (job.quietMs >= job.options.silenceMs()) void endHost('silence')
    }, tickMs)
    return () => clearInterval(timer)
  }

  return {
    pid: () => host?.pid ?? null,
    post: (request) => host?.post(request),
    end: () => endHost('ended'),
    async run(request, options) {
      if (host === null) await new Promise((resolve) => setTimeout(resolve, backoffMs(crashes)))
      if (options.isWanted?.() === false) return { reply: null, gone: { why: 'ended', code: null, signal: null } }
      const target = host ?? start()
      return new Promise((resolve) => {
        const job: Running = {
          id: request.id,
          ids: new Set([request.id, ...(request.kind === 'ask' ? request.beside.map(({ id }) => id) : [])]),
          options,
          quietMs: 0,
          settle: (result) => {
            stopWatching()
            resolve(result)
          }
        }
        const stopWatching = watch(job)
        running = job
        target.post(request)
      })
    }
  }
}

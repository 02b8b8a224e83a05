/**
 * @file The servers behind one endpoint: which one is asked next. Few questions at once for each, no more in a minute
 * than was set, and one that failed is left alone for a while, longer each time.
 */

export interface PoolRules {
  readonly atOnce: number
  /** null: no limit. */
  readonly requestsPerMinute: number | null
  /** How long a server that failed is left alone the first time; doubles. Default 1 s. */
  readonly firstBreakMs?: number
}

export interface Lease {
  readonly url: string
  /** Gives the place back. `failed` ms: how long the server shall be left alone at the least; null: it did well. */
  release(outcome: { readonly failedForMs: number | null }): void
}

interface Server {
  readonly url: string
  inFlight: number
  failures: number
  awayUntil: number
  /** Times of the last minute, oldest first. */
  readonly asked: number[]
}

interface Waiting {
  readonly signal: AbortSignal
  readonly avoid: string | null
  readonly resolve: (lease: Lease) => void
}

const MINUTE = 60_000
const FIRST_BREAK = 1_000
const LONGEST_BREAK = 60_000

export interface ServerState {
  readonly url: string
  readonly inFlight: number
  readonly failures: number
  /** Milliseconds until it is asked again; 0: now. */
  readonly awayMs: number
}

export class ServerPool {
  readonly #servers: readonly Server[]
  readonly #rules: PoolRules
  readonly #now: () => number
  readonly #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #nextTurn = 0

  constructor(urls: readonly string[], rules: PoolRules, now: () => number = () => performance.now()) {
    this.#servers = urls.map((url) => ({ url, inFlight: 0, failures: 0, awayUntil: 0, asked: [] }))
    this.#rules = rules
    this.#now = now
  }

  state(): readonly ServerState[] {
    const now = this.#now()
    return this.#servers.map(({ url, inFlight, failures, awayUntil }) => ({
      url,
      inFlight,
      failures,
      awayMs: Math.max(0, awayUntil - now)
    }))
  }

  /** Waits for a place; in the order of asking. `avoid`: the server that has just failed, when there is another. */
  lease(signal: AbortSignal, avoid: string | null = null): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      const waiting: Waiting = { signal, avoid, resolve }
      this.#waiting.push(waiting)
      signal.addEventListener(
        'abort',
        () => {
          const at = this.#waiting.indexOf(waiting)
          if (at === -1) return
          this.#waiting.splice(at, 1)
          reject(signal.reason as Error)
        },
        { once: true }
      )
      this.#serve()
    })
  }

  #serve(): void {
    clearTimeout(this.#timer)
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const server = this.#free(next.avoid)
      if (server === null) break
      this.#waiting.shift()
      next.resolve(this.#take(server))
    }
    if (this.#waiting.length === 0) return
    const now = this.#now()
    const times = this.#servers
      .filter(({ inFlight }) => inFlight < this.#rules.atOnce)
      .map((server) => this.#readyAt(server))
    const soonest = Math.min(...times)
    if (soonest < Infinity) this.#timer = setTimeout(() => this.#serve(), Math.max(1, soonest - now))
  }

  /** When it may be asked again, as far as time goes. */
  #readyAt({ awayUntil, asked }: Server): number {
    const { requestsPerMinute } = this.#rules
    if (requestsPerMinute === null || asked.length < requestsPerMinute) return awayUntil
    return Math.max(awayUntil, (asked[asked.length - requestsPerMinute] ?? 0) + MINUTE)
  }

  #free(avoid: string | null): Server | null {
    const now = this.#now()
    const ready = this.#servers.filter((server) => server.inFlight < this.#rules.atOnce && this.#readyAt(server) <= now)
    const others = this.#servers.length > 1 ? ready.filter(({ url }) => url !== avoid) : ready
    const least = Math.min(...others.map(({ inFlight }) => inFlight))
    const equals = others.filter(({ inFlight }) => inFlight === least)
    // In turn among equals, so that one at a time also visits all.
    return equals[this.#nextTurn++ % Math.max(1, equals.length)] ?? null
  }

  #take(server: Server): Lease {
    const now = this.#now()
    server.inFlight++
    server.asked.push(now)
    while ((server.asked[0] ?? now) <= now - MINUTE) server.asked.shift()
    let isOut = true
    return {
      url: server.url,
      release: ({ failedForMs }) => {
        if (!isOut) return
        isOut = false
        server.inFlight--
        if (failedForMs === null) {
          server.failures = 0
          server.awayUntil = 0
        } else {
          const pause = Math.min(LONGEST_BREAK, (this.#rules.firstBreakMs ?? FIRST_BREAK) * 2 ** server.failures)
          server.failures++
          server.awayUntil = this.#now() + Math.min(LONGEST_BREAK, Math.max(pause, failedForMs))
        }
        this.#serve()
      }
    }
  }
}

/**
 * @file A turn of the host: one command, which answers one question or several on the same picture. What comes back while
 * it runs reaches the questions it belongs to, and the ways a model runs best are kept for the next host.
 */
import { join } from 'node:path'
import type { Events } from '../../../src-shared/ipc/contract'
import type { SpawnHost } from '../../core/ports'
import type { AskJob } from './ask-job'
import type { GivenUp } from './given-up'
import { wayItWent } from './host-gone'
import { createHostOwner } from './host-owner'
import type { HostOwner, LiveReply, RunResult } from './host-owner'
import { createKnownStrategies } from '../known-strategies'
import type { KnownStrategies } from '../known-strategies'
import type { InferenceLimits } from '../limits'
import type { ModelFolder } from '../repo/model-folder'
import type { ProviderName } from '../runtime'
import type { ToolFolder } from '../tools/tool'

/** Questions that one command of the host answers; the first one's id is the command's. */
export type Group = readonly [AskJob, ...AskJob[]]

export type TellStatus = (
  modelId: string,
  state: Events['model.status']['state'],
  provider: string | null,
  detail: string | null
) => void

/** What a turn runs on. */
export interface Attempt {
  readonly folder: ModelFolder | ToolFolder
  /** In the order they are tried. */
  readonly providers: readonly ProviderName[]
  /** Why others are not. */
  readonly notes: readonly string[]
}

export interface HostTurnsOptions {
  readonly spawnHost: SpawnHost
  readonly env: Readonly<Record<string, string>>
  readonly limits: InferenceLimits
  /** null: nothing is kept over restarts. */
  readonly cacheDir: string | null
  readonly givenUp: GivenUp
  readonly status: TellStatus
}

/** Reading and hashing a model counts as silent only beyond this speed. */
export const SLOWEST_LOAD_BYTES_PER_MS = 50_000
/**
 * A tool says nothing while a graph runs over the whole picture, once through all its weights; a language model tells of
 * each token. Larger ones get longer.
 */
const SLOWEST_TOOL_BYTES_PER_MS = 10_000

/** Changes when the files of a model do. */
export function keyOf({ dir, card, sizeBytes }: ModelFolder | ToolFolder): string {
  const files = card.files.map((file) => file.sha256)
  return JSON.stringify([dir, card.revision, sizeBytes, files])
}

export class HostTurns {
  readonly #options: HostTurnsOptions
  readonly #owner: HostOwner
  /** A host that is started after a crash, or tomorrow, need not find again how a model runs best. */
  readonly #strategies: KnownStrategies
  readonly #featureCache: { readonly dir: string; readonly maxBytes: number } | null
  #nextId = 1
  #lastModelId = ''
  #isClosed = false

  constructor(options: HostTurnsOptions) {
    const { spawnHost, env, limits, cacheDir, status } = options
    this.#options = options
    this.#owner = createHostOwner(spawnHost, env, (gone) => status(this.#lastModelId, 'crashed', null, wayItWent(gone)))
    this.#strategies = createKnownStrategies(cacheDir && join(cacheDir, 'strategies.json'), limits.threads)
    this.#featureCache =
      cacheDir === null || limits.featureCacheBytes === 0
        ? null
        : { dir: join(cacheDir, 'features'), maxBytes: limits.featureCacheBytes }
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  pid(): number | null {
    return this.#owner.pid()
  }

  /** Longest silence while it works, in ms. */
  silenceMs(folder: ModelFolder | ToolFolder): number {
    const { silenceMs } = this.#options.limits
    return silenceMs + ('tool' in folder ? folder.sizeBytes / SLOWEST_TOOL_BYTES_PER_MS : 0)
  }

  /** Resolves always: with the reply that ends the turn, or with how the host went. */
  async run(group: Group, { folder, providers, notes }: Attempt): Promise<RunResult> {
    const [job, ...beside] = group
    const { modelId, imagePath, nBest = 1, mask = null } = job.request
    const { limits } = this.#options
    this.#lastModelId = modelId
    const modelKey = keyOf(folder)
    const isHashed = folder.card.files.length > 0
    const knownStrategy = await this.#strategies.of(modelKey, isHashed)
    const loadMs = limits.silenceMs + folder.sizeBytes / SLOWEST_LOAD_BYTES_PER_MS
    const workMs = this.silenceMs(folder)
    return this.#owner.run(
      {
        kind: 'ask',
        ...this.#questionOf(job),
        modelDir: folder.dir,
        modelKey,
        imagePath,
        providers: [...providers],
        threads: limits.threads,
        prefixCacheBytes: limits.prefixCacheBytes,
        featureCache: this.#featureCache,
        knownStrategy,
        nBest,
        mask,
        beside: beside.map((other) => this.#questionOf(other))
      },
      {
        silenceMs: () => (job.phase === 'queued' ? limits.startMs : job.phase === 'loading-model' ? loadMs : workMs),
        isWanted: () => group.some((one) => !one.isCancelled) && !this.#isClosed,
        onReply: (reply) => this.#onReply(group, reply, { notes, modelKey, isHashed })
      }
    )
  }

  /** Asks the host to stop with a question, and ends it when that takes longer than it may. Resolves when it is settled. */
  async cancel({ hostId, done }: AskJob): Promise<void> {
    if (hostId === null) return
    this.#owner.post({ kind: 'cancel', id: hostId })
    const grace = setTimeout(() => void this.#owner.end(), this.#options.limits.cancelGraceMs)
    await done.catch(() => undefined)
    clearTimeout(grace)
  }

  /** Ends the host; no turn begins from now on. `settled`: what ran or waited has been told. */
  async close(settled: () => Promise<void>): Promise<void> {
    this.#isClosed = true
    const wasRunning = this.pid() !== null
    await this.#owner.end()
    await settled()
    await this.#owner.end()
    if (wasRunning) this.#options.status(this.#lastModelId, 'stopped', null, null)
  }

  #questionOf(job: AskJob) {
    const { messages, maxNewTokens, form = null, settings = null } = job.request
    const id = this.#nextId++
    job.hostId = id
    return {
      id,
      messages: [...messages],
      limits: { ...this.#options.limits.stop, ...(maxNewTokens === undefined ? {} : { maxNewTokens }) },
      form,
      settings: settings === null ? null : { ...settings }
    }
  }

  #onReply(
    group: Group,
    reply: LiveReply,
    about: { readonly notes: readonly string[]; readonly modelKey: string; readonly isHashed: boolean }
  ): void {
    const { status, givenUp } = this.#options
    const { notes, modelKey, isHashed } = about
    const [job] = group
    const { modelId } = job.request
    const own = group.find(({ hostId }) => hostId === reply.id)
    switch (reply.kind) {
      case 'phase':
        if (reply.phase === 'loading-model') status(modelId, 'starting', null, null)
        for (const one of group) one.enter(reply.phase)
        return
      case 'loaded':
        givenUp.note(modelKey, reply.providerNotes)
        for (const one of group) one.runsOn(reply, notes)
        if (reply.decoding !== null && reply.provider === 'cpu')
          void this.#strategies.found(modelKey, isHashed, {
            strategy: reply.decoding.strategy,
            runtime: reply.runtime
          })
        if (reply.loadMs > 0) status(modelId, 'ready', reply.provider, loadedDetail(reply))
        return
      case 'token':
        own?.addToken(reply)
        return
      case 'answer':
        own?.finish(reply)
        return
      case 'restart':
        givenUp.add(modelKey, job.provider)
        for (const one of group) one.restart()
        return
      case 'alive':
        return
    }
  }
}

const loadedDetail = ({ loadMs, decoding, providerNotes }: Extract<LiveReply, { kind: 'loaded' }>): string =>
  [
    `loaded in ${Math.round(loadMs)} ms`,
    ...(decoding === null ? [] : [`${decoding.strategy}: ${decoding.reason}`]),
    ...providerNotes
  ].join('; ')

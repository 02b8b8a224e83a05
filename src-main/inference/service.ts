/**
 * @file `InferenceService`: the app's hand on the inference host. One question runs at a time, or several that
 * wait one behind the other for the same picture; the others wait in order. A host that dies costs the question it was
 * answering and nothing else.
 */
import { join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { Events } from '../../src-shared/ipc/contract'
import { fromWireError } from '../../src-shared/ipc/wire-error'
import type { AskObserver, AskRequest, InferenceService, SpawnHost } from '../core/ports'
import { AskJob } from './ask-job'
import { createGivenUp } from './given-up'
import { inferenceHostEnvironment } from './host-environment'
import { createHostOwner } from './host-owner'
import type { HostGone, LiveReply, RunResult } from './host-owner'
import { limitsFromEnvironment, providerNames } from './limits'
import type { InferenceLimits } from './limits'
import { inspectInOwnProcess, preferredOrder, probeProviders } from './probing'
import type { Probed } from './probing'
import { findModel, listCatalogue } from './repo/catalogue'
import { createKnownStrategies } from './known-strategies'
import { MOST_TOGETHER } from './protocol'
import type { ModelFolder } from './repo/model-folder'
import type { ToolFolder } from './tools/tool'
import type { ProviderName } from './runtime'
import { createSetAside } from './set-aside'

export interface InferenceServiceOptions {
  readonly spawnHost: SpawnHost
  /** Folders of model folders: what ships with the app, then the model store. `EYRIE_MODELS` is added. */
  readonly modelPlaces: readonly string[]
  /** Folder for what is found out once: features of pictures, how models run best. Without: nothing is kept over restarts. */
  readonly cacheDir?: string
  /** For tests; others come from the environment. */
  readonly limits?: Partial<InferenceLimits>
}

/** Reading and hashing a model counts as silent only beyond this speed. */
const SLOWEST_LOAD_BYTES_PER_MS = 50_000
/**
 * A tool says nothing while a graph runs over the whole picture, once through all its weights; a language model tells of
 * each token. Larger ones get longer.
 */
const SLOWEST_TOOL_BYTES_PER_MS = 10_000
/** `EYRIE_MODELS` names one more folder of model folders. */
export function modelPlacesWithEnvironment(places: readonly string[]): readonly string[] {
  const { EYRIE_MODELS: extra } = process.env
  return extra === undefined || extra === '' ? places : [...places, extra]
}

const closedError = (): AppError =>
  new AppError('inference/closed', 'The question was not answered: the app is closing.', {
    nextStep: 'Ask it again after the next start.'
  })

/** Questions that one command of the host answers; the first one's id is the command's. */
type Group = readonly [AskJob, ...AskJob[]]

/** Changes when the files of a model do. */
function keyOf({ dir, card, sizeBytes }: ModelFolder | ToolFolder): string {
  const files = card.files.map((file) => file.sha256)
  return JSON.stringify([dir, card.revision, sizeBytes, files])
}

const wayItWent = ({ signal, code }: HostGone): string => signal ?? `exit code ${code}`

export function createInferenceService(options: InferenceServiceOptions): InferenceService {
  const limits: InferenceLimits = { ...limitsFromEnvironment(), ...options.limits }
  const places = modelPlacesWithEnvironment(options.modelPlaces)
  const env = inferenceHostEnvironment()
  const setAside = createSetAside()
  const jobs = new Map<string, AskJob>()
  const listeners = new Set<(status: Events['model.status']) => void>()
  let turn: Promise<unknown> = Promise.resolve()
  let nextHostId = 1
  let lastModelId = ''
  let probed: readonly Probed[] = []
  const { cacheDir = null } = options
  /** A host that is started after a crash, or tomorrow, need not find again how a model runs best. */
  const strategies = createKnownStrategies(cacheDir && join(cacheDir, 'strategies.json'), limits.threads)
  const featureCache =
    cacheDir === null || limits.featureCacheBytes === 0
      ? null
      : { dir: join(cacheDir, 'features'), maxBytes: limits.featureCacheBytes }
  const givenUp = createGivenUp()
  let isClosed = false

  const status = (
    modelId: string,
    state: Events['model.status']['state'],
    provider: string | null,
    detail: string | null
  ): void => {
    for (const listener of listeners) listener({ modelId, state, provider, detail })
  }
  const owner = createHostOwner(options.spawnHost, env, (gone) => status(lastModelId, 'crashed', null, wayItWent(gone)))

  /** Runs after everything asked before it; a failure is its own. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  function onReply(
    [job, ...beside]: Group,
    reply: LiveReply,
    {
      notes,
      modelKey,
      isHashed
    }: { readonly notes: readonly string[]; readonly modelKey: string; readonly isHashed: boolean }
  ): void {
    const { modelId } = job.request
    const everyone = [job, ...beside]
    const own = everyone.find(({ hostId }) => hostId === reply.id)
    switch (reply.kind) {
      case 'phase':
        if (reply.phase === 'loading-model') status(modelId, 'starting', null, null)
        for (const one of everyone) one.enter(reply.phase)
        return
      case 'loaded':
        givenUp.note(modelKey, reply.providerNotes)
        for (const one of everyone) one.runsOn(reply, notes)
        if (reply.decoding !== null && reply.provider === 'cpu')
          void strategies.found(modelKey, isHashed, { strategy: reply.decoding.strategy, runtime: reply.runtime })
        if (reply.loadMs > 0)
          status(
            modelId,
            'ready',
            reply.provider,
            [
              `loaded in ${Math.round(reply.loadMs)} ms`,
              ...(reply.decoding === null ? [] : [`${reply.decoding.strategy}: ${reply.decoding.reason}`]),
              ...reply.providerNotes
            ].join('; ')
          )
        return
      case 'token':
        own?.addToken(reply)
        return
      case 'answer':
        own?.finish(reply)
        return
      case 'restart':
        givenUp.add(modelKey, job.provider)
        for (const one of everyone) one.restart()
        return
      case 'alive':
        return
    }
  }

  function questionOf(job: AskJob) {
    const { messages, maxNewTokens, form = null, settings = null } = job.request
    const id = nextHostId++
    job.hostId = id
    return {
      id,
      messages: [...messages],
      limits: { ...limits.stop, ...(maxNewTokens === undefined ? {} : { maxNewTokens }) },
      form,
      settings: settings === null ? null : { ...settings }
    }
  }

  /** Longest silence while it works, in ms. */
  const silenceOf = (folder: ModelFolder | ToolFolder): number =>
    limits.silenceMs + ('tool' in folder ? folder.sizeBytes / SLOWEST_TOOL_BYTES_PER_MS : 0)

  async function runOnHost(
    group: Group,
    folder: ModelFolder | ToolFolder,
    providers: readonly ProviderName[],
    notes: readonly string[]
  ): Promise<RunResult> {
    const [job, ...beside] = group
    const { modelId, imagePath, nBest = 1, mask = null } = job.request
    const { threads, prefixCacheBytes } = limits
    lastModelId = modelId
    const modelKey = keyOf(folder)
    const isHashed = folder.card.files.length > 0
    const knownStrategy = await strategies.of(modelKey, isHashed)
    const loadAllowance = folder.sizeBytes / SLOWEST_LOAD_BYTES_PER_MS
    const silenceMs = silenceOf(folder)
    return owner.run(
      {
        kind: 'ask',
        ...questionOf(job),
        modelDir: folder.dir,
        modelKey,
        imagePath,
        providers: [...providers],
        threads,
        prefixCacheBytes,
        featureCache,
        knownStrategy,
        nBest,
        mask,
        beside: beside.map(questionOf)
      },
      {
        silenceMs: () =>
          job.phase === 'queued'
            ? limits.startMs
            : job.phase === 'loading-model'
              ? limits.silenceMs + loadAllowance
              : silenceMs,
        isWanted: () => group.some((one) => !one.isCancelled) && !isClosed,
        onReply: (reply) => onReply(group, reply, { notes, modelKey, isHashed })
      }
    )
  }

  function goneError(job: AskJob, gone: HostGone, folder: ModelFolder | ToolFolder): AppError {
    const { modelId } = job.request
    const data = { modelId, tokens: job.tokens, signal: gone.signal, exitCode: gone.code }
    if (gone.why === 'silence') {
      const seconds = Math.round(silenceOf(folder) / 100) / 10
      return new AppError('inference/timeout', `The model gave no sign of life for ${seconds} s and was ended.`, {
        nextStep: 'Ask again; if it stays, use a smaller model or image, or raise EYRIE_TIMEOUT_MS.',
        data
      })
    }
    const how = gone.why === 'nonsense' ? 'sent something that is no answer' : `ended unexpectedly (${wayItWent(gone)})`
    return new AppError('inference/crashed', `The model's process ${how}; labels and other images are not affected.`, {
      nextStep: 'Ask again: the model starts anew. If it happens again, choose another model or provider.',
      data
    })
  }

  /** The order for this question: as asked, as set, or as the probe found. */
  function providersFor(job: AskJob): readonly ProviderName[] {
    if (job.request.providers !== undefined && job.request.providers.length > 0)
      return providerNames(job.request.providers)
    return limits.providers.length > 0 ? limits.providers : preferredOrder(probed)
  }

  /** Those that wait right behind `job` and can be answered with it: the order of answers stays. */
  function waitingBeside(job: AskJob): readonly AskJob[] {
    const ask = job.request
    const isPlain = ({ nBest = 1, mask }: AskRequest): boolean => nBest === 1 && mask === undefined
    const togetherWith = ({ modelId, imagePath, providers = [] }: AskRequest): string =>
      JSON.stringify([modelId, imagePath, providers])
    if (job.isAlone || !isPlain(ask)) return []
    const beside: AskJob[] = []
    let isBehind = false
    for (const other of jobs.values()) {
      if (other === job) isBehind = true
      else if (isBehind && !other.isSettled) {
        const fits = isPlain(other.request) && togetherWith(other.request) === togetherWith(ask) && !other.isAlone
        if (!fits || setAside.has(other.request) || beside.length === MOST_TOGETHER - 1) break
        beside.push(other)
      }
    }
    return beside
  }

  /** A driver that takes the process with it, or never comes back, is a provider that failed (B10). null: it was something else. */
  function failedProvider(job: AskJob, gone: HostGone, providers: readonly ProviderName[]): string | null {
    const provider = job.provider ?? providers[0] ?? 'cpu'
    if (gone.why === 'ended' || provider === 'cpu' || isClosed) return null
    const how = gone.why === 'silence' ? 'it gave no sign of life' : `it ended the model's process (${wayItWent(gone)})`
    return `${provider} was given up: ${how}`
  }

  /** What fails here is asked again, each for itself: one bad question does not cost the others. */
  async function answerTogether(
    group: Group,
    folder: ModelFolder | ToolFolder,
    { providers, notes }: ReturnType<typeof givenUp.without>
  ): Promise<void> {
    const [first] = group
    const result = await runOnHost(group, folder, providers, notes)
    if (result.reply?.kind === 'answer') first.finish(result.reply)
    const failed = result.gone === null ? null : failedProvider(first, result.gone, providers)
    if (failed !== null) {
      givenUp.add(keyOf(folder), first.provider ?? providers[0] ?? null)
      givenUp.note(keyOf(folder), [failed])
      status(first.request.modelId, 'crashed', first.provider, failed)
    }
    for (const job of group) {
      if (job.isSettled) continue
      if (job.isCancelled) job.finishCancelled()
      else if (isClosed) job.fail(closedError())
      else {
        job.hostId = null
        job.isAlone = true
        job.restart()
      }
    }
  }

  async function answer(job: AskJob): Promise<void> {
    if (job.isSettled) return
    setAside.check(job.request)
    const folder = await findModel(places, job.request.modelId)
    if (job.isSettled) return
    const beside = waitingBeside(job)
    if (beside.length > 0) {
      await answerTogether([job, ...beside], folder, givenUp.without(keyOf(folder), providersFor(job)))
      if (job.isSettled) return
    }
    await answerAlone(job, folder, givenUp.without(keyOf(folder), providersFor(job)))
  }

  async function answerAlone(
    job: AskJob,
    folder: ModelFolder | ToolFolder,
    { providers, notes }: ReturnType<typeof givenUp.without>
  ): Promise<void> {
    let result = await runOnHost([job], folder, providers, notes)
    const note = result.gone === null ? null : failedProvider(job, result.gone, providers)
    if (note !== null && !job.isCancelled) {
      givenUp.add(keyOf(folder), job.provider ?? providers[0] ?? null)
      givenUp.note(keyOf(folder), [note])
      status(job.request.modelId, 'crashed', job.provider, note)
      job.restart()
      result = await runOnHost([job], folder, ['cpu'], [...notes, note])
    }
    if (result.gone === null) {
      if (result.reply.kind === 'failed') job.fail(fromWireError(result.reply.error))
      else if (result.reply.kind === 'answer') {
        setAside.answered(job.request)
        job.finish(result.reply)
      }
      return
    }
    if (job.isCancelled) {
      status(job.request.modelId, 'stopped', job.provider, 'ended because the answer was cancelled')
      job.finishCancelled()
      return
    }
    if (isClosed) {
      job.fail(closedError())
      return
    }
    const error = goneError(job, result.gone, folder)
    setAside.killed(job.request, result.gone.why === 'silence' ? 'no sign of life' : wayItWent(result.gone))
    status(job.request.modelId, 'crashed', job.provider, error.message)
    job.fail(error)
  }

  return {
    listModels: async () => (await listCatalogue(places)).map((entry) => entry.summary),
    probe: () =>
      inTurn(async () => {
        probed = await probeProviders(options.spawnHost, env, limits)
        return probed.map(({ name, works, detail }) => ({ name, works, detail }))
      }),
    inspect: (modelId, withSelfTest) =>
      inTurn(async () => {
        const { dir, card, sizeBytes } = await findModel(places, modelId)
        return inspectInOwnProcess(
          options.spawnHost,
          env,
          { dir, id: card.id },
          {
            providers: limits.providers.length > 0 ? limits.providers : preferredOrder(probed),
            threads: limits.threads,
            silenceMs: limits.silenceMs + sizeBytes / SLOWEST_LOAD_BYTES_PER_MS,
            withSelfTest
          }
        )
      }),
    ask(request, observer: AskObserver = {}) {
      if (isClosed) return Promise.reject(closedError())
      if (jobs.has(request.requestId)) {
        return Promise.reject(
          new AppError(
            'inference/duplicate-request',
            `A question with the id ${request.requestId} is running already.`,
            {
              nextStep: 'Wait for its answer or cancel it.',
              data: { requestId: request.requestId }
            }
          )
        )
      }
      const job = new AskJob(request, observer)
      jobs.set(request.requestId, job)
      job.enter('queued')
      void inTurn(() => answer(job)).catch((error: unknown) => job.fail(error))
      return job.done.finally(() => jobs.delete(request.requestId))
    },
    async cancel(requestId) {
      const job = jobs.get(requestId)
      if (job === undefined) return false
      job.isCancelled = true
      if (job.hostId === null) {
        job.finishCancelled()
        return true
      }
      owner.post({ kind: 'cancel', id: job.hostId })
      const grace = setTimeout(() => void owner.end(), limits.cancelGraceMs)
      await job.done.catch(() => undefined)
      clearTimeout(grace)
      return true
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hostPid: () => owner.pid(),
    async close() {
      isClosed = true
      for (const job of jobs.values()) if (job.hostId === null) job.fail(closedError())
      const wasRunning = owner.pid() !== null
      await owner.end()
      await turn
      await owner.end()
      if (wasRunning) status(lastModelId, 'stopped', null, null)
    }
  }
}

/**
 * @file `InferenceService`: the app's hand on the inference host. One question runs at a time, or several that
 * wait one behind the other for the same picture; the others wait in order. A host that dies costs the question it was
 * answering and nothing else.
 */
import { AppError } from '../../src-shared/errors'
import type { Events } from '../../src-shared/ipc/contract'
import { fromWireError } from '../../src-shared/ipc/wire-error'
import type { AskObserver, InferenceService, SpawnHost } from '../core/ports'
import type { AskJob } from './asking/ask-job'
import { createGivenUp } from './asking/given-up'
import { inferenceHostEnvironment } from './host-environment'
import { failedProvider, goneError, lastProvider, wayItWent } from './asking/host-gone'
import type { HostGone } from './asking/host-owner'
import { HostTurns, SLOWEST_LOAD_BYTES_PER_MS, keyOf } from './asking/host-turns'
import type { Attempt, Group, TellStatus } from './asking/host-turns'
import { limitsFromEnvironment, providerNames } from './limits'
import type { InferenceLimits } from './limits'
import { inspectInOwnProcess, preferredOrder, probeProviders } from './probing'
import type { Probed } from './probing'
import { QuestionQueue } from './asking/question-queue'
import { findModel, listCatalogue } from './repo/catalogue'
import type { ProviderName } from './runtime'
import { createSetAside } from './asking/set-aside'

export interface InferenceServiceOptions {
  readonly spawnHost: SpawnHost
  /** Folders of model folders: what ships with the app, then the model store. `EYRIE_MODELS` is added. */
  readonly modelPlaces: readonly string[]
  /** Folder for what is found out once: features of pictures, how models run best. Without: nothing is kept over restarts. */
  readonly cacheDir?: string
  /** For tests; others come from the environment. */
  readonly limits?: Partial<InferenceLimits>
}

/** `EYRIE_MODELS` names one more folder of model folders. */
export function modelPlacesWithEnvironment(places: readonly string[]): readonly string[] {
  const { EYRIE_MODELS: extra } = process.env
  return extra === undefined || extra === '' ? places : [...places, extra]
}

const closedError = (): AppError =>
  new AppError('inference/closed', 'The question was not answered: the app is closing.', {
    nextStep: 'Ask it again after the next start.'
  })

export function createInferenceService(options: InferenceServiceOptions): InferenceService {
  const limits: InferenceLimits = { ...limitsFromEnvironment(), ...options.limits }
  const places = modelPlacesWithEnvironment(options.modelPlaces)
  const { spawnHost, cacheDir = null } = options
  const env = inferenceHostEnvironment()
  const listeners = new Set<(status: Events['model.status']) => void>()
  const queue = new QuestionQueue()
  const setAside = createSetAside()
  const givenUp = createGivenUp()
  let probed: readonly Probed[] = []

  const status: TellStatus = (modelId, state, provider, detail) => {
    for (const listener of listeners) listener({ modelId, state, provider, detail })
  }
  const turns = new HostTurns({ spawnHost, env, limits, cacheDir, givenUp, status })

  /** As set, or as the probe found. */
  const usualProviders = (): readonly ProviderName[] =>
    limits.providers.length > 0 ? limits.providers : preferredOrder(probed)

  /** What a question runs on now: what was given up meanwhile is not tried. */
  function attemptOn(folder: Attempt['folder'], { request: { providers = [] } }: AskJob): Attempt {
    const wanted = providers.length > 0 ? providerNames(providers) : usualProviders()
    return { folder, ...givenUp.without(keyOf(folder), wanted) }
  }

  /** Why the provider is given up that the host went with; null: it was something else. */
  function giveUp(job: AskJob, gone: HostGone | null, { folder, providers }: Attempt): string | null {
    const why = gone === null || turns.isClosed ? null : failedProvider(job, gone, providers)
    if (why === null) return null
    givenUp.add(keyOf(folder), lastProvider(job, providers))
    givenUp.note(keyOf(folder), [why])
    status(job.request.modelId, 'crashed', job.provider, why)
    return why
  }

  async function answer(job: AskJob): Promise<void> {
    if (job.isSettled) return
    setAside.check(job.request)
    const folder = await findModel(places, job.request.modelId)
    if (job.isSettled) return
    const beside = queue.beside(job, (request) => !setAside.has(request))
    if (beside.length > 0) {
      await answerTogether([job, ...beside], attemptOn(folder, job))
      if (job.isSettled) return
    }
    await answerAlone(job, attemptOn(folder, job))
  }

  /** What fails here is asked again, each for itself: one bad question does not cost the others. */
  async function answerTogether(group: Group, attempt: Attempt): Promise<void> {
    const [first] = group
    const { reply, gone } = await turns.run(group, attempt)
    if (reply?.kind === 'answer') first.finish(reply)
    giveUp(first, gone, attempt)
    for (const job of group) {
      if (job.isSettled) continue
      if (job.isCancelled) job.finishCancelled()
      else if (turns.isClosed) job.fail(closedError())
      else {
        job.hostId = null
        job.isAlone = true
        job.restart()
      }
    }
  }

  async function answerAlone(job: AskJob, attempt: Attempt): Promise<void> {
    let result = await turns.run([job], attempt)
    const why = job.isCancelled ? null : giveUp(job, result.gone, attempt)
    if (why !== null) {
      job.restart()
      result = await turns.run([job], { ...attempt, providers: ['cpu'], notes: [...attempt.notes, why] })
    }
    const { reply, gone } = result
    if (gone === null) {
      if (reply.kind === 'failed') job.fail(fromWireError(reply.error))
      else if (reply.kind === 'answer') {
        setAside.answered(job.request)
        job.finish(reply)
      }
    } else if (job.isCancelled) {
      status(job.request.modelId, 'stopped', job.provider, 'ended because the answer was cancelled')
      job.finishCancelled()
    } else if (turns.isClosed) job.fail(closedError())
    else {
      const error = goneError(job, gone, turns.silenceMs(attempt.folder))
      setAside.killed(job.request, gone.why === 'silence' ? 'no sign of life' : wayItWent(gone))
      status(job.request.modelId, 'crashed', job.provider, error.message)
      job.fail(error)
    }
  }

  return {
    listModels: async () => (await listCatalogue(places)).map((entry) => entry.summary),
    probe: () =>
      queue.inTurn(async () => {
        probed = await probeProviders(spawnHost, env, limits)
        return probed.map(({ name, works, detail }) => ({ name, works, detail }))
      }),
    inspect: (modelId, withSelfTest) =>
      queue.inTurn(async () => {
        const { dir, card, sizeBytes } = await findModel(places, modelId)
        return inspectInOwnProcess(
          spawnHost,
          env,
          { dir, id: card.id },
          {
            providers: usualProviders(),
            threads: limits.threads,
            silenceMs: limits.silenceMs + sizeBytes / SLOWEST_LOAD_BYTES_PER_MS,
            withSelfTest
          }
        )
      }),
    async ask(request, observer: AskObserver = {}) {
      if (turns.isClosed) throw closedError()
      const job = queue.add(request, observer)
      job.enter('queued')
      void queue.inTurn(() => answer(job)).catch((error: unknown) => job.fail(error))
      return job.done.finally(() => queue.remove(job))
    },
    async cancel(requestId) {
      const job = queue.find(requestId)
      if (job === null) return false
      job.isCancelled = true
      if (job.hostId === null) job.finishCancelled()
      else await turns.cancel(job)
      return true
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    hostPid: () => turns.pid(),
    async close() {
      const closed = turns.close(() => queue.idle())
      for (const job of queue.waiting()) job.fail(closedError())
      await closed
    }
  }
}

/**
 * @file What the inference host does with a message. One model is loaded at a time and one command
 * runs at a time, which may be several questions on one picture; a cancel is heard between calls of the runtime. Everything that happens is said to
 * the parent, which times this process and may kill it (service.ts).
 *
 * [Note: Why inference has its own process] A native crash, a driver, a graph that never ends or too
 * much memory end this process and nothing else; and `run` blocks its thread, which may not be the
 * app's.
 */
import { AppError } from '../../src-shared/errors'
import { toWireError } from '../../src-shared/ipc/wire-error'
import { openAnswerer } from './answerer'
import type { Answered, Answerer } from './answerer'
import type { ToldToken } from './decode/n-best'
import { probeProvider } from './probe'
import { requestSchema } from './protocol'
import type { AskCommand, HostReply, HostRequest } from './protocol'
import { readModelFolder } from './repo/model-folder'
import { verifyModelFiles } from './repo/verify'
import { loadRuntime, reasonOf } from './runtime'
import type { ProviderName } from './runtime'
import { readToolFolder } from './tools/registry'

interface Loaded {
  readonly key: string
  readonly providers: readonly ProviderName[]
  readonly answerer: Answerer
}

type Post = (reply: HostReply) => void

const keyOf = ({ modelDir, modelKey, threads }: AskCommand): string => JSON.stringify([modelDir, modelKey, threads])

/** Runs as these providers would have it run: they are the ones it was opened for, or the first is the one it runs on. */
const isFor = ({ providers, answerer }: Loaded, wanted: readonly ProviderName[]): boolean =>
  answerer.provider === wanted[0] || providers.join() === wanted.join()

/** Anything that is not ours came out of the runtime or the system. */
function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError('inference/failed', `The model stopped with an error: ${reasonOf(thrown)}.`, {
    nextStep: 'Ask again; if it stays, try another provider or another model.',
    cause: thrown
  })
}

/** As it crosses: without the ids of this model. */
const plain = ({ text, logProb, rivals }: ToldToken) => ({
  text,
  logProb,
  rivals: rivals && rivals.map(({ digits, probability }) => ({ digits, probability }))
})

const idsOf = ({ id, beside }: AskCommand): readonly number[] => [id, ...beside.map((question) => question.id)]

/** Returns the listener for the parent's messages. */
export function createHost(post: Post): (message: unknown) => void {
  let loaded: Loaded | null = null
  const cancelled = new Set<number>()
  /** Verified in this process: a model is not read twice. */
  const verified = new Set<string>()
  let queue: Promise<void> = Promise.resolve()

  async function load(
    command: AskCommand,
    providers: readonly ProviderName[]
  ): Promise<Loaded & { readonly loadMs: number }> {
    const key = keyOf(command)
    if (loaded?.key === key && isFor(loaded, providers)) return { ...loaded, loadMs: 0 }
    const { id, modelDir, modelKey, threads } = command
    const files = JSON.stringify([modelDir, modelKey])
    const started = performance.now()
    post({ kind: 'phase', id, phase: 'loading-model' })
    await loaded?.answerer.release()
    loaded = null
    const folder = (await readToolFolder(modelDir)) ?? (await readModelFolder(modelDir))
    if (!verified.has(files)) {
      let unsaid = 0
      await verifyModelFiles(folder, (bytes) => {
        unsaid += bytes
        if (unsaid < 100_000_000) return
        unsaid = 0
        post({ kind: 'alive', id })
      })
      verified.add(files)
    }
    const { prefixCacheBytes, knownStrategy, featureCache } = command
    const known = knownStrategy === null ? {} : { knownStrategy }
    const alive = (): void => post({ kind: 'alive', id })
    alive()
    const options = { providers, threads, prefixCacheBytes, featureCache, alive, ...known }
    const answerer = await openAnswerer(folder, options)
    loaded = { key, providers, answerer }
    return { ...loaded, loadMs: performance.now() - started }
  }

  async function answerOn(
    command: AskCommand,
    providers: readonly ProviderName[],
    earlierNotes: readonly string[]
  ): Promise<readonly Answered[]> {
    const { id } = command
    const ids = idsOf(command)
    const { answerer, loadMs } = await load(command, providers)
    post({
      kind: 'loaded',
      id,
      provider: answerer.provider,
      providerNotes: [...earlierNotes, ...answerer.providerNotes],
      loadMs,
      decoding: answerer.decoding,
      runtime: (await loadRuntime()).version
    })
    try {
      return await answerer.answer(command, {
        isCancelled: (index) => cancelled.has(ids[index] ?? id),
        phase: (phase) => post({ kind: 'phase', id, phase }),
        token: (index, text, logProb, rivals) =>
          post({ kind: 'token', id: ids[index] ?? id, ...plain({ text, logProb, rivals }) }),
        alive: () => post({ kind: 'alive', id })
      })
    } catch (error) {
      // Errors of our own say what is wrong with the question, the picture or the model's numbers.
      const isProviders = !(error instanceof AppError) || error.code === 'inference/bad-output'
      if (answerer.provider === 'cpu' || !isProviders) throw error
      post({ kind: 'restart', id })
      return answerOn(
        command,
        ['cpu'],
        [...earlierNotes, ...answerer.providerNotes, `${answerer.provider} was given up: ${reasonOf(error)}`]
      )
    }
  }

  async function ask(command: AskCommand): Promise<void> {
    const answers = await answerOn(command, command.providers, [])
    const ids = idsOf(command)
    // The command's own answer comes last: it ends the command.
    for (const [index, done] of [...answers.entries()].reverse()) {
      const { stop, limit, tail, timings, prefixReused } = done
      const alternatives = done.alternatives.map(({ tokens }) => ({ tokens: tokens.map(plain) }))
      const masks = done.masks.map((mask) => ({ ...mask, size: { ...mask.size } }))
      const id = ids[index] ?? command.id
      post({ kind: 'answer', id, stop, limit, tail, timings, prefixReused, alternatives, masks })
    }
  }

  async function run(request: Exclude<HostRequest, { kind: 'cancel' }>): Promise<void> {
    try {
      if (request.kind === 'ask') await ask(request)
      else if (request.kind === 'inspect') {
        const { inspectModel } = await import('./inspect')
        const found = await inspectModel(request, () => post({ kind: 'alive', id: request.id }))
        post({ kind: 'inspected', id: request.id, found })
      } else {
        const result = await probeProvider(await loadRuntime(), request.provider, request.threads)
        post({ kind: 'probed', id: request.id, ...result })
      }
    } catch (error) {
      post({ kind: 'failed', id: request.id, error: toWireError(asAppError(error)) })
    } finally {
      for (const id of request.kind === 'ask' ? idsOf(request) : [request.id]) cancelled.delete(id)
    }
  }

  return (message) => {
    const request = requestSchema.parse(message)
    if (request.kind === 'cancel') cancelled.add(request.id)
    else queue = queue.then(() => run(request))
  }
}

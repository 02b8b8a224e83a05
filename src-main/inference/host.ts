/**
 * @file What the inference host does with a message. One model is loaded at a time and one request
 * runs at a time; a cancel is heard between calls of the runtime. Everything that happens is said to
 * the parent, which times this process and may kill it (service.ts).
 *
 * [Note: Why inference has its own process] A native crash, a driver, a graph that never ends or too
 * much memory end this process and nothing else; and `run` blocks its thread, which may not be the
 * app's.
 */
import { AppError } from '../../src-shared/errors'
import { toWireError } from '../../src-shared/ipc/wire-error'
import { answerQuestion } from './decode/answer'
import type { Decoding } from './decode/open-decoder'
import type { Answer, AnswerHooks } from './decode/answer'
import type { Constraint } from './decode/constraint'
import { alternativesTo } from './decode/n-best'
import type { Alternative, ToldToken } from './decode/n-best'
import type { HeldAnswers } from './grammar/held-answers'
import type { StrategyId } from './kv/strategy'
import { createMemory } from './prefix/memory'
import { openModel } from './open-model'
import { probeProvider } from './probe'
import { requestSchema } from './protocol'
import type { AskCommand, HostReply, HostRequest } from './protocol'
import { readModelFolder } from './repo/model-folder'
import type { ModelFolder } from './repo/model-folder'
import { verifyModelFiles } from './repo/verify'
import { loadRuntime, reasonOf } from './runtime'
import type { ProviderName } from './runtime'
import { readToolFolder } from './tools/registry'
import type { ToldMask } from './tools/mask-with-tool'
import type { OpenMasker, OpenTool, ToolFolder } from './tools/tool'

interface Answered extends Answer {
  readonly alternatives: readonly Alternative[]
  readonly masks: readonly ToldMask[]
}

/** What is loaded: a language model or a tool, asked in one way. */
interface Answerer {
  readonly provider: ProviderName
  readonly providerNotes: readonly string[]
  readonly decoding: Decoding | null
  answer(command: AskCommand, hooks: AnswerHooks): Promise<Answered>
  release(): Promise<void>
}

interface Loaded {
  readonly key: string
  readonly answerer: Answerer
}

type Post = (reply: HostReply) => void

const keyOf = ({ modelDir, modelKey, threads }: AskCommand, providers: readonly ProviderName[]): string =>
  JSON.stringify([modelDir, modelKey, threads, providers])

/** Anything that is not ours came out of the runtime or the system. */
function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  return new AppError('inference/failed', `The model stopped with an error: ${reasonOf(thrown)}.`, {
    nextStep: 'Ask again; if it stays, try another provider or another model.',
    cause: thrown
  })
}

const toolsAnswerInTheirOwnForm = (name: string): AppError =>
  new AppError(
    'inference/cannot-constrain',
    `${name} answers with what it finds; it cannot be held to a form, or asked for others.`,
    {
      nextStep: 'Ask it without a constraint, or choose a language model.'
    }
  )

const makesNoMasks = (name: string): AppError =>
  new AppError('inference/cannot-mask', `${name} makes no masks.`, {
    nextStep: 'Choose a model that does: SAM or SAM 2.'
  })

const makesMasksOnly = (name: string): AppError =>
  new AppError('inference/masks-only', `${name} makes masks of boxes and points; it answers no questions.`, {
    nextStep: 'Choose another model to ask, or show this one a box or a point.'
  })

/** Only tools need the dialects; a host that is started after a crash must be ready soon. */
async function findingAnswerer(tool: OpenTool, name: string): Promise<Answerer> {
  const { answerWithTool } = await import('./tools/answer-with-tool')
  const { provider, providerNotes } = tool
  return {
    provider,
    providerNotes,
    decoding: null,
    answer: async (command, hooks) => {
      if (command.mask !== null) throw makesNoMasks(name)
      if (command.form !== null || command.nBest > 1) throw toolsAnswerInTheirOwnForm(name)
      return { ...(await answerWithTool(tool, command, hooks)), alternatives: [], masks: [] }
    },
    release: () => tool.release()
  }
}

async function maskingAnswerer(tool: OpenMasker, name: string, cacheBytes: number): Promise<Answerer> {
  const { createSceneCache, maskWithTool } = await import('./tools/mask-with-tool')
  const scenes = createSceneCache(cacheBytes)
  const { provider, providerNotes } = tool
  return {
    provider,
    providerNotes,
    decoding: null,
    answer: async ({ imagePath, mask: prompt }, hooks) => {
      if (prompt === null) throw makesMasksOnly(name)
      const { answer, masks } = await maskWithTool(tool, scenes, { imagePath, prompt }, hooks)
      return { ...answer, alternatives: [], masks }
    },
    release: () => tool.release()
  }
}

async function openAnswerer(
  folder: ModelFolder | ToolFolder,
  options: {
    readonly providers: readonly ProviderName[]
    readonly threads: number
    readonly prefixCacheBytes: number
    readonly knownStrategy?: StrategyId
    readonly alive: () => void
  }
): Promise<Answerer> {
  const runtime = await loadRuntime()
  if ('tool' in folder) {
    const { tool, card } = folder
    return tool.makes === 'masks'
      ? maskingAnswerer(await tool.open(runtime, folder, options), card.name, options.prefixCacheBytes)
      : findingAnswerer(await tool.open(runtime, folder, options), card.name)
  }
  const model = await openModel(runtime, folder, options)
  const memory = createMemory(options.prefixCacheBytes, model.endTokenIds)
  let held: HeldAnswers | null = null
  const { provider, providerNotes, decoding } = model
  return {
    provider,
    providerNotes,
    decoding,
    async answer({ imagePath, messages, limits, form, settings, nBest, mask }, hooks) {
      if (mask !== null) throw makesNoMasks(folder.card.name)
      const request = { imagePath, messages, limits }
      if (form !== null) {
        // Grammars need the dialects, which a host that is started after a crash does not wait for.
        held ??= (await import('./grammar/held-answers')).createHeldAnswers(folder.card, model.tokenizer)
      }
      const constraint = (): Constraint | undefined =>
        form === null ? undefined : held?.start(form, settings ?? undefined)
      const told: ToldToken[] = []
      const listening: AnswerHooks = {
        ...hooks,
        token(text, logProb, rivals) {
          told.push({ text, logProb, rivals })
          hooks.token(text, logProb, rivals)
        }
      }
      const own = constraint()
      const first = await answerQuestion(
        model,
        memory,
        own === undefined ? request : { ...request, constraint: own },
        listening
      )
      const wanted = first.stop === 'end' ? nBest : 1
      const options = { count: wanted, constraint, hooks }
      return {
        ...first,
        alternatives: wanted < 2 ? [] : await alternativesTo(first, told, model, memory, request, options),
        masks: []
      }
    },
    release: () => {
      memory.clear()
      return model.release()
    }
  }
}

/** As it crosses: without the ids of this model. */
const plain = ({ text, logProb, rivals }: ToldToken) => ({
  text,
  logProb,
  rivals: rivals && rivals.map(({ digits, probability }) => ({ digits, probability }))
})

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
    const key = keyOf(command, providers)
    if (loaded?.key === key) return { ...loaded, loadMs: 0 }
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
    const { prefixCacheBytes, knownStrategy } = command
    const known = knownStrategy === null ? {} : { knownStrategy }
    const alive = (): void => post({ kind: 'alive', id })
    alive()
    loaded = { key, answerer: await openAnswerer(folder, { providers, threads, prefixCacheBytes, alive, ...known }) }
    return { ...loaded, loadMs: performance.now() - started }
  }

  async function answerOn(
    command: AskCommand,
    providers: readonly ProviderName[],
    earlierNotes: readonly string[]
  ): Promise<Answered> {
    const { id } = command
    const { answerer, loadMs } = await load(command, providers)
    post({
      kind: 'loaded',
      id,
      provider: answerer.provider,
      providerNotes: [...earlierNotes, ...answerer.providerNotes],
      loadMs,
      decoding: answerer.decoding
    })
    try {
      return await answerer.answer(command, {
        isCancelled: () => cancelled.has(id),
        phase: (phase) => post({ kind: 'phase', id, phase }),
        token: (text, logProb, rivals) => post({ kind: 'token', id, ...plain({ text, logProb, rivals }) }),
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
    const done = await answerOn(command, command.providers, [])
    const { stop, limit, tail, timings, prefixReused } = done
    const alternatives = done.alternatives.map(({ tokens }) => ({ tokens: tokens.map(plain) }))
    const masks = done.masks.map((mask) => ({ ...mask, size: { ...mask.size } }))
    post({ kind: 'answer', id: command.id, stop, limit, tail, timings, prefixReused, alternatives, masks })
  }

  async function run(request: Exclude<HostRequest, { kind: 'cancel' }>): Promise<void> {
    try {
      if (request.kind === 'ask') await ask(request)
      else {
        const result = await probeProvider(await loadRuntime(), request.provider, request.threads)
        post({ kind: 'probed', id: request.id, ...result })
      }
    } catch (error) {
      post({ kind: 'failed', id: request.id, error: toWireError(asAppError(error)) })
    } finally {
      cancelled.delete(request.id)
    }
  }

  return (message) => {
    const request = requestSchema.parse(message)
    if (request.kind === 'cancel') cancelled.add(request.id)
    else queue = queue.then(() => run(request))
  }
}

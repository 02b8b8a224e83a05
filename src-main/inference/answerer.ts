/** @file What a host has loaded, a language model or a tool, asked in one way. */
import { AppError } from '../../src-shared/errors'
import { answerAll } from './batch/answer-all'
import { answerQuestion } from './decode/answer'
import type { Answer, AnswerHooks } from './decode/answer'
import type { Constraint } from './decode/constraint'
import { alternativesTo } from './decode/n-best'
import type { Alternative, ToldToken } from './decode/n-best'
import type { Decoding } from './decode/open-decoder'
import type { HeldAnswers } from './grammar/held-answers'
import type { KnownStrategy } from './known-strategies'
import { openModel } from './open-model'
import type { OpenModel } from './open-model'
import { createFeatureStore } from './prefix/feature-store'
import { createMemory } from './prefix/memory'
import type { KeptFeatures } from './prefix/memory'
import type { AskCommand } from './protocol'
import type { ModelFolder } from './repo/model-folder'
import { visionIdentity } from './repo/vision-identity'
import { loadRuntime } from './runtime'
import type { ProviderName } from './runtime'
import type { ToldMask } from './tools/mask-with-tool'
import type { OpenMasker, OpenTool, ToolFolder } from './tools/tool'

export interface Answered extends Answer {
  readonly alternatives: readonly Alternative[]
  readonly masks: readonly ToldMask[]
}

/** Of one command: `index` 0 is its own question, those behind it are the ones beside it. */
export interface AnswererHooks {
  isCancelled(index: number): boolean
  phase: AnswerHooks['phase']
  token(index: number, ...heard: Parameters<AnswerHooks['token']>): void
  alive(): void
}

export interface Answerer {
  readonly provider: ProviderName
  readonly providerNotes: readonly string[]
  readonly decoding: Decoding | null
  /** Answers in the order of the questions. */
  answer(command: AskCommand, hooks: AnswererHooks): Promise<readonly Answered[]>
  release(): Promise<void>
}

export interface OpenAnswererOptions {
  readonly providers: readonly ProviderName[]
  readonly threads: number
  readonly prefixCacheBytes: number
  readonly knownStrategy?: KnownStrategy
  /** Where features of pictures are kept over restarts; null: nowhere. */
  readonly featureCache: { readonly dir: string; readonly maxBytes: number } | null
  readonly alive: () => void
}

const toolsAnswerInTheirOwnForm = (name: string): AppError =>
  new AppError(
    'inference/cannot-constrain',
    `${name} answers with what it finds; it cannot be held to this form, or asked for others.`,
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

const hooksOf = (hooks: AnswererHooks, index: number): AnswerHooks => ({
  isCancelled: () => hooks.isCancelled(index),
  phase: (phase) => hooks.phase(phase),
  token: (...heard) => hooks.token(index, ...heard),
  alive: () => hooks.alive()
})

const questionsOf = ({ messages, limits, form, settings, beside }: AskCommand) => [
  { messages, limits, form, settings },
  ...beside
]

/** Only tools need the dialects; a host that is started after a crash must be ready soon. */
async function findingAnswerer(tool: OpenTool, name: string, takesLabels: boolean): Promise<Answerer> {
  const { answerWithTool } = await import('./tools/answer-with-tool')
  const { provider, providerNotes } = tool
  return {
    provider,
    providerNotes,
    decoding: null,
    answer: async (command, hooks) => {
      if (command.mask !== null) throw makesNoMasks(name)
      const { imagePath } = command
      const answers: Answered[] = []
      for (const [index, { form, ...question }] of questionsOf(command).entries()) {
        const labels = form?.kind === 'labels' && takesLabels ? form.labels : null
        if ((form !== null && labels === null) || command.nBest > 1) throw toolsAnswerInTheirOwnForm(name)
        const answer = await answerWithTool(tool, { imagePath, labels, ...question }, hooksOf(hooks, index))
        answers.push({ ...answer, alternatives: [], masks: [] })
      }
      return answers
    },
    release: () => tool.release()
  }
}

async function maskingAnswerer(
  tool: OpenMasker,
  folder: ToolFolder,
  { prefixCacheBytes, featureCache }: OpenAnswererOptions
): Promise<Answerer> {
  const { maskWithTool } = await import('./tools/mask-with-tool')
  const { createSceneCache, createSceneStore } = await import('./tools/scene-store')
  const { name } = folder.card
  const ran = [tool.provider, (await loadRuntime()).version]
  const kept = featureCache && {
    store: createSceneStore(featureCache.dir, featureCache.maxBytes),
    identity: await visionIdentity({ ...folder, family: folder.tool }, ran)
  }
  const scenes = createSceneCache(prefixCacheBytes, kept)
  const { provider, providerNotes } = tool
  return {
    provider,
    providerNotes,
    decoding: null,
    answer: async ({ imagePath, mask: prompt }, hooks) => {
      if (prompt === null) throw makesMasksOnly(name)
      const { answer, masks } = await maskWithTool(tool, scenes, { imagePath, prompt }, hooksOf(hooks, 0))
      return [{ ...answer, alternatives: [], masks }]
    },
    release: () => tool.release()
  }
}

function languageAnswerer(model: OpenModel, prefixCacheBytes: number, kept: KeptFeatures | null): Answerer {
  const { card } = model.folder
  const memory = createMemory(prefixCacheBytes, model.endTokenIds, kept)
  let held: HeldAnswers | null = null
  const { provider, providerNotes, decoding } = model

  async function answerOne(command: AskCommand, hooks: AnswerHooks, constraint: () => Constraint | undefined) {
    const { imagePath, messages, limits, nBest } = command
    const request = { imagePath, messages, limits }
    const told: ToldToken[] = []
    const listening: AnswerHooks = {
      ...hooks,
      token(text, logProb, rivals) {
        told.push({ text, logProb, rivals })
        hooks.token(text, logProb, rivals)
      }
    }
    const own = constraint()
    const asked = own === undefined ? request : { ...request, constraint: own }
    const first = await answerQuestion(model, memory, asked, listening)
    const wanted = first.stop === 'end' ? nBest : 1
    const options = { count: wanted, constraint, hooks }
    const alternatives = wanted < 2 ? [] : await alternativesTo(first, told, model, memory, request, options)
    return { ...first, alternatives, masks: [] }
  }

  return {
    provider,
    providerNotes,
    decoding,
    async answer(command, hooks) {
      if (command.mask !== null) throw makesNoMasks(card.name)
      const questions = questionsOf(command)
      if (questions.some(({ form }) => form !== null)) {
        // Grammars need the dialects, which a host that is started after a crash does not wait for.
        held ??= (await import('./grammar/held-answers')).createHeldAnswers(card, model.tokenizer)
      }
      const constraintOf = ({ form, settings }: Pick<AskCommand, 'form' | 'settings'>): Constraint | undefined =>
        form === null ? undefined : held?.start(form, settings ?? undefined)
      if (questions.length === 1) return [await answerOne(command, hooksOf(hooks, 0), () => constraintOf(command))]
      const together = questions.map((question) => {
        const constraint = constraintOf(question)
        const { messages, limits } = question
        return { messages, limits, ...(constraint === undefined ? {} : { constraint }) }
      })
      const answers = await answerAll(model, memory, command.imagePath, together, hooks)
      return answers.map((answer) => ({ ...answer, alternatives: [], masks: [] }))
    },
    release: () => {
      memory.clear()
      return model.release()
    }
  }
}

/** Files must have passed `verifyModelFiles`. */
export async function openAnswerer(folder: ModelFolder | ToolFolder, options: OpenAnswererOptions): Promise<Answerer> {
  const runtime = await loadRuntime()
  if (!('tool' in folder)) {
    const { knownStrategy, featureCache, prefixCacheBytes, ...rest } = options
    // What was measured with another version may not hold with this one.
    const known = knownStrategy?.runtime === runtime.version ? { knownStrategy: knownStrategy.strategy } : {}
    const model = await openModel(runtime, folder, { ...rest, ...known })
    const kept = featureCache && {
      store: createFeatureStore(featureCache.dir, featureCache.maxBytes),
      identity: await visionIdentity(folder, [model.provider, runtime.version])
    }
    return languageAnswerer(model, prefixCacheBytes, kept)
  }
  const { tool, card } = folder
  return tool.makes === 'masks'
    ? maskingAnswerer(await tool.open(runtime, folder, options), folder, options)
    : findingAnswerer(await tool.open(runtime, folder, options), card.name, tool.takesLabels === true)
}

/**
 * @file An inference service that says what the test tells it to. The real one has a process and a
 * model; what the core does with any answer is told apart from it here.
 */
import { AppError } from '../../src-shared/errors'
import type { ModelSummary } from '../../src-shared/ipc/contract'
import type { AskAnswer, AskObserver, AskRequest, InferenceService } from '../core/ports'

export const TEST_MODEL: ModelSummary = {
  id: 'test-model',
  name: 'Test model',
  revision: '1',
  licence: 'Apache-2.0',
  dialect: 'shikra',
  space: 'original',
  examples: [],
  cannot: [],
  languages: ['en'],
  classes: [],
  forms: ['boxes', 'phrases', 'labels'],
  sizeBytes: 1,
  state: 'ready',
  problem: null
}

const TIMINGS = { imageMs: 1, visionMs: 2, prefillMs: 3, decodeMs: 4, totalMs: 10, promptTokens: 5, newTokens: 6 }

/** Whole answer at once, with these words as its tokens, all equally likely. */
export const answerOf = (text: string, probability = 0.5): AskAnswer => {
  const tokenTexts = text.match(/\d+|\D/g) ?? []
  return {
    text,
    stop: 'end',
    provider: 'cpu',
    providerNotes: [],
    tokenTexts,
    tokenLogProbs: tokenTexts.map(() => Math.log(probability)),
    timings: TIMINGS
  }
}

export type Script = (request: AskRequest, observer: AskObserver, cancelled: Promise<void>) => Promise<AskAnswer>

/** Streams `text` token by token, then answers with it. */
export const streaming =
  (text: string): Script =>
  async (_request, observer) => {
    observer.phase?.('prefill')
    const { tokenTexts } = answerOf(text)
    let shown = ''
    for (const token of tokenTexts) {
      shown += token
      observer.text?.(shown)
      await Promise.resolve()
    }
    return answerOf(text)
  }

/** Streams `text`, then waits until it is cancelled, as the host does. */
export const untilCancelled =
  (text: string): Script =>
  async (_request, observer, cancelled) => {
    observer.phase?.('decoding')
    observer.text?.(text)
    await cancelled
    return { ...answerOf(text), stop: 'cancelled' }
  }

/** Streams `text`, then dies. */
export const crashing =
  (text: string): Script =>
  async (_request, observer) => {
    observer.text?.(text)
    throw new AppError('inference/crashed', 'The model process died (SIGKILL) while answering.', {
      nextStep: 'Ask again; a new process is started.',
      data: { signal: 'SIGKILL' }
    })
  }

export interface ScriptedInference extends InferenceService {
  readonly requests: AskRequest[]
  script: Script
  models: readonly ModelSummary[]
}

export function createScriptedInference(script: Script = streaming('A dog.')): ScriptedInference {
  const cancels = new Map<string, () => void>()
  const service: ScriptedInference = {
    requests: [],
    script,
    models: [TEST_MODEL],
    inspect: () => Promise.reject(new AppError('inference/failed', 'Nothing is behind this service.')),
    listModels: async () => service.models,
    probe: async () => [{ name: 'cpu', works: true, detail: 'scripted' }],
    async ask(request, observer = {}) {
      service.requests.push(request)
      const promise = new Promise<void>((resolve) => cancels.set(request.requestId, resolve))
      try {
        return await service.script(request, observer, promise)
      } finally {
        cancels.delete(request.requestId)
      }
    },
    async cancel(requestId) {
      const cancel = cancels.get(requestId)
      cancel?.()
      return cancel !== undefined
    },
    onStatus: () => () => undefined,
    hostPid: () => null,
    close: async () => undefined
  }
  return service
}

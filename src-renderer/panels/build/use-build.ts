/** @file What the dialog of new turns knows: what was chosen, what would be made of it, what was written. */
import { useEffect, useState } from 'react'
import { AppError } from '../../../src-shared/errors'
import type { PreviewDialogue } from '../../../src-shared/builders/report'
import type { BuildRecipeInfo, BuildRequest, EndpointInfo, Events, Result } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { useRunningRequest } from '../../app/use-running-request'
import { useT } from '../../i18n/translate'
import { readBuildChoice, recipeOf, requestOf } from './build-choice'
import type { BuildChoice } from './build-choice'
import { useServers } from './use-servers'

const SHOWN = 12
/** Each is a question to a server, which may cost. */
const ASKED = 3
const AFTER_TYPING_MS = 350

export type BuildStep =
  | { readonly kind: 'form' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly result: Result<'build.write'> }

/** Samples are of the request that was asked for, and of no other. */
interface Made<T> {
  readonly of: string
  readonly what: T
}

export interface BuildState {
  readonly step: BuildStep
  readonly recipes: readonly BuildRecipeInfo[]
  readonly choice: BuildChoice
  /** null: what is typed is no request. */
  readonly request: BuildRequest | null
  readonly isByModel: boolean
  /** By rule; null: not there yet. */
  readonly samples: readonly PreviewDialogue[] | null
  /** By a model: what it would be asked; null: not there yet. */
  readonly contexts: Result<'build.contexts'> | null
  /** By a model: what came of asking a few; null: nobody asked. */
  readonly asked: Result<'build.ask'> | null
  readonly isAsking: boolean
  readonly servers: readonly EndpointInfo[] | null
  readonly server: EndpointInfo | null
  readonly canWrite: boolean
  readonly progress: Pick<Events['build.progress'], 'phase' | 'done' | 'total'> | null
  readonly error: ErrorInfo | null
  readonly isCancelling: boolean
  readonly choose: (patch: Partial<BuildChoice>) => void
  readonly allow: (server: EndpointInfo) => Promise<void>
  readonly ask: () => Promise<void>
  readonly write: () => Promise<void>
  readonly cancel: () => void
  readonly again: () => void
}

export function useBuild(): BuildState {
  const t = useT()
  const studio = useStudio()
  const projectId = useStudioState((state) => state.project?.id ?? '')
  const dialect = useStudioState((state) => currentModel(state)?.dialect ?? 'shikra')
  const [recipes, setRecipes] = useState<readonly BuildRecipeInfo[]>([])
  const [choice, setChoice] = useState(() => readBuildChoice(studio.sources.remembered(`build.${projectId}`)))
  const [samples, setSamples] = useState<Made<readonly PreviewDialogue[]> | null>(null)
  const [contexts, setContexts] = useState<Made<Result<'build.contexts'>> | null>(null)
  const [asked, setAsked] = useState<Made<Result<'build.ask'>> | null>(null)
  const [isAsking, setAsking] = useState(false)
  const [step, setStep] = useState<BuildStep>({ kind: 'form' })
  const [progress, setProgress] = useState<BuildState['progress']>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { begin, end, isRunning, isCancelling, cancel } = useRunningRequest('build.cancel', setError)
  const { servers, allow } = useServers(setError)

  const known = servers?.some(({ id }) => id === choice.endpoint) ?? false
  // A server that was taken away is none.
  const chosen: BuildChoice = known ? choice : { ...choice, endpoint: servers?.[0]?.id ?? null }
  const server = servers?.find(({ id }) => id === chosen.endpoint) ?? null
  const isByModel = recipeOf(chosen, recipes)?.by === 'model'
  const request = requestOf(chosen, recipes)
  const wanted = request === null ? null : JSON.stringify(request)

  useEffect(() => {
    studio.rpc
      .call('build.recipes', {})
      .then(setRecipes)
      .catch((reason: unknown) => setError(describeError(reason)))
    return studio.rpc.on('build.progress', ({ requestId, ...next }) => {
      if (isRunning(requestId)) setProgress(next)
    })
  }, [studio, isRunning])

  // What would be made is shown as it is chosen; the last answer that was asked for wins.
  useEffect(() => {
    if (wanted === null) return
    let isStale = false
    const look = async (): Promise<void> => {
      try {
        const sent = JSON.parse(wanted) as BuildRequest
        if (sent.model === null) {
          const next = await studio.rpc.call('build.preview', { request: sent, dialect, limit: SHOWN })
          if (!isStale) setSamples({ of: wanted, what: next })
        } else {
          const next = await studio.rpc.call('build.contexts', { request: sent, limit: 1 })
          if (!isStale) setContexts({ of: wanted, what: next })
        }
        if (!isStale) setError(null)
      } catch (reason) {
        if (!isStale) setError(describeError(reason))
      }
    }
    const timer = setTimeout(() => void look(), AFTER_TYPING_MS)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [studio, wanted, dialect])

  const remember = (): void => studio.sources.remember(`build.${projectId}`, JSON.stringify(chosen))

  async function ask(): Promise<void> {
    if (request === null || wanted === null) return
    remember()
    const requestId = begin()
    setAsking(true)
    setProgress(null)
    setError(null)
    try {
      const what = await studio.rpc.call('build.ask', { requestId, request, dialect, limit: ASKED })
      setAsked({ of: wanted, what })
    } catch (reason) {
      const told = describeError(reason)
      // The person knows that they cancelled.
      setError(told.code === 'build/cancelled' ? null : told)
    } finally {
      setAsking(false)
      end()
    }
  }

  async function write(): Promise<void> {
    if (request === null) return
    remember()
    const requestId = begin()
    setStep({ kind: 'running' })
    setProgress(null)
    setError(null)
    try {
      // Turns are made of what is on disk; what is still on its way belongs to it.
      if (!(await studio.queue.flush())) throw new AppError('window/unsaved', t('ask.unsaved'))
      setStep({ kind: 'done', result: await studio.rpc.call('build.write', { requestId, request }) })
    } catch (reason) {
      setError(describeError(reason))
      setStep({ kind: 'form' })
    } finally {
      end()
    }
  }

  const of = <T>(made: Made<T> | null): T | null => (made !== null && made.of === wanted ? made.what : null)
  const canWrite = isByModel
    ? request !== null && server?.isAllowed === true && (of(contexts)?.requests ?? 0) > 0 && !isAsking
    : request !== null && (samples?.what.length ?? 0) > 0
  return {
    step,
    recipes,
    choice: chosen,
    request,
    isByModel,
    // Those of the request before stay until the next ones are there: nothing flickers while one types.
    samples: samples?.what ?? null,
    contexts: of(contexts),
    asked: of(asked),
    isAsking,
    servers,
    server,
    canWrite,
    progress,
    error,
    isCancelling,
    choose: (patch) => setChoice((now) => ({ ...now, ...patch })),
    allow,
    ask,
    write,
    cancel,
    again: () => setStep({ kind: 'form' })
  }
}

/** @file What the dialog of new turns knows: what was chosen, what would be made of it, what was written. */
import { useEffect, useState } from 'react'
import { AppError } from '../../../src-shared/errors'
import type { PreviewDialogue, WriteResult } from '../../../src-shared/builders/report'
import type { BuildRecipeInfo, BuildRequest } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { useRunningRequest } from '../../app/use-running-request'
import { useT } from '../../i18n/translate'
import { readBuildChoice, requestOf } from './build-choice'
import type { BuildChoice } from './build-choice'

const SHOWN = 12
const AFTER_TYPING_MS = 350

export type BuildStep =
  { readonly kind: 'form' } | { readonly kind: 'running' } | { readonly kind: 'done'; readonly result: WriteResult }

export interface BuildState {
  readonly step: BuildStep
  readonly recipes: readonly BuildRecipeInfo[]
  readonly choice: BuildChoice
  /** null: what is typed is no request. */
  readonly request: BuildRequest | null
  /** null: not there yet. */
  readonly samples: readonly PreviewDialogue[] | null
  readonly progress: { readonly done: number; readonly total: number } | null
  readonly error: ErrorInfo | null
  readonly isCancelling: boolean
  readonly choose: (patch: Partial<BuildChoice>) => void
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
  const [samples, setSamples] = useState<readonly PreviewDialogue[] | null>(null)
  const [step, setStep] = useState<BuildStep>({ kind: 'form' })
  const [progress, setProgress] = useState<BuildState['progress']>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { begin, end, isRunning, isCancelling, cancel } = useRunningRequest('build.cancel', setError)
  const request = requestOf(choice, recipes)
  const asked = request === null ? null : JSON.stringify(request)

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
    if (asked === null) return
    let isStale = false
    const timer = setTimeout(() => {
      studio.rpc
        .call('build.preview', { request: JSON.parse(asked) as BuildRequest, dialect, limit: SHOWN })
        .then((next) => {
          if (isStale) return
          setSamples(next)
          setError(null)
        })
        .catch((reason: unknown) => {
          if (!isStale) setError(describeError(reason))
        })
    }, AFTER_TYPING_MS)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [studio, asked, dialect])

  async function write(): Promise<void> {
    if (request === null) return
    studio.sources.remember(`build.${projectId}`, JSON.stringify(choice))
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

  return {
    step,
    recipes,
    choice,
    request,
    samples,
    progress,
    error,
    isCancelling,
    choose: (patch) => setChoice((now) => ({ ...now, ...patch })),
    write,
    cancel,
    again: () => setStep({ kind: 'form' })
  }
}

/** @file What the dialog for adding a model knows: what is known, what was chosen, what it would take, how far it is. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { FileHandle, ModelOffer, StoreProgress, StoreView } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { loadModels } from '../../app/state/project'
import { useRunningRequest } from '../../app/use-running-request'
import { Rate } from './rate'

/** A known model of a source, or one of this computer that waits to be kept. */
export type OfferOrigin =
  | { readonly kind: 'known'; readonly id: string; readonly weights: string; readonly from: string | null }
  | { readonly kind: 'disk'; readonly token: string }

export type AddStep =
  | { readonly kind: 'choose' }
  | { readonly kind: 'asking'; readonly name: string }
  | { readonly kind: 'offer'; readonly offer: ModelOffer; readonly origin: OfferOrigin }
  | { readonly kind: 'running'; readonly name: string }
  | { readonly kind: 'done'; readonly id: string; readonly name: string; readonly notes: readonly string[] }

export interface Progress extends StoreProgress {
  /** null: too early to tell. */
  readonly bytesPerSecond: number | null
}

export interface AddModelState {
  readonly view: StoreView | null
  readonly step: AddStep
  readonly progress: Progress | null
  readonly error: ErrorInfo | null
  readonly isCancelling: boolean
  /** Resolves to whether the source answered. */
  readonly survey: (name: string, origin: Extract<OfferOrigin, { kind: 'known' }>) => Promise<boolean>
  /** Forgets what has come of a download. */
  readonly discard: (modelId: string) => Promise<void>
  readonly look: (name: string, source: FileHandle) => Promise<void>
  readonly add: (isLicenceAccepted: boolean) => Promise<void>
  readonly cancel: () => void
  /** To where a model is chosen; what waits is dropped. */
  readonly back: () => void
  /** The dialog goes: nothing goes on without it. */
  readonly leave: () => void
}

/** The person knows that they cancelled. */
const isCancelled = ({ code }: ErrorInfo): boolean => code === 'model-store/cancelled'

export function useAddModel(): AddModelState {
  const studio = useStudio()
  const [view, setView] = useState<StoreView | null>(null)
  const [step, setStep] = useState<AddStep>({ kind: 'choose' })
  const [progress, setProgress] = useState<Progress | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const rate = useRef(new Rate())
  const waiting = useRef<string | null>(null)
  const { begin, end, isRunning, isCancelling, cancel } = useRunningRequest('models.cancel', setError)

  const refresh = useCallback(async (): Promise<void> => {
    try {
      setView(await studio.rpc.call('models.known', {}))
    } catch (reason) {
      setError(describeError(reason))
    }
  }, [studio])

  useEffect(() => {
    let isHere = true
    studio.rpc.call('models.known', {}).then(
      (found) => (isHere ? setView(found) : undefined),
      (reason: unknown) => (isHere ? setError(describeError(reason)) : undefined)
    )
    const stop = studio.rpc.on('models.progress', ({ requestId, ...next }) => {
      if (isRunning(requestId)) setProgress({ ...next, bytesPerSecond: rate.current.of(next, performance.now()) })
    })
    return () => {
      isHere = false
      stop()
    }
  }, [studio, isRunning])

  /** null: it was refused or cancelled, and `error` says why. */
  async function ask<T>(work: (requestId: string) => Promise<T>): Promise<T | null> {
    const requestId = begin()
    rate.current = new Rate()
    setProgress(null)
    setError(null)
    try {
      return await work(requestId)
    } catch (reason) {
      const told = describeError(reason)
      setError(isCancelled(told) ? null : told)
      return null
    } finally {
      end()
    }
  }

  async function survey(name: string, origin: Extract<OfferOrigin, { kind: 'known' }>): Promise<boolean> {
    setStep({ kind: 'asking', name })
    const { id, weights, from } = origin
    const offer = await ask((requestId) => studio.rpc.call('models.survey', { requestId, id, weights, from }))
    setStep(offer === null ? { kind: 'choose' } : { kind: 'offer', offer, origin })
    return offer !== null
  }

  async function discard(modelId: string): Promise<void> {
    setError(null)
    try {
      await studio.rpc.call('models.remove', { id: modelId })
    } catch (reason) {
      setError(describeError(reason))
    }
    await refresh()
  }

  async function look(name: string, source: FileHandle): Promise<void> {
    setStep({ kind: 'running', name })
    const found = await ask((requestId) => studio.rpc.call('models.look', { requestId, source }))
    waiting.current = found?.token ?? null
    setStep(
      found === null
        ? { kind: 'choose' }
        : { kind: 'offer', offer: found.offer, origin: { kind: 'disk', token: found.token } }
    )
  }

  async function add(isLicenceAccepted: boolean): Promise<void> {
    if (step.kind !== 'offer') return
    const { offer, origin } = step
    setStep({ kind: 'running', name: offer.name })
    const added = await ask(async (requestId) => {
      if (origin.kind === 'disk') {
        const { id } = await studio.rpc.call('models.keep', { token: origin.token, isLicenceAccepted })
        waiting.current = null
        return { id, notes: [] }
      }
      const { id, weights, from } = origin
      return studio.rpc.call('models.get', { requestId, id, weights, from, isLicenceAccepted })
    })
    // What came of a download is kept: the offer says how much.
    if (added === null) await refresh()
    else await loadModels(studio)
    setStep(added === null ? { kind: 'offer', offer, origin } : { kind: 'done', ...added, name: offer.name })
  }

  const drop = useCallback((): void => {
    const token = waiting.current
    waiting.current = null
    if (token !== null)
      void studio.rpc.call('models.drop', { token }).catch((reason: unknown) => setError(describeError(reason)))
  }, [studio])

  const back = (): void => {
    drop()
    setError(null)
    setStep({ kind: 'choose' })
    void refresh()
  }
  const leave = useCallback((): void => {
    cancel()
    drop()
  }, [cancel, drop])

  return { view, step, progress, error, isCancelling, survey, discard, look, add, cancel, back, leave }
}

/** @file What the import dialog knows: what was chosen, what a look at it said, how far it is. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { AppError } from '../../../src-shared/errors'
import type { ImportRates, ImportReport } from '../../../src-shared/formats/reading/report'
import type { FileHandle, ImportFormatInfo } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { useT } from '../../i18n/translate'

export interface ChosenSource {
  readonly handle: FileHandle
  readonly name: string
}

export type ImportStep =
  | { readonly kind: 'choose' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'review'; readonly report: ImportReport }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly report: ImportReport }

export interface ImportState {
  readonly step: ImportStep
  readonly source: ChosenSource | null
  /** null: by what is in the files. */
  readonly format: string | null
  readonly formats: readonly ImportFormatInfo[]
  readonly rates: ImportRates | null
  readonly error: ErrorInfo | null
  readonly isCancelling: boolean
  readonly look: (source: ChosenSource, format: string | null) => Promise<void>
  readonly start: () => Promise<void>
  readonly cancel: () => void
  readonly back: () => void
}

export function useImport(): ImportState {
  const t = useT()
  const studio = useStudio()
  const [step, setStep] = useState<ImportStep>({ kind: 'choose' })
  const [source, setSource] = useState<ChosenSource | null>(null)
  const [format, setFormat] = useState<string | null>(null)
  const [formats, setFormats] = useState<readonly ImportFormatInfo[]>([])
  const [rates, setRates] = useState<ImportRates | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [isCancelling, setCancelling] = useState(false)
  /** Of the request that runs. */
  const running = useRef<string | null>(null)

  useEffect(() => {
    studio.rpc
      .call('import.formats', {})
      .then(setFormats)
      .catch((reason: unknown) => setError(describeError(reason)))
    return studio.rpc.on('import.progress', ({ requestId, ...next }) => {
      if (requestId === running.current) setRates(next)
    })
  }, [studio])

  /** null: it was refused or cancelled, and `error` says why. */
  async function ask(chosen: ChosenSource, wanted: string | null, dryRun: boolean): Promise<ImportReport | null> {
    const requestId = studio.sources.newId()
    running.current = requestId
    setRates(null)
    setError(null)
    setCancelling(false)
    try {
      return await studio.rpc.call('import.run', {
        requestId,
        source: chosen.handle,
        images: null,
        format: wanted,
        dialect: null,
        dryRun
      })
    } catch (reason) {
      const told = describeError(reason)
      // The person knows that they cancelled.
      setError(told.code === 'import/cancelled' ? null : told)
      return null
    } finally {
      running.current = null
    }
  }

  async function look(chosen: ChosenSource, wanted: string | null): Promise<void> {
    setSource(chosen)
    setFormat(wanted)
    setStep({ kind: 'looking' })
    const report = await ask(chosen, wanted, true)
    setStep(report === null ? { kind: 'choose' } : { kind: 'review', report })
  }

  async function start(): Promise<void> {
    if (source === null || step.kind !== 'review') return
    const { report: looked } = step
    setStep({ kind: 'running' })
    // Edits on their way belong to the project that the import finds.
    if (!(await studio.queue.flush())) {
      setError(describeError(new AppError('window/unsaved', t('ask.unsaved'))))
      setStep({ kind: 'review', report: looked })
      return
    }
    const report = await ask(source, looked.format, false)
    setStep(report === null ? { kind: 'review', report: looked } : { kind: 'done', report })
  }

  const cancel = useCallback((): void => {
    const requestId = running.current
    if (requestId === null) return
    setCancelling(true)
    void studio.rpc.call('import.cancel', { requestId }).catch((reason: unknown) => setError(describeError(reason)))
  }, [studio])

  const back = (): void => {
    setError(null)
    setStep({ kind: 'choose' })
  }

  return { step, source, format, formats, rates, error, isCancelling, look, start, cancel, back }
}

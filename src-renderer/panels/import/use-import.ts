/** @file What the import dialog knows: what was chosen, what a look at it said, how far it is. */
import { useEffect, useState } from 'react'
import type { DialectSpace } from '../../../src-shared/dialects/dialect'
import { AppError } from '../../../src-shared/errors'
import type { ImportRates, ImportReport } from '../../../src-shared/formats/reading/report'
import type { ImportFormatInfo } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { stateOf } from '../../app/state/studio'
import { useRunningRequest } from '../../app/use-running-request'
import { useT } from '../../i18n/translate'
import { changesProject } from './import-outcome'
import type { OnDisk } from '../start/SourceOnDisk'

/** What a person knows and the files do not say. */
export interface ImportChoice {
  /** null: by what is in the files. */
  readonly format: string | null
  /** null: with the files, or already in the project. */
  readonly images: OnDisk | null
  /** null: the format's own. */
  readonly dialect: string | null
  /** null: the dialect's own. */
  readonly space: DialectSpace | null
  /** By id of the format's settings. */
  readonly settings: Readonly<Record<string, string>>
  /** By class number; empty: none are given. */
  readonly classNames: readonly string[]
}
export const FIRST_CHOICE: ImportChoice = {
  format: null,
  images: null,
  dialect: null,
  space: null,
  settings: {},
  classNames: []
}

export type ImportStep =
  | { readonly kind: 'choose' }
  /** Which folder the images are in, before the files are looked at again. */
  | { readonly kind: 'images'; readonly report: ImportReport }
  | { readonly kind: 'looking' }
  | { readonly kind: 'review'; readonly report: ImportReport }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly report: ImportReport; readonly undo: ImportUndo }

/** `nothing`: nothing was imported that an undo could take back. */
export type ImportUndo = 'possible' | 'running' | 'done' | 'nothing'

export interface ImportState {
  readonly step: ImportStep
  readonly source: OnDisk | null
  readonly choice: ImportChoice
  readonly formats: readonly ImportFormatInfo[]
  readonly rates: ImportRates | null
  readonly error: ErrorInfo | null
  readonly isCancelling: boolean
  readonly look: (source: OnDisk, choice: ImportChoice) => Promise<void>
  readonly pickImages: () => Promise<void>
  readonly takeImages: (folder: OnDisk | null) => void
  readonly start: () => Promise<void>
  readonly cancel: () => void
  readonly back: () => void
  /** Takes the import back, as undo does. */
  readonly undo: () => Promise<void>
}

export function useImport(): ImportState {
  const t = useT()
  const studio = useStudio()
  const [step, setStep] = useState<ImportStep>({ kind: 'choose' })
  const [source, setSource] = useState<OnDisk | null>(null)
  const [choice, setChoice] = useState(FIRST_CHOICE)
  const [formats, setFormats] = useState<readonly ImportFormatInfo[]>([])
  const [rates, setRates] = useState<ImportRates | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { begin, end, isRunning, isCancelling, cancel } = useRunningRequest('import.cancel', setError)

  useEffect(() => {
    studio.rpc
      .call('import.formats', {})
      .then(setFormats)
      .catch((reason: unknown) => setError(describeError(reason)))
    return studio.rpc.on('import.progress', ({ requestId, ...next }) => {
      if (isRunning(requestId)) setRates(next)
    })
  }, [studio, isRunning])

  /** null: it was refused or cancelled, and `error` says why. */
  async function ask(chosen: OnDisk, wanted: ImportChoice, dryRun: boolean): Promise<ImportReport | null> {
    const requestId = begin()
    setRates(null)
    setError(null)
    try {
      return await studio.rpc.call('import.run', {
        requestId,
        source: chosen.handle,
        images: wanted.images?.handle ?? null,
        format: wanted.format,
        dialect: wanted.dialect,
        ...(wanted.space === null ? {} : { space: wanted.space }),
        ...(Object.keys(wanted.settings).length === 0 ? {} : { settings: wanted.settings }),
        ...(wanted.classNames.length === 0 ? {} : { classNames: wanted.classNames }),
        dryRun
      })
    } catch (reason) {
      const told = describeError(reason)
      // The person knows that they cancelled.
      setError(told.code === 'import/cancelled' ? null : told)
      return null
    } finally {
      end()
    }
  }

  async function look(chosen: OnDisk, wanted: ImportChoice): Promise<void> {
    const before = step.kind === 'review' || step.kind === 'images' ? step.report : null
    setSource(chosen)
    setChoice(wanted)
    setStep({ kind: 'looking' })
    const report = await ask(chosen, wanted, true)
    if (report !== null) setStep({ kind: 'review', report })
    else if (before !== null) {
      // What was chosen cannot be: what was known before stands again, with the reason why.
      setChoice(choice)
      setStep({ kind: 'review', report: before })
    } else setStep({ kind: 'choose' })
  }

  function takeImages(images: OnDisk | null): void {
    if (source === null || step.kind !== 'images') return
    void look(source, { ...choice, images })
  }

  async function pickImages(): Promise<void> {
    if (source === null || step.kind !== 'review') return
    if (stateOf(studio).app?.folderPicker !== 'native') {
      setStep({ kind: 'images', report: step.report })
      return
    }
    try {
      const folder = await studio.rpc.call('files.pickFolder', {})
      if (folder) await look(source, { ...choice, images: { handle: folder.handle, name: folder.displayPath } })
    } catch (reason) {
      setError(describeError(reason))
    }
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
    const report = await ask(source, { ...choice, format: looked.format }, false)
    if (report === null) setStep({ kind: 'review', report: looked })
    else {
      // The format that was recognised is asked for by name now; why it was taken for that stays true.
      const because = choice.format === null ? looked.because : report.because
      setStep({ kind: 'done', report: { ...report, because }, undo: changesProject(report) ? 'possible' : 'nothing' })
    }
  }

  async function undo(): Promise<void> {
    if (step.kind !== 'done') return
    setStep({ ...step, undo: 'running' })
    setError(null)
    try {
      // Another window may have done something since: that is not what is to be taken back here.
      if (stateOf(studio).history.undoLabel !== 'dataset.import')
        throw new AppError('import/not-last', t('import.undoNotLast'))
      await studio.rpc.call('history.undo', {})
      setStep({ ...step, undo: 'done' })
    } catch (reason) {
      setError(describeError(reason))
      setStep({ ...step, undo: 'possible' })
    }
  }

  const back = (): void => {
    setError(null)
    setChoice(FIRST_CHOICE)
    setStep({ kind: 'choose' })
  }

  return {
    step,
    source,
    choice,
    formats,
    rates,
    error,
    isCancelling,
    look,
    pickImages,
    takeImages,
    start,
    cancel,
    back,
    undo
  }
}

/** @file What the export dialog knows: what was chosen, how far it is, what came of it. */
import { useEffect, useState } from 'react'
import { AppError } from '../../../src-shared/errors'
import type { ExportRefusal } from '../../../src-shared/formats/round-trip/refusal'
import { findDialect } from '../../../src-shared/dialects/registry'
import type { Events, ExportFormatInfo, ExportReport, FolderListing, Params } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { stateOf } from '../../app/state/studio'
import type { Studio } from '../../app/state/studio'
import { useRunningRequest } from '../../app/use-running-request'
import { useT } from '../../i18n/translate'
import { iouRange, readChoice, splitOf, splitProblem } from './export-choice'
import type { ExportChoice } from './export-choice'

/** The text exports are written in when no model says which one it reads. */
const DEFAULT_DIALECT = 'shikra'

export type ExportStep =
  | { readonly kind: 'form' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly report: ExportReport }

export type ExportProgress = Omit<Events['export.progress'], 'requestId'>

export interface ExportState {
  readonly step: ExportStep
  readonly formats: readonly ExportFormatInfo[]
  readonly choice: ExportChoice
  /** null: `exports/` beside the project. */
  readonly folder: FolderListing | null
  /** Id of the dialect that will be written. */
  readonly dialect: string
  readonly progress: ExportProgress | null
  readonly error: ErrorInfo | null
  /** What was written did not come back as it was, and was taken away. */
  readonly refused: ExportRefusal | null
  readonly isCancelling: boolean
  readonly canRun: boolean
  readonly choose: (patch: Partial<ExportChoice>) => void
  readonly pickFolder: () => Promise<void>
  readonly takeFolder: (folder: FolderListing | null) => void
  readonly run: (overwrite: boolean) => Promise<void>
  readonly cancel: () => void
  readonly again: () => void
}

/** Folders that were shown are known to this session only, so their memory is too. */
const folders = new WeakMap<Studio, Map<string, FolderListing | null>>()
function foldersOf(studio: Studio): Map<string, FolderListing | null> {
  const known = folders.get(studio) ?? new Map<string, FolderListing | null>()
  folders.set(studio, known)
  return known
}

export function useExport(): ExportState {
  const t = useT()
  const studio = useStudio()
  const projectId = useStudioState((state) => state.project?.id ?? '')
  const modelDialect = useStudioState((state) => currentModel(state)?.dialect ?? DEFAULT_DIALECT)
  const [formats, setFormats] = useState<readonly ExportFormatInfo[]>([])
  const [choice, setChoice] = useState(() => readChoice(studio.sources.remembered(`export.${projectId}`)))
  const [folder, setFolder] = useState(() => foldersOf(studio).get(projectId) ?? null)
  const [step, setStep] = useState<ExportStep>({ kind: 'form' })
  const [progress, setProgress] = useState<ExportProgress | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [refused, setRefused] = useState<ExportRefusal | null>(null)
  const { begin, end, isRunning, isCancelling, cancel } = useRunningRequest('export.cancel', setError)

  const dialect = choice.dialect !== null && findDialect(choice.dialect) !== null ? choice.dialect : modelDialect
  const chosen = formats.filter(({ id }) => choice.formats.includes(id))
  const needsRange = chosen.some(({ takesCorrections }) => takesCorrections)
  const canRun = chosen.length > 0 && splitProblem(choice) === null && (!needsRange || iouRange(choice) !== null)

  useEffect(() => {
    studio.rpc
      .call('export.formats', {})
      .then((known) => {
        setFormats(known)
        setChoice((now) => {
          const kept = now.formats.filter((id) => known.some((format) => format.id === id))
          return { ...now, formats: kept.length > 0 ? kept : known.slice(0, 1).map((format) => format.id) }
        })
      })
      .catch((reason: unknown) => setError(describeError(reason)))
    return studio.rpc.on('export.progress', ({ requestId, ...next }) => {
      if (isRunning(requestId)) setProgress(next)
    })
  }, [studio, isRunning])

  const choose = (patch: Partial<ExportChoice>): void => {
    setError(null)
    setRefused(null)
    setChoice((now) => ({ ...now, ...patch }))
  }

  function requestOf(requestId: string, overwrite: boolean): Params<'export.run'> {
    const split = splitOf(choice)
    const range = needsRange ? iouRange(choice) : null
    const takesText = chosen.some(({ takesDialect }) => takesDialect)
    return {
      requestId,
      formats: chosen.map(({ id }) => id),
      folder: folder?.handle ?? null,
      dialect,
      includeProposals: choice.includeProposals,
      overwrite,
      ...(takesText && choice.space !== null ? { space: choice.space } : {}),
      ...(split === null ? {} : { split }),
      ...(range === null ? {} : { corrections: range })
    }
  }

  async function run(overwrite: boolean): Promise<void> {
    studio.sources.remember(`export.${projectId}`, JSON.stringify(choice))
    const requestId = begin()
    setStep({ kind: 'running' })
    setProgress(null)
    setError(null)
    setRefused(null)
    try {
      // What is exported is what is on disk; what is still on its way belongs to it.
      if (!(await studio.queue.flush())) throw new AppError('window/unsaved', t('ask.unsaved'))
      const report = await studio.rpc.call('export.run', requestOf(requestId, overwrite))
      setRefused(report.refused)
      setStep(report.refused === null ? { kind: 'done', report } : { kind: 'form' })
    } catch (reason) {
      const told = describeError(reason)
      // The person knows that they cancelled.
      setError(told.code === 'export/cancelled' ? null : told)
      setStep({ kind: 'form' })
    } finally {
      end()
    }
  }

  function takeFolder(next: FolderListing | null): void {
    foldersOf(studio).set(projectId, next)
    setFolder(next)
    setStep({ kind: 'form' })
  }

  async function pickFolder(): Promise<void> {
    if (stateOf(studio).app?.folderPicker !== 'native') {
      setStep({ kind: 'folder' })
      return
    }
    try {
      const picked = await studio.rpc.call('files.pickFolder', {})
      if (picked) takeFolder(picked)
    } catch (reason) {
      setError(describeError(reason))
    }
  }

  return {
    step,
    formats,
    choice,
    folder,
    dialect,
    progress,
    error,
    refused,
    isCancelling,
    canRun,
    choose,
    pickFolder,
    takeFolder,
    run,
    cancel,
    again: () => setStep({ kind: 'form' })
  }
}

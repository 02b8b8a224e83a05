import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { ExportFormatId, ExportFormatInfo, ExportReport, FolderListing } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { AppError } from '../../../src-shared/errors'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { setState } from '../../app/state/studio'
import type { TranslationKey } from '../../i18n/translate'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Told } from '../notices/Told'
import { FolderRows, useFolders } from '../start/FolderBrowser'
import { ExportForm } from './ExportForm'
import type { ExportChoice } from './ExportForm'
import { ExportResult } from './ExportResult'

/** The name exports are written in when no model says which one it reads. */
const DEFAULT_DIALECT = 'shikra'

type Step =
  | { readonly kind: 'form' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly report: ExportReport }

function titleOf(step: Step): TranslationKey {
  if (step.kind !== 'done') return 'export.title'
  return step.report.files.length > 0 ? 'export.doneTitle' : 'export.emptyTitle'
}

export function ExportDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const dialect = useStudioState((state) => currentModel(state)?.dialect ?? DEFAULT_DIALECT)
  const [formats, setFormats] = useState<readonly ExportFormatInfo[]>([])
  const [choice, setChoice] = useState<ExportChoice>({
    formats: [],
    folder: null,
    includeProposals: false,
    overwrite: false
  })
  const [step, setStep] = useState<Step>({ kind: 'form' })
  const [error, setError] = useState<ErrorInfo | null>(null)
  const close = (): void => setState(studio, { overlay: null })

  useEffect(() => {
    studio.rpc
      .call('export.formats', {})
      .then((known) => {
        setFormats(known)
        setChoice((now) =>
          now.formats.length > 0 ? now : { ...now, formats: known.slice(0, 1).map((format) => format.id) }
        )
      })
      .catch((reason: unknown) => setError(describeError(reason)))
  }, [studio])

  const run = async (overwrite: boolean): Promise<void> => {
    setStep({ kind: 'running' })
    setError(null)
    try {
      // What is exported is what is on disk; what is still on its way belongs to it.
      if (!(await studio.queue.flush())) throw new AppError('window/unsaved', t('ask.unsaved'))
      const report = await studio.rpc.call('export.run', {
        formats: choice.formats as readonly ExportFormatId[],
        folder: choice.folder?.handle ?? null,
        dialect,
        includeProposals: choice.includeProposals,
        overwrite
      })
      setStep({ kind: 'done', report })
    } catch (reason) {
      setError(describeError(reason))
      setStep({ kind: 'form' })
    }
  }

  if (step.kind === 'folder') {
    return (
      <FolderStep
        onCancel={() => setStep({ kind: 'form' })}
        onChoose={(folder) => (setChoice({ ...choice, folder }), setStep({ kind: 'form' }))}
      />
    )
  }
  const isRunning = step.kind === 'running'
  return (
    <Dialog
      key={step.kind === 'done' ? 'done' : 'form'}
      wide
      title={t(titleOf(step))}
      testId="export-dialog"
      closable={!isRunning}
      onClose={close}
      footer={
        step.kind === 'done' ? (
          <>
            <Button onClick={() => setStep({ kind: 'form' })}>{t('export.again')}</Button>
            <Button variant="primary" data-testid="export-close" onClick={close}>
              {t('common.done')}
            </Button>
          </>
        ) : (
          <>
            {error?.code === 'export/exists' ? (
              <Button data-testid="export-overwrite" onClick={() => void run(true)}>
                {t('export.replace')}
              </Button>
            ) : null}
            <Button disabled={isRunning} onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button
              variant="primary"
              disabled={isRunning || choice.formats.length === 0}
              data-testid="export-run"
              onClick={() => void run(choice.overwrite)}
            >
              {isRunning ? <span className="spinner" /> : null}
              {t(isRunning ? 'export.running' : 'export.run')}
            </Button>
          </>
        )
      }
    >
      {step.kind === 'done' ? (
        <ExportResult report={step.report} />
      ) : (
        <>
          <ExportForm
            formats={formats}
            choice={choice}
            dialect={dialect}
            disabled={isRunning}
            onChange={setChoice}
            onPickFolder={() => void pickFolder()}
          />
          {error ? (
            <div
              className="ask-failure"
              role="alert"
              data-testid="export-error"
              ref={(element) => element?.scrollIntoView({ block: 'nearest' })}
            >
              <Told told={error} />
            </div>
          ) : null}
        </>
      )}
    </Dialog>
  )

  async function pickFolder(): Promise<void> {
    if (studio.store.getState().app?.folderPicker !== 'native') {
      setStep({ kind: 'folder' })
      return
    }
    try {
      const folder = await studio.rpc.call('files.pickFolder', {})
      if (folder) setChoice({ ...choice, folder })
    } catch (reason) {
      setError(describeError(reason))
    }
  }
}

function FolderStep({
  onCancel,
  onChoose
}: {
  readonly onCancel: () => void
  readonly onChoose: (folder: FolderListing) => void
}): ReactElement {
  const t = useT()
  const folders = useFolders()
  const { listing } = folders
  return (
    <Dialog
      key="folder"
      title={t('export.folderTitle')}
      onClose={onCancel}
      footer={
        <>
          <Button onClick={onCancel}>{t('common.cancel')}</Button>
          <Button variant="primary" disabled={!listing} onClick={() => listing && onChoose(listing)}>
            {t('export.folderChoose')}
          </Button>
        </>
      }
    >
      <FolderRows folders={folders} />
    </Dialog>
  )
}

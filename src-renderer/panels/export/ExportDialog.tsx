import { useEffect } from 'react'
import type { ReactElement } from 'react'
import type { FolderListing } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { goToFinding } from '../../app/state/checks'
import { setState } from '../../app/state/studio'
import type { TranslationKey } from '../../i18n/translate'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { FailureCard } from '../notices/FailureCard'
import { FolderRows, useFolders } from '../start/FolderBrowser'
import { CertificateFailed } from './CertificateFailed'
import { ExportForm } from './ExportForm'
import { ExportResult } from './ExportResult'
import { ExportRunning } from './ExportRunning'
import { useExport } from './use-export'
import type { ExportState, ExportStep } from './use-export'

function titleOf(step: ExportStep): TranslationKey {
  if (step.kind === 'running') return 'export.runningTitle'
  if (step.kind !== 'done') return 'export.title'
  return step.report.counts.records > 0 ? 'export.doneTitle' : 'export.emptyTitle'
}

/** Choose → write, read back and compare → what came of it. Cancel leaves nothing behind. */
export function ExportDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const state = useExport()
  const { step, cancel, takeFolder } = state
  const close = (): void => setState(studio, { overlay: null })

  // Closing the window in any way ends what runs.
  useEffect(() => cancel, [cancel])

  if (step.kind === 'folder')
    return <FolderStep onCancel={() => takeFolder(state.folder)} onChoose={(folder) => takeFolder(folder)} />
  return (
    <Dialog
      key={step.kind}
      wide
      className={step.kind === 'form' ? 'dialog-broad' : ''}
      title={t(titleOf(step))}
      testId="export-dialog"
      closable={step.kind !== 'running'}
      onClose={close}
      footer={<Footer state={state} onClose={close} />}
    >
      {step.kind === 'done' ? <ExportResult report={step.report} formats={state.formats} /> : null}
      {step.kind === 'running' ? <ExportRunning progress={state.progress} formats={state.formats} /> : null}
      {step.kind === 'form' ? (
        <>
          <Failure state={state} />
          <ExportForm state={state} />
        </>
      ) : null}
    </Dialog>
  )
}

function Footer({ state, onClose }: { readonly state: ExportState; readonly onClose: () => void }): ReactElement {
  const t = useT()
  const { step, error, isCancelling, canRun, choice, run, cancel, again } = state
  if (step.kind === 'running')
    return (
      <Button disabled={isCancelling} data-testid="export-cancel" onClick={cancel}>
        {isCancelling ? <span className="spinner" /> : null}
        {t('common.cancel')}
      </Button>
    )
  if (step.kind === 'done')
    return (
      <>
        <Button onClick={again}>{t('export.again')}</Button>
        <Button variant="primary" data-testid="export-close" onClick={onClose}>
          {t('common.done')}
        </Button>
      </>
    )
  return (
    <>
      <span className="dialog-foot-note">{t('export.chosen', { count: choice.formats.length })}</span>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      {error?.code === 'export/exists' ? (
        <Button data-testid="export-overwrite" onClick={() => void run(true)}>
          {t('export.replace')}
        </Button>
      ) : null}
      <Button variant="primary" disabled={!canRun} data-testid="export-run" onClick={() => void run(choice.overwrite)}>
        {t('export.run')}
      </Button>
    </>
  )
}

function Failure({ state: { error, refused, formats } }: { readonly state: ExportState }): ReactElement | null {
  const studio = useStudio()
  if (refused !== null)
    return (
      <CertificateFailed
        refusal={refused}
        name={formats.find(({ id }) => id === refused.format)?.name ?? refused.format}
        onGoTo={(place) => {
          setState(studio, { overlay: null })
          void goToFinding(studio, place)
        }}
      />
    )
  if (error === null) return null
  return <FailureCard told={error} testId="export-error" className="export-failure" reveal />
}

function FolderStep({
  onCancel,
  onChoose
}: {
  readonly onCancel: () => void
  readonly onChoose: (folder: FolderListing | null) => void
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
          <Button onClick={() => onChoose(null)}>{t('export.folderUsual')}</Button>
          <span className="dialog-foot-gap" />
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

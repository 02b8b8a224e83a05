import { Undo2 } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useStudio } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import type { TranslationKey } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { FailureCard } from '../notices/FailureCard'
import { FolderRows, useFolders } from '../start/FolderBrowser'
import { ImportOptions } from './ImportOptions'
import { doesAnything } from './import-outcome'
import { ImportReport } from './ImportReport'
import { ImportRunning } from './ImportRunning'
import { ImportSource } from './ImportSource'
import { FIRST_CHOICE, useImport } from './use-import'
import type { OnDisk } from '../start/SourceOnDisk'
import type { ImportStep } from './use-import'

const TITLES: Readonly<Record<ImportStep['kind'], TranslationKey>> = {
  choose: 'import.title',
  images: 'import.imagesTitle',
  looking: 'import.lookingTitle',
  review: 'import.reviewTitle',
  running: 'import.runningTitle',
  done: 'import.doneTitle'
}

/** Choose → look (a dry run) → review → import → what came of it. Cancel leaves the project as it was. */
export function ImportDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const state = useImport()
  const { step, source, choice, formats, rates, error, isCancelling, look, start, cancel, back, undo } = state
  const close = (): void => setState(studio, { overlay: null })
  const isBusy = step.kind === 'looking' || step.kind === 'running'

  // Closing the window in any way ends what runs.
  useEffect(() => cancel, [cancel])

  if (step.kind === 'images')
    return <ImagesStep onChoose={state.takeImages} onCancel={() => state.takeImages(choice.images)} />
  return (
    <Dialog
      key={step.kind}
      wide
      title={t(TITLES[step.kind])}
      testId="import-dialog"
      closable={!isBusy}
      onClose={close}
      footer={footer()}
    >
      {step.kind === 'choose' ? <ImportSource onChoose={(chosen) => void look(chosen, FIRST_CHOICE)} /> : null}
      {isBusy ? <ImportRunning rates={rates} isWriting={step.kind === 'running'} name={source?.name ?? ''} /> : null}
      {step.kind === 'review' || step.kind === 'done' ? (
        <ImportReport
          report={step.report}
          formats={formats}
          isUndone={step.kind === 'done' && step.undo === 'done'}
          options={
            step.kind === 'review' && source !== null ? (
              <ImportOptions
                report={step.report}
                formats={formats}
                choice={choice}
                onChoose={(next) => void look(source, next)}
                onPickImages={() => void state.pickImages()}
              />
            ) : null
          }
        />
      ) : null}
      {error ? <FailureCard told={error} testId="import-error" reveal /> : null}
    </Dialog>
  )

  function footer(): ReactElement {
    if (isBusy) {
      return (
        <Button disabled={isCancelling} data-testid="import-cancel" onClick={cancel}>
          {isCancelling ? <span className="spinner" /> : null}
          {t('common.cancel')}
        </Button>
      )
    }
    if (step.kind === 'done') {
      return (
        <>
          {step.undo === 'done' || step.undo === 'nothing' ? null : (
            <Button disabled={step.undo === 'running'} data-testid="import-undo" onClick={() => void undo()}>
              {step.undo === 'running' ? <span className="spinner" /> : <Undo2 size={15} />}
              {t('import.undo')}
            </Button>
          )}
          <Button variant="primary" data-testid="import-close" onClick={close}>
            {t('common.done')}
          </Button>
        </>
      )
    }
    return (
      <>
        {step.kind === 'review' ? <Button onClick={back}>{t('import.back')}</Button> : null}
        <Button onClick={close}>{t('common.cancel')}</Button>
        {step.kind === 'review' ? (
          <Button
            variant="primary"
            disabled={!doesAnything(step.report)}
            data-testid="import-run"
            onClick={() => void start()}
          >
            {t('import.run')}
          </Button>
        ) : null}
      </>
    )
  }
}

/** Where the pictures are, when they are not where the files say. */
function ImagesStep({
  onChoose,
  onCancel
}: {
  readonly onChoose: (folder: OnDisk) => void
  readonly onCancel: () => void
}): ReactElement {
  const t = useT()
  const folders = useFolders()
  const { listing } = folders
  return (
    <Dialog
      key="images"
      title={t('import.imagesTitle')}
      testId="import-images"
      onClose={onCancel}
      footer={
        <>
          <span className="dialog-foot-note">{listing ? t('folder.images', { count: listing.imageCount }) : ''}</span>
          <Button onClick={onCancel}>{t('common.cancel')}</Button>
          <Button
            variant="primary"
            disabled={!listing}
            data-testid="import-images-use"
            onClick={() => listing && onChoose({ handle: listing.handle, name: listing.displayPath })}
          >
            {t('export.folderChoose')}
          </Button>
        </>
      }
    >
      <FolderRows folders={folders} />
    </Dialog>
  )
}

import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useStudio } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import type { TranslationKey } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Told } from '../notices/Told'
import { ImportReport } from './ImportReport'
import { ImportRunning } from './ImportRunning'
import { ImportSource } from './ImportSource'
import { useImport } from './use-import'
import type { ImportStep } from './use-import'

const TITLES: Readonly<Record<ImportStep['kind'], TranslationKey>> = {
  choose: 'import.title',
  looking: 'import.lookingTitle',
  review: 'import.reviewTitle',
  running: 'import.runningTitle',
  done: 'import.doneTitle'
}

/** Choose → look (a dry run) → review → import → what came of it. Cancel leaves the project as it was. */
export function ImportDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const { step, source, format, formats, rates, error, isCancelling, look, start, cancel, back } = useImport()
  const close = (): void => setState(studio, { overlay: null })
  const isBusy = step.kind === 'looking' || step.kind === 'running'

  // Closing the window in any way ends what runs.
  useEffect(() => cancel, [cancel])

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
      {step.kind === 'choose' ? <ImportSource onChoose={(chosen) => void look(chosen, null)} /> : null}
      {isBusy ? <ImportRunning rates={rates} isWriting={step.kind === 'running'} name={source?.name ?? ''} /> : null}
      {step.kind === 'review' || step.kind === 'done' ? (
        <ImportReport
          report={step.report}
          formats={formats}
          format={format}
          onFormat={step.kind === 'review' && source !== null ? (id) => void look(source, id) : null}
        />
      ) : null}
      {error ? (
        <div
          className="ask-failure"
          role="alert"
          data-testid="import-error"
          ref={(element) => element?.scrollIntoView({ block: 'nearest' })}
        >
          <Told told={error} />
        </div>
      ) : null}
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
        <Button variant="primary" data-testid="import-close" onClick={close}>
          {t('common.done')}
        </Button>
      )
    }
    return (
      <>
        {step.kind === 'review' ? <Button onClick={back}>{t('import.back')}</Button> : null}
        <Button onClick={close}>{t('common.cancel')}</Button>
        {step.kind === 'review' ? (
          <Button variant="primary" data-testid="import-run" onClick={() => void start()}>
            {t('import.run')}
          </Button>
        ) : null}
      </>
    )
  }
}

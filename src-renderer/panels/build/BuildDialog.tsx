import { CircleCheck } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import type { WriteResult } from '../../../src-shared/builders/report'
import { useStudio } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Told } from '../notices/Told'
import { BuildForm } from './BuildForm'
import { Samples } from './Samples'
import { useBuild } from './use-build'

/** Choose a recipe → see samples → write new turns into the project → what came of it. */
export function BuildDialog(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const state = useBuild()
  const { step, error, progress, cancel } = state
  const close = (): void => setState(studio, { overlay: null })

  // Closing the window in any way ends what runs.
  useEffect(() => cancel, [cancel])

  return (
    <Dialog
      key={step.kind}
      wide
      className={step.kind === 'form' ? 'dialog-broad' : ''}
      title={t(step.kind === 'done' ? 'build.doneTitle' : 'build.title')}
      testId="build-dialog"
      closable={step.kind !== 'running'}
      onClose={close}
      footer={footer()}
    >
      {error ? (
        <div className="ask-failure export-failure" role="alert" data-testid="build-error">
          <Told told={error} />
        </div>
      ) : null}
      {step.kind === 'form' ? (
        <div className="build">
          <BuildForm state={state} />
          <Samples samples={state.samples} />
        </div>
      ) : null}
      {step.kind === 'running' ? (
        <div className="import-running" aria-live="polite" data-testid="build-progress">
          {progress === null ? (
            <progress className="import-bar" aria-label={t('build.title')} />
          ) : (
            <progress className="import-bar" value={progress.done} max={progress.total} aria-label={t('build.title')} />
          )}
          <p className="check-note numeric">
            {progress === null
              ? t('build.running')
              : t('export.progress', { done: progress.done, count: progress.total })}
          </p>
        </div>
      ) : null}
      {step.kind === 'done' ? <Written result={step.result} /> : null}
    </Dialog>
  )

  function footer(): ReactElement {
    if (step.kind === 'running')
      return (
        <Button disabled={state.isCancelling} data-testid="build-cancel" onClick={cancel}>
          {state.isCancelling ? <span className="spinner" /> : null}
          {t('common.cancel')}
        </Button>
      )
    if (step.kind === 'done')
      return (
        <>
          <Button onClick={state.again}>{t('build.again')}</Button>
          <Button variant="primary" data-testid="build-close" onClick={close}>
            {t('common.done')}
          </Button>
        </>
      )
    return (
      <>
        <span className="dialog-foot-note">{t('build.markNote')}</span>
        <Button onClick={close}>{t('common.cancel')}</Button>
        <Button
          variant="primary"
          disabled={state.request === null || state.samples === null || state.samples.length === 0}
          data-testid="build-write"
          onClick={() => void state.write()}
        >
          {t('build.write')}
        </Button>
      </>
    )
  }
}

function Written({ result }: { readonly result: WriteResult }): ReactElement {
  const t = useT()
  const { images, imagesWith, dialogues, turns, already, steps, tasks } = result
  return (
    <div data-testid="build-result">
      <p className="export-done">
        <CircleCheck size={18} />
        {t('build.done', { count: dialogues })}
      </p>
      <p className="check-note">
        {steps === 0 ? t('build.nothingNew') : t('build.undo', { count: steps })}
        {already > 0 ? ` ${t('build.already', { count: already })}` : ''}
      </p>
      <dl className="export-counts build-counts">
        <div>
          <dd className="numeric">{`${imagesWith} / ${images}`}</dd>
          <dt>{t('build.images', { count: imagesWith })}</dt>
        </div>
        <div>
          <dd className="numeric">{dialogues}</dd>
          <dt>{t('export.count.dialogues', { count: dialogues })}</dt>
        </div>
        <div>
          <dd className="numeric">{turns}</dd>
          <dt>{t('export.count.turns', { count: turns })}</dt>
        </div>
      </dl>
      <ul className="build-tasks-done">
        {Object.entries(tasks).map(([task, count]) => (
          <li key={task}>
            <span className="mono">{task}</span> <span className="numeric">{count}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

import { CircleCheck } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import type { Result } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { formatCount } from '../../app/state/format'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { Told } from '../notices/Told'
import { BuildForm } from './BuildForm'
import { AskedSummary } from './AskedSummary'
import { ModelSamples } from './ModelSamples'
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
          {state.isByModel ? <ModelSamples state={state} /> : <Samples samples={state.samples} />}
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
              : progress.phase === 'asking'
                ? `${t('build.phase.asking')} · ${t('build.answers', { done: progress.done, count: progress.total })}`
                : t('export.progress', { done: progress.done, count: progress.total })}
          </p>
          {state.isByModel ? <p className="check-note">{t('build.runningNote')}</p> : null}
        </div>
      ) : null}
      {step.kind === 'done' ? <Written result={step.result} seed={state.choice.seed} /> : null}
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
        <span className="dialog-foot-note">{t(state.isByModel ? 'build.markNoteModel' : 'build.markNote')}</span>
        <Button onClick={close}>{t('common.cancel')}</Button>
        <Button
          variant="primary"
          disabled={!state.canWrite}
          data-testid="build-write"
          onClick={() => void state.write()}
        >
          {state.isByModel && state.contexts !== null
            ? t('build.askAndWrite', { count: state.contexts.requests })
            : t('build.write')}
        </Button>
      </>
    )
  }
}

function Written({ result, seed }: { readonly result: Result<'build.write'>; readonly seed: string }): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { images, imagesWith, dialogues, turns, already, steps, tasks, asked } = result
  return (
    <div data-testid="build-result">
      <p className="export-done">
        <CircleCheck size={18} />
        {t('build.done', { count: dialogues })}
      </p>
      <p className="check-note">
        {steps === 0
          ? t(asked === null || already > 0 ? 'build.nothingNew' : 'build.nothingUsed')
          : t('build.undo', { count: steps })}
        {already > 0 ? ` ${t('build.already', { count: already })}` : ''}
      </p>
      {asked === null ? null : <AskedSummary asked={asked} />}
      <dl className="export-counts build-counts">
        <div>
          <dd className="numeric">{`${imagesWith} / ${images}`}</dd>
          <dt>{t('build.images', { count: imagesWith })}</dt>
        </div>
        <div>
          <dd className="numeric">{formatCount(dialogues, language)}</dd>
          <dt>{t('export.count.dialogues', { count: dialogues })}</dt>
        </div>
        <div>
          <dd className="numeric">{formatCount(turns, language)}</dd>
          <dt>{t('export.count.turns', { count: turns })}</dt>
        </div>
      </dl>
      <p className="check-note">{t(asked === null ? 'build.seedUsed' : 'build.seedDrew', { seed })}</p>
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

import { CircleCheck, ListChecks } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { cancelCheck, checkProject, choosePictures, loadRules } from '../../app/state/checks'
import { describeError } from '../../app/state/error-info'
import { notifyError } from '../../app/state/notices'
import { useT } from '../../i18n/translate'
import { LINT_PICTURES } from '../../../src-shared/ipc/contract'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/fields'
import { FailureCard } from '../notices/FailureCard'
import { Finding } from './Finding'
import { RuleGroup } from './RuleGroup'
import { bySeverity } from './severity'

/** What is wrong or doubtful in the data: in the open image as it is now, in the project when it was last checked. */
export function ChecksPanel(): ReactElement {
  const studio = useStudio()
  useEffect(() => {
    loadRules(studio).catch((reason: unknown) => notifyError(studio, describeError(reason)))
  }, [studio])
  return (
    <div className="checks" data-testid="checks">
      <ThisImage />
      <WholeProject />
    </div>
  )
}

function ThisImage(): ReactElement {
  const t = useT()
  const findings = useStudioState(({ checks }) => checks.image)
  return (
    <section className="checks-section" aria-label={t('checks.image')}>
      <header className="checks-head">
        <h3>{t('checks.image')}</h3>
        {findings === null ? null : <span className="rail-count numeric">{findings.length}</span>}
      </header>
      {findings?.length === 0 ? (
        <p className="checks-clean" data-testid="checks-clean">
          <CircleCheck size={15} />
          {t('checks.clean')}
        </p>
      ) : null}
      <ul className="findings">
        {findings?.toSorted(bySeverity).map((finding, i) => (
          <li key={`${finding.rule} ${i}`}>
            <Finding finding={finding} isOfOpenImage />
          </li>
        ))}
      </ul>
    </section>
  )
}

function WholeProject(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const { summary, running, error, pictures } = useStudioState((state) => state.checks)
  return (
    <section className="checks-section" aria-label={t('checks.project')}>
      <header className="checks-head">
        <h3>{t('checks.project')}</h3>
        {running === null ? (
          <Button size="sm" data-testid="check-project" onClick={() => void checkProject(studio)}>
            <ListChecks size={14} />
            {t(summary === null ? 'checks.run' : 'checks.runAgain')}
          </Button>
        ) : (
          <Button
            size="sm"
            disabled={running.isCancelling}
            data-testid="check-cancel"
            onClick={() => cancelCheck(studio)}
          >
            {running.isCancelling ? <span className="spinner" /> : null}
            {t('common.cancel')}
          </Button>
        )}
      </header>
      {running === null ? (
        <SelectField
          label={t('checks.pictures')}
          testId="check-pictures"
          value={pictures}
          options={LINT_PICTURES.map((value) => ({ value, text: t(`checks.pictures.${value}`) }))}
          onChange={(next) => choosePictures(studio, next)}
        />
      ) : (
        <div aria-live="polite" data-testid="check-progress" data-phase={running.phase}>
          {running.total > 0 ? (
            <progress
              className="import-bar"
              value={running.done}
              max={running.total}
              aria-label={t('checks.project')}
            />
          ) : (
            <progress className="import-bar" aria-label={t('checks.project')} />
          )}
          <p className="check-note numeric">
            {t(`checks.phase.${running.phase}`)} · {t('checks.progress', { done: running.done, count: running.total })}
          </p>
        </div>
      )}
      {error === null ? null : <FailureCard told={error} />}
      {summary === null && running === null ? <p className="check-note">{t('checks.projectNote')}</p> : null}
      {summary === null ? null : (
        <>
          <p className="check-note" data-testid="checks-summary">
            {t('checks.summary', {
              images: t('count.images', { count: summary.images }),
              count: summary.rules.reduce((sum, { count }) => sum + count, 0)
            })}
            {summary.pictures === null ? null : (
              <>
                <br />
                {t('checks.compared', { count: summary.pictures.compared })}
                {summary.pictures.unseen > 0 ? ` ${t('checks.unseen', { count: summary.pictures.unseen })}` : ''}
              </>
            )}
          </p>
          <ul className="rule-groups">
            {summary.rules.toSorted(bySeverity).map((rule) => (
              // What was listed is of that check only.
              <li key={`${rule.rule} ${rule.count}`}>
                <RuleGroup rule={rule} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

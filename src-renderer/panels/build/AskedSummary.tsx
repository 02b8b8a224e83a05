import type { ReactElement } from 'react'
import type { AskedReport } from '../../../src-shared/builders/report'
import { coreWords } from '../../i18n/core-words'
import { useStudioState } from '../../app/studio-context'
import { useLanguage, useT } from '../../i18n/translate'
import type { TranslationKey } from '../../i18n/translate'

const PROBLEMS: Readonly<Record<string, TranslationKey>> = {
  'build/box-unknown': 'build.left.box-unknown',
  'build/answer-unreadable': 'build.left.answer-unreadable',
  'build/answer-unfinished': 'build.left.answer-unfinished'
}

/** What came of asking a model: how much was answered and used, what was left out and why. */
export function AskedSummary({ asked }: { readonly asked: AskedReport }): ReactElement {
  const t = useT()
  const language = useLanguage()
  const rules = useStudioState(({ checks }) => checks.rules)
  const { requests, answered, known, used, failed, problems } = asked
  const problemName = (code: string): string => {
    const key = PROBLEMS[code]
    const rule = rules.get(code.replace(/^lint\//, ''))
    return key === undefined ? (rule?.title[language] ?? code) : t(key)
  }
  return (
    <div className="build-asked" data-testid="build-asked">
      <p>
        {t('build.asked', { answered, count: requests })} {t('build.used', { count: used })}
        {known > 0 ? ` ${t('build.known', { count: known })}` : ''}
      </p>
      {failed.length === 0 ? null : (
        <>
          <p className="certificate-reason-title">{t('build.failed')}</p>
          <ul className="export-skipped" data-testid="build-failed">
            {failed.map(({ code, reason, count }) => {
              const { message, detail } = coreWords(language, { code, message: reason, nextStep: null })
              return (
                <li key={`${code} ${reason}`} title={detail ?? ''}>
                  {message} <span className="numeric count">{count}</span>
                </li>
              )
            })}
          </ul>
        </>
      )}
      {Object.keys(problems).length === 0 ? null : (
        <>
          <p className="certificate-reason-title">{t('export.skipped')}</p>
          <ul className="export-skipped" data-testid="build-problems">
            {Object.entries(problems).map(([code, count]) => (
              <li key={code}>
                {problemName(code)} <span className="numeric count">{count}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

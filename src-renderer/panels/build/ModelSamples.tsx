import { MessageCircleQuestion } from 'lucide-react'
import type { ReactElement } from 'react'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { AskedSummary } from './AskedSummary'
import { SampleList } from './Samples'
import type { BuildState } from './use-build'

/** What a model would be sent, word for word; and on a click, what it makes of a few of them. */
export function ModelSamples({ state }: { readonly state: BuildState }): ReactElement {
  const t = useT()
  const { contexts, asked, isAsking, isCancelling, progress, server, request, ask, cancel } = state
  const [example] = contexts?.examples ?? []
  return (
    <section className="build-samples" aria-label={t('build.samples')} aria-busy={contexts === null}>
      <h3>{t('build.samples')}</h3>
      {request !== null && contexts?.requests === 0 ? (
        <div className="empty" data-testid="build-none">
          <strong>{t('build.none')}</strong>
          <p>{t('build.noneNextModel')}</p>
        </div>
      ) : null}
      {contexts !== null && contexts.requests > 0 ? (
        <>
          <p data-testid="build-requests">
            {t('build.requests', {
              count: contexts.requests,
              images: t('count.images', { count: contexts.images }),
              server: server?.name ?? ''
            })}
          </p>
          <p className="check-note">{t('build.sendsNote')}</p>
        </>
      ) : null}
      {example === undefined ? null : (
        <details className="build-sent">
          <summary>{t('build.sent', { image: example.image })}</summary>
          <pre tabIndex={0} data-testid="build-sent">{`${example.system}\n\n${example.user}`}</pre>
        </details>
      )}
      {server === null ? <p className="check-note">{t('build.sendsNote')}</p> : null}
      <p className="build-ask" hidden={server === null}>
        {isAsking ? (
          <>
            <Button size="sm" disabled={isCancelling} data-testid="build-ask-cancel" onClick={cancel}>
              <span className="spinner" />
              {t('common.cancel')}
            </Button>
            <span className="check-note numeric" aria-live="polite">
              {progress === null
                ? t('build.phase.asking')
                : t('build.answers', { done: progress.done, count: progress.total })}
            </span>
          </>
        ) : (
          <Button
            size="sm"
            disabled={server?.isAllowed !== true || (contexts?.requests ?? 0) === 0}
            data-testid="build-ask"
            onClick={() => void ask()}
          >
            <MessageCircleQuestion size={14} />
            {t('build.askSamples')}
          </Button>
        )}
      </p>
      {asked === null ? null : (
        <>
          <AskedSummary asked={asked.asked} />
          <SampleList samples={asked.dialogues} />
        </>
      )}
    </section>
  )
}

import type { ReactElement } from 'react'
import type { PreviewDialogue } from '../../../src-shared/builders/report'
import { useT } from '../../i18n/translate'

/** The first dialogues as the model would read them. */
export function Samples({ samples }: { readonly samples: readonly PreviewDialogue[] | null }): ReactElement {
  const t = useT()
  return (
    <section className="build-samples" aria-label={t('build.samples')} aria-busy={samples === null}>
      <h3>{t('build.samples')}</h3>
      {samples?.length === 0 ? (
        <div className="empty" data-testid="build-none">
          <strong>{t('build.none')}</strong>
          <p>{t('build.noneNext')}</p>
        </div>
      ) : null}
      <SampleList samples={samples ?? []} />
    </section>
  )
}

export function SampleList({ samples }: { readonly samples: readonly PreviewDialogue[] }): ReactElement {
  const t = useT()
  return (
    <ol>
      {samples.map(({ image, task, origin, turns }, i) => (
        <li key={i} className="build-sample" data-testid="build-sample">
          <p className="build-sample-head">
            <span className="truncate">{image}</span>
            <span className="tag mono">{task}</span>
            <span className="tag">{t(origin === 'model' ? 'build.byModel' : 'build.byRule')}</span>
          </p>
          {turns.map(({ role, text }, at) => (
            <p key={at} className="build-turn" data-role={role}>
              <span className="build-role">{t(role === 'user' ? 'build.question' : 'build.answer')}</span>
              <span>{text}</span>
            </p>
          ))}
        </li>
      ))}
    </ol>
  )
}

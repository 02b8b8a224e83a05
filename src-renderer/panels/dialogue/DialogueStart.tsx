import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { useCommand, useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { exampleNodes } from './example-nodes'

/** An empty dialogue: what this model can be asked, and, one click away, what it cannot. */
export function DialogueStart(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const model = useStudioState(currentModel)
  const selection = useStudioState((state) => state.selection)
  const [areLimitsShown, setLimitsShown] = useState(false)
  if (!model) {
    return (
      <div className="dialogue-start">
        <h3>{t('model.none')}</h3>
        <p>{t('model.noneNext')}</p>
      </div>
    )
  }
  return (
    <div className="dialogue-start">
      <h3>{t('dialogue.startTitle')}</h3>
      <p>{t('dialogue.startText')}</p>
      {model.problem ? <BrokenModel problem={model.problem} /> : null}
      <ul className="examples" aria-label={t('dialogue.examples')}>
        {model.examples.map((example) => (
          <li key={example}>
            <button
              type="button"
              className="example"
              data-testid="example"
              onClick={() => studio.handles.composer?.setContent(exampleNodes(example, selection))}
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
      {model.cannot.length > 0 ? (
        <div className="limits">
          <button
            type="button"
            className="link-button"
            aria-expanded={areLimitsShown}
            onClick={() => setLimitsShown(!areLimitsShown)}
          >
            <ChevronRight size={13} className={areLimitsShown ? 'turned' : ''} />
            {t('model.cannot', { model: model.name })}
          </button>
          {areLimitsShown ? (
            <ul className="limits-list">
              {model.cannot.map((limit) => (
                <li key={limit}>{limit}</li>
              ))}
            </ul>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}

function BrokenModel({ problem }: { readonly problem: NonNullable<ModelSummary['problem']> }): ReactElement {
  const t = useT()
  const show = useCommand('dialogue.models')
  return (
    <div className="ask-failure" role="alert">
      <p>{t('model.broken')}</p>
      <p className="notice-next">
        {problem.message} {problem.nextStep}
      </p>
      <div className="save-actions">
        <Button size="sm" onClick={show.run}>
          {t('model.show')}
        </Button>
      </div>
    </div>
  )
}

import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { useCommand, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { useT } from '../../i18n/translate'
import { Told } from '../notices/Told'
import { Button } from '../../ui/Button'
import { Examples } from './Examples'

/** An empty dialogue: what this model can be asked, and, one click away, what it cannot. */
export function DialogueStart(): ReactElement {
  const t = useT()
  const model = useStudioState(currentModel)
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
      <Examples model={model} />
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
      <Told told={problem} />
      <div className="save-actions">
        <Button size="sm" onClick={show.run}>
          {t('model.show')}
        </Button>
      </div>
    </div>
  )
}

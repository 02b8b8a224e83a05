import { RotateCcw } from 'lucide-react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { ask, canAsk } from '../../app/state/dialogue'
import { setState } from '../../app/state/studio'
import type { AskFailure } from '../../app/state/studio-state'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Told } from '../notices/Told'

/** A question that could not be asked at all; its words are kept until it is sent or put away. */
export function AskFailureCard({ failure }: { readonly failure: AskFailure }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const sendable = useStudioState(canAsk)
  return (
    <div className="ask-failure" role="alert" data-testid="ask-failure">
      <Told told={failure.error} />
      <div className="save-actions">
        <Button size="sm" variant="primary" disabled={!sendable} onClick={() => ask(studio, failure.children)}>
          <RotateCcw size={13} />
          {t('common.retry')}
        </Button>
        <Button
          size="sm"
          onClick={() => {
            setState(studio, { askFailure: null })
            studio.handles.composer?.setContent(failure.children)
          }}
        >
          {t('ask.edit')}
        </Button>
      </div>
    </div>
  )
}

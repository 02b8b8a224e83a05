import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { TurnRecord } from '../../../src-shared/document/records'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { formatDuration } from '../../app/state/format'
import type { Asking } from '../../app/state/studio-state'
import { useT } from '../../i18n/translate'
import { GroundedWords } from './GroundedWords'
import { streamedNodes } from './streamed-nodes'

/** An answer while it is written: its words so far, what is going on, and how to stop it. */
export function AnswerInProgress({
  asking,
  turns
}: {
  readonly asking: Asking
  readonly turns: readonly TurnRecord[]
}): ReactElement {
  const t = useT()
  const model = useStudioState(currentModel)
  const isQuestionShown = turns.at(-1)?.role === 'user'
  const boxes = asking.tree?.regions.length ?? 0
  const isWriting = asking.phase === 'decoding' && asking.text !== ''
  return (
    <ol className="turns">
      {isQuestionShown ? null : (
        <li className="turn turn-user turn-waiting">
          <h3 className="turn-who">{t('turn.you')}</h3>
          <div className="turn-words">
            <GroundedWords nodes={asking.children} />
          </div>
        </li>
      )}
      <li className="turn turn-assistant" data-testid="turn-streaming" aria-live="polite" aria-busy="true">
        <h3 className="turn-who">{model?.name ?? t('turn.model')}</h3>
        {asking.text ? (
          <div className="turn-words">
            <GroundedWords nodes={asking.tree ? streamedNodes(asking.tree) : [{ type: 'text', value: asking.text }]} />
            <span className="caret" aria-hidden="true" />
          </div>
        ) : null}
        <div className="turn-progress">
          <span className="spinner" />
          <span>
            {asking.stopping
              ? t('composer.stopping')
              : isWriting && boxes > 0
                ? t('ask.phase.boxes', { count: boxes })
                : t(`ask.phase.${asking.phase}`)}
          </span>
          <Elapsed since={asking.startedAtMs} />
        </div>
      </li>
    </ol>
  )
}

function Elapsed({ since }: { readonly since: number }): ReactElement {
  const studio = useStudio()
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(studio.sources.now()), 200)
    return () => clearInterval(timer)
  }, [studio])
  return <span className="turn-elapsed numeric">{formatDuration(Math.max(0, now - since))}</span>
}

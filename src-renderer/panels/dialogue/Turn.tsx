import { Braces, RotateCcw, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { TurnRecord } from '../../../src-shared/document/records'
import { useStudio, useStudioState } from '../../app/studio-context'
import { canAsk, retryTurn } from '../../app/state/dialogue'
import { formatDuration } from '../../app/state/format'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { GroundedWords } from './GroundedWords'
import { ProposalList } from './ProposalList'

export function Turn({ turn }: { readonly turn: TurnRecord }): ReactElement {
  const t = useT()
  const isUser = turn.role === 'user'
  const { modelId } = turn.provenance
  const modelName = useStudioState(
    (state) => state.models.find((model) => model.id === modelId)?.name ?? modelId ?? null
  )
  return (
    <li
      className={`turn turn-${turn.role}`}
      data-testid={`turn-${turn.role}`}
      data-turn-id={turn.id}
      data-status={turn.status}
    >
      <h3 className="turn-who">{isUser ? t('turn.you') : (modelName ?? t('turn.model'))}</h3>
      <div className="turn-words">
        <GroundedWords nodes={turn.children} />
        {turn.children.length === 0 && turn.status !== 'failed' ? (
          <span className="turn-nothing">{t('turn.empty')}</span>
        ) : null}
      </div>
      {isUser ? null : <TurnStatus turn={turn} />}
      {isUser ? null : <ProposalList turnId={turn.id} />}
      {isUser ? null : <TurnFacts turn={turn} />}
    </li>
  )
}

function TurnStatus({ turn }: { readonly turn: TurnRecord }): ReactElement | null {
  const t = useT()
  const language = useLanguage()
  const studio = useStudio()
  const sendable = useStudioState(canAsk)
  if (turn.status === 'complete') return null
  const failed = turn.status === 'failed'
  return (
    <div className={`turn-mark ${failed ? 'turn-failed' : 'turn-partial'}`} role={failed ? 'alert' : undefined}>
      <TriangleAlert size={14} />
      <span>
        {turn.statusReason === null
          ? t(failed ? 'turn.failed' : 'turn.partial')
          : coreSentence(language, turn.statusReason)}
      </span>
      <Button
        size="sm"
        variant="ghost"
        disabled={!sendable}
        data-testid="turn-retry"
        onClick={() => retryTurn(studio, turn)}
      >
        <RotateCcw size={13} />
        {t('common.retry')}
      </Button>
    </div>
  )
}

/** What really ran, small: where, how long, how many tokens; and the words exactly as the model wrote them. */
function TurnFacts({ turn }: { readonly turn: TurnRecord }): ReactElement | null {
  const t = useT()
  const [isRawShown, setRawShown] = useState(false)
  const { timings, provenance, rawText } = turn
  if (!timings && !provenance.provider && rawText === null) return null
  return (
    <div className="turn-facts numeric">
      {provenance.provider ? <span>{provenance.provider}</span> : null}
      {timings ? (
        <span
          title={t('turn.timings', {
            prefill: formatDuration(timings.prefillMs),
            decode: formatDuration(timings.decodeMs),
            vision: formatDuration(timings.visionMs)
          })}
        >
          {formatDuration(timings.totalMs)}
        </span>
      ) : null}
      {timings?.newTokens !== undefined ? <span>{t('turn.tokens', { count: timings.newTokens })}</span> : null}
      {rawText !== null ? (
        <button
          type="button"
          className="link-button"
          aria-expanded={isRawShown}
          onClick={() => setRawShown(!isRawShown)}
        >
          <Braces size={12} />
          {t('turn.rawText')}
        </button>
      ) : null}
      {isRawShown ? <pre className="mono turn-raw">{rawText}</pre> : null}
    </div>
  )
}

import { Activity } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import type { ModelInspection } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import type { ErrorInfo } from '../../app/state/error-info'
import { formatBytes, formatDuration } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { FailureCard } from '../notices/FailureCard'

/** Opens the model in a process of its own: what it is made of, how it is kept going, and whether that is what its files say. */
export function HowItRuns({ modelId }: { readonly modelId: string }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const [found, setFound] = useState<ModelInspection | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [isRunning, setRunning] = useState(false)
  const inspect = async (): Promise<void> => {
    setRunning(true)
    setError(null)
    try {
      setFound(await studio.rpc.call('models.inspect', { modelId }))
    } catch (reason) {
      setError(describeError(reason))
    } finally {
      setRunning(false)
    }
  }
  return (
    <div className="how-it-runs">
      <Button size="sm" variant="ghost" disabled={isRunning} data-testid="model-inspect" onClick={() => void inspect()}>
        {isRunning ? <span className="spinner" /> : <Activity size={13} />}
        {t('model.inspect')}
      </Button>
      {error ? <FailureCard told={error} /> : null}
      {found ? <Found found={found} /> : null}
    </div>
  )
}

function Found({ found }: { readonly found: ModelInspection }): ReactElement {
  const t = useT()
  const { provider, providerNotes, loadMs, memory, graphs, decoding, selfTest } = found
  return (
    <dl className="offer-facts" data-testid="model-inspection">
      <Fact name={t('model.runsOn')}>
        {t('model.loadedIn', { provider, time: formatDuration(loadMs) })}
        {providerNotes.map((note) => (
          <span key={note} className="inspection-line">
            {note}
          </span>
        ))}
      </Fact>
      <Fact name={t('model.memory')}>
        {t('model.memoryOf', { bytes: formatBytes(memory.loadedBytes), before: formatBytes(memory.beforeBytes) })}
      </Fact>
      <Fact name={t('model.graphs')}>
        {graphs.map(({ file, weights, bytes, kind }) => (
          <span key={file} className="inspection-line">
            <span className="mono">{file}</span>
            {` ${[weights ?? '', formatBytes(bytes), kind === null ? '' : t(`model.kind.${kind}`)].filter((part) => part !== '').join(' · ')}`}
          </span>
        ))}
      </Fact>
      {decoding ? <Fact name={t('model.decoding')}>{`${decoding.strategy}: ${decoding.reason}`}</Fact> : null}
      {selfTest ? (
        <Fact name={t('model.selfTest')}>
          <span className={`tag ${selfTest.passed ? 'tag-success' : 'tag-warning'}`}>
            {t(selfTest.passed ? 'model.selfTestPassed' : 'model.selfTestFailed')}
          </span>{' '}
          {t('model.selfTestFigures', {
            edited: selfTest.editedAgainstUnedited.toExponential(1),
            cached: selfTest.cachedAgainstFull?.toExponential(1) ?? '–',
            allowed: selfTest.allowed
          })}
        </Fact>
      ) : null}
    </dl>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement => (
  <div>
    <dt>{name}</dt>
    <dd className="numeric">{children}</dd>
  </div>
)

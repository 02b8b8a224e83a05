import type { ReactElement } from 'react'
import { formatBytes, formatDuration } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import type { Progress } from './use-add-model'

/** How far it is: bytes, rate and time left; no end in sight while a server is asked. */
export function ModelRunning({
  name,
  progress,
  isAsking
}: {
  readonly name: string
  readonly progress: Progress | null
  readonly isAsking: boolean
}): ReactElement {
  const t = useT()
  const isMeasured = progress !== null && progress.total > 0 && progress.phase !== 'unpacking'
  return (
    <div className="import-running" data-testid="add-model-progress" aria-live="polite">
      <p className="truncate">{name}</p>
      {isMeasured ? (
        <progress className="import-bar" value={progress.done} max={progress.total} aria-label={name} />
      ) : (
        <progress className="import-bar" aria-label={name} />
      )}
      <p className="import-rates numeric">{words()}</p>
      <p className="details-note mono truncate">{progress?.file ?? '\u00a0'}</p>
      {progress?.phase === 'downloading' ? <p className="check-note">{t('adding.resumeNote')}</p> : null}
    </div>
  )

  function words(): string {
    if (isAsking || progress === null) return t('adding.phase.asking')
    const phase = t(`adding.phase.${progress.phase}`)
    if (!isMeasured) return phase
    const { done, total, bytesPerSecond } = progress
    const parts = [phase, t('import.bytes', { done: formatBytes(done), total: formatBytes(total) })]
    if (bytesPerSecond !== null && bytesPerSecond > 0) {
      parts.push(t('import.rate', { rate: formatBytes(bytesPerSecond) }))
      parts.push(t('import.left', { time: formatDuration(((total - done) / bytesPerSecond) * 1_000) }))
    }
    return parts.join(' · ')
  }
}

import type { ReactElement } from 'react'
import type { ImportRates } from '../../../src-shared/formats/reading/report'
import { formatBytes, formatDuration } from '../../app/state/format'
import { useT } from '../../i18n/translate'

/** How far it is: bytes, rate and time left while files are read, no end in sight before and after. */
export function ImportRunning({
  rates,
  isWriting,
  name
}: {
  readonly rates: ImportRates | null
  readonly isWriting: boolean
  readonly name: string
}): ReactElement {
  const t = useT()
  const isReading = rates?.phase === 'reading' && rates.totalBytes > 0
  return (
    <div className="import-running" data-testid="import-progress" aria-live="polite">
      <p className="truncate mono">{name}</p>
      {isReading ? (
        <progress className="import-bar" value={rates.doneBytes} max={rates.totalBytes} aria-label={name} />
      ) : (
        <progress className="import-bar" aria-label={name} />
      )}
      <p className="import-rates numeric">{words()}</p>
      <p className="check-note">{t(isWriting ? 'import.writingNote' : 'import.lookingNote')}</p>
    </div>
  )

  function words(): string {
    if (rates === null || rates.phase === 'recognising') return t('import.recognising')
    const regions = t('import.regionsSoFar', { count: rates.regions })
    if (rates.phase === 'finishing') return `${t('import.finishing')} · ${regions}`
    const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = rates
    const read = t('import.bytes', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) })
    const rate = t('import.rate', { rate: formatBytes(bytesPerSecond) })
    const left = secondsLeft === null ? [] : [t('import.left', { time: formatDuration(secondsLeft * 1000) })]
    return [read, rate, ...left, regions].join(' · ')
  }
}

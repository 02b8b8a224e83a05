import type { ReactElement } from 'react'
import type { ExportFormatInfo } from '../../../src-shared/ipc/contract'
import { useT } from '../../i18n/translate'
import type { ExportProgress } from './use-export'

/** How far it is: which format, which step of it, how many images of how many. */
export function ExportRunning({
  progress,
  formats
}: {
  readonly progress: ExportProgress | null
  readonly formats: readonly ExportFormatInfo[]
}): ReactElement {
  const t = useT()
  const name = formats.find(({ id }) => id === progress?.format)?.name ?? ''
  const isCounted = progress !== null && progress.total > 0 && progress.phase !== 'placing'
  return (
    <div className="import-running" data-testid="export-progress" aria-live="polite">
      <p className="truncate">
        <strong>{name}</strong> {progress?.split ?? ''}
      </p>
      {isCounted ? (
        <progress className="import-bar" value={progress.done} max={progress.total} aria-label={name} />
      ) : (
        <progress className="import-bar" aria-label={name} />
      )}
      <p className="import-rates numeric">
        {progress === null ? t('export.running') : t(`export.phase.${progress.phase}`)}
        {isCounted ? ` · ${t('export.progress', { done: progress.done, count: progress.total })}` : ''}
      </p>
      <p className="check-note">{t('export.runningNote')}</p>
    </div>
  )
}

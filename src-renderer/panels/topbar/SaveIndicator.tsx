import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { discardUnsaved } from '../../app/state/edits'
import { coreWords } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Told } from '../notices/Told'
import { Popover } from '../../ui/Popover'

/** Shown only when a save takes longer than the eye would notice, so that it does not flicker. */
const SAVING_SHOWN_AFTER_MS = 250

/** Says what is true of the edits: saving, saved, or not saved and why. */
export function SaveIndicator(): ReactElement {
  const t = useT()
  const language = useLanguage()
  const studio = useStudio()
  const save = useStudioState((state) => state.save)
  const readOnly = useStudioState((state) => state.project?.readOnly ?? false)
  const slow = useSlow(save.kind === 'saving')
  if (save.kind === 'failed') {
    const { message } = coreWords(language, save.error)
    return (
      <Popover
        align="start"
        label={t('save.failed')}
        className="save-popover"
        trigger={
          <button type="button" className="save-state save-failed" data-testid="save-state" data-state="failed">
            <TriangleAlert size={14} />
            <span className="truncate">{t('save.failedReason', { reason: message })}</span>
          </button>
        }
      >
        <Told told={save.error} />
        <p className="save-next">{t('save.waiting', { count: save.count })}</p>
        <div className="save-actions">
          <Button size="sm" variant="primary" data-testid="save-retry" onClick={() => studio.queue.retry()}>
            {t('common.retry')}
          </Button>
          <Button size="sm" onClick={() => discardUnsaved(studio)}>
            {t('save.discard')}
          </Button>
        </div>
      </Popover>
    )
  }
  if (readOnly) {
    return (
      <span className="save-state" data-testid="save-state" data-state="read-only">
        {t('save.readOnly')}
      </span>
    )
  }
  return (
    <span className="save-state" role="status" data-testid="save-state" data-state={save.kind}>
      {save.kind === 'saving' && slow ? <span className="spinner" /> : <CircleCheck size={14} />}
      <span>{save.kind === 'saving' ? t('save.saving') : t('save.saved')}</span>
    </span>
  )
}

function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!busy) return
    const timer = setTimeout(() => setSlow(true), SAVING_SHOWN_AFTER_MS)
    return () => {
      clearTimeout(timer)
      setSlow(false)
    }
  }, [busy])
  return busy && slow
}

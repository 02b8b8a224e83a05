import { X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { dismissToast } from '../../app/state/notices'
import { useT } from '../../i18n/translate'
import { NoticeIcon } from './NoticeIcon'
import { Told } from './Told'

const SHOWN_TOASTS = 3

export function Toasts(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const notices = useStudioState((state) => state.notices)
  const toasts = notices.filter((notice) => notice.toast).slice(0, SHOWN_TOASTS)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((notice) => (
        <div key={notice.id} className={`toast toast-${notice.level}`} data-testid="notice" data-level={notice.level}>
          <NoticeIcon level={notice.level} />
          <div className="toast-words">
            <Told told={notice} />
          </div>
          <button
            type="button"
            className="icon-button icon-button-sm"
            aria-label={t('common.close')}
            onClick={() => dismissToast(studio, notice.id)}
          >
            <X size={14} />
          </button>
        </div>
      ))}
    </div>
  )
}

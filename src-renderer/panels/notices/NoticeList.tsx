import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { clearNotices } from '../../app/state/notices'
import { formatClock } from '../../app/state/format'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { NoticeIcon } from './NoticeIcon'
import { Told } from './Told'

/** Everything the app had to say, newest first. */
export function NoticeList(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const language = useLanguage()
  const notices = useStudioState((state) => state.notices)
  const kept = notices.filter((notice) => notice.kept)
  if (kept.length === 0) return <p className="notice-none">{t('notice.none')}</p>
  return (
    <>
      <ol className="notice-list">
        {kept.map((notice) => (
          <li key={notice.id} className="notice-row">
            <NoticeIcon level={notice.level} />
            <div>
              <Told told={notice} />
              <time className="notice-time numeric">{formatClock(notice.atMs, language)}</time>
            </div>
          </li>
        ))}
      </ol>
      <div className="notice-actions">
        <Button size="sm" variant="ghost" onClick={() => clearNotices(studio)}>
          {t('notice.clear')}
        </Button>
      </div>
    </>
  )
}

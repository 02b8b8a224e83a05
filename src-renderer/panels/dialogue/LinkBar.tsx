import { Link2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { unlinkWords } from '../../app/state/edits'
import { selectedWords, startLink } from '../../app/state/linking'
import { setState } from '../../app/state/studio'
import type { LinkDraft } from '../../app/state/studio-state'
import { useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'

/** Appears when words of a turn are selected: links them to the selected region, or waits for a click on one. */
export function LinkBar(): ReactElement | null {
  const t = useT()
  const studio = useStudio()
  const link = useStudioState((state) => state.link)
  const hasSelection = useStudioState((state) => state.selection.length > 0)
  const [draft, setDraft] = useState<LinkDraft | null>(null)
  useEffect(() => {
    const onChange = (): void => setDraft(selectedWords(window.getSelection()))
    document.addEventListener('selectionchange', onChange)
    return () => document.removeEventListener('selectionchange', onChange)
  }, [])
  if (link) {
    return (
      <div className="link-bar" role="status">
        <Link2 size={14} />
        <span className="truncate">{t('link.pick', { words: link.words })}</span>
        <IconButton
          size="sm"
          side="top"
          label={t('common.cancel')}
          keys="Escape"
          onClick={() => setState(studio, { link: null })}
        >
          <X size={14} />
        </IconButton>
      </div>
    )
  }
  if (!draft) return null
  const unlink = (): void => {
    window.getSelection()?.removeAllRanges()
    unlinkWords(studio, draft.target, 'all')
  }
  return (
    <div className="link-bar">
      <Link2 size={14} />
      <span className="truncate link-words">“{draft.words}”</span>
      <Button
        size="sm"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => startLink(studio, draft)}
        data-testid="link-words"
      >
        {t(hasSelection ? 'link.toSelected' : 'link.toRegion')}
      </Button>
      {draft.target.range ? null : (
        <Button size="sm" variant="ghost" onMouseDown={(event) => event.preventDefault()} onClick={unlink}>
          {t('link.remove')}
        </Button>
      )}
    </div>
  )
}

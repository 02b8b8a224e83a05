import { ArrowUp, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { canAsk, currentModel, stopAnswer } from '../../app/state/dialogue'
import { useT } from '../../i18n/translate'
import { IconButton } from '../../ui/Button'
import { createEditor } from './editor'
import type { ComposerEditor, ComposerView } from './editor'
import { FormMenu } from './FormMenu'
import { LiteralOffer } from './LiteralOffer'
import { MentionList } from './MentionList'
import { PromptPreview } from './PromptPreview'
import { useComposing } from './use-composing'

const emptyView: ComposerView = { children: [], isEmpty: true, mention: null }

export function Composer(): ReactElement {
  const studio = useStudio()
  const t = useT()
  const place = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<ComposerEditor | null>(null)
  const [view, setView] = useState<ComposerView>(emptyView)
  const imageId = useStudioState((state) => state.imageId)
  const asking = useStudioState((state) => state.asking)
  const sendable = useStudioState(canAsk)
  const model = useStudioState(currentModel)
  useComposing(studio)

  useEffect(() => {
    if (!place.current) return
    const made = createEditor(studio, place.current, setView)
    studio.handles.composer = made.handle
    setEditor(made)
    return () => {
      studio.handles.composer = null
      made.destroy()
    }
  }, [studio])

  // A message names regions of one image; it does not travel to the next.
  useEffect(() => editor?.clear(), [editor, imageId])

  const placeholder =
    model?.state === 'ready' ? t('composer.placeholder', { model: model.name }) : t('composer.noModel')
  return (
    <div className="composer-box">
      {editor && view.mention ? <MentionList editor={editor} query={view.mention} /> : null}
      {editor ? <LiteralOffer editor={editor} nodes={view.children} /> : null}
      <div className="composer-frame">
        <div ref={place} className="composer" data-empty={view.isEmpty} data-placeholder={placeholder} />
        <div className="composer-foot">
          <FormMenu />
          <span className="composer-hint">{t('composer.hint')}</span>
          {asking ? (
            <button
              type="button"
              className="composer-stop"
              data-testid="composer-stop"
              disabled={asking.stopping}
              onClick={() => void stopAnswer(studio)}
            >
              <Square size={10} fill="currentColor" />
              {t(asking.stopping ? 'composer.stopping' : 'composer.stop')}
            </button>
          ) : (
            <IconButton
              label={t('command.dialogue.send')}
              keys="Enter"
              side="top"
              className="composer-send"
              disabled={!sendable || view.isEmpty}
              data-testid="composer-send"
              onClick={() => editor?.handle.send()}
            >
              <ArrowUp size={16} />
            </IconButton>
          )}
        </div>
      </div>
      {model?.state === 'ready' ? <PromptPreview nodes={view.children} isEmpty={view.isEmpty} /> : null}
    </div>
  )
}

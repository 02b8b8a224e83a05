import { MessageSquarePlus } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import type { ReactElement, RefObject } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { startDialogue, turnsOf } from '../../app/state/dialogue'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Menu, MenuItem, MenuRule } from '../../ui/Menu'
import { Composer } from '../composer/Composer'
import { AnswerInProgress } from './AnswerInProgress'
import { AskFailureCard } from './AskFailureCard'
import { DialogueStart } from './DialogueStart'
import { LinkBar } from './LinkBar'
import { Turn } from './Turn'

export function DialoguePanel(): ReactElement {
  const t = useT()
  const document = useStudioState((state) => state.document)
  const dialogueId = useStudioState((state) => state.dialogueId)
  const asking = useStudioState((state) => (state.asking?.imageId === state.imageId ? state.asking : null))
  const failure = useStudioState((state) => (state.askFailure?.imageId === state.imageId ? state.askFailure : null))
  const turns = document ? turnsOf(document, dialogueId) : []
  const scroller = useRef<HTMLDivElement>(null)
  const isStart = turns.length === 0 && !asking
  useFollowEnd(scroller, isStart, `${turns.length}:${asking?.text.length ?? -1}:${failure ? 1 : 0}:${dialogueId}`)
  return (
    <section className="dialogue" aria-label={t('rail.dialogue')}>
      <DialogueHead />
      <div ref={scroller} className="dialogue-scroll">
        {isStart ? <DialogueStart /> : null}
        <ol className="turns">
          {turns.map((turn) => (
            <Turn key={turn.id} turn={turn} />
          ))}
        </ol>
        {asking ? <AnswerInProgress asking={asking} turns={turns} /> : null}
        {failure ? <AskFailureCard failure={failure} /> : null}
      </div>
      <LinkBar />
      <Composer />
    </section>
  )
}

/** Keeps the newest words in view, unless the person scrolled up to read; a dialogue without words starts at its top. */
function useFollowEnd(scroller: RefObject<HTMLDivElement | null>, isStart: boolean, mark: string): void {
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const onScroll = (): void => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 48
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller])
  useLayoutEffect(() => {
    const element = scroller.current
    if (element && isStart) {
      element.scrollTop = 0
      atEnd.current = true
    } else if (element && atEnd.current) element.scrollTop = element.scrollHeight
  }, [scroller, isStart, mark])
}

function DialogueHead(): ReactElement | null {
  const t = useT()
  const studio = useStudio()
  const dialogues = useStudioState((state) => state.document?.dialogues ?? null)
  const dialogueId = useStudioState((state) => state.dialogueId)
  if (!dialogues || dialogues.length === 0) return null
  const index = dialogues.findIndex((dialogue) => dialogue.id === dialogueId)
  const nameOf = (at: number): string => dialogues[at]?.title ?? t('dialogue.number', { number: at + 1 })
  return (
    <div className="dialogue-head">
      <Menu
        trigger={
          <Button size="sm" variant="ghost" data-testid="dialogue-menu">
            <span className="truncate">{index >= 0 ? nameOf(index) : t('dialogue.new')}</span>
            {dialogues.length > 1 ? (
              <span className="dialogue-count numeric">
                {index >= 0 ? index + 1 : '–'} / {dialogues.length}
              </span>
            ) : null}
          </Button>
        }
      >
        {dialogues.map((dialogue, at) => (
          <MenuItem
            key={dialogue.id}
            checked={dialogue.id === dialogueId}
            onSelect={() => setState(studio, { dialogueId: dialogue.id })}
          >
            {nameOf(at)}
          </MenuItem>
        ))}
        <MenuRule />
        <MenuItem icon={<MessageSquarePlus size={15} />} onSelect={() => startDialogue(studio)}>
          {t('dialogue.new')}
        </MenuItem>
      </Menu>
      <Button
        size="sm"
        variant="ghost"
        disabled={dialogueId === null}
        data-testid="dialogue-new"
        onClick={() => startDialogue(studio)}
      >
        <MessageSquarePlus size={14} />
        {t('dialogue.new')}
      </Button>
    </div>
  )
}

import { Tag } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { assignLabel } from '../../app/state/edits'
import { setState, stateOf } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { regionColourStyle } from '../../ui/region-colour'
import { Popover } from '../../ui/Popover'
import { LabelInput } from '../regions/LabelInput'

/** The label the next region gets; opened by its key also that of the selected ones, as the digit keys do. */
export function LabelPicker(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const [isOpen, setOpen] = useState(false)
  const byKey = useStudioState((state) => state.overlay === 'label')
  const hasSelection = useStudioState((state) => state.selection.length > 0)
  const title = t(byKey && hasSelection ? 'label.both' : 'label.next')
  /** Who opened it by its key was drawing, and goes on with it. */
  const isFromCanvas = useRef(false)
  const trigger = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (byKey) isFromCanvas.current = true
  }, [byKey])
  const show = (open: boolean): void => {
    if (open) isFromCanvas.current = false
    setOpen(open)
    if (!open && byKey) setState(studio, { overlay: null })
  }
  const active = useStudioState((state) => state.labels.find((label) => label.id === state.activeLabelId) ?? null)
  return (
    <Popover
      open={isOpen || byKey}
      onOpenChange={show}
      onClosed={() => (isFromCanvas.current ? focusCanvas() : trigger.current?.focus())}
      side="right"
      align="start"
      label={title}
      className="label-popover"
      trigger={
        <button
          ref={trigger}
          type="button"
          className="icon-button"
          aria-label={active ? t('label.nextIs', { name: active.name }) : t('label.next')}
          title={active ? t('label.nextIs', { name: active.name }) : t('label.next')}
          data-testid="label-next"
        >
          {active ? <span className="dot dot-large" style={regionColourStyle(active.colour)} /> : <Tag size={16} />}
        </button>
      }
    >
      <p className="menu-heading">{title}</p>
      <LabelInput
        value={active?.id ?? null}
        autoFocus
        onChoose={(labelId) => {
          setState(studio, { activeLabelId: labelId })
          const { selection } = stateOf(studio)
          if (byKey && selection.length > 0) assignLabel(studio, selection, labelId)
          show(false)
        }}
      />
    </Popover>
  )
}

const focusCanvas = (): void => document.querySelector<HTMLElement>('[data-testid=canvas]')?.focus()

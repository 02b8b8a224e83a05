import { Tag } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { regionColourStyle } from '../../ui/region-colour'
import { Popover } from '../../ui/Popover'
import { LabelInput } from '../regions/LabelInput'

/** The label the next region gets; the digit keys do the same. */
export function LabelPicker(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const [open, setOpen] = useState(false)
  const active = useStudioState((state) => state.labels.find((label) => label.id === state.activeLabelId) ?? null)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      side="right"
      align="start"
      label={t('label.next')}
      className="label-popover"
      trigger={
        <button
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
      <p className="menu-heading">{t('label.next')}</p>
      <LabelInput
        value={active?.id ?? null}
        autoFocus
        onChoose={(labelId) => {
          setState(studio, { activeLabelId: labelId })
          setOpen(false)
        }}
      />
    </Popover>
  )
}

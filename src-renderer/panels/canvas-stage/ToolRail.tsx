import { Hand, Maximize, Minus, MousePointer2, Pentagon, Plus, Square, Crosshair, Ratio } from 'lucide-react'
import type { ReactElement } from 'react'
import { useStudioState } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { CommandButton } from '../../ui/CommandButton'
import { LabelPicker } from './LabelPicker'

const tools = [
  ['select', MousePointer2],
  ['box', Square],
  ['polygon', Pentagon],
  ['point', Crosshair],
  ['pan', Hand]
] as const

export function ToolRail(): ReactElement {
  const t = useT()
  const active = useStudioState((state) => state.tool)
  return (
    <section className="tool-rail" aria-label={t('tool.rail')}>
      {tools.map(([tool, Icon]) => (
        <CommandButton
          key={tool}
          command={`tool.${tool}`}
          testId={`tool-${tool}`}
          pressed={active === tool}
          side="right"
        >
          <Icon size={17} />
        </CommandButton>
      ))}
      <span className="tool-rule" />
      <LabelPicker />
      <span className="tool-space" />
      <CommandButton command="view.zoomIn" side="right">
        <Plus size={16} />
      </CommandButton>
      <CommandButton command="view.zoomOut" side="right">
        <Minus size={16} />
      </CommandButton>
      <CommandButton command="view.fit" side="right">
        <Maximize size={16} />
      </CommandButton>
      <CommandButton command="view.actual" side="right">
        <Ratio size={16} />
      </CommandButton>
    </section>
  )
}

import { Cpu } from 'lucide-react'
import type { ReactElement } from 'react'
import { useStore } from 'zustand'
import { useStudio, useStudioState } from '../../app/studio-context'
import { openProposals, orderedRegions } from '../../app/commands/selection'
import { currentModel } from '../../app/state/dialogue'
import { formatCount, formatFraction, formatPercent, formatSize, formatZoom } from '../../app/state/format'
import { setState } from '../../app/state/studio'
import { useLanguage, useT } from '../../i18n/translate'

export function StatusBar(): ReactElement {
  const t = useT()
  const size = useStudioState((state) => state.document?.image.size ?? null)
  const tool = useStudioState((state) => state.tool)
  const scale = useStore(useStudio().pointer, (state) => state.scale)
  const regions = useStudioState((state) => orderedRegions(state).length)
  const proposals = useStudioState((state) => openProposals(state).length)
  return (
    <footer className="status-bar numeric">
      <PointerPosition />
      {tool === 'polygon' ? <span className="status-hint truncate">{t('status.polygon')}</span> : null}
      <UnderWay />
      <span className="status-space" />
      {proposals > 0 ? <span className="status-proposals">{t('status.proposals', { count: proposals })}</span> : null}
      <span>{t('status.regions', { count: regions })}</span>
      {size ? <span title={t('status.size')}>{formatSize(size)} px</span> : null}
      <span title={t('status.zoom')}>{formatZoom(scale)}</span>
      <ModelChip />
    </footer>
  )
}

/** What goes on without anybody waiting for it: images that are looked at, an import that is taken back. */
function UnderWay(): ReactElement | null {
  const t = useT()
  const language = useLanguage()
  const looking = useStudioState((state) => state.looking)
  const replaying = useStudioState((state) => state.replaying)
  if (replaying) {
    const percent = formatPercent(replaying.done / replaying.total)
    return (
      <span className="status-under-way truncate" role="status" data-testid="status-replaying">
        <span className="spinner" />
        {t(replaying.direction === 'undo' ? 'status.undoing' : 'status.redoing', { percent })}
      </span>
    )
  }
  if (!looking) return null
  const done = formatCount(looking.done, language)
  return (
    <span className="status-under-way truncate" data-testid="status-looking">
      {looking.total === null
        ? t('status.finding', { done })
        : t('status.looking', { done, total: formatCount(looking.total, language) })}
    </span>
  )
}

function PointerPosition(): ReactElement | null {
  const t = useT()
  const pointer = useStore(useStudio().pointer, (state) => state.pointer)
  const size = useStudioState((state) => state.document?.image.size ?? null)
  const tool = useStudioState((state) => state.tool)
  if ((!pointer || !size) && tool === 'polygon') return null
  if (!pointer || !size) return <span className="status-hint">{t('status.hint')}</span>
  const [x, y] = pointer
  return (
    <span className="mono status-pointer">
      {formatFraction(x)}, {formatFraction(y)}
      <span className="status-pixels">
        {Math.floor(x * size.width)}, {Math.floor(y * size.height)} px
      </span>
    </span>
  )
}

function ModelChip(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const model = useStudioState(currentModel)
  const status = useStudioState((state) => state.modelStatus)
  const mine = status && model && status.modelId === model.id ? status : null
  const state = mine?.state ?? 'stopped'
  return (
    <button
      type="button"
      className="model-chip"
      data-state={model?.state === 'broken' ? 'crashed' : state}
      data-testid="model-chip"
      onClick={() => setState(studio, { overlay: 'models' })}
    >
      <Cpu size={12} />
      <span className="truncate">{model?.name ?? t('model.none')}</span>
      {mine?.provider ? <span className="model-provider">{mine.provider}</span> : null}
      <span className="model-light" />
      <span className="visually-hidden">{t(`model.state.${state}`)}</span>
    </button>
  )
}

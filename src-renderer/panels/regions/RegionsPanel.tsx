import { ArrowDownNarrowWide, Shapes } from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import type { RegionState } from '../../../src-shared/document/records'
import { useCommand, useStudioState } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { CommandButton } from '../../ui/CommandButton'
import { VirtualRows } from '../../ui/VirtualRows'
import { RegionRow } from './RegionRow'
import { regionEntries } from './group-regions'

const ROW_HEIGHT = 40

export function RegionsPanel(): ReactElement {
  const t = useT()
  const regions = useStudioState((state) => state.document?.regions)
  const selected = useStudioState((state) => state.selection[0] ?? null)
  const byCertainty = useStudioState(({ settings }) => settings.leastCertainFirst)
  const entries = useMemo(() => regionEntries(regions ?? [], byCertainty), [regions, byCertainty])
  if (entries.length === 0) {
    return (
      <div className="empty">
        <Shapes size={22} />
        <strong>{t('regions.none')}</strong>
        <p>{t('regions.noneNext')}</p>
      </div>
    )
  }
  const shown =
    selected === null ? -1 : entries.findIndex((entry) => entry.type === 'region' && entry.region.id === selected)
  return (
    <VirtualRows
      className="regions"
      count={entries.length}
      rowHeight={ROW_HEIGHT}
      shownRow={shown < 0 ? null : shown}
      renderRow={(row) => {
        const entry = entries[row]
        if (entry?.type === 'region') return { key: entry.region.id, content: <RegionRow region={entry.region} /> }
        return {
          key: entry?.state ?? String(row),
          content: entry ? <GroupHead state={entry.state} count={entry.count} /> : null
        }
      }}
    />
  )
}

function GroupHead({ state, count }: { readonly state: RegionState; readonly count: number }): ReactElement {
  const t = useT()
  const byCertainty = useStudioState(({ settings }) => settings.leastCertainFirst)
  const acceptAll = useCommand('proposal.acceptAll')
  const showRejected = useCommand('view.rejected')
  const areRejectedShown = useStudioState(({ settings }) => settings.showRejected)
  return (
    <header className="region-group-head">
      <h3>{t(`regions.group.${state}`)}</h3>
      <span className="numeric region-group-count">{count}</span>
      {state === 'proposed' && count > 1 ? (
        <span className="region-group-actions">
          <CommandButton command="proposal.order" size="sm" pressed={byCertainty} testId="proposals-order">
            <ArrowDownNarrowWide size={14} />
          </CommandButton>
          <Button size="sm" variant="ghost" disabled={!acceptAll.enabled} onClick={acceptAll.run}>
            {t('proposal.acceptAll')}
          </Button>
        </span>
      ) : null}
      {state === 'rejected' ? (
        <Button size="sm" variant="ghost" aria-pressed={areRejectedShown} onClick={showRejected.run}>
          {t(areRejectedShown ? 'regions.hideRejected' : 'regions.showRejected')}
        </Button>
      ) : null}
    </header>
  )
}

import { Eye, EyeOff, MessageSquarePlus, Shapes, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { RegionRecord, RegionState } from '../../../src-shared/document/records'
import { useCommand, useStudio, useStudioState } from '../../app/studio-context'
import { canEdit } from '../../app/commands/tool-commands'
import { chipOf } from '../../app/state/chips'
import { acceptProposals, assignLabel, deleteRegions } from '../../app/state/edits'
import { formatPercent } from '../../app/state/format'
import { highlightRegions, selectRegions } from '../../app/state/selecting'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'
import { Popover } from '../../ui/Popover'
import { regionColourStyle } from '../../ui/region-colour'
import { DecideButtons } from '../dialogue/DecideButtons'
import { LabelInput } from './LabelInput'
import { groupRegions } from './group-regions'

export function RegionsPanel(): ReactElement {
  const t = useT()
  const regions = useStudioState((state) => state.document?.regions)
  const groups = groupRegions(regions ?? [])
  if (groups.length === 0) {
    return (
      <div className="empty">
        <Shapes size={22} />
        <strong>{t('regions.none')}</strong>
        <p>{t('regions.noneNext')}</p>
      </div>
    )
  }
  return (
    <div className="regions">
      {groups.map(({ state, regions: members }) => (
        <RegionGroup key={state} state={state} regions={members} />
      ))}
    </div>
  )
}

function RegionGroup({
  state,
  regions
}: {
  readonly state: RegionState
  readonly regions: readonly RegionRecord[]
}): ReactElement {
  const t = useT()
  const acceptAll = useCommand('proposal.acceptAll')
  const showRejected = useCommand('view.rejected')
  const areRejectedShown = useStudioState((whole) => whole.settings.showRejected)
  return (
    <section className="region-group" aria-label={t(`regions.group.${state}`)}>
      <header className="region-group-head">
        <h3>{t(`regions.group.${state}`)}</h3>
        <span className="numeric region-group-count">{regions.length}</span>
        {state === 'proposed' && regions.length > 1 ? (
          <Button size="sm" variant="ghost" disabled={!acceptAll.enabled} onClick={acceptAll.run}>
            {t('proposal.acceptAll')}
          </Button>
        ) : null}
        {state === 'rejected' ? (
          <Button size="sm" variant="ghost" aria-pressed={areRejectedShown} onClick={showRejected.run}>
            {t(areRejectedShown ? 'regions.hideRejected' : 'regions.showRejected')}
          </Button>
        ) : null}
      </header>
      <ul>
        {regions.map((region) => (
          <RegionRow key={region.id} region={region} />
        ))}
      </ul>
    </section>
  )
}

function RegionRow({ region }: { readonly region: RegionRecord }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const state = useStudioState((whole) => whole)
  const [isLabelling, setLabelling] = useState(false)
  const chip = chipOf(t, state, region.id)
  const editable = canEdit(state)
  const isHidden = state.hidden.has(region.id)
  const label = state.labels.find((other) => other.id === region.labelId)
  const toggleHidden = (): void =>
    setState(studio, ({ hidden }) => {
      const next = new Set(hidden)
      if (!next.delete(region.id)) next.add(region.id)
      return { hidden: next }
    })
  return (
    <li
      className="region-row"
      data-testid="region-row"
      data-region-id={region.id}
      data-state={region.state}
      data-selected={state.selection.includes(region.id)}
      data-hovered={state.hovered === region.id}
      data-hidden={isHidden}
      onMouseEnter={() => highlightRegions(studio, [region.id])}
      onMouseLeave={() => highlightRegions(studio, [])}
    >
      <button
        type="button"
        className="region-name"
        aria-pressed={state.selection.includes(region.id)}
        onClick={(event) =>
          selectRegions(studio, event.shiftKey ? [...state.selection, region.id] : [region.id], { reveal: true })
        }
      >
        <span
          className={region.shape.type === 'box' ? 'swatch' : 'swatch swatch-point'}
          style={regionColourStyle(chip.colour)}
        />
        <span className="region-words">
          <span className="truncate" title={chip.fullName}>
            {chip.fullName}
          </span>
          {label && region.phrase ? <span className="truncate region-phrase">{region.phrase}</span> : null}
        </span>
        {region.state === 'proposed' && region.confidence !== null ? (
          <span className="proposal-confidence numeric">{formatPercent(region.confidence)}</span>
        ) : null}
      </button>
      <span className="region-actions">
        {region.state === 'proposed' ? (
          <DecideButtons region={region} name={chip.fullName} disabled={!editable} />
        ) : region.state === 'rejected' ? (
          <Button size="sm" variant="ghost" disabled={!editable} onClick={() => acceptProposals(studio, [region.id])}>
            {t('proposal.takeBack')}
          </Button>
        ) : (
          <Popover
            open={isLabelling}
            onOpenChange={setLabelling}
            label={t('label.assign')}
            className="label-popover"
            trigger={
              <button type="button" className="label-button truncate" disabled={!editable} data-testid="region-label">
                {label?.name ?? t('label.none')}
              </button>
            }
          >
            <LabelInput
              value={region.labelId}
              autoFocus
              onChoose={(labelId) => {
                assignLabel(studio, [region.id], labelId)
                setLabelling(false)
              }}
            />
          </Popover>
        )}
        <span className="region-extra">
          <IconButton
            size="sm"
            label={t('command.region.insert')}
            disabled={!editable}
            onClick={() => studio.handles.composer?.insertRegion(region.id)}
          >
            <MessageSquarePlus size={14} />
          </IconButton>
          <IconButton
            size="sm"
            label={t(isHidden ? 'regions.show' : 'regions.hide')}
            aria-pressed={isHidden}
            onClick={toggleHidden}
          >
            {isHidden ? <EyeOff size={14} /> : <Eye size={14} />}
          </IconButton>
          <IconButton
            size="sm"
            label={t('command.region.delete')}
            disabled={!editable}
            data-testid="region-delete"
            onClick={() => deleteRegions(studio, [region.id])}
          >
            <Trash2 size={14} />
          </IconButton>
        </span>
      </span>
    </li>
  )
}

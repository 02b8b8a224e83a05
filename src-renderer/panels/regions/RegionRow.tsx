import { Eye, EyeOff, MessageSquarePlus, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { RegionRecord } from '../../../src-shared/document/records'
import { useChip, useStudio, useStudioState } from '../../app/studio-context'
import { canEdit } from '../../app/commands/tool-commands'
import { acceptProposals, assignLabel, deleteRegions } from '../../app/state/edits'
import { formatPercent } from '../../app/state/format'
import { highlightRegions, selectRegions } from '../../app/state/selecting'
import { setState, stateOf } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'
import { Popover } from '../../ui/Popover'
import { regionColourStyle } from '../../ui/region-colour'
import { DecideButtons } from '../dialogue/DecideButtons'
import { LabelInput } from './LabelInput'

/** One region: its name, what can be decided or named, and, when it is pointed at, what else can be done. */
export function RegionRow({ region }: { readonly region: RegionRecord }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const [isLabelling, setLabelling] = useState(false)
  const chip = useChip(region.id)
  const editable = useStudioState(canEdit)
  const isHidden = useStudioState((state) => state.hidden.has(region.id))
  const isSelected = useStudioState((state) => state.selection.includes(region.id))
  const isHovered = useStudioState((state) => state.hovered === region.id)
  const isFound = useStudioState(
    ({ checks }) =>
      checks.image?.some(({ severity, regionIds }) => severity !== 'note' && regionIds?.includes(region.id) === true) ??
      false
  )
  const label = useStudioState((state) => state.labels.find((other) => other.id === region.labelId))
  const toggleHidden = (): void =>
    setState(studio, ({ hidden }) => {
      const next = new Set(hidden)
      if (!next.delete(region.id)) next.add(region.id)
      return { hidden: next }
    })
  return (
    <div
      className="region-row"
      data-testid="region-row"
      data-region-id={region.id}
      data-state={region.state}
      data-selected={isSelected}
      data-hovered={isHovered}
      data-hidden={isHidden}
      onMouseEnter={() => highlightRegions(studio, [region.id])}
      onMouseLeave={() => highlightRegions(studio, [])}
    >
      <button
        type="button"
        className="region-name"
        aria-pressed={isSelected}
        onClick={(event) =>
          selectRegions(studio, event.shiftKey ? [...stateOf(studio).selection, region.id] : [region.id], {
            reveal: true
          })
        }
      >
        <span
          className={region.shape.type === 'point' ? 'swatch swatch-point' : 'swatch'}
          style={regionColourStyle(chip.colour)}
        />
        <span className="region-words">
          <span className="truncate" title={chip.fullName}>
            {chip.fullName}
          </span>
          {label && region.phrase ? <span className="truncate region-phrase">{region.phrase}</span> : null}
        </span>
        {isFound ? (
          <span className="region-found" title={t('checks.foundRegion')} data-testid="region-found">
            <TriangleAlert size={13} />
            <span className="visually-hidden">{t('checks.foundRegion')}</span>
          </span>
        ) : null}
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
    </div>
  )
}

import { CheckCheck } from 'lucide-react'
import type { ReactElement } from 'react'
import type { RegionRecord } from '../../../src-shared/document/records'
import { useChip, useStudio, useStudioState } from '../../app/studio-context'
import { canEdit } from '../../app/commands/tool-commands'
import { acceptProposals } from '../../app/state/edits'
import { leastCertainFirst } from '../../app/state/certainty'
import { formatPercent } from '../../app/state/format'
import { highlightRegions, selectRegions } from '../../app/state/selecting'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { DecideButtons } from './DecideButtons'
import { regionColourStyle } from '../../ui/region-colour'

/** What one answer proposed, with the decision on each. */
export function ProposalList({ turnId }: { readonly turnId: string }): ReactElement | null {
  const t = useT()
  const studio = useStudio()
  const regions = useStudioState((state) => state.document?.regions)
  const editable = useStudioState(canEdit)
  const byCertainty = useStudioState(({ settings }) => settings.leastCertainFirst)
  const found = regions?.filter((region) => region.provenance.turnId === turnId) ?? []
  const mine = byCertainty ? leastCertainFirst(found) : found
  const open = mine.filter((region) => region.state === 'proposed')
  if (mine.length === 0) return null
  return (
    <div className="proposals" data-open={open.length > 0}>
      <div className="proposals-head">
        <span>{open.length > 0 ? t('proposal.open', { count: open.length }) : t('proposal.decided')}</span>
        {open.length > 1 ? (
          <Button
            size="sm"
            variant="ghost"
            disabled={!editable}
            data-testid="proposal-accept-all"
            onClick={() =>
              acceptProposals(
                studio,
                open.map((region) => region.id)
              )
            }
          >
            <CheckCheck size={14} />
            {t('proposal.acceptAll')}
          </Button>
        ) : null}
      </div>
      <ul>
        {mine.map((region) => (
          <ProposalRow key={region.id} region={region} />
        ))}
      </ul>
    </div>
  )
}

function ProposalRow({ region }: { readonly region: RegionRecord }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const editable = useStudioState(canEdit)
  const chip = useChip(region.id)
  const isSelected = useStudioState((state) => state.selection.includes(region.id))
  const isOpen = region.state === 'proposed'
  return (
    <li
      className="proposal-row"
      data-testid="proposal-row"
      data-state={region.state}
      data-selected={isSelected}
      data-region-id={region.id}
      onMouseEnter={() => highlightRegions(studio, [region.id])}
      onMouseLeave={() => highlightRegions(studio, [])}
    >
      <button
        type="button"
        className="proposal-name"
        onClick={() => selectRegions(studio, [region.id], { reveal: true })}
      >
        <span className="dot" style={regionColourStyle(chip.colour)} />
        <span className="truncate" title={chip.fullName}>
          {chip.fullName}
        </span>
        {region.confidence === null ? null : (
          <span className="proposal-confidence numeric" title={t('region.confidence')}>
            {formatPercent(region.confidence)}
          </span>
        )}
      </button>
      {isOpen ? (
        <DecideButtons region={region} name={chip.fullName} disabled={!editable} />
      ) : (
        <DecidedMark region={region} editable={editable} />
      )}
    </li>
  )
}

function DecidedMark({
  region,
  editable
}: {
  readonly region: RegionRecord
  readonly editable: boolean
}): ReactElement {
  const t = useT()
  const studio = useStudio()
  const kinds = {
    accepted: 'tag-success',
    corrected: 'tag-success',
    rejected: 'tag-danger',
    proposed: 'tag-proposal'
  } as const
  return (
    <span className="proposal-actions">
      <span className={`tag ${kinds[region.state]}`}>{t(`region.state.${region.state}`)}</span>
      {region.state === 'rejected' ? (
        <Button size="sm" variant="ghost" disabled={!editable} onClick={() => acceptProposals(studio, [region.id])}>
          {t('proposal.takeBack')}
        </Button>
      ) : null}
    </span>
  )
}

import { Check, X } from 'lucide-react'
import type { ReactElement } from 'react'
import type { RegionRecord } from '../../../src-shared/document/records'
import { useCommand, useStudio } from '../../app/studio-context'
import { acceptProposals, rejectProposals } from '../../app/state/edits'
import { useT } from '../../i18n/translate'

export interface DecideButtonsProps {
  readonly region: RegionRecord
  readonly name: string
  readonly disabled: boolean
}

/** Accept or reject one proposal; the keys do the same for the selected ones. */
export function DecideButtons({ region, name, disabled }: DecideButtonsProps): ReactElement {
  const t = useT()
  const studio = useStudio()
  const accept = useCommand('proposal.accept')
  const reject = useCommand('proposal.reject')
  return (
    <span className="proposal-actions">
      <button
        type="button"
        className="decide decide-accept"
        disabled={disabled}
        title={`${accept.label} (${accept.keysText})`}
        aria-label={t('proposal.acceptNamed', { name })}
        data-testid="proposal-accept"
        onClick={() => acceptProposals(studio, [region.id])}
      >
        <Check size={15} />
      </button>
      <button
        type="button"
        className="decide decide-reject"
        disabled={disabled}
        title={`${reject.label} (${reject.keysText})`}
        aria-label={t('proposal.rejectNamed', { name })}
        data-testid="proposal-reject"
        onClick={() => rejectProposals(studio, [region.id])}
      >
        <X size={15} />
      </button>
    </span>
  )
}

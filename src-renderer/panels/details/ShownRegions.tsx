import type { ReactElement } from 'react'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import { highlightRegions, selectRegions } from '../../app/state/selecting'
import { useChip, useStudio, useStudioState } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Row } from './Section'

/** The regions a mask was made of, as far as they are still there: a click goes there. */
export function ShownRegions({ ids }: { readonly ids: readonly RegionId[] }): ReactElement | null {
  const t = useT()
  const document = useStudioState((state) => state.document)
  const present = ids.filter((id) => document?.regions.some((region) => region.id === id))
  if (present.length === 0) return null
  return (
    <Row name={t('details.shownRegions')}>
      {present.map((id) => (
        <ShownRegion key={id} id={id} />
      ))}
    </Row>
  )
}

function ShownRegion({ id }: { readonly id: RegionId }): ReactElement {
  const studio = useStudio()
  const { fullName } = useChip(id)
  return (
    <Button
      size="sm"
      variant="ghost"
      data-testid="details-shown-region"
      onClick={() => selectRegions(studio, [id], { reveal: true })}
      onMouseEnter={() => highlightRegions(studio, [id])}
      onMouseLeave={() => highlightRegions(studio, [])}
    >
      {fullName}
    </Button>
  )
}

import { memo, useDeferredValue, useMemo } from 'react'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasRegion, CanvasStrings } from './contract'
import { readingOrder } from './region-index'
import { speakRegion } from './spoken-geometry'

/** Options kept in the document around the selected one; the set size tells the rest. */
const WINDOW = 60

interface SpokenRegionsProps {
  readonly regions: readonly CanvasRegion[]
  readonly selection: readonly RegionId[]
  readonly strings: CanvasStrings
  readonly optionId: (id: RegionId) => string
  readonly onSelect: (ids: readonly RegionId[]) => void
}

/** The regions for people who hear the screen: a list beside the picture, in reading order. */
export const SpokenRegions = memo(function SpokenRegions(props: SpokenRegionsProps) {
  const { selection, strings, optionId, onSelect } = props
  const regions = useDeferredValue(props.regions)
  const order = useMemo(() => {
    const byId = new Map(regions.map((region) => [region.id, region]))
    return readingOrder(regions).flatMap((id) => byId.get(id) ?? [])
  }, [regions])
  const current = order.findIndex((region) => region.id === selection.at(-1))
  const start = Math.max(0, Math.min(current - WINDOW / 2, order.length - WINDOW))
  return (
    <ul className="eyrie-canvas-spoken" role="listbox" aria-label={strings.regions} aria-multiselectable>
      {order.slice(start, start + WINDOW).map((region, i) => (
        <li
          key={region.id}
          id={optionId(region.id)}
          role="option"
          aria-selected={selection.includes(region.id)}
          aria-posinset={start + i + 1}
          aria-setsize={order.length}
          onClick={() => onSelect([region.id])}
        >
          {speakRegion(region, strings)}
        </li>
      ))}
    </ul>
  )
})

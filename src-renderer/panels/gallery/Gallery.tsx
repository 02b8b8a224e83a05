import { ArrowDownNarrowWide, ImageOff } from 'lucide-react'
import type { ReactElement } from 'react'
import { useCommand, useStudio, useStudioState } from '../../app/studio-context'
import { imageFilters, setGalleryFilter } from '../../app/state/gallery'
import { Kbd } from '../../ui/Kbd'
import { useT } from '../../i18n/translate'
import { GalleryList } from './GalleryList'

export function Gallery(): ReactElement {
  const t = useT()
  const total = useStudioState((state) => state.gallery.total)
  const filter = useStudioState((state) => state.gallery.filter)
  const loaded = useStudioState((state) => state.gallery.counts[state.gallery.filter] !== null)
  return (
    <nav className="gallery" aria-label={t('gallery.title')}>
      <FilterChips />
      {filter === 'proposals' ? <OrderButton /> : null}
      {total > 0 || !loaded ? (
        <GalleryList />
      ) : (
        <div className="empty">
          <ImageOff size={22} />
          <strong>{t(`gallery.empty.${filter}`)}</strong>
        </div>
      )}
    </nav>
  )
}

/** Shown where it says something: of the images with proposals. */
function OrderButton(): ReactElement {
  const order = useCommand('proposal.order')
  const isOn = useStudioState(({ settings }) => settings.leastCertainFirst)
  const t = useT()
  return (
    <button
      type="button"
      className="gallery-order"
      aria-pressed={isOn}
      data-testid="gallery-order"
      title={t('gallery.orderHint')}
      onClick={order.run}
    >
      <ArrowDownNarrowWide size={14} />
      <span>{t('gallery.order')}</span>
      {order.keys ? <Kbd chord={order.keys} /> : null}
    </button>
  )
}

function FilterChips(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const active = useStudioState((state) => state.gallery.filter)
  const counts = useStudioState((state) => state.gallery.counts)
  return (
    <div className="filter-chips" role="group" aria-label={t('gallery.filter')}>
      {imageFilters.map((filter) => (
        <button
          key={filter}
          type="button"
          className="filter-chip"
          aria-pressed={filter === active}
          data-testid={`filter-${filter}`}
          onClick={() => void setGalleryFilter(studio, filter)}
        >
          <span>{t(`gallery.filter.${filter}`)}</span>
          <span className="filter-count numeric">{counts[filter] ?? '·'}</span>
        </button>
      ))}
    </div>
  )
}

import { Check, ImageOff, MessageSquareText, Square, TriangleAlert } from 'lucide-react'
import { memo, useState } from 'react'
import type { ReactElement } from 'react'
import type { ImageListItem } from '../../../src-shared/ipc/contract'
import { formatPercent, formatSize } from '../../app/state/format'
import { useStudioState } from '../../app/studio-context'
import { useT } from '../../i18n/translate'

export interface GalleryItemProps {
  readonly item: ImageListItem
  readonly row: number
  readonly total: number
  readonly current: boolean
  readonly onOpen: () => void
}

function GalleryItemView({ item, row, total, current, onOpen }: GalleryItemProps): ReactElement {
  const t = useT()
  const { image } = item
  const name = image.relativePath.split('/').at(-1) ?? image.relativePath
  const broken = image.status !== 'ok'
  const isByCertainty = useStudioState(
    ({ gallery, settings }) => gallery.filter === 'proposals' && settings.leastCertainFirst
  )
  const found = useStudioState(({ checks }) => checks.counts.get(image.id) ?? null)
  return (
    <button
      type="button"
      role="option"
      aria-selected={current}
      aria-setsize={total}
      aria-posinset={row + 1}
      tabIndex={-1}
      className="gallery-item"
      title={image.relativePath}
      data-testid="gallery-item"
      data-image-id={image.id}
      onClick={onOpen}
    >
      <Thumb id={image.id} broken={broken} />
      <span className="gallery-words">
        <span className="truncate gallery-name">{name}</span>
        {broken ? (
          <span className="gallery-facts gallery-problem truncate">
            {t(image.status === 'missing' ? 'image.missing' : 'image.unreadable')}
          </span>
        ) : (
          <span className="gallery-facts numeric">
            {item.regionCount > 0 ? (
              <Fact
                title={t('gallery.regions', { count: item.regionCount })}
                icon={<Square size={11} />}
                count={item.regionCount}
              />
            ) : null}
            {item.regionCount + item.turnCount === 0 && image.size ? <span>{formatSize(image.size)}</span> : null}
            {item.proposalCount > 0 ? (
              <span className="gallery-proposals" title={t('gallery.proposals', { count: item.proposalCount })}>
                {item.proposalCount}
              </span>
            ) : null}
            {isByCertainty && item.leastConfidence !== null ? (
              <span title={t('gallery.leastConfidence')} data-testid="gallery-least">
                {formatPercent(item.leastConfidence)}
              </span>
            ) : null}
            {found !== null && found.error + found.warning > 0 ? (
              <span
                className="gallery-found"
                data-severity={found.error > 0 ? 'error' : 'warning'}
                data-testid="gallery-found"
                title={t('checks.found', { count: found.error + found.warning })}
              >
                <TriangleAlert size={11} />
                {found.error + found.warning}
              </span>
            ) : null}
            {item.turnCount > 0 ? (
              <Fact
                title={t('gallery.turns', { count: item.turnCount })}
                icon={<MessageSquareText size={11} />}
                count={item.turnCount}
              />
            ) : null}
          </span>
        )}
      </span>
      {item.done ? (
        <span className="gallery-done" title={t('image.done')}>
          <Check size={12} />
          <span className="visually-hidden">{t('image.done')}</span>
        </span>
      ) : null}
    </button>
  )
}

function Fact({
  title,
  icon,
  count
}: {
  readonly title: string
  readonly icon: ReactElement
  readonly count: number
}): ReactElement {
  return (
    <span className="gallery-fact" title={title}>
      {icon}
      {count}
    </span>
  )
}

function Thumb({ id, broken }: { readonly id: string; readonly broken: boolean }): ReactElement {
  const [failed, setFailed] = useState(false)
  return (
    <span className="gallery-thumb">
      {broken || failed ? (
        <ImageOff size={16} />
      ) : (
        <img
          src={`/thumb/${encodeURIComponent(id)}?size=160`}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setFailed(true)}
        />
      )}
    </span>
  )
}

export const GalleryItem = memo(
  GalleryItemView,
  (before, after) =>
    before.item === after.item &&
    before.current === after.current &&
    before.row === after.row &&
    before.total === after.total
)

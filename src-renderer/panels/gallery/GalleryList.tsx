import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { GALLERY_PAGE, loadGalleryPage } from '../../app/state/gallery'
import { openImage, stepImage } from '../../app/state/images'
import { useT } from '../../i18n/translate'
import { GalleryItem } from './GalleryItem'
import { scrollToShow, visibleRange } from '../../ui/visible-range'

const ROW_HEIGHT = 68

/** A list that draws only the rows in view: a folder may hold a million images. */
export function GalleryList(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const { items, total, index } = useStudioState((state) => state.gallery)
  const imageId = useStudioState((state) => state.imageId)
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || index === null) return
    const target = scrollToShow(index, element.scrollTop, element.clientHeight, ROW_HEIGHT)
    if (target !== null) element.scrollTop = target
  }, [index, imageId])

  const [first, last] = visibleRange(view.top, view.height, ROW_HEIGHT, total)
  useEffect(() => {
    for (let page = Math.floor(first / GALLERY_PAGE); page <= Math.floor(last / GALLERY_PAGE); page++) {
      const start = Math.max(first, page * GALLERY_PAGE)
      if (start <= last && !items.has(start)) void loadGalleryPage(studio, start)
    }
  }, [studio, first, last, items])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    void stepImage(studio, event.key === 'ArrowDown' ? 1 : -1)
  }

  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
  return (
    <div
      ref={scroller}
      className="gallery-scroll"
      role="listbox"
      aria-label={t('gallery.title')}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div className="gallery-rows" style={{ height: total * ROW_HEIGHT }}>
        {rows.map((row) => {
          const item = items.get(row)
          return (
            <div
              key={row}
              className="gallery-row"
              style={{ transform: `translateY(${row * ROW_HEIGHT}px)`, height: ROW_HEIGHT }}
            >
              {item ? (
                <GalleryItem
                  item={item}
                  row={row}
                  total={total}
                  current={item.image.id === imageId}
                  onOpen={() => void openImage(studio, item.image.id)}
                />
              ) : (
                <div className="gallery-item gallery-waiting" />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

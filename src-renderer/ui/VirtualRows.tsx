import { useLayoutEffect, useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { scrollToShow, visibleRange } from './visible-range'

export interface VirtualRowsProps {
  readonly count: number
  /** Pixels; the same for every row. */
  readonly rowHeight: number
  /** This row is brought into view when it changes; null: none. */
  readonly shownRow: number | null
  readonly className?: string
  readonly renderRow: (row: number) => { readonly key: string; readonly content: ReactNode }
}

/** A list that draws only the rows in view. */
export function VirtualRows({ count, rowHeight, shownRow, className = '', renderRow }: VirtualRowsProps): ReactElement {
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
    if (!element || shownRow === null) return
    const target = scrollToShow(shownRow, element.scrollTop, element.clientHeight, rowHeight)
    if (target !== null) element.scrollTop = target
  }, [shownRow, rowHeight])
  const [first, last] = visibleRange(view.top, view.height, rowHeight, count)
  return (
    <div
      ref={scroller}
      className={`virtual ${className}`}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <ul className="virtual-rows" style={{ height: count * rowHeight }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => {
          const row = first + offset
          const { key, content } = renderRow(row)
          return (
            <li
              key={key}
              className="virtual-row"
              style={{ height: rowHeight, transform: `translateY(${row * rowHeight}px)` }}
            >
              {content}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

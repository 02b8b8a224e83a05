import { useRef } from 'react'
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'

export const RAIL_WIDTH = { least: 320, most: 620, step: 16 } as const

const clampWidth = (width: number): number => Math.min(RAIL_WIDTH.most, Math.max(RAIL_WIDTH.least, width))

export function RailResizer(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const width = useStudioState((state) => state.railWidth)
  const start = useRef<{ x: number; width: number } | null>(null)
  const resize = (next: number): void => setState(studio, { railWidth: clampWidth(next) })
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { x: event.clientX, width }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') resize(width + RAIL_WIDTH.step)
    else if (event.key === 'ArrowRight') resize(width - RAIL_WIDTH.step)
    else return
    event.preventDefault()
  }
  return (
    <div
      className="rail-resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={t('rail.resize')}
      aria-valuenow={width}
      aria-valuemin={RAIL_WIDTH.least}
      aria-valuemax={RAIL_WIDTH.most}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (start.current) resize(start.current.width + start.current.x - event.clientX)
      }}
      onPointerUp={() => {
        start.current = null
      }}
      onKeyDown={onKeyDown}
    />
  )
}

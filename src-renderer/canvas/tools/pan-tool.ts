/** @file Drags the view. Also runs inside every other tool while Space or the middle button is held. */
import type { ScreenPoint } from '../view'
import type { CanvasTool } from './tool'
import { NO_PREVIEW } from './tool'

export const createPanTool = (): CanvasTool => {
  let last: ScreenPoint | null = null
  return {
    touchesRegions: false,
    get isBusy() {
      return last !== null
    },
    preview: NO_PREVIEW,
    handle({ phase, screen }) {
      const from = last
      if (phase === 'down') last = screen
      else if (from) last = phase === 'up' ? null : screen
      if (phase === 'down' || !from) return []
      return [{ type: 'pan', dx: screen.x - from.x, dy: screen.y - from.y }]
    },
    cancel() {
      const wasBusy = last !== null
      last = null
      return wasBusy
    },
    cursor: () => (last ? 'grabbing' : 'grab')
  }
}

/** @file Places a point where the button is released. */
import type { NormalizedPoint } from '../../../src-shared/geometry/space'
import { normalizedPoint } from '../../../src-shared/geometry/space'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { clampUnit, onGrid } from '../region-edits'
import type { CanvasTool, Preview } from './tool'
import { NO_PREVIEW } from './tool'

const isInside = (point: NormalizedPoint): boolean => point[0] >= 0 && point[0] <= 1 && point[1] >= 0 && point[1] <= 1

const pointShape = (point: NormalizedPoint): RegionShape => ({
  type: 'point',
  point: normalizedPoint(onGrid(clampUnit(point[0])), onGrid(clampUnit(point[1])))
})

export const createPointTool = (): CanvasTool => {
  let pressed: NormalizedPoint | null = null
  return {
    touchesRegions: false,
    get isBusy() {
      return pressed !== null
    },
    get preview(): Preview {
      return pressed ? { ...NO_PREVIEW, draft: pointShape(pressed) } : NO_PREVIEW
    },
    handle({ phase, position }, { readOnly }) {
      if (readOnly) return []
      if (phase === 'down') pressed = isInside(position) ? position : null
      if (!pressed) return []
      pressed = position
      if (phase !== 'up') return []
      pressed = null
      return [{ type: 'create', shape: pointShape(position) }]
    },
    cancel() {
      const wasBusy = pressed !== null
      pressed = null
      return wasBusy
    },
    cursor: (_sample, scene) => (scene.readOnly ? 'not-allowed' : 'crosshair')
  }
}

/** @file Where the guide lines go and what the readout beside the pointer says. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { Tool } from './contract'
import { boundsOf } from './region-edits'
import type { PointerSample } from './tools/tool'
import type { ScreenPoint, View } from './view'

export interface Guides {
  readonly at: ScreenPoint
  readonly hasLines: boolean
  readonly text: string | null
}

/** Null when there is nothing to show: `shape` is what is being drawn, moved or resized. */
export const describeGuides = (
  tool: Tool,
  pointer: PointerSample,
  view: View,
  image: ImageSize,
  shape: RegionShape | null
): Guides | null => {
  const draws = tool === 'box' || tool === 'polygon' || tool === 'point'
  if (!draws && !shape) return null
  const [x, y] = [clamp(pointer.position[0]), clamp(pointer.position[1])]
  const isInside = x === pointer.position[0] && y === pointer.position[1]
  const at = draws
    ? {
        x: Math.round(x * image.width * view.scale + view.offsetX),
        y: Math.round(y * image.height * view.scale + view.offsetY)
      }
    : pointer.screen
  return {
    at,
    hasLines: tool === 'box' && !pointer.isTouch,
    text: readout(tool === 'polygon' ? null : shape, isInside ? [x, y] : null, image)
  }
}

const clamp = (value: number): number => Math.min(Math.max(value, 0), 1)

const readout = (
  shape: RegionShape | null,
  place: readonly [number, number] | null,
  image: ImageSize
): string | null => {
  if (shape && shape.type !== 'point') {
    const [x0, y0, x1, y1] = boundsOf(shape)
    const width = Math.round((x1 - x0) * image.width)
    const height = Math.round((y1 - y0) * image.height)
    return `${width} × ${height} px`
  }
  const point = shape ? shape.point : place
  return point && `${Math.floor(point[0] * image.width)}, ${Math.floor(point[1] * image.height)}`
}

import type { CanvasRegion, CanvasStrings } from './contract'
import { boundsOf } from './region-edits'

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`

/** One region as a sentence: "box dog, left 12 %, top 30 %, 20 % by 15 %, proposed". */
export const speakRegion = (region: CanvasRegion, strings: CanvasStrings): string => {
  const kind = strings.kinds[region.shape.type]
  const state = strings.states[region.state]
  if (region.shape.type === 'point') {
    const [x, y] = region.shape.point
    return strings.describePoint(kind, region.caption, { left: percent(x), top: percent(y) }, state)
  }
  const [x0, y0, x1, y1] = boundsOf(region.shape)
  const box = { left: percent(x0), top: percent(y0), width: percent(x1 - x0), height: percent(y1 - y0) }
  return strings.describeBox(kind, region.caption, box, state)
}

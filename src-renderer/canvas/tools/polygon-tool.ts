/**
 * @file Draws polygons, a click for each point.
 *
 *   idle --click--> drawing --click--> drawing, with one point more
 *     |               |--click on the first point, a second click on the last one, `finish`--> create
 *     |               |--stepBack--> drawing, with one point less; idle without any
 *     |--click on a region while picking--> pick
 */
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { doubleAreaOfRing } from '../../../src-shared/geometry/polygon'
import { normalizedPoint } from '../../../src-shared/geometry/space'
import type { NormalizedPoint } from '../../../src-shared/geometry/space'
import { clampUnit, onGrid } from '../region-edits'
import type { CanvasTool, Effect, PointerSample, Preview, ToolScene } from './tool'
import { DRAG_THRESHOLD, NO_PREVIEW, TOUCH_TOLERANCE, candidatesAt, distance } from './tool'

const LEAST_POINTS = 3
/** How near the first point a click must be to close, CSS px. */
const CLOSE_REACH = 8

const inImage = ([x, y]: NormalizedPoint): NormalizedPoint =>
  normalizedPoint(onGrid(clampUnit(x)), onGrid(clampUnit(y)))

const gap = (sample: PointerSample, [x, y]: NormalizedPoint, { image, view }: ToolScene): number =>
  distance(sample.screen, {
    x: x * image.width * view.scale + view.offsetX,
    y: y * image.height * view.scale + view.offsetY
  })

export const createPolygonTool = (): CanvasTool => {
  let points: readonly NormalizedPoint[] = []
  let pointer: NormalizedPoint | null = null
  let isPressed = false
  /** The next click closes. */
  let isClosing = false

  const isNearLast = (sample: PointerSample, scene: ToolScene): boolean => {
    const last = points.at(-1)
    const reach = sample.isTouch ? TOUCH_TOLERANCE : DRAG_THRESHOLD
    return last !== undefined && gap(sample, last, scene) <= reach
  }
  const isNearFirst = (sample: PointerSample, scene: ToolScene): boolean => {
    const [first] = points
    const reach = sample.isTouch ? TOUCH_TOLERANCE : CLOSE_REACH
    return first !== undefined && gap(sample, first, scene) <= reach
  }
  const closesAt = (sample: PointerSample, scene: ToolScene): boolean =>
    points.length >= LEAST_POINTS && (isNearFirst(sample, scene) || isNearLast(sample, scene))
  const forget = (): boolean => {
    const wasBusy = points.length > 0 || isPressed
    points = []
    pointer = null
    isPressed = false
    isClosing = false
    return wasBusy
  }
  /** Without an area it stays open, and the person can go on. */
  const finish = (): readonly Effect[] => {
    if (points.length < LEAST_POINTS || doubleAreaOfRing(points) === 0) return []
    const shape: RegionShape = { type: 'polygon', points }
    forget()
    return [{ type: 'create', shape }]
  }
  const click = (sample: PointerSample, scene: ToolScene): readonly Effect[] => {
    if (points.length === 0 && scene.picking) {
      const [named] = candidatesAt(sample, scene)
      if (named) return [{ type: 'pick', id: named.id }]
    }
    if (closesAt(sample, scene)) return finish()
    // Too early to close: a point that is there already would only make a fold.
    if (!isNearLast(sample, scene) && !isNearFirst(sample, scene)) points = [...points, inImage(sample.position)]
    return []
  }

  return {
    touchesRegions: false,
    get isBusy() {
      return points.length > 0
    },
    get preview(): Preview {
      const last = points.at(-1)
      if (last === undefined) return NO_PREVIEW
      const goesOn = pointer !== null && !isClosing && (pointer[0] !== last[0] || pointer[1] !== last[1])
      const all = goesOn && pointer ? [...points, pointer] : points
      const type = all.length < LEAST_POINTS ? 'polyline' : 'polygon'
      return { ...NO_PREVIEW, draft: all.length === 1 ? { type: 'point', point: last } : { type, points: all } }
    },
    handle(sample, scene) {
      if (scene.readOnly) return []
      pointer = inImage(sample.position)
      isClosing = closesAt(sample, scene)
      if (sample.phase === 'down') isPressed = true
      if (sample.phase !== 'up' || !isPressed) return []
      isPressed = false
      const effects = click(sample, scene)
      isClosing = closesAt(sample, scene) && !isNearLast(sample, scene)
      return effects
    },
    finish,
    stepBack() {
      if (points.length === 0) return false
      points = points.slice(0, -1)
      isClosing = false
      return true
    },
    cancel: forget,
    cursor(sample, scene) {
      if (scene.readOnly) return 'not-allowed'
      if (points.length === 0 && scene.picking && candidatesAt(sample, scene).length > 0) return 'copy'
      return isClosing ? 'pointer' : 'crosshair'
    }
  }
}

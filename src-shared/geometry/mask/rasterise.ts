/**
 * @file From outlines to masks, exactly as COCO's own code draws them, so that a mask made here and one
 * made there differ in no pixel. Source of the rule: cocodataset/cocoapi common/maskApi.c, `rleFrPoly`.
 *
 * [Note: How COCO fills a polygon]
 * Corners go onto a grid five times finer, rounded half up towards zero. Along an edge the grid points are
 * those nearest to it, one for each step on its longer axis. Where the outline steps over the middle of a
 * pixel column, the pixels of that column change sides, from the first one whose middle is not above the
 * lower of the two points on. What lies beside the raster changes nothing; above and below it is cut.
 *
 * COCO visits every grid point. Only the steps over a middle matter, so here an edge costs as much as it
 * crosses columns of the raster, however far outside its ends may be.
 */
import { assert } from '../../errors'
import type { PixelPolygon, PixelRing } from '../polygon'
import { pixelPoint } from '../space'
import type { ImageSize, PixelBox } from '../space'
import { RunWriter, checkedRaster, emptyMask } from './mask'
import { uniteMasks } from './overlap'
import type { Mask } from './mask'

/** Grid points per pixel. */
const SCALE = 5
/** The middle of a pixel lies between this grid column of its five and the next one. */
const MIDDLE = 2
/** Grid units. Farther away than any raster reaches, and whole numbers are still exact. */
const FARTHEST = 2 ** 50

const onGrid = (value: number): number => Math.min(Math.max(Math.trunc(SCALE * value + 0.5), -FARTHEST), FARTHEST)

/** The smallest t in `low`..`high` for which it holds; it holds from there on, and at `high`. */
function firstWhere(low: number, high: number, holds: (t: number) => boolean): number {
  let [below, at] = [low - 1, high]
  while (at - below > 1) {
    const middle = Math.floor((below + at) / 2)
    if (holds(middle)) at = middle
    else below = middle
  }
  return at
}

/** Pushes, for each column that the edge steps over the middle of, the offset from which on it changes sides. */
function pushToggles(
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
  { width, height }: ImageSize,
  toggles: number[]
): void {
  const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)]
  if (dx === 0) return
  const isFlat = dx >= dy
  // An edge has the same points in either direction: it is followed up its longer axis.
  const isTurned = isFlat ? x0 > x1 : y0 > y1
  const [u0, v0, u1, v1] = isTurned ? [x1, y1, x0, y0] : [x0, y0, x1, y1]
  const slope = isFlat ? (v1 - v0) / dx : (u1 - u0) / dy
  const columnAt = (t: number): number => Math.trunc(u0 + slope * t + 0.5)
  const rowAt = (u: number): number => Math.trunc(v0 + slope * (u - u0) + 0.5)
  const first = Math.max(0, Math.ceil((Math.min(u0, u1) - MIDDLE) / SCALE))
  const last = Math.min(width - 1, Math.floor((Math.max(u0, u1) - MIDDLE - 1) / SCALE))
  for (let column = first; column <= last; column++) {
    const u = column * SCALE + MIDDLE
    const v = isFlat
      ? Math.min(rowAt(u), rowAt(u + 1))
      : v0 + firstWhere(1, dy, slope > 0 ? (t) => columnAt(t) > u : (t) => columnAt(t) <= u) - 1
    const row = Math.ceil((v - MIDDLE) / SCALE)
    toggles.push(column * height + Math.min(Math.max(row, 0), height))
  }
}

/**
 * One polygon of any number of rings, even-odd: an outline and its holes. Coordinates must be finite (`InvariantError`).
 */
export function maskFromPolygon(rings: PixelPolygon, size: ImageSize): Mask {
  const { width, height } = checkedRaster(size)
  const toggles: number[] = []
  for (const ring of rings) {
    assert(
      ring.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
      'expected finite coordinates'
    )
    const corners = ring.map(([x, y]) => [onGrid(x), onGrid(y)] as const)
    corners.forEach((corner, i) => pushToggles(corner, corners[(i + 1) % corners.length] ?? corner, size, toggles))
  }
  toggles.sort((a, b) => a - b)
  const runs = new RunWriter()
  let [at, value]: [number, 0 | 1] = [0, 0]
  for (const toggle of [...toggles, width * height]) {
    runs.add(value, toggle - at)
    at = toggle
    value = value === 0 ? 1 : 0
  }
  return runs.mask({ width, height })
}

/** What any of the outlines holds: a `segmentation` of COCO, whose parts may overlap and have no holes. */
export const maskFromOutlines = (outlines: readonly PixelRing[], size: ImageSize): Mask =>
  uniteMasks([emptyMask(checkedRaster(size)), ...outlines.map((outline) => maskFromPolygon([outline], size))])

/** The pixels whose middle the box holds, by the same rule. */
export const maskFromBox = ([x0, y0, x1, y1]: PixelBox, size: ImageSize): Mask =>
  maskFromPolygon([[pixelPoint(x0, y0), pixelPoint(x0, y1), pixelPoint(x1, y1), pixelPoint(x1, y0)]], size)

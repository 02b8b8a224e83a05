/**
 * @file Paints all regions that are not being edited onto one bitmap. A generator, so that the same
 * code runs at once in the worker and in slices on the main thread. Regions are painted in list
 * order, then the tags that fit without covering each other, larger regions first.
 */
import type { ImageSize } from '../../../src-shared/geometry/space'
import { FORMS } from '../outline'
import type { CanvasTheme } from '../theme'
import type { View } from '../view'
import type { PackedScene } from './packed-scene'
import { STATES } from './packed-scene'
import type { Brush, Context2D, DeviceBounds, Look, TagPlace } from './region-look'
import { TagRuler, deviceBounds, drawTag } from './region-look'
import { drawShape } from './shape-look'

export interface StaticRequest {
  readonly sequence: number
  /** CSS px; the bitmap reaches `overscan` CSS px further on every side. */
  readonly view: View
  readonly viewport: ImageSize
  readonly overscanX: number
  readonly overscanY: number
  readonly image: ImageSize
  readonly devicePixelRatio: number
  /** Places of regions that another layer draws, ascending. */
  readonly hidden: readonly number[]
  readonly theme: CanvasTheme
}

export const bitmapSize = (request: StaticRequest): ImageSize => ({
  width: Math.round((request.viewport.width + 2 * request.overscanX) * request.devicePixelRatio),
  height: Math.round((request.viewport.height + 2 * request.overscanY) * request.devicePixelRatio)
})

const MOST_TAGS = 700
/** With more regions than this in view, a tag must not be wider than its box. */
const FEW_REGIONS = 120
/** With more regions than this in view, edges are thin. */
const DENSE_FROM = 2500
/** Regions painted between two looks at the clock. */
const SLICE = 200

export class StaticPainter {
  private scene: PackedScene | null = null
  private ruler: { readonly key: string; readonly value: TagRuler } | null = null

  setScene(scene: PackedScene): void {
    this.scene = scene
  }

  *paint(context: Context2D, request: StaticRequest): Generator<void, void> {
    const size = bitmapSize(request)
    context.clearRect(0, 0, size.width, size.height)
    const { scene } = this
    if (!scene) return
    const unit = request.devicePixelRatio
    const scaleX = request.image.width * request.view.scale * unit
    const scaleY = request.image.height * request.view.scale * unit
    const offsetX = Math.round((request.view.offsetX + request.overscanX) * unit)
    const offsetY = Math.round((request.view.offsetY + request.overscanY) * unit)
    const visible = visiblePlaces(scene, request.hidden, scaleX, scaleY, offsetX, offsetY, size)
    const brush: Brush = { theme: request.theme, unit, isDense: visible.length > DENSE_FROM }
    const boundsAt = (place: number): DeviceBounds =>
      deviceBounds(scene.bounds, place * 4, scaleX, scaleY, offsetX, offsetY)
    let painted = 0
    for (const place of visible) {
      const placed =
        scene.ringOf[place] === scene.ringOf[place + 1]
          ? null
          : {
              rings: scene,
              firstRing: scene.ringOf[place]!,
              endRing: scene.ringOf[place + 1]!,
              ...{ scaleX, scaleY, offsetX, offsetY }
            }
      drawShape(context, boundsAt(place), lookAt(scene, place), brush, placed)
      if (++painted % SLICE === 0) yield
    }
    const ruler = this.rulerFor(request)
    const taken = new Occupancy(size, Math.round(8 * unit))
    const isCrowded = visible.length > FEW_REGIONS
    let tags = 0
    for (const place of largestFirst(scene, visible)) {
      const look = lookAt(scene, place)
      const bounds = boundsAt(place)
      const tag = ruler.place(context, bounds, look)
      const isWanted = tag && (!isCrowded || look.form === 'point' || tag.width <= bounds.right - bounds.left)
      if (isWanted && taken.claim(tag)) {
        drawTag(context, tag, look, brush, ruler)
        if (++tags >= MOST_TAGS) return
      }
      if (++painted % SLICE === 0) yield
    }
  }

  private rulerFor({ theme, devicePixelRatio }: StaticRequest): TagRuler {
    const key = `${theme.fontFamily} ${devicePixelRatio}`
    if (this.ruler?.key !== key) this.ruler = { key, value: new TagRuler(theme, devicePixelRatio) }
    return this.ruler.value
  }
}

const lookAt = (scene: PackedScene, place: number): Look => ({
  form: FORMS[scene.form[place]!]!,
  state: STATES[scene.state[place]!]!,
  colour: scene.colours[scene.colour[place]!]!,
  caption: scene.captions[scene.caption[place]!]!,
  confidence: scene.confidence[place]!
})

const TAG_REACH = 24

const visiblePlaces = (
  { count, bounds }: PackedScene,
  hidden: readonly number[],
  scaleX: number,
  scaleY: number,
  offsetX: number,
  offsetY: number,
  size: ImageSize
): readonly number[] => {
  const left = (-TAG_REACH - offsetX) / scaleX
  const top = (-TAG_REACH - offsetY) / scaleY
  const right = (size.width + TAG_REACH - offsetX) / scaleX
  const bottom = (size.height + TAG_REACH - offsetY) / scaleY
  const places: number[] = []
  let nextHidden = 0
  for (let place = 0; place < count; place++) {
    if (hidden[nextHidden] === place) {
      nextHidden++
      continue
    }
    const at = place * 4
    if (bounds[at]! > right || bounds[at + 1]! > bottom || bounds[at + 2]! < left || bounds[at + 3]! < top) continue
    places.push(place)
  }
  return places
}

const largestFirst = ({ bounds }: PackedScene, places: readonly number[]): readonly number[] => {
  const areas = new Map(
    places.map((place) => {
      const at = place * 4
      return [place, (bounds[at + 2]! - bounds[at]!) * (bounds[at + 3]! - bounds[at + 1]!)] as const
    })
  )
  return [...places].sort((a, b) => areas.get(b)! - areas.get(a)!)
}

/** Which cells of the bitmap already carry a tag. */
class Occupancy {
  private readonly columns: number
  private readonly rows: number
  private readonly cell: number
  private readonly cells: Uint8Array

  constructor(size: ImageSize, cell: number) {
    this.cell = cell
    this.columns = Math.ceil(size.width / cell)
    this.rows = Math.ceil(size.height / cell)
    this.cells = new Uint8Array(this.columns * this.rows)
  }

  /** Takes the cells under `place` if all of them are free. */
  claim({ left, top, width, height }: TagPlace): boolean {
    const clamp = (value: number, most: number): number =>
      Math.min(Math.max(Math.floor(value / this.cell), 0), most - 1)
    const [x0, x1] = [clamp(left, this.columns), clamp(left + width - 1, this.columns)]
    const [y0, y1] = [clamp(top, this.rows), clamp(top + height - 1, this.rows)]
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) if (this.cells[y * this.columns + x]) return false
    }
    for (let y = y0; y <= y1; y++) this.cells.fill(1, y * this.columns + x0, y * this.columns + x1 + 1)
    return true
  }
}

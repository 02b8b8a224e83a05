/**
 * @file The regions of an image as flat arrays, cheap to copy to the drawing worker. Row `i` of
 * every array is region `i` of the list it was packed from.
 */
import type { RegionState } from '../../../src-shared/document/records'
import type { CanvasRegion } from '../contract'
import { FORMS, formOf, ringsOf } from '../outline'
import { boundsOf } from '../region-edits'

export interface PackedScene {
  readonly count: number
  /** float64 [count, 4] normalized x0, y0, x1, y1; a point has x0 = x1 and y0 = y1. */
  readonly bounds: Float64Array<ArrayBuffer>
  /** Place in `FORMS`. */
  readonly form: Uint8Array<ArrayBuffer>
  /** uint32 [count + 1]: the first ring of each region, and the end of the last; boxes and points have none. */
  readonly ringOf: Uint32Array<ArrayBuffer>
  /** uint32 [rings + 1]: the first point of each ring, and the end of the last. */
  readonly starts: Uint32Array<ArrayBuffer>
  /** float64 [points, 2] normalized x, y. */
  readonly points: Float64Array<ArrayBuffer>
  /** Place in `STATES`. */
  readonly state: Uint8Array<ArrayBuffer>
  /** 0..1, NaN unknown. */
  readonly confidence: Float32Array<ArrayBuffer>
  /** Places in the two string tables. */
  readonly colour: Uint32Array<ArrayBuffer>
  readonly caption: Uint32Array<ArrayBuffer>
  readonly colours: readonly string[]
  readonly captions: readonly string[]
}

export const STATES: readonly RegionState[] = ['accepted', 'proposed', 'corrected', 'rejected']

class StringTable {
  readonly values: string[] = []
  private readonly places = new Map<string, number>()

  placeOf(value: string): number {
    const known = this.places.get(value)
    if (known !== undefined) return known
    this.places.set(value, this.values.length)
    return this.values.push(value) - 1
  }
}

export const packScene = (regions: readonly CanvasRegion[]): PackedScene => {
  const count = regions.length
  const colours = new StringTable()
  const captions = new StringTable()
  const scene = {
    count,
    bounds: new Float64Array(count * 4),
    form: new Uint8Array(count),
    ...packRings(regions),
    state: new Uint8Array(count),
    confidence: new Float32Array(count),
    colour: new Uint32Array(count),
    caption: new Uint32Array(count),
    colours: colours.values,
    captions: captions.values
  }
  regions.forEach((region, i) => {
    scene.bounds.set(boundsOf(region.shape), i * 4)
    scene.form[i] = FORMS.indexOf(formOf(region.shape))
    scene.state[i] = STATES.indexOf(region.state)
    scene.confidence[i] = region.confidence ?? Number.NaN
    scene.colour[i] = colours.placeOf(region.colour)
    scene.caption[i] = captions.placeOf(region.caption)
  })
  return scene
}

function packRings(regions: readonly CanvasRegion[]): Pick<PackedScene, 'ringOf' | 'starts' | 'points'> {
  const ringOf = new Uint32Array(regions.length + 1)
  const all = regions.map(({ shape }) => ringsOf(shape))
  let pointCount = 0
  all.forEach((rings, i) => {
    ringOf[i + 1] = ringOf[i]! + (rings === null ? 0 : rings.starts.length - 1)
    pointCount += rings === null ? 0 : rings.points.length / 2
  })
  const starts = new Uint32Array(ringOf.at(-1)! + 1)
  const points = new Float64Array(2 * pointCount)
  let [ring, point] = [0, 0]
  for (const rings of all) {
    if (rings === null) continue
    points.set(rings.points, 2 * point)
    for (let i = 1; i < rings.starts.length; i++) starts[++ring] = point + rings.starts[i]!
    point += rings.points.length / 2
  }
  return { ringOf, starts, points }
}

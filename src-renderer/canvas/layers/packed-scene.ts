/**
 * @file The regions of an image as flat arrays, cheap to copy to the drawing worker. Row `i` of
 * every array is region `i` of the list it was packed from.
 */
import type { RegionState } from '../../../src-shared/document/records'
import type { CanvasRegion } from '../contract'
import { boundsOf } from '../region-edits'

export interface PackedScene {
  readonly count: number
  /** float64 [count, 4] normalized x0, y0, x1, y1; a point has x0 = x1 and y0 = y1. */
  readonly bounds: Float64Array<ArrayBuffer>
  /** 1 for points. */
  readonly isPoint: Uint8Array<ArrayBuffer>
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
    isPoint: new Uint8Array(count),
    state: new Uint8Array(count),
    confidence: new Float32Array(count),
    colour: new Uint32Array(count),
    caption: new Uint32Array(count),
    colours: colours.values,
    captions: captions.values
  }
  regions.forEach((region, i) => {
    scene.bounds.set(boundsOf(region.shape), i * 4)
    scene.isPoint[i] = region.shape.type === 'point' ? 1 : 0
    scene.state[i] = STATES.indexOf(region.state)
    scene.confidence[i] = region.confidence ?? Number.NaN
    scene.colour[i] = colours.placeOf(region.colour)
    scene.caption[i] = captions.placeOf(region.caption)
  })
  return scene
}

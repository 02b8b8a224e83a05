/** @file Which regions the edit layer shows, as what. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasRegion } from './contract'
import type { EditItem } from './layers/edit-layer'
import type { Look } from './layers/region-look'
import type { RegionIndex } from './region-index'

export const lookOf = (region: CanvasRegion): Look => ({
  isPoint: region.shape.type === 'point',
  state: region.state,
  colour: region.colour,
  caption: region.caption,
  confidence: region.confidence ?? Number.NaN
})

export interface EditSource {
  readonly index: RegionIndex
  /** Regions that only this layer draws. */
  readonly edited: ReadonlySet<RegionId>
  /** Regions it draws until the layer below shows them again. */
  readonly lingering: ReadonlySet<RegionId>
  readonly selection: readonly RegionId[]
  readonly shapeOf: (id: RegionId) => RegionShape | null
  /** Shapes that are being drawn or not registered yet. */
  readonly drafts: readonly RegionShape[]
  readonly drawColour: string
}

/** Lingering ones below, then the edited, then drafts. */
export const composeEditItems = (source: EditSource): readonly EditItem[] => {
  const selected = new Set(source.selection)
  const itemOf = (id: RegionId): readonly EditItem[] => {
    const region = source.index.get(id)
    const shape = source.shapeOf(id)
    if (!region || !shape) return []
    const isSelected = selected.has(id)
    return [{ id, shape, look: lookOf(region), ghost: isSelected ? region.original : null, isSelected }]
  }
  const lingering = [...source.lingering].filter((id) => !source.edited.has(id))
  const drafts = source.drafts.map((shape, i): EditItem => {
    const look: Look = {
      isPoint: shape.type === 'point',
      state: 'accepted',
      colour: source.drawColour,
      caption: '',
      confidence: Number.NaN
    }
    return { id: `draft ${i}`, shape, look, ghost: null, isSelected: false }
  })
  return [...lingering.flatMap(itemOf), ...[...source.edited].flatMap(itemOf), ...drafts]
}

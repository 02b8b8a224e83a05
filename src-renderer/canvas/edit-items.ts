/** @file Which regions the edit layer shows, as what. */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { CanvasRegion } from './contract'
import { formOf } from './outline'
import type { EditItem } from './layers/edit-layer'
import type { Look } from './layers/region-look'
import type { RegionIndex } from './region-index'
import type { ShapeChange } from './tools/tool'

const looks = new WeakMap<CanvasRegion, Look>()

/** The same object for the same region, so that layers can tell that nothing changed. */
export const lookOf = (region: CanvasRegion): Look => {
  const known = looks.get(region)
  if (known) return known
  const look: Look = {
    form: formOf(region.shape),
    state: region.state,
    colour: region.colour,
    caption: region.caption,
    confidence: region.confidence ?? Number.NaN
  }
  looks.set(region, look)
  return look
}

export interface EditSource {
  readonly index: RegionIndex
  /** Regions that only this layer draws. */
  readonly edited: ReadonlySet<RegionId>
  /** Regions it draws until the layer below shows them again. */
  readonly lingering: ReadonlySet<RegionId>
  readonly selection: readonly RegionId[]
  /** Where regions are that differ from the index; a later entry wins. */
  readonly changes: readonly ShapeChange[]
  /** Shapes that are being drawn or not registered yet. */
  readonly drafts: readonly RegionShape[]
  readonly drawColour: string
}

/** Lingering ones below, then the edited, then drafts. */
export const composeEditItems = (source: EditSource): readonly EditItem[] => {
  const selected = new Set(source.selection)
  const changed = new Map(source.changes.map(({ id, shape }) => [id, shape]))
  const itemOf = (id: RegionId): readonly EditItem[] => {
    const region = source.index.get(id)
    if (!region) return []
    const isSelected = selected.has(id)
    const shape = changed.get(id) ?? region.shape
    return [{ id, shape, look: lookOf(region), ghost: isSelected ? region.original : null, isSelected }]
  }
  const lingering = [...source.lingering].filter((id) => !source.edited.has(id))
  const drafts = source.drafts.map((shape, i): EditItem => {
    const form = formOf(shape)
    const look: Look = { form, state: 'accepted', colour: source.drawColour, caption: '', confidence: Number.NaN }
    return { id: `draft ${i}`, shape, look, ghost: null, isSelected: false, isDraft: true }
  })
  return [...lingering.flatMap(itemOf), ...[...source.edited].flatMap(itemOf), ...drafts]
}

import type { RegionShape } from '../../../src-shared/geometry/region-shape'

/** Whether the canvas can draw and the store can keep it: a dialect may write shapes that neither can. */
export const isDrawable = (shape: { readonly type: string }): shape is RegionShape =>
  shape.type === 'box' || shape.type === 'point'

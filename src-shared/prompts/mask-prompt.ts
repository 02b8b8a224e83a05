/** @file What a model that makes masks is shown of an object: points and a box. Fractions of the upright picture. */
import type { NormalizedBox, NormalizedPoint } from '../geometry/space'

export interface MaskPrompt {
  /** `isInside` false: the object does not reach here. */
  readonly points: readonly { readonly point: NormalizedPoint; readonly isInside: boolean }[]
  /** Around the object; null: points alone say which it is. */
  readonly box: NormalizedBox | null
}

/** Points of one prompt at most. */
export const MOST_POINTS = 256

/** @file Overlap of two boxes of one space. */
import { boxArea, intersectBoxes } from './box'
import type { AnyBox } from './box'

/**
 * Intersection over union, 0..1, edges exclusive (the formula of torchvision `box_iou`). Corners
 * must be ordered. 0 when there is no area at all, never NaN.
 */
export function intersectionOverUnion<B extends AnyBox>(a: B, b: B): number {
  const common = intersectBoxes(a, b)
  if (common === null) return 0
  const intersection = boxArea(common)
  const union = boxArea(a) + boxArea(b) - intersection
  return union > 0 ? Math.min(1, intersection / union) : 0
}

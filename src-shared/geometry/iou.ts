/** @file Overlap of two boxes of one space. Rotated boxes and polygons: `overlap/`; masks: `mask/`. */
import { boxArea, intersectBoxes } from './box'
import type { AnyBox } from './box'
import { coverageOf, iouOf } from './overlap/ratio'
import type { OverlapAreas } from './overlap/ratio'

function areasOf<B extends AnyBox>(a: B, b: B): OverlapAreas {
  const common = intersectBoxes(a, b)
  return { a: boxArea(a), b: boxArea(b), common: common === null ? 0 : boxArea(common) }
}

/**
 * Intersection over union, 0..1, edges exclusive (the formula of torchvision `box_iou`). Corners
 * must be ordered. 0 when there is no area at all, never NaN.
 */
export const intersectionOverUnion = <B extends AnyBox>(a: B, b: B): number => iouOf(areasOf(a, b))

/**
 * How much of `a` lies in `b`, 0..1: intersection over the area of `a`. Corners must be ordered. 0 when
 * `a` has no area.
 */
export const boxCoverage = <B extends AnyBox>(a: B, b: B): number => coverageOf(areasOf(a, b))

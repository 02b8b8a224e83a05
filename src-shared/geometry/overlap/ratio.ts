/** @file From areas to the two measures of overlap, for every kind of shape. */

/** Areas in one unit. */
export interface OverlapAreas {
  readonly a: number
  readonly b: number
  readonly common: number
}

/** Intersection over union, 0..1. 0 when there is no area at all, never NaN. */
export function iouOf({ a, b, common }: OverlapAreas): number {
  const union = a + b - common
  return common > 0 && union > 0 ? Math.min(1, common / union) : 0
}

/** How much of `a` lies in `b`, 0..1; 0 when `a` has no area. What COCO calls IoU with a crowd `b`. */
export const coverageOf = ({ a, common }: OverlapAreas): number => (common > 0 && a > 0 ? Math.min(1, common / a) : 0)

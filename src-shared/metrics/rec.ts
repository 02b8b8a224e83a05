/**
 * @file Referring expression comprehension: how often the answer's box is the right one. The protocol
 * is the studio's own: exclusive IoU in pixels of the original, the first box of the answer, an
 * answer without a box is wrong, every sample counts. Shikra's official script differs in one point:
 * it wants strictly more than 0.5, so both counts are given.
 */
import type { PixelBox } from '../geometry/space'
import { intersectionOverUnion } from '../geometry/iou'
import { orderCorners } from '../geometry/box'

export interface RecSample {
  readonly truth: PixelBox
  /** null: the answer had no box. Taken as it is: with reversed corners it overlaps nothing, as in the official scripts. */
  readonly predicted: PixelBox | null
}

export interface RecScore {
  readonly samples: number
  /** Answers without a box; they count as wrong. */
  readonly withoutBox: number
  /** Share with IoU ≥ 0.5; null when there are no samples. */
  readonly accuracyAt50: number | null
  /** Share with IoU > 0.5, as Shikra, Pink and MiniGPT-v2 count. */
  readonly accuracyAbove50: number | null
  readonly accuracyAt75: number | null
  /** Mean over all samples, 0 for answers without a box. */
  readonly meanIou: number | null
}

/** A box with a coordinate that is no number overlaps nothing. */
function overlap({ truth, predicted }: RecSample): number {
  if (predicted === null || !predicted.every(Number.isFinite)) return 0
  return intersectionOverUnion(orderCorners(truth), predicted)
}

export function scoreRec(samples: Iterable<RecSample>): RecScore {
  let count = 0
  let withoutBox = 0
  let at50 = 0
  let above50 = 0
  let at75 = 0
  let sum = 0
  for (const sample of samples) {
    const iou = overlap(sample)
    count++
    if (sample.predicted === null) withoutBox++
    if (iou >= 0.5) at50++
    if (iou > 0.5) above50++
    if (iou >= 0.75) at75++
    sum += iou
  }
  const share = (value: number): number | null => (count === 0 ? null : value / count)
  return {
    samples: count,
    withoutBox,
    accuracyAt50: share(at50),
    accuracyAbove50: share(above50),
    accuracyAt75: share(at75),
    meanIou: share(sum)
  }
}

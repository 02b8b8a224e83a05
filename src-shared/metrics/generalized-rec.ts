/**
 * @file Generalised referring expressions (gRefCOCO): an expression means any number of things, none among them.
 *
 * Boxes (GREC): Precision@(F1=1, IoU≥0.5), N-acc. Pairs are taken greedily by overlap, highest first, each box once;
 * a sample is right when nothing is left on either side. Masks (GRES): gIoU is the mean over samples, where a sample
 * without a target is 1 if nothing was said and else 0; cIoU is the sum of intersections over the sum of unions.
 * Source: the definitions of He et al., "GREC" (arXiv 2308.16182), and Liu et al., "GRES" (CVPR 2023); the official
 * scripts were not at hand, so a case they decide otherwise is not ruled out.
 */
import { intersectionOverUnion } from '../geometry/iou'
import { intersectionArea, maskArea } from '../geometry/mask'
import type { Mask } from '../geometry/mask'
import type { PixelBox } from '../geometry/space'

export const GENERALIZED_IOU = 0.5

export interface GrecSample {
  /** Empty: the expression means nothing in the image. */
  readonly truth: readonly PixelBox[]
  readonly said: readonly PixelBox[]
}

export interface NoTargetScore {
  readonly samples: number
  readonly withoutTarget: number
  /** N-acc: share of the samples without a target for which nothing was said. */
  readonly noTargetAccuracy: number | null
  /** T-acc: share of the samples with a target for which something was said. */
  readonly targetAccuracy: number | null
}
export interface GrecScore extends NoTargetScore {
  /** Share of samples whose boxes are all right and all there. */
  readonly precisionAtF1: number | null
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** Pairs of boxes that meet by at least `threshold`, best first, each box in one pair at most. */
export function matchedPairs({ truth, said }: GrecSample, threshold = GENERALIZED_IOU): number {
  const overlaps = truth
    .flatMap((a, t) => said.map((b, s) => ({ t, s, iou: intersectionOverUnion(a, b) })))
    .filter(({ iou }) => iou >= threshold)
    .toSorted((a, b) => b.iou - a.iou)
  const taken = { truth: new Set<number>(), said: new Set<number>() }
  for (const { t, s } of overlaps) {
    if (taken.truth.has(t) || taken.said.has(s)) continue
    taken.truth.add(t)
    taken.said.add(s)
  }
  return taken.truth.size
}

function noTarget(samples: readonly { readonly hasTarget: boolean; readonly hasAnswer: boolean }[]): NoTargetScore {
  const without = samples.filter(({ hasTarget }) => !hasTarget)
  const wanted = samples.filter(({ hasTarget }) => hasTarget)
  return {
    samples: samples.length,
    withoutTarget: without.length,
    noTargetAccuracy: share(without.filter(({ hasAnswer }) => !hasAnswer).length, without.length),
    targetAccuracy: share(wanted.filter(({ hasAnswer }) => hasAnswer).length, wanted.length)
  }
}

export function scoreGrec(samples: readonly GrecSample[]): GrecScore {
  const right = samples.filter((sample) => {
    const pairs = matchedPairs(sample)
    return pairs === sample.truth.length && pairs === sample.said.length
  })
  return {
    ...noTarget(samples.map(({ truth, said }) => ({ hasTarget: truth.length > 0, hasAnswer: said.length > 0 }))),
    precisionAtF1: share(right.length, samples.length)
  }
}

export interface GresSample {
  /** All of what is meant as one mask; no pixel: nothing is meant. Both of one size. */
  readonly truth: Mask
  readonly said: Mask
}
export interface GresScore extends NoTargetScore {
  /** Mean IoU over samples. */
  readonly gIou: number | null
  /** Intersections over unions, summed over samples with a target or an answer. */
  readonly cIou: number | null
  /** Share of the samples with a target whose IoU is at least that. */
  readonly precisionAt: Readonly<Record<'0.7' | '0.8' | '0.9', number | null>>
}

export function scoreGres(samples: readonly GresSample[]): GresScore {
  let [intersections, unions, sum] = [0, 0, 0]
  const targetIous: number[] = []
  const facts = samples.map(({ truth, said }) => {
    const [wanted, given] = [maskArea(truth), maskArea(said)]
    const intersection = intersectionArea(truth, said)
    const union = wanted + given - intersection
    intersections += intersection
    unions += union
    const iou = union === 0 ? 1 : wanted === 0 ? 0 : intersection / union
    sum += iou
    if (wanted > 0) targetIous.push(iou)
    return { hasTarget: wanted > 0, hasAnswer: given > 0 }
  })
  const above = (least: number): number | null =>
    share(targetIous.filter((iou) => iou >= least).length, targetIous.length)
  return {
    ...noTarget(facts),
    gIou: share(sum, samples.length),
    cIou: share(intersections, unions),
    precisionAt: { '0.7': above(0.7), '0.8': above(0.8), '0.9': above(0.9) }
  }
}

/**
 * @file Referring expression comprehension: how often the answer's box is the right one.
 *
 * [Note: What the REC protocols share and where they differ]
 * One box an answer, in pixels of the upright original; an answer without a box is wrong; every sample
 * counts. The official scripts differ in how overlap is measured, in whether an IoU of exactly 0.5 is
 * enough, and in Shikra's case in the grid the boxes are on. How a box is read from a reply is the
 * business of the dialects. MiniGPT-v2's script also lets expressions of one image overwrite each other;
 * that is a mistake of the script and not repeated here.
 *
 *   studio      exclusive, ≥ 0.5; the corners of the truth are put in order
 *   torch       exclusive in float32, ≥ 0.5: Qwen-VL, InternVL, Ferret, Kosmos-2
 *   all-seeing  exclusive in float32, > 0.5: All-Seeing v2, CogVLM
 *   shikra      both boxes as fractions of the padded square, rounded to 3 decimals, ×1000; float32, > 0.5
 *   pink        mixed edges, > 0.5
 *   minigpt-v2  inclusive edges, > 0.5
 *   ofa         float32, union + 1e-6, ≥ 0.5
 *
 * A tie at 0.5 in float32 is not always one in doubles: never put numbers of two protocols side by side
 * without their names.
 */
import { orderCorners } from '../geometry/box'
import { squareCanvas } from '../geometry/convert'
import { intersectionOverUnion } from '../geometry/iou'
import { roundHalfEven } from '../geometry/round'
import type { ImageSize, PixelBox } from '../geometry/space'
import { epsilonIou, inclusiveIou, mixedIou, torchIou } from './overlap-rules'

export interface RecSample {
  readonly truth: PixelBox
  /** null: the answer had no box. Taken as it is: with reversed corners it overlaps nothing, as in the official scripts. */
  readonly predicted: PixelBox | null
  /** The upright original; the `shikra` protocol cannot do without. */
  readonly size?: ImageSize
}

export const REC_PROTOCOLS = ['studio', 'torch', 'all-seeing', 'shikra', 'pink', 'minigpt-v2', 'ofa'] as const
export type RecProtocol = (typeof REC_PROTOCOLS)[number]

export interface RecScore {
  readonly samples: number
  /** Answers without a box; they count as wrong. */
  readonly withoutBox: number
  /** Share that is right by the protocol's own threshold; null when there are no samples. */
  readonly accuracy: number | null
  /** Share with IoU ≥ 0.5. */
  readonly accuracyAt50: number | null
  /** Share with IoU > 0.5. */
  readonly accuracyAbove50: number | null
  /** Share with IoU ≥ 0.75. */
  readonly accuracyAt75: number | null
  /** Mean over all samples, 0 for answers without a box. */
  readonly meanIou: number | null
}

type Overlap = (said: PixelBox, truth: PixelBox, image: ImageSize | undefined) => number

/** Shikra's answer and target are text: thousandths of the padded square, as Python's `%.3f` writes them. */
function shikraIou(said: PixelBox, truth: PixelBox, image: ImageSize | undefined): number {
  if (image === undefined) throw new RangeError('The shikra protocol needs the size of every image.')
  const { side, left, top } = squareCanvas(image)
  const grid = (value: number, margin: number): number =>
    Math.fround(Math.fround(roundHalfEven((value + margin) / side, 3)) * 1000)
  const written = ([x0, y0, x1, y1]: PixelBox) =>
    [grid(x0, left), grid(y0, top), grid(x1, left), grid(y1, top)] as const
  return torchIou(written(said), written(truth))
}

const RULES: Readonly<Record<RecProtocol, { readonly overlap: Overlap; readonly isTieRight: boolean }>> = {
  studio: { overlap: (said, truth) => intersectionOverUnion(orderCorners(truth), said), isTieRight: true },
  torch: { overlap: torchIou, isTieRight: true },
  'all-seeing': { overlap: torchIou, isTieRight: false },
  shikra: { overlap: shikraIou, isTieRight: false },
  pink: { overlap: mixedIou, isTieRight: false },
  'minigpt-v2': { overlap: inclusiveIou, isTieRight: false },
  ofa: { overlap: epsilonIou, isTieRight: true }
}

/** How far one answer is right, and whether it is by the protocol's threshold. Throws as `scoreRec` does. */
export function recOverlap(
  { truth, predicted, size }: RecSample,
  protocol: RecProtocol
): { readonly iou: number; readonly isRight: boolean } {
  const { overlap, isTieRight } = RULES[protocol]
  // A box with a coordinate that is no number overlaps nothing.
  const iou = predicted?.every(Number.isFinite) === true ? overlap(predicted, truth, size) : 0
  return { iou, isRight: iou > 0.5 || (isTieRight && iou >= 0.5) }
}

/** Throws `RangeError` when `shikra` is asked for and a sample does not tell its image's size. */
export function scoreRec(samples: Iterable<RecSample>, protocol: RecProtocol = 'studio'): RecScore {
  const { isTieRight } = RULES[protocol]
  let [count, withoutBox, at50, above50, at75, sum] = [0, 0, 0, 0, 0, 0]
  for (const sample of samples) {
    const { iou } = recOverlap(sample, protocol)
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
    accuracy: share(isTieRight ? at50 : above50),
    accuracyAt50: share(at50),
    accuracyAbove50: share(above50),
    accuracyAt75: share(at75),
    meanIou: share(sum)
  }
}

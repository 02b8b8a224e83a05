/**
 * @file The ways official scorers measure the overlap of two pixel boxes. They differ where it
 * matters: at a tie with the threshold and for boxes of a few pixels. None of them swaps reversed
 * corners; every one here gives 0 where the official script divides by zero.
 */

type Corners = readonly [number, number, number, number]
export type OverlapRule = (said: Corners, truth: Corners) => number

const share = (common: number, union: number): number => {
  const value = common / union
  return Number.isFinite(value) ? value : 0
}

/** Edges exclusive, in doubles: numpy's copy of torchvision `box_iou` (MDETR, Kosmos-2, Ferret on Flickr30k). */
export const exclusiveIou: OverlapRule = ([ax0, ay0, ax1, ay1], [bx0, by0, bx1, by1]) => {
  const common =
    Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0)) * Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0))
  return share(common, (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - common)
}

const f = Math.fround
const area32 = ([x0, y0, x1, y1]: Corners): number => f(f(x1 - x0) * f(y1 - y0))
const singles = (box: Corners): Corners => [f(box[0]), f(box[1]), f(box[2]), f(box[3])]
const sides32 = (a: Corners, b: Corners): [width: number, height: number] => [
  f(Math.min(a[2], b[2]) - Math.max(a[0], b[0])),
  f(Math.min(a[3], b[3]) - Math.max(a[1], b[1]))
]

/** Edges exclusive, every step in float32 as `torchvision.ops.box_iou` computes. */
export const torchIou: OverlapRule = (said, truth) => {
  const [a, b] = [singles(said), singles(truth)]
  const [width, height] = sides32(a, b)
  const common = f(Math.max(0, width) * Math.max(0, height))
  return f(share(common, f(f(area32(a) + area32(b)) - common)))
}

/** OFA: float32, the union grown by 1e-6 (which float32 forgets from 32 square pixels on), both sides above 0. */
export const epsilonIou: OverlapRule = (said, truth) => {
  const [a, b] = [singles(said), singles(truth)]
  const [width, height] = sides32(a, b)
  if (!(width > 0 && height > 0)) return 0
  const common = f(width * height)
  return f(share(common, f(f(f(area32(a) + area32(b)) - common) + f(1e-6))))
}

/** MiniGPT-v2: edges inclusive, one pixel more on every side. */
export const inclusiveIou: OverlapRule = ([ax0, ay0, ax1, ay1], [bx0, by0, bx1, by1]) => {
  const common =
    Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0) + 1) * Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0) + 1)
  return share(common, (ax1 - ax0 + 1) * (ay1 - ay0 + 1) + (bx1 - bx0 + 1) * (by1 - by0 + 1) - common)
}

/** Pink: exclusive areas; the intersection is one pixel shorter when it is looked for and one longer when measured. */
export const mixedIou: OverlapRule = ([ax0, ay0, ax1, ay1], [bx0, by0, bx1, by1]) => {
  const [x0, y0] = [Math.max(ax0, bx0), Math.max(ay0, by0)]
  const [x1, y1] = [Math.min(ax1 - 1, bx1 - 1), Math.min(ay1 - 1, by1 - 1)]
  const common = x0 < x1 && y0 < y1 ? (x1 - x0 + 1) * (y1 - y0 + 1) : 0
  return share(common, (ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - common)
}

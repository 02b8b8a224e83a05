/**
 * @file From a model's own opinion of an answer to a measured chance, and how far the two are apart.
 *
 * Confidence: Platt's scaling on the surprise of an answer, `-ln(score)`, in logarithms: two numbers, so that the order
 * of scores stays. Spread: what a box's digits say of themselves, and a share of its side that no digit knows of.
 */

/** chance = 1 / (1 + exp(-(intercept - slope · ln surprise))), surprise = -ln(score). */
export interface ConfidenceCurve {
  readonly intercept: number
  readonly slope: number
}
/** deviation² = (own · deviation of the digits)² + (extent · side of the box along the axis)². */
export interface SpreadCurve {
  readonly own: number
  readonly extent: number
}
export interface Calibration {
  readonly confidence: ConfidenceCurve
  readonly spread: SpreadCurve
}

/** A score of 1 has no surprise; one this small tells it from no other. */
const LEAST_SURPRISE = 1e-7

const surpriseOf = (score: number): number => Math.log(Math.max(LEAST_SURPRISE, -Math.log(Math.max(score, 1e-300))))
const chanceOf = (x: number, { intercept, slope }: ConfidenceCurve): number =>
  1 / (1 + Math.exp(-(intercept - slope * x)))

/** `score` 0 to 1: the geometric mean of token probabilities. */
export const calibratedChance = (score: number, curve: ConfidenceCurve): number => chanceOf(surpriseOf(score), curve)

/** `side` along the coordinate's axis, in its units; 0 for a point. */
export const calibratedDeviation = (deviation: number, side: number, { own, extent }: SpreadCurve): number =>
  Math.hypot(own * deviation, extent * side)

export interface Scored {
  /** 0 to 1. */
  readonly score: number
  readonly isRight: boolean
}

/** The most likely curve, by Newton's method; a little ridge keeps it finite where all are right. Needs a right and a wrong one. */
export function fitConfidence(samples: readonly Scored[]): ConfidenceCurve {
  const right = samples.filter(({ isRight }) => isRight).length
  if (right === 0 || right === samples.length) throw new RangeError('expected right and wrong answers to learn from')
  const points = samples.map(({ score, isRight }) => ({ x: surpriseOf(score), y: isRight ? 1 : 0 }))
  let [intercept, slope] = [0, 0]
  for (let round = 0; round < 100; round++) {
    const ridge = 1e-3
    let [g0, g1, h00, h01, h11] = [-ridge * intercept, -ridge * slope, ridge, 0, ridge]
    for (const { x, y } of points) {
      const p = chanceOf(x, { intercept, slope })
      const weight = p * (1 - p)
      g0 += y - p
      g1 += -x * (y - p)
      h00 += weight
      h01 += -x * weight
      h11 += x * x * weight
    }
    const determinant = h00 * h11 - h01 * h01
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant]
    intercept += d0
    slope += d1
    if (Math.abs(d0) + Math.abs(d1) < 1e-9) break
  }
  return { intercept, slope }
}

export interface Placed {
  readonly error: number
  readonly deviation: number
  readonly side: number
}

/** Share of errors that a standard deviation should hold. */
export const ONE_DEVIATION = 0.683
const OWN_SHARES = [0, 0.1, 0.25, 0.5, 0.75, 1]

/** Of the shares of their own deviation, the one under which errors are likeliest (Laplace's law: few are large); all hold 68.3 % within one. */
export function fitSpread(samples: readonly Placed[]): SpreadCurve {
  if (samples.length === 0) throw new RangeError('expected coordinates to learn from')
  let best = { own: 0, extent: 0, loss: Infinity }
  for (const own of OWN_SHARES) {
    let [low, high] = [0, 1]
    for (let round = 0; round < 40; round++) {
      const extent = (low + high) / 2
      if (shareWithin(samples, { own, extent }) < ONE_DEVIATION) low = extent
      else high = extent
    }
    const curve = { own, extent: high }
    let loss = 0
    for (const { error, deviation, side } of samples) {
      const scale = Math.max(1e-6, calibratedDeviation(deviation, side, curve))
      loss += Math.log(2 * scale) + Math.abs(error) / scale
    }
    if (loss < best.loss) best = { ...curve, loss }
  }
  return { own: best.own, extent: best.extent }
}

/** Share of the errors within one deviation. */
export const shareWithin = (samples: readonly Placed[], curve: SpreadCurve): number =>
  samples.filter(({ error, deviation, side }) => Math.abs(error) <= calibratedDeviation(deviation, side, curve))
    .length / samples.length

export interface ReliabilityBin {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly meanScore: number
  readonly shareRight: number
}

/** Bins of equal width; empty ones are left out. */
export function reliability(samples: readonly Scored[], bins = 10): readonly ReliabilityBin[] {
  return Array.from({ length: bins }, (_, bin) => {
    const inside = samples.filter(({ score }) => Math.min(bins - 1, Math.floor(score * bins)) === bin)
    const mean = (value: (sample: Scored) => number): number =>
      inside.reduce((sum, sample) => sum + value(sample), 0) / Math.max(1, inside.length)
    return {
      from: bin / bins,
      to: (bin + 1) / bins,
      count: inside.length,
      meanScore: mean(({ score }) => score),
      shareRight: mean(({ isRight }) => (isRight ? 1 : 0))
    }
  }).filter(({ count }) => count > 0)
}

/** Expected calibration error: mean distance of score and share of right ones, over bins of equal width (Guo et al. 2017). */
export const calibrationError = (samples: readonly Scored[], bins = 10): number =>
  reliability(samples, bins).reduce(
    (sum, { count, meanScore, shareRight }) => sum + (count / samples.length) * Math.abs(meanScore - shareRight),
    0
  )

/** Mean squared distance of score and outcome. */
export const brierScore = (samples: readonly Scored[]): number =>
  samples.reduce((sum, { score, isRight }) => sum + (score - (isRight ? 1 : 0)) ** 2, 0) / samples.length

/** @file Greedy choice with its probability. */
import { badOutput } from './bad-output'

export interface PickedToken {
  readonly id: number
  /** Natural logarithm of its probability under softmax. */
  readonly logProb: number
}

/** The most likely token; of equals the first. Rejects `inference/bad-output` when a logit is not finite. */
export function pickToken(logits: Float32Array, model: string): PickedToken {
  let best = 0
  let max = -Infinity
  let sum = 0
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id] ?? Number.NaN
    sum += value
    if (value > max) {
      max = value
      best = id
    }
  }
  // One NaN or infinity anywhere makes the sum one too.
  if (!Number.isFinite(sum)) throw badOutput(model, 'logits', 'they contain values that are not numbers')
  let total = 0
  for (let id = 0; id < logits.length; id++) total += Math.exp((logits[id] ?? 0) - max)
  return { id: best, logProb: -Math.log(total) }
}

/** @file Greedy choice with its probability, among all tokens or among those a constraint leaves. */
import type { Constraint } from './constraint'
import { InvariantError } from '../../../src-shared/errors'
import { badOutput } from './bad-output'

export interface PickedToken {
  readonly id: number
  /** Natural logarithm of its probability under softmax over the whole vocabulary, whatever was allowed. */
  readonly logProb: number
}

/** What may be said at this place; null in `allowed`: every token that is no end. */
export interface Choice {
  readonly allowed: ReturnType<Constraint['allowed']>
  readonly canEnd: boolean
  readonly endTokenIds: ReadonlySet<number>
}

/** The most likely of what `choice` leaves; of equals the first. */
function bestOf(logits: Float32Array, { allowed, canEnd, endTokenIds }: Choice): number {
  let best = -1
  let max = -Infinity
  const consider = (id: number): void => {
    const value = logits[id]
    if (value === undefined || value < max || (value === max && id > best)) return
    max = value
    best = id
  }
  if (allowed === null) for (let id = 0; id < logits.length; id++) if (!endTokenIds.has(id)) consider(id)
  if (allowed !== null) for (const id of allowed) consider(id)
  if (canEnd) for (const id of endTokenIds) consider(id)
  if (best < 0) throw new InvariantError('expected a constraint to leave a token or an end')
  return best
}

/**
 * The most likely token; of equals the first. Rejects `inference/bad-output` when a logit is not finite,
 * also one that `choice` rules out.
 */
export function pickToken(logits: Float32Array, model: string, choice?: Choice): PickedToken {
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
  const id = choice === undefined ? best : bestOf(logits, choice)
  return { id, logProb: (logits[id] ?? 0) - max - Math.log(total) }
}

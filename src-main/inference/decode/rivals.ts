/**
 * @file What else a model might have written where it wrote a number. Only tokens that spell digits are looked
 * at, and only against tokens that differ from them in their digits alone: `7` against the other digits,
 * `<loc_512>` against the other places.
 */
import type { TokenRival } from '../../core/ports'

/** Less likely ones are nothing the model meant. */
const LEAST_PROBABILITY = 1e-7
/** Enough for every digit, and for the places beside a location token. */
const MOST_RIVALS = 48

/** A rival and its token. */
export interface ReadRival extends TokenRival {
  readonly id: number
}

export interface RivalReader {
  /**
   * The token itself and its rivals, most likely first, with their probabilities over the whole vocabulary; empty for a
   * token without digits. `logProb` is the token's own, `logits` float32 `[vocabulary]`.
   */
  of(id: number, logits: Float32Array, logProb: number): readonly ReadRival[]
}

/** `texts`: of every token with digits, by id. */
export function createRivalReader(texts: ReadonlyMap<number, string>): RivalReader {
  const classOf = new Map<number, readonly { readonly id: number; readonly digits: string }[]>()
  const classes = new Map<string, { readonly id: number; readonly digits: string }[]>()
  for (const [id, text] of texts) {
    const [digits = '', ...more] = text.match(/\d+/g) ?? []
    if (digits === '' || more.length > 0) continue
    const pattern = text.replace(digits, '#')
    const members = classes.get(pattern) ?? []
    classes.set(pattern, members)
    members.push({ id, digits })
    classOf.set(id, members)
  }
  return {
    of(id, logits, logProb) {
      const members = classOf.get(id)
      if (members === undefined || members.length < 2) return []
      const logTotal = (logits[id] ?? 0) - logProb
      return members
        .map((member) => ({
          ...member,
          probability: Math.exp((logits[member.id] ?? -Infinity) - logTotal)
        }))
        .filter(({ probability }) => probability >= LEAST_PROBABILITY)
        .sort((a, b) => b.probability - a.probability)
        .slice(0, MOST_RIVALS)
    }
  }
}

/**
 * @file What else a model might have written where it wrote a number. Only tokens that spell digits are looked
 * at, and only against tokens that differ from them in their digits alone: `7` against the other digits,
 * `<loc_512>` against the other places.
 */
import type { TokenRival } from '../../core/ports'

/** Less likely ones are nothing the model meant. */
const LOG_LEAST = Math.log(1e-7)
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

interface Member {
  readonly id: number
  readonly digits: string
}

/** Most likely first; of equals the first. A class may have thousands of members and is read at every token: no sorting of all. */
function likeliest(members: readonly Member[], logits: Float32Array, least: number): readonly Member[] {
  const found: Member[] = []
  let bar = least
  for (const member of members) {
    const logit = logits[member.id] ?? -Infinity
    if (!(logit >= bar)) continue
    let at = found.length
    while (at > 0 && (logits[found[at - 1]?.id ?? 0] ?? 0) < logit) at--
    if (at === MOST_RIVALS) continue
    found.splice(at, 0, member)
    if (found.length > MOST_RIVALS) found.pop()
    if (found.length === MOST_RIVALS) bar = logits[found[MOST_RIVALS - 1]?.id ?? 0] ?? 0
  }
  return found
}

/** `texts`: of every token with digits, by id. */
export function createRivalReader(texts: ReadonlyMap<number, string>): RivalReader {
  const classOf = new Map<number, readonly Member[]>()
  const classes = new Map<string, Member[]>()
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
      return likeliest(members, logits, logTotal + LOG_LEAST).map((member) => ({
        ...member,
        probability: Math.exp((logits[member.id] ?? -Infinity) - logTotal)
      }))
    }
  }
}

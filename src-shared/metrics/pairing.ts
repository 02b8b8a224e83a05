/** @file Which prediction belongs to which truth: by id, in the order of the truth, nothing left over on either side. */

interface Identified {
  readonly id: string
}

export interface Pairing<Truth, Said> {
  readonly pairs: readonly (readonly [truth: Truth, said: Said])[]
  /** Ids of truths without a prediction. */
  readonly missing: readonly string[]
  /** Ids of predictions without a truth. */
  readonly surplus: readonly string[]
  /** Ids that come more than once in one of the files. */
  readonly repeated: readonly string[]
}

function byId<Line extends Identified>(lines: readonly Line[], repeated: Set<string>): Map<string, Line> {
  const found = new Map<string, Line>()
  for (const line of lines) {
    if (found.has(line.id)) repeated.add(line.id)
    else found.set(line.id, line)
  }
  return found
}

/** Every id of both sides is in `pairs` or in one of the three lists of what is wrong. */
export function pairById<Truth extends Identified, Said extends Identified>(
  truths: readonly Truth[],
  said: readonly Said[]
): Pairing<Truth, Said> {
  const repeated = new Set<string>()
  const [wanted, given] = [byId(truths, repeated), byId(said, repeated)]
  const pairs: [Truth, Said][] = []
  const missing: string[] = []
  for (const [id, truth] of wanted) {
    const answer = given.get(id)
    if (answer === undefined) missing.push(id)
    else pairs.push([truth, answer])
  }
  return { pairs, missing, surplus: [...given.keys()].filter((id) => !wanted.has(id)), repeated: [...repeated] }
}

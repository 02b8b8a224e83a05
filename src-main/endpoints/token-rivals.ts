/** @file What else a server says a token might have been, in the shape of the models of this computer (decode/rivals.ts). */
import type { TokenRival } from '../core/ports'

export interface ToldToken {
  readonly token: string
  readonly logprob: number
  /** The likeliest tokens of its place, itself mostly among them; empty: not told. */
  readonly top: readonly { readonly token: string; readonly logprob: number }[]
}

/** A token with one run of digits, as the digits and what stands around them. */
function numberIn(token: string): readonly [pattern: string, digits: string] | null {
  const [digits, ...more] = token.match(/\d+/g) ?? []
  return digits === undefined || more.length > 0 ? null : [token.replace(digits, '#'), digits]
}

/** The token and others that differ from it in their digits alone, likeliest first; empty for other words. undefined: nothing is told of it. */
export function rivalsOf({ token, logprob, top }: ToldToken): readonly TokenRival[] | undefined {
  if (top.length === 0) return undefined
  const own = numberIn(token)
  if (own === null) return []
  const [pattern, digits] = own
  const found = new Map([[digits, Math.exp(logprob)]])
  for (const other of top) {
    const number = numberIn(other.token)
    if (number?.[0] === pattern && !found.has(number[1])) found.set(number[1], Math.exp(other.logprob))
  }
  return [...found]
    .map(([text, probability]) => ({ digits: text, probability }))
    .sort((a, b) => b.probability - a.probability)
}

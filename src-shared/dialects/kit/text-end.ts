/** @file Where an answer ends: at the end of its text, or at a stop token a server left in. */

/** Asks whether an answer ends at an offset; null: more text would tell. */
export type TextEnd = (source: string, at: number, isEnd: boolean) => boolean | null

export function textEnd(stopTokens: readonly string[]): TextEnd {
  const longest = Math.max(0, ...stopTokens.map((token) => token.length))
  return (source, at, isEnd) => {
    if (stopTokens.some((token) => source.startsWith(token, at))) return true
    if (source.length - at >= longest && at < source.length) return false
    const rest = source.slice(at)
    if (!stopTokens.some((token) => token.startsWith(rest)) && rest !== '') return false
    return isEnd ? true : null
  }
}

/** Entries whose text holds all typed words; those that begin with the first word come first. Pure. */
export function rankMatches<T>(entries: readonly T[], typed: string, textOf: (entry: T) => string): readonly T[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const first = words[0]
  if (first === undefined) return entries
  const matching = entries.filter((entry) => {
    const text = textOf(entry).toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const rank = (entry: T): number => (textOf(entry).toLowerCase().startsWith(first) ? 0 : 1)
  return matching.toSorted((a, b) => rank(a) - rank(b))
}

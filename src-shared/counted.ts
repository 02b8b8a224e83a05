/** @file Numbers in English sentences: "1 image", "2 images". */

/** The plural of a noun of ours: "region" → "regions", "dialogue turn" → "dialogue turns". Not for words of data. */
const pluralOf = (noun: string): string => (/(?:s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`)

/** `1 image`, `2 images`, `0 images`; digits are not grouped, so that a script can read them. */
export const counted = (count: number, noun: string, plural = pluralOf(noun)): string =>
  `${count} ${count === 1 ? noun : plural}`

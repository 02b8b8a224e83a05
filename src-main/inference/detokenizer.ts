/**
 * @file Text of an answer while it grows. A letter may be spread over several tokens, so text is
 * held back until it is whole; what is given out never changes.
 */

/** A letter of UTF-8 has at most four bytes, and a token at least one. */
const LONGEST_LETTER_TOKENS = 4
const BROKEN = '\uFFFD'

export interface Detokenizer {
  /** Text that became certain with this token; empty while a letter is open. */
  push(id: number): string
  /** What was still held back; an unfinished letter becomes U+FFFD. */
  end(): string
}

/**
 * White space in front of an answer only separates it from its role and is dropped. Tokenizers
 * treat the start of a text specially, so every piece is decoded behind the tokens before it.
 */
export function createDetokenizer(decode: (ids: readonly number[]) => string): Detokenizer {
  /** Tokens already given out that the open ones are decoded behind. */
  let context: number[] = []
  let open: number[] = []
  let hasBegun = false

  function give(): string {
    const before = decode(context)
    const text = decode([...context, ...open]).slice(before.length)
    context = open
    open = []
    if (hasBegun) return text
    const begun = text.trimStart()
    hasBegun = begun !== ''
    return begun
  }

  return {
    push(id) {
      open.push(id)
      const isOpen = open.length < LONGEST_LETTER_TOKENS && decode([...context, ...open]).endsWith(BROKEN)
      return isOpen ? '' : give()
    },
    end: () => (open.length === 0 ? '' : give())
  }
}

/** @file Where a text says that the picture goes: `<image>` and its kin, which are no words of anybody. */

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What GPT4RoI puts before every question: without its token it is half a sentence. */
const PREAMBLE = (token: string): RegExp =>
  new RegExp(`^The ${escaped(token)} provides an overview of the picture\\.[\\n ]?`)

export interface TextWithoutImages {
  readonly text: string
  /** How often the token stood there. */
  readonly count: number
}

/**
 * Takes every token out, with one line break or space that parts it from the words: after it at the beginning, before
 * it elsewhere.
 */
export function withoutImageTokens(value: string, token: string): TextWithoutImages {
  if (!value.includes(token)) return { text: value, count: 0 }
  let count = 0
  const pattern = new RegExp(`^${escaped(token)}[\\n ]?|[\\n ]?${escaped(token)}`, 'g')
  let text = value.replace(PREAMBLE(token), () => {
    count++
    return ''
  })
  // At the beginning, one after the other; then those inside.
  const leading = new RegExp(`^${escaped(token)}[\\n ]?`)
  while (leading.test(text)) {
    text = text.replace(leading, '')
    count++
  }
  text = text.replace(pattern, () => {
    count++
    return ''
  })
  return { text, count }
}

/**
 * @file Where in a text its parts stand, found once for each whole file and used for a million damages: numbers, words in
 * quotes, values of JSON with what encloses them, tags and elements of XML, lines and cells. Half-open UTF-16 offsets.
 */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Spans {
  /** Wherever they stand, also in words. */
  readonly numbers: readonly Span[]
  /** `<…>`, of XML and of the words of dialects. */
  readonly tags: readonly Span[]
  /** From `<a` to `</a>`; only those that hold no other of their name. */
  readonly elements: readonly Span[]
  /** What stands between two quotes. */
  readonly quoted: readonly Span[]
  /** What stands between two tags. */
  readonly contents: readonly Span[]
  readonly lines: readonly Span[]
  /** Between commas, spaces and line breaks, of texts that are no JSON and no XML. */
  readonly cells: readonly Span[]
  /** JSON: names with their quotes. */
  readonly keys: readonly Span[]
  /** JSON: values of pairs and elements of lists. */
  readonly values: readonly Span[]
  /** JSON: `"name": value`, and elements of lists. */
  readonly members: readonly Span[]
}

const spansBy = (text: string, pattern: RegExp): readonly Span[] =>
  [...text.matchAll(pattern)].map((match) => ({ from: match.index, to: match.index + match[0].length }))

/** JSON, one value or one for each line; whatever follows a fault is not looked at. */
function jsonSpans(text: string): Pick<Spans, 'keys' | 'values' | 'members'> {
  const [keys, values, members]: [Span[], Span[], Span[]] = [[], [], []]
  /** Where the containers begin that are open, and the key that waits for its value. */
  const open: { readonly from: number; readonly key: number }[] = []
  let key = -1
  const valueEnded = (from: number, to: number, ofKey: number): void => {
    if (open.length === 0) return
    values.push({ from, to })
    members.push({ from: ofKey === -1 ? from : ofKey, to })
  }
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]|[\w.+-]+/g
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [token] = found
    const from = found.index
    const to = from + token.length
    if (token === '{' || token === '[') {
      open.push({ from, key })
      key = -1
    } else if (token === '}' || token === ']') {
      const begun = open.pop()
      if (begun === undefined) break
      valueEnded(begun.from, to, begun.key)
      key = -1
    } else if (token.startsWith('"') && /^\s*:/.test(text.slice(to, to + 3))) {
      keys.push({ from, to })
      key = from
    } else {
      valueEnded(from, to, key)
      key = -1
    }
  }
  return { keys, values, members }
}

export function spansOf(text: string): Spans {
  const isJson = /^\s*[[{]/.test(text)
  const isXml = /^\s*</.test(text)
  const inside = (pattern: RegExp): readonly Span[] =>
    spansBy(text, pattern).map(({ from, to }) => ({ from: from + 1, to: to - 1 }))
  return {
    numbers: spansBy(text, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g),
    tags: spansBy(text, /<[^<>\n]{1,200}>/g),
    elements: isXml ? spansBy(text, /<([A-Za-z_]+)(?:\s[^<>]*)?>(?:(?!<\1[\s>])[\s\S])*?<\/\1>|<[^<>]*\/>/g) : [],
    quoted: inside(/"(?:[^"\\\n]|\\.)*"/g),
    contents: isXml ? inside(/>[^<>]+</g) : [],
    lines: spansBy(text, /[^\n]*\n|[^\n]+$/g),
    cells: isJson || isXml ? [] : spansBy(text, /[^\s,]+/g),
    ...(isJson ? jsonSpans(text) : { keys: [], values: [], members: [] })
  }
}

/**
 * @file What a dialect may write, as a small regular grammar in plain JSON: built from the same
 * constants as the printer, sent to the decode engine, checked by law 5.
 */

export type Grammar =
  | { readonly type: 'literal'; readonly text: string }
  /** A whole number, zero-padded to `width` digits when given. */
  | { readonly type: 'integer'; readonly min: number; readonly max: number; readonly width?: number }
  /** 0 to 1 with exactly so many decimals. */
  | { readonly type: 'fraction'; readonly decimals: number }
  /** Any words that hold none of these strings. */
  | { readonly type: 'words'; readonly without: readonly string[] }
  | { readonly type: 'sequence'; readonly parts: readonly Grammar[] }
  | { readonly type: 'choice'; readonly options: readonly Grammar[] }
  /** `max` null: no limit. */
  | { readonly type: 'repeat'; readonly body: Grammar; readonly min: number; readonly max: number | null }

export interface GrammarOptions {
  /** `answer` (default): words and regions. `regions`: one region or group of regions and nothing else. */
  readonly form?: 'answer' | 'regions'
  /** For dialects whose settings change what they write; the official ones are the default. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
}

export const literal = (text: string): Grammar => ({ type: 'literal', text })
export const integer = (min: number, max: number, width?: number): Grammar => ({
  type: 'integer',
  min,
  max,
  ...(width === undefined ? {} : { width })
})
export const fraction = (decimals: number): Grammar => ({ type: 'fraction', decimals })
export const words = (without: readonly string[]): Grammar => ({ type: 'words', without })
export const sequence = (...parts: readonly (Grammar | string)[]): Grammar => ({
  type: 'sequence',
  parts: parts.map((part) => (typeof part === 'string' ? literal(part) : part))
})
export const choice = (...options: readonly Grammar[]): Grammar => ({ type: 'choice', options })
export const repeat = (body: Grammar, min = 0, max: number | null = null): Grammar => ({
  type: 'repeat',
  body,
  min,
  max
})
export const optional = (body: Grammar): Grammar => repeat(body, 0, 1)
/** `body` once or more, `separator` between. */
export const separated = (body: Grammar, separator: string): Grammar =>
  sequence(body, repeat(sequence(separator, body)))

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Alternatives by number of digits, so that a range is exact: 0..1023 does not hold 1024. */
export function integerPattern(min: number, max: number, width: number | undefined): string {
  const values = (from: number, to: number): string => {
    const [low, high] = [String(from), String(to)]
    if (low === high) return low
    let same = 0
    while (low[same] === high[same]) same++
    const head = low.slice(0, same)
    const rest = low.length - same
    if (rest === 1) return `${head}[${low[same] ?? ''}-${high[same] ?? ''}]`
    const unit = 10 ** (rest - 1)
    const parts: string[] = []
    for (let start = from; start <= to; start = Math.floor(start / unit) * unit + unit) {
      parts.push(values(start, Math.min(to, Math.floor(start / unit) * unit + unit - 1)))
    }
    return `(?:${parts.join('|')})`
  }
  const options: string[] = []
  for (let from = min; from <= max; from = 10 ** String(from).length) {
    const digits = String(from).length
    const part = values(from, Math.min(max, 10 ** digits - 1))
    options.push(width === undefined ? part : '0'.repeat(Math.max(0, width - digits)) + part)
  }
  return `(?:${options.reverse().join('|')})`
}

function patternOf(grammar: Grammar): string {
  switch (grammar.type) {
    case 'literal':
      return escaped(grammar.text)
    case 'integer':
      return integerPattern(grammar.min, grammar.max, grammar.width)
    case 'fraction':
      return `(?:0\\.\\d{${grammar.decimals}}|1\\.0{${grammar.decimals}})`
    case 'words':
      return `(?:(?!${grammar.without.map(escaped).join('|')})[^])+?`
    case 'sequence':
      return grammar.parts.map(patternOf).join('')
    case 'choice':
      return `(?:${grammar.options.map(patternOf).join('|')})`
    case 'repeat':
      return `(?:${patternOf(grammar.body)}){${grammar.min},${grammar.max ?? ''}}`
  }
}

const patterns = new WeakMap<Grammar, RegExp>()

/** Whether the whole text is in the grammar. Backtracks: for tests and short texts, not for decoding. */
export function isInGrammar(grammar: Grammar, text: string): boolean {
  let pattern = patterns.get(grammar)
  if (pattern === undefined) {
    pattern = new RegExp(`^${patternOf(grammar)}$`)
    patterns.set(grammar, pattern)
  }
  return pattern.test(text)
}

const SAMPLE_WORDS = ['a cat', 'the dog', 'red', ' is ', 'x', '图', ' and ', "woman's hat"]

/** One text of the grammar. `random` gives 0..1 and decides everything. */
export function sampleGrammar(grammar: Grammar, random: () => number): string {
  const pick = (count: number): number => Math.min(count - 1, Math.floor(random() * count))
  switch (grammar.type) {
    case 'literal':
      return grammar.text
    case 'integer':
      return String(grammar.min + pick(grammar.max - grammar.min + 1)).padStart(grammar.width ?? 0, '0')
    case 'fraction':
      return (pick(10 ** grammar.decimals + 1) / 10 ** grammar.decimals).toFixed(grammar.decimals)
    case 'words': {
      const fitting = SAMPLE_WORDS.filter((word) => grammar.without.every((part) => !word.includes(part)))
      return fitting[pick(fitting.length)] ?? ''
    }
    case 'sequence':
      return grammar.parts.map((part) => sampleGrammar(part, random)).join('')
    case 'choice': {
      const chosen = grammar.options[pick(grammar.options.length)]
      return chosen === undefined ? '' : sampleGrammar(chosen, random)
    }
    case 'repeat': {
      const count = grammar.min + pick(Math.min(3, (grammar.max ?? Infinity) - grammar.min) + 1)
      return Array.from({ length: count }, () => sampleGrammar(grammar.body, random)).join('')
    }
  }
}

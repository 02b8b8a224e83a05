/**
 * @file A grammar as other programs read it: a regular expression without look-ahead, and GBNF of llama.cpp. Both may be
 * narrower than the grammar where words may not hold a text of several letters: they leave out its first letter.
 */
import { integerPattern } from './grammar'
import type { Grammar } from './grammar'

/** First letters of what words may not hold. */
const barred = (without: readonly string[]): string =>
  [...new Set(without.flatMap((text) => [...text].slice(0, 1)))].join('')
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
const inClass = (letters: string): string => letters.replace(/[\\\]^-]/g, '\\$&')

const times = (min: number, max: number | null): string => {
  if (min === 0 && max === 1) return '?'
  if (max === null && min < 2) return min === 0 ? '*' : '+'
  return max === min ? `{${min}}` : `{${min},${max ?? ''}}`
}

/** Of the whole text; for engines of regular languages (no look-ahead, no back references). */
export function regularExpression(grammar: Grammar): string {
  switch (grammar.type) {
    case 'literal':
      return escaped(grammar.text)
    case 'integer':
      return integerPattern(grammar.min, grammar.max, grammar.width)
    case 'fraction':
      return `(?:0\\.[0-9]{${grammar.decimals}}|1\\.0{${grammar.decimals}})`
    case 'words': {
      const letters = barred(grammar.without)
      return letters === '' ? '(?:.|\\n)+' : `[^${inClass(letters)}]+`
    }
    case 'sequence':
      return grammar.parts.map(regularExpression).join('')
    case 'choice':
      return `(?:${grammar.options.map(regularExpression).join('|')})`
    case 'repeat':
      return `(?:${regularExpression(grammar.body)})${times(grammar.min, grammar.max)}`
  }
}

/** What JSON and GBNF spell alike. */
const quoted = (text: string): string => JSON.stringify(text)

function gbnf(grammar: Grammar): string {
  switch (grammar.type) {
    case 'literal':
      return quoted(grammar.text)
    case 'integer':
      return integerPattern(grammar.min, grammar.max, grammar.width).replace(/\(\?:|\)|\||\[\d-\d\]|\d+/g, (piece) =>
        piece === '(?:' ? '(' : piece === '|' ? ' | ' : /^\d/.test(piece) ? ` "${piece}" ` : ` ${piece} `
      )
    case 'fraction':
      return `("0." [0-9]{${grammar.decimals}} | "1.${'0'.repeat(grammar.decimals)}")`
    case 'words': {
      const letters = barred(grammar.without)
      return letters === '' ? '[^\\x00]+' : `[^${inClass(letters)}]+`
    }
    case 'sequence':
      return grammar.parts.length === 0 ? '""' : grammar.parts.map(gbnf).join(' ')
    case 'choice':
      return `(${grammar.options.map(gbnf).join(' | ')})`
    case 'repeat':
      return `(${gbnf(grammar.body)})${times(grammar.min, grammar.max)}`
  }
}

/** Source: grammars/README of llama.cpp (rules, character classes, repetitions by `{m,n}`). */
export const gbnfGrammar = (grammar: Grammar): string => `root ::= ${gbnf(grammar)}\n`

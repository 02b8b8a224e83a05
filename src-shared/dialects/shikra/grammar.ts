/** @file Everything Shikra may write: words without an opener, and groups of one kind. */
import { choice, fraction, integer, literal, repeat, separated, sequence, words } from '../grammar'
import type { Grammar, GrammarOptions } from '../grammar'
import { BINS, DECIMALS, STOP_TOKEN } from './profile'
import type { ShikraVariant } from './profile'

const tuple = (number: Grammar, count: 2 | 4, separator: string): Grammar =>
  sequence(number, ...Array.from({ length: count - 1 }, () => sequence(separator, number)))

function groupOf(variant: ShikraVariant): { readonly group: Grammar; readonly openers: readonly string[] } {
  if (variant === 'token') {
    const bin = sequence('<bin_', integer(0, BINS), '>')
    const tagged = (letter: 'b' | 'p', count: 2 | 4): Grammar =>
      sequence(`<${letter}_st>`, separated(tuple(bin, count, ' '), `<${letter}_sep>`), `<${letter}_ed>`)
    return { group: choice(tagged('b', 4), tagged('p', 2)), openers: ['<b_st>', '<p_st>'] }
  }
  const [open, close] = variant === 'plain' ? ['[', ']'] : ['(', ')']
  const list = (count: 2 | 4): Grammar => separated(tuple(fraction(DECIMALS), count, ','), ';')
  return { group: sequence(open, choice(list(4), list(2)), close), openers: [open] }
}

export function shikraGrammar(variant: ShikraVariant, { form = 'answer' }: GrammarOptions = {}): Grammar {
  const { group, openers } = groupOf(variant)
  if (form === 'regions') return group
  return repeat(choice(group, words([...openers, STOP_TOKEN]), literal(STOP_TOKEN)))
}

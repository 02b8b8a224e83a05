/** @file Bracket lists whose numbers are fractions with fixed decimals, one bracket for each region. */
import { formatFixed } from '../../geometry/round'
import type { Dialect, DialectProfile } from '../dialect'
import { choice, fraction, sequence } from '../grammar'
import { bracketBody, bracketDialect } from './bracket-list'
import { fixed, gridCodec } from './coordinates'

export interface FractionBracketSpec {
  readonly profile: DialectProfile
  readonly decimals: number
  /** Between two numbers. */
  readonly comma: string
  /** One number as the model's reader accepts it. */
  readonly official: RegExp
}

/** Fractions are clamped to 0..1 and rounded half to even. */
export function fractionBrackets({ profile, decimals, comma, official }: FractionBracketSpec): Dialect {
  const spelling = {
    comma,
    official,
    exact: new RegExp(`^\\d\\.\\d{${decimals}}$`),
    finished: new RegExp(`\\.\\d{${decimals},}$`)
  }
  const arities = profile.kinds.includes('point') ? [4, 2] : [4]
  return bracketDialect({
    profile,
    codec: gridCodec({ profile, quantise: () => fixed(decimals), max: () => 1, decode: (value) => value }),
    open: '[',
    close: ']',
    rule: { arities, max: 1, numbers: 'fractions' },
    readBody: (body) => bracketBody(body, spelling),
    gaps: [' '],
    brackets: (regions) =>
      regions.map(({ numbers }) => `[${numbers.map((value) => formatFixed(value, decimals)).join(comma)}]`),
    bracketGrammar: choice(
      ...arities.map((count) =>
        sequence(
          '[',
          ...Array.from({ length: count }, (_, i) =>
            i > 0 ? sequence(comma, fraction(decimals)) : fraction(decimals)
          ),
          ']'
        )
      )
    ),
    harmless: { '[': '(', ']': ')', '<': '(' }
  })
}

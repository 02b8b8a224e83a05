/** @file ChatSpot, in a form that no source confirms: brackets and scale are settings. */
import { formatFixed } from '../../geometry/round'
import type { Dialect, DialectContext } from '../dialect'
import { choice, fraction, integer, sequence } from '../grammar'
import { bracketBody, bracketDialect } from '../kit/bracket-list'
import { fixed, gridCodec, numberSetting, rounded } from '../kit/coordinates'
import { CHATSPOT_PROFILE, DECIMALS, SCALES } from './profile'

const FRACTION = /^\d\.\d{3}$/
const BRACKETS = { square: ['[', ']'], round: ['(', ')'] } as const
const ARITIES = [4, 2]

function chatSpotDialect(brackets: keyof typeof BRACKETS, scale: number): Dialect {
  const [open, close] = BRACKETS[brackets]
  const isFractions = scale === 1
  const spelling = isFractions
    ? { comma: ',', official: FRACTION, exact: FRACTION, finished: /\.\d{3,}$/ }
    : { comma: ',', official: /^\d{1,4}$/, exact: /^(?:0|[1-9]\d*)$/, finished: /[,;]$/ }
  const number = isFractions ? fraction(DECIMALS) : integer(0, scale)
  return bracketDialect({
    profile: CHATSPOT_PROFILE,
    codec: gridCodec({
      profile: CHATSPOT_PROFILE,
      quantise: () => (isFractions ? fixed(DECIMALS) : rounded(scale)),
      max: () => scale,
      decode: (value) => value / scale
    }),
    open,
    close,
    rule: { arities: ARITIES, max: scale, numbers: isFractions ? 'fractions' : 'integers' },
    readBody: (body) => bracketBody(body, spelling),
    gaps: [' '],
    brackets: (regions) =>
      regions.map(
        ({ numbers }) =>
          open + numbers.map((value) => (isFractions ? formatFixed(value, DECIMALS) : String(value))).join(',') + close
      ),
    bracketGrammar: choice(
      ...ARITIES.map((count) =>
        sequence(open, ...Array.from({ length: count }, (_, i) => (i > 0 ? sequence(',', number) : number)), close)
      )
    ),
    harmless: { '[': '(', '(': '[', '<': '(' }
  })
}

const forms: ReadonlyMap<string, Dialect> = new Map(
  (['square', 'round'] as const).flatMap((brackets) =>
    SCALES.map((scale) => [`${brackets} ${scale}`, chatSpotDialect(brackets, scale)] as const)
  )
)
const byDefault = chatSpotDialect('square', 1)

function formOf(context: DialectContext): Dialect {
  const brackets = context.settings?.['brackets'] === 'round' ? 'round' : 'square'
  return forms.get(`${brackets} ${numberSetting(CHATSPOT_PROFILE, context, 'scale')}`) ?? byDefault
}

export const chatSpot: Dialect = {
  profile: CHATSPOT_PROFILE,
  parse: (source, context) => formOf(context).parse(source, context),
  print: (tree, context) => formOf(context).print(tree, context),
  stream: (context) => formOf(context).stream(context),
  grammar: (options) => byDefault.grammar(options)
}

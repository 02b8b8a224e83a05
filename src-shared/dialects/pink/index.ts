/** @file Pink: fractions with three decimals that are not clamped, the smallest box of a phrase first. */
import { formatFixed, roundHalfEven } from '../../geometry/round'
import { regionIdsOf } from '../../grounded/visit'
import type { Dialect, DialectContext, Loss } from '../dialect'
import { choice, fraction, sequence } from '../grammar'
import { bracketBody, bracketDialect } from '../kit/bracket-list'
import { fractionsOf, shapeFromFractions, spaceOf } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import type { WrittenRegion } from '../kit/printer'
import { DECIMALS, PINK_PROFILE } from './profile'

const OFFICIAL = /^\d\.\d{3}$/
const SPELLING = { comma: ',', official: OFFICIAL, exact: OFFICIAL, finished: /\.\d{3,}$/ }

const codec: Codec = {
  write(shape, context, pixels) {
    const space = spaceOf(PINK_PROFILE, context)
    const exact = fractionsOf(shape, space, context)
    const { width, height } = context.image
    // The source multiplies by the inverse of a side.
    const values =
      pixels?.length === exact.length && space === 'original'
        ? pixels.map((value, i) => value * (1 / (i % 2 === 0 ? width : height)))
        : exact
    return { numbers: values.map((value) => roundHalfEven(value, DECIMALS) + 0), isClamped: false }
  },
  read: (kind, numbers, context) => shapeFromFractions(kind, numbers, spaceOf(PINK_PROFILE, context), context)
}

const area = ({ numbers: [a = 0, b = 0, c = a, d = b] }: WrittenRegion): number => (c - a) * (d - b)

const isEval = (context: DialectContext): boolean => context.settings?.['reader'] === 'eval'

const base = bracketDialect({
  profile: PINK_PROFILE,
  codec,
  open: '[',
  close: ']',
  rule: { arities: [2, 4], max: 1, numbers: 'fractions' },
  readBody(body, context, mode) {
    const read = bracketBody(body, SPELLING)
    return mode === 'strict' && isEval(context) ? { ...read, hasWhitespace: false } : read
  },
  gaps: [' '],
  brackets: (regions) =>
    [...regions]
      .sort((one, other) => area(one) - area(other))
      .map(({ numbers }) => `[${numbers.map((value) => formatFixed(value, DECIMALS)).join(',')}]`),
  bracketGrammar: choice(
    ...[4, 2].map((count) =>
      sequence(
        '[',
        ...Array.from({ length: count }, (_, i) => [...(i > 0 ? [','] : []), fraction(DECIMALS)]).flat(),
        ']'
      )
    )
  ),
  harmless: { '[': '(', ']': ')', '<': '(' }
})

/** Numbers that are written, as the source does, and that no official reader takes. */
const UNREADABLE_BELOW = -0.0005
const UNREADABLE_FROM = 9.9995

export const pink: Dialect = {
  ...base,
  print(tree, context) {
    const { text, losses } = base.print(tree, context)
    const unreadable = new Set(
      tree.regions
        .filter(({ shape }) =>
          fractionsOf(shape, spaceOf(PINK_PROFILE, context), context).some(
            (value) => value < UNREADABLE_BELOW || value >= UNREADABLE_FROM
          )
        )
        .map(({ id }) => id)
    )
    const outside = tree.children.flatMap((node, index): Loss[] =>
      regionIdsOf([node])
        .filter((id) => unreadable.has(id))
        .map((id) => ({
          code: 'dialect/out-of-range',
          message: `Region ${id} has a coordinate outside the image that Pink writes but cannot read back.`,
          path: [index]
        }))
    )
    return { text, losses: [...losses, ...outside] }
  }
}

/** @file Pix2Seq: token ids, y before x, thousand bins, the class last. */
import { coordinatesOf } from '../../geometry/shape'
import type { Dialect, DialectContext } from '../dialect'
import { choice, integer, literal, optional, repeat, sequence, words } from '../grammar'
import { withClassesOnly } from '../kit/class-labels'
import { gridCodec, rounded, shapeFromFractions } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { ItemStream, parseItems } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { CLASS_SHIFT, COORDINATE_SHIFT, LAST_BIN, NO_CLASS, PIX2SEQ_PROFILE } from './profile'
import { tokenReader } from './read'

const isPadded = (context: DialectContext): boolean => context.settings?.['canvas'] === 'padded'
const longSide = ({ image }: DialectContext): number => Math.max(image.width, image.height)

const grid = gridCodec({
  profile: PIX2SEQ_PROFILE,
  quantise: (context) => {
    const round = rounded(LAST_BIN)
    if (!isPadded(context)) return round
    const long = longSide(context)
    return ({ fraction, pixel, side }) => round({ fraction: fraction * (side / long), pixel, side: long })
  },
  max: () => LAST_BIN,
  decode: (value) => value / LAST_BIN
})

const codec: Codec = {
  ...grid,
  read(kind, numbers, context) {
    const shape = grid.read(kind, numbers, context)
    if (!isPadded(context)) return shape
    const { width, height } = context.image
    const long = longSide(context)
    const fractions = coordinatesOf(shape).map((value, i) => value * (long / (i % 2 === 0 ? width : height)))
    return shapeFromFractions(kind, fractions, 'original', context)
  }
}

const reader = tokenReader(codec)
const LAST_CLASS = COORDINATE_SHIFT - CLASS_SHIFT - 1

const printing: PrintSpec = {
  reader,
  codec,
  kinds: PIX2SEQ_PROFILE.kinds,
  harmless: { '1': 'I', '2': 'Z' },
  reserved: [],
  group: (name, regions) =>
    regions
      .map(({ numbers }) =>
        [
          ...numbers.map((value) => value + COORDINATE_SHIFT),
          name === null || name === '' ? NO_CLASS : Number(name) + CLASS_SHIFT
        ].join(' ')
      )
      .join(' '),
  emptyPhrase: null,
  separator: (previous, next) => {
    if (previous === 'start' || (previous === 'words' && next === 'words')) return ''
    return previous !== 'words' && next !== 'words' ? ' ' : '\n'
  },
  markupSeparators: [' ', '\n'],
  isOneRegionEach: true
}

const coordinate = integer(COORDINATE_SHIFT, COORDINATE_SHIFT + LAST_BIN)
const five = sequence(
  repeat(sequence(coordinate, ' '), 4, 4),
  choice(integer(CLASS_SHIFT, COORDINATE_SHIFT - 1), literal(String(NO_CLASS)))
)
const fives = sequence(five, repeat(sequence(' ', five)))

export const pix2seq: Dialect = {
  profile: PIX2SEQ_PROFILE,
  parse: (source, context) => parseItems(reader, source, context),
  print(given, context) {
    const { tree, losses } = withClassesOnly(given, LAST_CLASS)
    const printed = printTree(printing, tree, context)
    return { text: printed.text, losses: [...losses, ...printed.losses] }
  },
  stream: (context) => new ItemStream(reader, context),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? five : choice(fives, optional(words(['1', '2']))))
}

/** @file Pix2Seq: token ids, y before x, thousand bins, the class last. */
import { coordinatesOf } from '../../geometry/shape'
import { mention, text } from '../../grounded/build'
import type { GroundedNode, GroundedText } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { regionIdsOf } from '../../grounded/visit'
import type { Dialect, DialectContext, Loss } from '../dialect'
import { choice, integer, literal, optional, repeat, sequence, words } from '../grammar'
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
const isClassName = (name: string): boolean => /^(?:0|[1-9]\d{0,2})$/.test(name) && Number(name) <= LAST_CLASS

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
          name === null ? NO_CLASS : Number(name) + CLASS_SHIFT
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

/** A phrase that is no class number becomes words and a box without a class. */
function withClassesOnly(tree: GroundedText): { readonly tree: GroundedText; readonly losses: readonly Loss[] } {
  const losses: Loss[] = []
  const children = tree.children.flatMap((node, i): readonly GroundedNode[] => {
    if (node.type !== 'phrase' || node.regionIds.length === 0) return [node]
    const name = plainText(node.children, () => '')
    if (isClassName(name.trim()) || name.trim() === '') return [node]
    const message = `“${name}” is no class number; its regions are written without a class.`
    losses.push({ code: 'dialect/label', message, path: [i] })
    return [text(name), mention(regionIdsOf([node]))]
  })
  return { tree: { ...tree, children }, losses }
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
    const { tree, losses } = withClassesOnly(given)
    const printed = printTree(printing, tree, context)
    return { text: printed.text, losses: [...losses, ...printed.losses] }
  },
  stream: (context) => new ItemStream(reader, context),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? five : choice(fives, optional(words(['1', '2']))))
}

/** @file OFA: four numbers with spaces between them, then the label. */
import type { Dialect, DialectContext } from '../dialect'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import { gridCodec, numberSetting, rounded } from '../kit/coordinates'
import { ItemStream, parseItems } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { labelAfterReader, runText } from '../kit/token-run'
import type { TokenForm } from '../kit/token-run'
import { OFA_PROFILE } from './profile'

const MAX = 999
const BIN: TokenForm = { prefix: '<bin_', suffix: '>', gap: ' ', width: null }
const STOP_TOKENS = OFA_PROFILE.stopTokens ?? []
const RESERVED = ['<', '\n']

/** `max_image_size` of the source, which every coordinate is divided by. */
const LARGEST_SIDE = 512

const shareOf = (context: DialectContext): number => numberSetting(OFA_PROFILE, context, 'patch-size') / LARGEST_SIDE

const codec = gridCodec({
  profile: OFA_PROFILE,
  quantise: (context) => {
    const share = shareOf(context)
    const round = rounded(MAX)
    return ({ fraction, pixel, side }) =>
      round({ fraction: fraction * share, pixel: pixel === null ? null : pixel * share, side })
  },
  max: () => MAX,
  decode: (value, context) => value / MAX / shareOf(context)
})

const LABEL = /[^<\n]*/y

const reader = labelAfterReader({
  form: BIN,
  rule: { codec, max: () => MAX, kindOf: (count) => (count === 4 ? 'box' : null) },
  strictMax: MAX,
  label: () => LABEL,
  separator: '\n',
  isSpaceAfterSeparator: false,
  stopTokens: STOP_TOKENS
})

const printing: PrintSpec = {
  reader,
  codec,
  kinds: OFA_PROFILE.kinds,
  harmless: { '<': '(', '\n': ' ' },
  reserved: RESERVED,
  group: (label, regions) =>
    regions.map(({ numbers }) => runText(BIN, numbers) + (label === null ? '' : ` ${label}`)).join(' '),
  emptyPhrase: null,
  // A label would swallow words behind it; boxes without a label would join.
  separator: (previous, next, source) => {
    if (previous === 'start' || previous === 'words') return ''
    if (source !== undefined && STOP_TOKENS.includes(source)) return ''
    return previous === 'phrase' && next !== 'words' ? ' ' : '\n'
  },
  markupSeparators: [' '],
  isOneRegionEach: true
}

const bin = sequence(BIN.prefix, integer(0, MAX), BIN.suffix)
const box = sequence(bin, repeat(sequence(BIN.gap, bin), 3, 3))
const labelled = sequence(box, ' ', words(RESERVED))

const answer = sequence(
  optional(words(['<'])),
  optional(choice(sequence(separated(labelled, ' '), optional(sequence(' ', box))), box)),
  repeat(choice(...STOP_TOKENS.map(literal)))
)

export const ofa: Dialect = {
  profile: OFA_PROFILE,
  parse: (source, context) => parseItems(reader, source, context),
  print: (tree, context) => printTree(printing, tree, context),
  stream: (context) => new ItemStream(reader, context),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? choice(labelled, box) : answer)
}

/** @file PaliGemma: four numbers, codes of a mask or none, then the label. */
import type { Dialect, DialectContext } from '../dialect'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import { gridCodec, numberSetting, rounded } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { ItemStream, parseItems } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { labelAfterReader, runText } from '../kit/token-run'
import type { TokenForm } from '../kit/token-run'
import { PALIGEMMA_PROFILE } from './profile'

const MAX = 1023
const LOC: TokenForm = { prefix: '<loc', suffix: '>', gap: '', width: 4 }
const SEG: TokenForm = { prefix: '<seg', suffix: '>', gap: '', width: 3 }
const MASK = { form: SEG, size: 16, max: 127 }
const SEPARATOR = ' ; '
const STOP_TOKENS = PALIGEMMA_PROFILE.stopTokens ?? []
const LABEL = /[^<;\r\n]*/y
/** `[\w\s\-]+` of Python. */
const SUPERVISION_LABEL = /[\p{L}\p{N}_\s-]*/uy
/** What a label must not hold. */
const RESERVED = ['<', ';', '\n', '\r']

const isSupervision = ({ settings }: DialectContext): boolean => settings?.['reader'] === 'supervision'

const grid = gridCodec({
  profile: PALIGEMMA_PROFILE,
  quantise: (context) => rounded(numberSetting(PALIGEMMA_PROFILE, context, 'denominator')),
  max: () => MAX,
  decode: (value, context) => value / numberSetting(PALIGEMMA_PROFILE, context, 'denominator')
})

/** A mask is drawn into its box, and so the box has a width and a height: a step at least. */
function opened([a = 0, b = 0, c = 0, d = 0]: readonly number[]): readonly number[] {
  const [top, bottom] = c > a ? [a, c] : a < MAX ? [a, a + 1] : [a - 1, a]
  const [left, right] = d > b ? [b, d] : b < MAX ? [b, b + 1] : [b - 1, b]
  return [top, left, bottom, right]
}

const codec: Codec = {
  ...grid,
  write(shape, context, pixels) {
    const { numbers, isClamped } = grid.write(shape, context, pixels)
    return { numbers: shape.type === 'coded-mask' ? opened(numbers) : numbers, isClamped }
  }
}

const reader = labelAfterReader({
  form: LOC,
  mask: MASK,
  rule: { codec, max: () => MAX, kindOf: (count) => (count === 4 ? 'box' : null) },
  strictMax: MAX,
  label: ({ mode, context }) => (mode === 'strict' && isSupervision(context) ? SUPERVISION_LABEL : LABEL),
  separator: ';',
  isSpaceAfterSeparator: true,
  needsLabel: isSupervision,
  stopTokens: STOP_TOKENS
})

const printing: PrintSpec = {
  reader,
  codec,
  kinds: PALIGEMMA_PROFILE.kinds,
  harmless: { '<': '(', ';': ',', '\n': ' ', '\r': ' ' },
  reserved: RESERVED,
  group: (label, regions) =>
    regions
      .map(({ numbers, codes }) => runText(LOC, numbers) + runText(SEG, codes) + (label === null ? '' : ` ${label}`))
      .join(SEPARATOR),
  emptyPhrase: null,
  separator: (previous, _next, source) =>
    previous === 'start' || previous === 'words' || (source !== undefined && STOP_TOKENS.includes(source))
      ? ''
      : SEPARATOR,
  isOneRegionEach: true
}

const loc = sequence(LOC.prefix, integer(0, MAX, LOC.width ?? 0), LOC.suffix)
const seg = sequence(SEG.prefix, integer(0, MASK.max, SEG.width ?? 0), SEG.suffix)
const item = sequence(
  repeat(loc, 4, 4),
  optional(repeat(seg, MASK.size, MASK.size)),
  optional(sequence(' ', words(RESERVED)))
)
const prose = words(['<'])
const answer = sequence(
  optional(separated(choice(sequence(optional(prose), item), prose), SEPARATOR)),
  repeat(choice(...STOP_TOKENS.map(literal)))
)

export const paligemma: Dialect = {
  profile: PALIGEMMA_PROFILE,
  parse: (source, context) => parseItems(reader, source, context),
  print: (tree, context) => printTree(printing, tree, context),
  stream: (context) => new ItemStream(reader, context),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? item : answer)
}

/** @file Qwen2.5-VL: JSON or plain lines, pixels of the picture as the network saw it. */
import type { Dialect } from '../dialect'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import type { Grammar } from '../grammar'
import { ItemStream, parseItems } from '../kit/item-stream'
import { jsonDialect } from '../kit/json-dialect'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { QWEN25_LIMITS, smartResize } from '../kit/smart-resize'
import { MAX, codec, complete, sideOf } from './codec'
import { plainLineReader } from './plain-lines'
import { QWEN25_VL_LINES_PROFILE, QWEN25_VL_PROFILE } from './profile'
import { POINTS_OPEN, readXmlPoints } from './xml-points'

const json = jsonDialect({
  profile: QWEN25_VL_PROFILE,
  shapes: [
    { kind: 'box', keys: ['bbox_2d'], aliases: ['bbox', 'box_2d'] },
    { kind: 'point', keys: ['point_2d'], aliases: ['point'] }
  ],
  labels: ['label', 'name', 'text_content'],
  codec,
  limit: sideOf,
  mayBeFractions: true,
  list: { open: '```json\n[\n\t', between: ',\n\t', close: '\n]\n```' },
  decimals: 0,
  max: MAX,
  complete,
  other: {
    opener: POINTS_OPEN,
    read: (item) =>
      readXmlPoints(item, {
        codec,
        max: (context) => Math.max(sideOf(0, context), sideOf(1, context)),
        kindOf: (count) => (count === 2 ? 'point' : null)
      })
  }
})

export const qwen25Vl: Dialect = {
  ...json,
  resizedSize: (image) => smartResize(image, QWEN25_LIMITS)
}

const STOP_TOKENS = QWEN25_VL_LINES_PROFILE.stopTokens ?? []
const RESERVED = ['\n', '\r', ...STOP_TOKENS]
const lineReader = plainLineReader(
  {
    codec,
    // A number is of its own axis: the longer side bounds both, as in the XML answers.
    max: (context) => Math.max(sideOf(0, context), sideOf(1, context)),
    kindOf: (count) => (count === 4 ? 'box' : null),
    swapsInStrict: true
  },
  STOP_TOKENS
)
const linePrinting: PrintSpec = {
  reader: lineReader,
  codec,
  kinds: QWEN25_VL_LINES_PROFILE.kinds,
  harmless: { ',': ';', '\n': ' ', '\r': ' ', '<': '(' },
  reserved: RESERVED,
  group: (label, regions) => regions.map(({ numbers }) => `${numbers.join(',')} ${label ?? ''}`).join('\n'),
  emptyPhrase: null,
  separator: (previous, next, source) =>
    previous === 'start' ||
    (previous === 'words' && next === 'words') ||
    (source !== undefined && STOP_TOKENS.includes(source))
      ? ''
      : '\n',
  markupSeparators: ['\n'],
  isOneRegionEach: true
}
const pixel = integer(0, MAX)
const line = sequence(pixel, ',', pixel, ',', pixel, ',', pixel, ' ', optional(words(RESERVED)))
const answer: Grammar = sequence(
  optional(separated(choice(line, words([',', ...STOP_TOKENS])), '\n')),
  repeat(choice(...STOP_TOKENS.map(literal)))
)

export const qwen25VlLines: Dialect = {
  profile: QWEN25_VL_LINES_PROFILE,
  resizedSize: (image) => smartResize(image, QWEN25_LIMITS),
  parse: (source, context) => parseItems(lineReader, source, complete(context)),
  print: (tree, context) => printTree(linePrinting, tree, complete(context)),
  stream: (context) => new ItemStream(lineReader, complete(context)),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? line : answer)
}

/** @file VisionLLM v1: tuples of a class token and offsets from the centre, as its paper describes them. */
import type { Dialect, DialectContext } from '../dialect'
import { choice, integer, literal, optional, repeat, sequence, words } from '../grammar'
import { withClassesOnly } from '../kit/class-labels'
import { ItemStream, parseItems } from '../kit/item-stream'
import { pixelCodec } from '../kit/pixel-codec'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { FARTHEST, LAST_CLASS, VISIONLLM_PROFILE, reachedSize } from './profile'
import { CLASS, CLOSE, COMMA, OPEN, POINT, TOKEN_END, tupleReader } from './read'

const STOP_TOKENS = VISIONLLM_PROFILE.stopTokens ?? []

const codec = pixelCodec({
  profile: VISIONLLM_PROFILE,
  origin: (side) => side / 2,
  range: () => [-FARTHEST, FARTHEST]
})
const reader = tupleReader(codec, STOP_TOKENS)

const printing: PrintSpec = {
  reader,
  codec,
  kinds: VISIONLLM_PROFILE.kinds,
  harmless: { '(': '[', '<': '(' },
  reserved: [],
  group: (name, regions) =>
    regions
      .map(({ numbers }) => {
        const tokens = numbers.map((value) => POINT + String(value) + TOKEN_END)
        const all = name === null || name === '' ? tokens : [CLASS + name + TOKEN_END, ...tokens]
        return OPEN + all.join(COMMA) + CLOSE
      })
      .join(COMMA),
  emptyPhrase: null,
  separator: (previous, next) => (previous !== 'start' && previous !== 'words' && next !== 'words' ? COMMA : ''),
  isOneRegionEach: true
}

const number = choice(sequence('-', integer(1, FARTHEST)), integer(0, FARTHEST))
const point = sequence(POINT, number, TOKEN_END, COMMA, POINT, number, TOKEN_END)
const tuple = sequence(
  OPEN,
  optional(sequence(CLASS, integer(0, LAST_CLASS), TOKEN_END, COMMA)),
  point,
  repeat(sequence(COMMA, point), 1),
  CLOSE
)
const tuples = sequence(tuple, repeat(sequence(COMMA, tuple)))
const prose = words([OPEN, ...STOP_TOKENS])
const answer = sequence(
  optional(prose),
  repeat(sequence(tuples, optional(prose))),
  repeat(choice(...STOP_TOKENS.map(literal)))
)

/** The size that the numbers count on, worked out where nobody gave it. */
const complete = (context: DialectContext): DialectContext =>
  context.resized === undefined ? { ...context, resized: reachedSize(context.image) } : context

export const visionLlm: Dialect = {
  profile: VISIONLLM_PROFILE,
  resizedSize: reachedSize,
  parse: (source, context) => parseItems(reader, source, complete(context)),
  print(given, context) {
    const { tree, losses } = withClassesOnly(given, LAST_CLASS)
    const printed = printTree(printing, tree, complete(context))
    return { text: printed.text, losses: [...losses, ...printed.losses] }
  },
  stream: (context) => new ItemStream(reader, complete(context)),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? tuple : answer)
}

/** @file Kosmos-2.5: lines of text, each behind its box in pixels of the resized picture. */
import type { Dialect, DialectContext } from '../dialect'
import { choice, integer, literal, optional, repeat, sequence, words } from '../grammar'
import { ItemStream, parseItems } from '../kit/item-stream'
import { pixelCodec, sideInSpace } from '../kit/pixel-codec'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { KOSMOS25_PROFILE, LONGEST_SIDE, patchedSize } from './profile'
import { AXES, CLOSE, OPEN, lineReader } from './read'

/** What ends an answer, and marks of a prompt that are no words. */
const MARKS = [...(KOSMOS25_PROFILE.stopTokens ?? []), '<ocr>', '<md>', '<s>', '<image>', '</image>']
/** What a line of text must not hold. */
const RESERVED = ['\n', OPEN, ...MARKS]

const codec = pixelCodec({
  profile: KOSMOS25_PROFILE,
  range: (side) => [0, side],
  isNeverEmpty: true,
  mend(fraction, side, context) {
    const inside = Math.min(Math.max(fraction, 0), 1)
    return context.settings?.['decode'] === 'int' ? Math.trunc(inside * side) / side : inside
  }
})

const reader = lineReader({
  codec,
  sideOf: (axis, context) => sideInSpace(KOSMOS25_PROFILE, axis, context),
  marks: MARKS
})

const printing: PrintSpec = {
  reader,
  codec,
  kinds: KOSMOS25_PROFILE.kinds,
  harmless: { '<': '(', '\n': ' ' },
  reserved: RESERVED,
  group: (label, regions) =>
    regions
      .map(({ numbers }) => `${OPEN}${numbers.map((n, i) => `${AXES[i % 2]}${n}>`).join('')}${CLOSE}${label ?? ''}\n`)
      .join(''),
  emptyPhrase: null,
  separator: () => '',
  isOneRegionEach: true
}

const token = (axis: 0 | 1) => sequence(AXES[axis], integer(0, LONGEST_SIDE), '>')
const line = sequence(OPEN, token(0), token(1), token(0), token(1), CLOSE, optional(words(RESERVED)), '\n')
const answer = repeat(choice(line, words([OPEN, ...MARKS]), ...MARKS.map(literal)))

/** The size that the numbers count on, worked out where nobody gave it. */
const complete = (context: DialectContext): DialectContext =>
  context.resized === undefined ? { ...context, resized: patchedSize(context.image) } : context

export const kosmos25: Dialect = {
  profile: KOSMOS25_PROFILE,
  resizedSize: patchedSize,
  parse: (source, context) => parseItems(reader, source, complete(context)),
  print: (tree, context) => printTree(printing, tree, complete(context)),
  stream: (context) => new ItemStream(reader, complete(context)),
  grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? line : answer)
}

/** @file MiniGPT-v2: hundredths in angle brackets, a box in braces. */
import type { Dialect } from '../dialect'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import { gridCodec, truncated } from '../kit/coordinates'
import { separateEmptyPhrases } from '../kit/empty-phrases'
import type { Tuple } from '../kit/group'
import { ItemStream, WAIT, asRaw, asWords, parseItems } from '../kit/item-stream'
import type { ItemReader, ItemSource, Reading, Waiting } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { reservedOf, taggedReader } from '../kit/tagged'
import type { TagPair, TaggedSpec } from '../kit/tagged'
import { MAX, MINIGPT_V2_PROFILE } from './profile'

const PHRASE: TagPair = { open: '<p>', close: '</p>' }
const BOX: TagPair = { open: '{', close: '}' }
const DELIMITER = '<delim>'
const STOP_TOKENS = MINIGPT_V2_PROFILE.stopTokens ?? []

/** Numbers, names where a number should stand, `<unk>`; the last token may be cut. */
const BODY = /(?:\s|<unk>|<(?!(?:\/?p|delim|\/s|unk)>)[\w\s.+-]{0,16}(?:>|$|(?=<(?:$|\/(?:$|s(?:$|>))))))*/y
/** Spaces and `<unk>` are all that may stand before the first number. */
const BEFORE_NUMBERS = /\{(?:\s|<unk>)*/y
const OFFICIAL = /^(?:<\d{1,3}>){4}$/
const TOKENS = /^(?:<[^<>]*>)*$/
const READABLE = /^[-+]?\d+(?:\.\d+)?$/
const EXACT = /^(?:0|[1-9]\d{0,2})$/

const codec = gridCodec({
  profile: MINIGPT_V2_PROFILE,
  quantise: () => truncated(MAX),
  max: () => MAX,
  decode: (value) => value / MAX
})

function boxTuple(body: string): Tuple {
  const compact = body.replace(/<unk>|\s+/g, '')
  const numbers = TOKENS.test(compact) ? compact.split(/[<>]+/).filter((part) => part !== '') : ['']
  return {
    numbers: numbers.map((text) => (READABLE.test(text) ? Number(text) : NaN)),
    // The scorer takes away spaces, and no other white space.
    isOfficial: OFFICIAL.test(body.replace(/<unk>| /g, '')),
    hasWhitespace: /\s/.test(body),
    isExact: numbers.every((text) => EXACT.test(text))
  }
}

const spec: TaggedSpec = {
  phrase: PHRASE,
  groups: [
    {
      ...BOX,
      body: BODY,
      tuples: (body) => [boxTuple(body)],
      isComplete: (body) => body.trimEnd().endsWith('>'),
      rule: { codec, max: () => MAX, kindOf: (count) => (count === 4 ? 'box' : null) }
    }
  ],
  gap: /\s*/y,
  between: DELIMITER,
  stopTokens: STOP_TOKENS
}
const tagged = taggedReader(spec)
const reserved = reservedOf(spec)

/** Braces are common in prose: only those that hold `<` are a box. */
function readBrace(item: ItemSource): Reading | Waiting {
  const { source, isEnd } = item
  BEFORE_NUMBERS.lastIndex = 0
  BEFORE_NUMBERS.test(source)
  const at = BEFORE_NUMBERS.lastIndex
  // `<` alone may become `<unk>` after more words than a number has; a token that is cut is a token.
  if (at === source.length && !isEnd) return WAIT
  return source[at] === '<' || at > 1 + source.slice(1, at).replace(/<unk>/g, '').length
    ? tagged.read(item)
    : asWords(at)
}

/** The demo finds a phrase by its first closing brace: a phrase that is not closed before it hides the box. */
function readUnclosedPhrase(item: ItemSource): Reading | Waiting | null {
  const { source, isEnd } = item
  const next = source.slice(PHRASE.open.length).search(/[{}]|<\/?p>|<delim>|<\/s>/)
  const at = PHRASE.open.length + next
  if (next < 0 || source[at] !== BOX.open) return null
  BODY.lastIndex = at + 1
  BODY.test(source)
  const end = BODY.lastIndex
  if (end === source.length && !isEnd) return WAIT
  return end > at + 1 && source.startsWith(BOX.close, end) ? asRaw(end + 1, 'not-a-number') : null
}

const reader: ItemReader = {
  ...tagged,
  read(item) {
    if (item.opener === BOX.open) return readBrace(item)
    if (item.opener === PHRASE.open && item.mode === 'strict') return readUnclosedPhrase(item) ?? tagged.read(item)
    return tagged.read(item)
  }
}

const boxText = (numbers: readonly number[]): string => `{${numbers.map((value) => `<${value}>`).join('')}}`
const printing: PrintSpec = {
  reader,
  codec,
  kinds: MINIGPT_V2_PROFILE.kinds,
  harmless: { '<': '(', '{': '(', '}': ')' },
  reserved,
  group: (inside, regions) =>
    (inside === null ? '' : `${PHRASE.open}${inside}${PHRASE.close} `) +
    regions.map(({ numbers }) => boxText(numbers)).join(DELIMITER),
  emptyPhrase: (inside) => PHRASE.open + inside + PHRASE.close,
  separator: () => ''
}

const number = sequence('<', integer(0, MAX), '>')
const box = sequence(BOX.open, number, number, number, number, BOX.close)
const named = sequence(PHRASE.open, words(reserved), PHRASE.close)
const group = sequence(optional(sequence(named, ' ')), separated(box, DELIMITER))

export const miniGptV2: Dialect = {
  profile: MINIGPT_V2_PROFILE,
  parse: (source, context) => parseItems(reader, source, context),
  print(given, context) {
    const { tree, losses } = separateEmptyPhrases(given, (between) => between.trim() === '')
    const printed = printTree(printing, tree, context)
    return { text: printed.text, losses: [...losses, ...printed.losses] }
  },
  stream: (context) => new ItemStream(reader, context),
  grammar: ({ form = 'answer' } = {}) =>
    form === 'regions' ? group : repeat(choice(group, named, words(reserved), ...STOP_TOKENS.map(literal)))
}

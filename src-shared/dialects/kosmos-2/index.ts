/** @file Kosmos-2: boxes as two cells of a grid, in the released spelling and in the paper's. */
import type { Dialect } from '../dialect'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import { separateEmptyPhrases } from '../kit/empty-phrases'
import type { Tuple } from '../kit/group'
import { ItemStream, WAIT, asRaw, isWaiting, parseItems } from '../kit/item-stream'
import type { ItemReader, ItemSource, Reading } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { taggedReader } from '../kit/tagged'
import type { GroupForm, TagPair } from '../kit/tagged'
import { isPartOf, tokenText } from '../kit/token-run'
import type { TokenForm } from '../kit/token-run'
import { LAST_CENTRE, cellCodec } from './cells'
import { CELLS, KOSMOS2_PROFILES, LAST_INDEX } from './profile'
import type { Kosmos2Spelling } from './profile'

interface Notation {
  readonly phrase: TagPair
  readonly object: TagPair
  readonly token: TokenForm
  readonly delimiter: string
  /** Spaces around the words of a phrase. */
  readonly padding: string
  /** The space with which a phrase begins parts it from the words before it. */
  readonly keepsSpace: boolean
  /** Indexes and delimiters with spaces between them, and what the end of a text may have left of one; sticky. */
  readonly body: RegExp
  /** Whole pairs from the start. */
  readonly pairs: RegExp
  /** The official pattern of a body. */
  readonly official: RegExp
}

const NOTATIONS: Readonly<Record<Kosmos2Spelling, Notation>> = {
  released: {
    phrase: { open: '<phrase>', close: '</phrase>' },
    object: { open: '<object>', close: '</object>' },
    token: { prefix: '<patch_index_', suffix: '>', gap: '', width: 4 },
    delimiter: '</delimiter_of_multi_objects/>',
    padding: '',
    keepsSpace: true,
    body: /(?:<patch_index_-?\d+>|<\/delimiter_of_multi_objects\/>|[\s\d,.-])*(?:<(?:p[a-z_]*-?\d*|\/d[a-z_]*\/?)$)?/y,
    pairs:
      /^\s*<patch_index_\d+>\s*<patch_index_\d+>(?:\s*<\/delimiter_of_multi_objects\/>\s*<patch_index_\d+>\s*<patch_index_\d+>)*\s*/,
    official:
      /^<patch_index_\d+><patch_index_\d+>(?:<\/delimiter_of_multi_objects\/><patch_index_\d+><patch_index_\d+>)*$/
  },
  paper: {
    phrase: { open: '<p>', close: '</p>' },
    object: { open: '<box>', close: '</box>' },
    token: { prefix: '<loc', suffix: '>', gap: '', width: null },
    delimiter: '<delim>',
    padding: ' ',
    keepsSpace: false,
    body: /(?:<loc-?\d+>|<delim>|[\s\d,.-])*(?:<(?:l[a-z]*-?\d*|d[a-z]*)$)?/y,
    pairs: /^\s*<loc\d+>\s*<loc\d+>(?:\s*<delim>\s*<loc\d+>\s*<loc\d+>)*\s*/,
    official: /^<loc\d+><loc\d+>(?:<delim><loc\d+><loc\d+>)*$/
  }
}

/** In a prompt: grounding switched on, and what stands around an image. They are no words. */
const PROMPT_MARKS = ['<grounding>', '<image>', '</image>', '<s>']

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character)

/** `of<phrase> a dog`: the space stands before the phrase, where nothing else parts it from the words. */
function withSpaceBefore(item: ItemSource, reading: Reading): Reading {
  const { before, isFirst, opener } = item
  const [group, ...rest] = reading.parts
  if (group?.is !== 'group' || group.words === null) return reading
  const { start, end } = group.words
  if (start === opener.length || start === end || isSpace(before.at(-1)) || (isFirst && before === '')) return reading
  return { ...reading, parts: [{ is: 'markup', start: 0, end: opener.length }, { ...group, start }, ...rest] }
}

const cellsOf = (index: number): readonly number[] => [index % CELLS, Math.floor(index / CELLS)]

function kosmos2Dialect(spelling: Kosmos2Spelling): Dialect {
  const profile = KOSMOS2_PROFILES[spelling]
  const { phrase, object, token, delimiter, padding, keepsSpace, body, pairs, official } = NOTATIONS[spelling]
  const marks = [...(profile.stopTokens ?? []), ...PROMPT_MARKS]
  const codec = cellCodec(profile)

  /** Pairs of indexes as column, row, column, row. */
  function tuplesOf(source: string): readonly Tuple[] {
    if (source === '') return []
    const isOfficial = official.test(source)
    return source.split(delimiter).map((part): Tuple => {
      const compact = part.replace(/\s+/g, '')
      const hasWhitespace = compact !== part
      // Every token ends where the next begins; what stands before the first is no token.
      const [before, ...rest] = compact.split(token.prefix)
      const digits = rest.map((text) => (/^\d+>$/.test(text) ? text.slice(0, -1) : ''))
      if (before !== '' || digits.includes('')) return { numbers: [NaN], isOfficial, hasWhitespace }
      const isExact = digits.every((text) => tokenText(token, Number(text)) === token.prefix + text + token.suffix)
      return { numbers: digits.flatMap((text) => cellsOf(Number(text))), isOfficial, hasWhitespace, isExact }
    })
  }

  const form: GroupForm = {
    ...object,
    body,
    tuples: tuplesOf,
    isComplete: (source) => (pairs.exec(source)?.[0].length ?? 0) === source.length && source !== '',
    finished: (source) => pairs.exec(source)?.[0].length ?? 0,
    rule: {
      codec,
      max: () => LAST_CENTRE,
      kindOf: (count) => (count === 4 ? 'box' : null),
      areCornersCells: true
    },
    isAllOrNothing: true
  }
  const tagged = taggedReader({
    phrase,
    groups: [form],
    gap: /(?:)/y,
    lenientGap: /\s*/y,
    between: null,
    stopTokens: marks
  })
  const reader: ItemReader = {
    ...tagged,
    read(item) {
      const { source, opener, mode, isEnd } = item
      if (mode === 'strict' && opener === phrase.open) {
        // The official pattern wants words without `<`; its object stands without a phrase otherwise.
        const end = source.indexOf('<', opener.length)
        if (end < 0 || isPartOf(phrase.close, source, end)) return isEnd ? asRaw(opener.length, 'truncated') : WAIT
        if (end === opener.length || !source.startsWith(phrase.close, end)) return asRaw(opener.length, 'not-a-number')
      }
      const read = tagged.read(item)
      if (!keepsSpace || opener !== phrase.open) return read
      if (!isWaiting(read)) return withSpaceBefore(item, read)
      return read.soFar === undefined ? read : { ...read, soFar: withSpaceBefore(item, read.soFar) }
    }
  }
  const padded = (inside: string): string => phrase.open + (padding + inside + padding || ' ') + phrase.close
  const indexes = ([left = 0, top = 0, right = 0, bottom = 0]: readonly number[]): string =>
    tokenText(token, top * CELLS + left) + tokenText(token, bottom * CELLS + right)
  const printing: PrintSpec = {
    reader,
    codec,
    kinds: profile.kinds,
    harmless: { '<': '(' },
    reserved: ['<'],
    group: (inside, regions) =>
      (inside === null ? '' : padded(inside)) +
      object.open +
      regions.map(({ numbers }) => indexes(numbers)).join(delimiter) +
      object.close,
    emptyPhrase: padded,
    separator: () => ''
  }
  const index = sequence(token.prefix, integer(0, LAST_INDEX, token.width ?? undefined), token.suffix)
  const named = sequence(phrase.open, words(['<']), phrase.close)
  const list = sequence(object.open, separated(sequence(index, index), delimiter), object.close)
  const group = sequence(optional(named), list)
  return {
    profile,
    parse: (source, context) => parseItems(reader, source, context),
    print(given, context) {
      const { tree, losses } = separateEmptyPhrases(given, (between) => between.trim() === '')
      const printed = printTree(printing, tree, context)
      return { text: printed.text, losses: [...losses, ...printed.losses] }
    },
    stream: (context) => new ItemStream(reader, context),
    grammar: ({ form: wanted = 'answer' } = {}) =>
      wanted === 'regions' ? group : repeat(choice(group, named, words(['<']), ...marks.map(literal)))
  }
}

export const kosmos2 = kosmos2Dialect('released')
export const kosmos2Paper = kosmos2Dialect('paper')

/** @file Qwen-VL and Qwen2-VL: one grammar with other tags. */
import type { ShapeKind } from '../../geometry/region-shape'
import { text } from '../../grounded/build'
import type { GroundedNode, GroundedText, RawNode } from '../../grounded/nodes'
import type { Dialect, DialectProfile } from '../dialect'
import { choice, integer, literal, optional, repeat, sequence, words } from '../grammar'
import type { Grammar } from '../grammar'
import { gridCodec, numberSetting, rounded, truncated } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { separateEmptyPhrases } from '../kit/empty-phrases'
import type { Tuple } from '../kit/group'
import { ItemStream, parseItems } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { withStrippedPairs } from '../kit/stripped-pairs'
import { reservedOf, taggedReader } from '../kit/tagged'
import type { GroupForm, TagPair, TaggedSpec } from '../kit/tagged'
import { QWEN2_VL_PROFILE, QWEN_VL_PROFILE } from './profile'

const OFFICIAL = /^\(\d{1,4},\d{1,4}\)(?:,\(\d{1,4},\d{1,4}\))*$/
const READABLE = /^-?\d+(?:\.\d+)?$/
/** Pairs of anything. */
const PAIRS = /^\([^(),]*,[^(),]*\)(?:,\([^(),]*,[^(),]*\))*$/

/** `(x,y),(x,y),…` is one region. */
function pairTuples(body: string): readonly Tuple[] {
  const compact = body.replace(/\s+/g, '')
  const numbers = compact
    .split(/[(),]+/)
    .filter((part) => part !== '')
    .map((part) => (READABLE.test(part) ? Number(part) : NaN))
  return [
    {
      numbers,
      isOfficial: OFFICIAL.test(body),
      hasWhitespace: compact !== body,
      isExact: !compact.includes('.'),
      ...(PAIRS.test(compact) ? {} : { misspelled: 'missing-bracket' })
    }
  ]
}

/**
 * Source that was not understood, as words: once the mark of a picture among the words is made harmless,
 * what it hid would finish what stands before it.
 */
function withoutSource(tree: GroundedText, { open }: TagPair): GroundedText {
  const values = tree.children.map((node) => (node.type === 'text' || node.type === 'raw' ? node.value : ' '))
  if (!values.join('').includes(open)) return tree
  const isSource = (node: GroundedNode): node is RawNode => node.type === 'raw' && node.reason !== 'dialect/stop-token'
  return { ...tree, children: tree.children.map((node) => (isSource(node) ? text(node.value) : node)) }
}

interface QwenSpec {
  readonly profile: DialectProfile
  readonly phrase: TagPair
  readonly box: TagPair
  readonly quad: TagPair
  readonly max: number
  readonly codec: Codec
  readonly skip?: TagPair
}

function qwenDialect({ profile, phrase, box, quad, max, codec, skip }: QwenSpec): Dialect {
  const hasPoints = profile.kinds.includes('point')
  const form = (tags: TagPair, kindOf: (count: number) => ShapeKind | null): GroupForm => ({
    ...tags,
    body: /[\d.,()\s-]*/y,
    tuples: pairTuples,
    // One pair is a point, or the first half of a box when the text was cut behind it.
    isComplete: (body, isCut) =>
      body.trimEnd().endsWith(')') && !(isCut && hasPoints && body.indexOf('(') === body.lastIndexOf('(')),
    rule: { codec, max: () => max, kindOf }
  })
  const boxForm = form(box, (count) => (count === 4 ? 'box' : count === 2 && hasPoints ? 'point' : null))
  const spec: TaggedSpec = {
    phrase,
    groups: [boxForm, form(quad, (count) => (count === 8 ? 'quad' : null))],
    gap: /(?:)/y,
    lenientPhraseGap: /\s*/y,
    stopTokens: profile.stopTokens ?? [],
    ...(skip === undefined ? {} : { skip }),
    opensInPrompt: true
  }
  const reader = withStrippedPairs(taggedReader(spec), boxForm)
  const tagsOf = (kind: ShapeKind): TagPair => (kind === 'quad' ? quad : box)
  const reserved = reservedOf(spec)
  const printing: PrintSpec = {
    reader,
    codec,
    kinds: profile.kinds,
    harmless: { '<': '[', '(': '[' },
    reserved,
    group: (inside, regions) =>
      (inside === null ? '' : phrase.open + inside + phrase.close) +
      regions
        .map(({ kind, numbers }) => {
          const pairs = numbers.flatMap((x, i) => (i % 2 === 0 ? [`(${x},${numbers[i + 1] ?? 0})`] : []))
          return tagsOf(kind).open + pairs.join(',') + tagsOf(kind).close
        })
        .join(''),
    emptyPhrase: (inside) => phrase.open + inside + phrase.close,
    // A region that follows without a phrase of its own would join the one before it.
    separator: (previous, next) => (next === 'mention' && (previous === 'phrase' || previous === 'mention') ? ' ' : '')
  }
  const pair = sequence('(', integer(0, max), ',', integer(0, max), ')')
  const list = (count: number): Grammar =>
    sequence(pair, ...Array.from({ length: count - 1 }, () => sequence(',', pair)))
  const region = choice(
    sequence(box.open, hasPoints ? choice(list(2), list(1)) : list(2), box.close),
    sequence(quad.open, list(4), quad.close)
  )
  const group = sequence(optional(sequence(phrase.open, words(reserved), phrase.close)), repeat(region, 1))
  const empty = sequence(phrase.open, words(reserved), phrase.close)
  const stop = choice(...(profile.stopTokens ?? []).map(literal))
  return {
    profile,
    parse: (source, context) => parseItems(reader, source, context),
    print(given, context) {
      const { tree, losses } = separateEmptyPhrases(given, (between) => between.trim() === '')
      const printed = printTree(printing, skip === undefined ? tree : withoutSource(tree, skip), context)
      return { text: printed.text, losses: [...losses, ...printed.losses] }
    },
    stream: (context) => new ItemStream(reader, context),
    grammar: ({ form: wanted = 'answer' } = {}) =>
      wanted === 'regions' ? group : repeat(choice(group, empty, words(reserved), stop))
  }
}

export const qwenVl = qwenDialect({
  profile: QWEN_VL_PROFILE,
  phrase: { open: '<ref>', close: '</ref>' },
  box: { open: '<box>', close: '</box>' },
  quad: { open: '<quad>', close: '</quad>' },
  skip: { open: '<img>', close: '</img>' },
  max: 999,
  codec: gridCodec({
    profile: QWEN_VL_PROFILE,
    quantise: (context) => truncated(numberSetting(QWEN_VL_PROFILE, context, 'denominator')),
    max: () => 999,
    decode: (value, context) => value / numberSetting(QWEN_VL_PROFILE, context, 'denominator')
  })
})

export const qwen2Vl = qwenDialect({
  profile: QWEN2_VL_PROFILE,
  phrase: { open: '<|object_ref_start|>', close: '<|object_ref_end|>' },
  box: { open: '<|box_start|>', close: '<|box_end|>' },
  quad: { open: '<|quad_start|>', close: '<|quad_end|>' },
  max: 1000,
  codec: gridCodec({
    profile: QWEN2_VL_PROFILE,
    quantise: () => rounded(1000),
    max: () => 1000,
    decode: (value) => value / 1000
  })
})

/**
 * @file The family that answers in JSON: objects with a place and a label, in a list, in a fence.
 *
 *     ```json⏎[⏎⇥{"bbox_2d": [10, 20, 300, 400], "label": "cat"},⏎⇥{…}⏎]⏎```
 *     └ markup ┘  └ group ─────────────────────────────────────┘ └ markup, …
 *
 * An item is one object with the list punctuation around it, so that a region shows as soon as its
 * object is whole. What official readers repair is repaired in either mode, and said.
 */
import type { GroundedShape, ShapeKind } from '../../geometry/region-shape'
import { isCoordinateCount } from '../../geometry/shape'
import type { DialectContext } from '../dialect'
import type { Codec } from './coordinates'
import { readTuple } from './group'
import type { TupleRule } from './group'
import { WAIT, asRaw, asWords } from './item-stream'
import type { GroupPart, ItemReader, ItemSource, Part, Reading, RegionReading, Waiting } from './item-stream'
import type { IssueCode } from './issues'
import { plainReader } from './json-plain'
import type { PlainObject } from './json-plain'
import { scanObject, skipSpace } from './json-scan'
import type { JsonKeys, JsonObject, JsonString, JsonValue } from './json-scan'

/** How one kind of shape stands in an object. */
export interface JsonShape {
  readonly kind: ShapeKind
  /** One key with a list of numbers, or one key for each number. */
  readonly keys: readonly string[]
  /** Other keys models have been seen to write; read in lenient mode. */
  readonly aliases?: readonly string[]
  /** Numbers in lists of two. */
  readonly isPairs?: boolean
}

export interface JsonSpec {
  readonly shapes: readonly JsonShape[]
  /** Keys of the words, the first present wins; the first of all is written. A value may be an object of such keys. */
  readonly labels: readonly string[]
  readonly codec: Codec
  /** Largest number that lies in the picture, on the axis (0 is x). */
  readonly limit: (axis: number, context: DialectContext) => number
  /** `yxyx` puts y on the even places. */
  readonly isYFirst?: boolean
  readonly isWhole: boolean
  /** Lenient takes numbers up to 1, with a dot, for fractions of `limit`: the model has been seen to answer so. */
  readonly mayBeFractions?: boolean
  readonly stopTokens: readonly string[]
  /** Keys of an object that models write around the list. */
  readonly wrappers?: readonly string[]
  /** Another way of the same model; its opener is one more string. */
  readonly other?: { readonly opener: string; readonly read: (item: ItemSource) => Reading | Waiting }
}

const NONE: Reading['issues'] = []
const NO_CODES: readonly IssueCode[] = []
const FENCE = '```'
const MAX_BRACKETS = 8
const LANGUAGE = /[A-Za-z]*/y

/** Where the object begins behind a fence and brackets; `end`: not there yet; null: nowhere. */
function objectStart(source: string, opener: string): number | 'end' | null {
  let at = opener.endsWith(FENCE) ? opener.length : 0
  if (at > 0) {
    LANGUAGE.lastIndex = at
    LANGUAGE.test(source)
    at = LANGUAGE.lastIndex
  }
  for (let brackets = 0; brackets <= MAX_BRACKETS; brackets++) {
    at = skipSpace(source, at)
    if (at >= source.length) return 'end'
    if (source[at] === '{') return at
    if (source[at] !== '[') return null
    at++
  }
  return null
}

interface Trailing {
  readonly end: number
  readonly isWaiting: boolean
  readonly issues: readonly IssueCode[]
}

/** Closers, a comma before the next object, the end of a fence and its line. */
function trailingOf(source: string, start: number, isEnd: boolean): Trailing {
  let issues = NO_CODES
  let end = start
  for (;;) {
    let at = skipSpace(source, end)
    const hasComma = source[at] === ','
    if (hasComma) at = skipSpace(source, at + 1)
    const character = source[at]
    if (character === undefined) return { end: isEnd && hasComma ? at : end, isWaiting: !isEnd, issues }
    if (character === ']' || character === '}') {
      if (hasComma) issues = ['quote-style']
      end = at + 1
    } else if (character === '{' || (character === '[' && hasComma)) return { end: at, isWaiting: false, issues }
    else if (hasComma || character !== '`') return { end, isWaiting: false, issues }
    else {
      const fence = source.slice(at, at + FENCE.length + 1)
      if (!isEnd && (FENCE.startsWith(fence) || fence === FENCE)) return { end, isWaiting: true, issues }
      if (!fence.startsWith(FENCE) || /[A-Za-z]$/.test(fence)) return { end, isWaiting: false, issues }
      return { end: at + FENCE.length + (fence.endsWith('\n') ? 1 : 0), isWaiting: false, issues }
    }
  }
}

function addNumbers(value: JsonValue, numbers: number[]): number[] {
  if (value.is === 'list') for (const item of value.items) addNumbers(item, numbers)
  else numbers.push(value.is === 'number' ? value.value : NaN)
  return numbers
}
const numbersOf = (value: JsonValue): readonly number[] => addNumbers(value, [])

function isWholeValue(value: JsonValue): boolean {
  if (value.is === 'number') return value.isWhole
  if (value.is === 'list') for (const item of value.items) if (!isWholeValue(item)) return false
  return true
}

/** Each region's numbers: a list of lists is several regions, unless it spells pairs. */
function tuplesOf(value: JsonValue, shape: JsonShape): readonly (readonly number[])[] {
  if (value.is !== 'list') return [[NaN]]
  const hasLists = value.items.length > 0 && value.items.every(({ is }) => is === 'list')
  return hasLists && shape.isPairs !== true ? value.items.map((item) => numbersOf(item)) : [numbersOf(value)]
}

export function jsonReader(spec: JsonSpec): ItemReader {
  const { shapes, labels, codec, stopTokens, other } = spec
  const keysFor = (mode: 'strict' | 'lenient'): JsonKeys => {
    const places = shapes.flatMap(({ keys, aliases = [] }) => [...keys, ...(mode === 'lenient' ? aliases : [])])
    return { places: new Set(places), wanted: new Set([...places, ...labels]), names: [...places, ...labels] }
  }
  const readPlain = plainReader(shapes, labels[0] ?? '', spec.wrappers ?? [])
  const keys = { strict: keysFor('strict'), lenient: keysFor('lenient') }
  const openers = [...stopTokens, ...(other === undefined ? [] : [other.opener])]
  const escaped = openers.map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  const ruleOf = ({ kind }: JsonShape): TupleRule => ({
    codec,
    max: () => Infinity,
    kindOf: (count) => (isCoordinateCount(kind, count) ? kind : null),
    swapsInStrict: true
  })

  const known = shapes.map((shape) => ({
    ...shape,
    rule: ruleOf(shape),
    names: [...shape.keys, ...(shape.aliases ?? [])]
  }))

  function valueOf(shape: (typeof known)[number], { fields }: JsonObject): JsonValue | null {
    if (shape.keys.length === 1) {
      for (const name of shape.names) {
        const value = fields.get(name)
        if (value !== undefined) return value
      }
      return null
    }
    const items: JsonValue[] = []
    for (const key of shape.keys) {
      const value = fields.get(key)
      if (value !== undefined) items.push(value)
    }
    return items.length === 0 ? null : { is: 'list', items }
  }

  /** The axis (0 is x) of the number at `i`. */
  const axisOf = (i: number): number => (spec.isYFirst === true ? 1 - (i % 2) : i % 2)

  const limited = (numbers: readonly number[], context: DialectContext): readonly number[] =>
    numbers.map((number, i) => {
      const limit = spec.limit(axisOf(i), context)
      return number > limit ? limit : number
    })

  function judgeTuple(
    rule: TupleRule,
    given: readonly number[],
    isWhole: boolean,
    { mode, context }: ItemSource,
    issues: IssueCode[]
  ): GroundedShape | null {
    // Whole numbers where fractions are asked for are pixels or a grid that nobody named.
    if (!spec.isWhole && isWhole && given.some((number) => number > 1)) {
      issues.push('look-alike')
      return null
    }
    const areFractions =
      spec.mayBeFractions === true && mode === 'lenient' && !isWhole && given.every((value) => value >= 0 && value <= 1)
    const numbers = areFractions ? given.map((value, i) => value * spec.limit(axisOf(i), context)) : given
    const kept = mode === 'strict' ? numbers : limited(numbers, context)
    const read = readTuple({ numbers: kept, isOfficial: true, hasWhitespace: false }, rule, mode, context)
    if (kept !== numbers && kept.some((number, i) => number < (numbers[i] ?? NaN))) issues.push('out-of-range')
    if (spec.isWhole && !isWhole && read.shape !== null) issues.push('precision')
    if (read.issues.length > 0) issues.push(...read.issues)
    return read.shape
  }

  function judge(object: JsonObject, item: ItemSource, issues: IssueCode[]): readonly RegionReading[] {
    const regions: RegionReading[] = []
    for (const shape of known) {
      const value = valueOf(shape, object)
      if (value === null) continue
      const isWhole = isWholeValue(value)
      for (const numbers of tuplesOf(value, shape)) {
        const read = judgeTuple(shape.rule, numbers, isWhole, item, issues)
        if (read !== null) regions.push({ shape: read })
      }
    }
    if (regions.length === 0 && issues.length === 0) issues.push('arity')
    return regions
  }

  function labelOf(fields: ReadonlyMap<string, JsonValue>): JsonString | null {
    for (const key of labels) {
      const value = fields.get(key)
      const label = value?.is === 'string' ? value : value?.is === 'object' ? labelOf(value.fields) : null
      if (label !== null) return label
    }
    return null
  }

  /** Words that stand in the source as they are. */
  function trimmedWords(source: string, start: number, end: number): { start: number; end: number } {
    const isTight = end > start && source.charCodeAt(start) > 0x20 && source.charCodeAt(start) < 0x7f
    if (isTight && source.charCodeAt(end - 1) > 0x20 && source.charCodeAt(end - 1) < 0x7f) return { start, end }
    const inside = source.slice(start, end)
    const first = start + inside.length - inside.trimStart().length
    return { start: first, end: Math.max(first, start + inside.trimEnd().length) }
  }

  function wordsOf(label: JsonString, source: string): { start: number; end: number; value?: string } {
    if (label.value.length === label.end - label.start && label.value.trim().length === label.value.length)
      return { start: label.start, end: label.end }
    const inside = source.slice(label.start, label.end)
    const start = label.start + inside.length - inside.trimStart().length
    const end = Math.max(start, label.start + inside.trimEnd().length)
    const value = label.value.trim()
    return value === source.slice(start, end) ? { start, end } : { start, end, value }
  }

  function finish(item: ItemSource, object: JsonObject, first: readonly IssueCode[]): Reading | Waiting {
    const found: IssueCode[] = []
    const regions = judge(object, item, found)
    const label = labelOf(object.fields)
    const words = label === null ? null : wordsOf(label, item.source)
    return answer(item, object, regions, words, first, found)
  }

  function finishPlain(item: ItemSource, { shape, numbers, isWhole, label, ...place }: PlainObject): Reading | Waiting {
    const rule = known[shape]?.rule
    const found: IssueCode[] = []
    const read = rule === undefined ? null : judgeTuple(rule, numbers, isWhole, item, found)
    if (read === null && found.length === 0) found.push('arity')
    const words = label === null ? null : trimmedWords(item.source, label.start, label.end)
    return answer(item, place, read === null ? [] : [{ shape: read }], words, [], found)
  }

  function answer(
    { source, isEnd }: ItemSource,
    { start, end }: { readonly start: number; readonly end: number },
    regions: readonly RegionReading[],
    words: GroupPart['words'],
    first: readonly IssueCode[],
    found: readonly IssueCode[]
  ): Reading | Waiting {
    const trailing = trailingOf(source, end, isEnd)
    const hasIssues = first.length + found.length + trailing.issues.length > 0
    const said = hasIssues
      ? [...new Set([...first, ...found, ...trailing.issues])].map((code) => ({ code, start, end }))
      : NONE
    if (regions.length === 0) {
      if (trailing.isWaiting) return WAIT
      const reason = found[0] ?? 'not-a-number'
      // The line break before a list belongs to the list.
      const rawEnd = Math.max(end, source.slice(0, trailing.end).trimEnd().length)
      return { end: rawEnd, parts: [{ is: 'raw', start: 0, end: rawEnd, reason }], issues: said }
    }
    const parts: Part[] = start > 0 ? [{ is: 'markup', start: 0, end: start }] : []
    parts.push({ is: 'group', start, end, words, regions })
    if (trailing.isWaiting) return { is: 'waiting', soFar: { end, parts, issues: said } }
    if (trailing.end > end) parts.push({ is: 'markup', start: end, end: trailing.end })
    return { end: trailing.end, parts, issues: said }
  }

  /** The text ended inside an object, by itself or by a stop token at `end`. */
  function cut(item: ItemSource, start: number, end: number): Reading | Waiting {
    const { opener, mode } = item
    const source = item.source.slice(0, end)
    const scan = scanObject(source, start, keys[mode])
    const { object, hasKey, isInString } = scan
    const isPlace = object !== null && [...object.fields.keys()].some((key) => keys[mode].places.has(key))
    if (mode === 'lenient' && isPlace && judge(object, item, []).length > 0)
      return finish({ ...item, source, isEnd: true }, object, [...scan.issues, 'missing-bracket'])
    if (hasKey || (item.isProbe === true && isInString)) return asRaw(end, 'truncated')
    return asWords(opener.length)
  }

  /** Whether an object of keys may begin: what is cheap to see comes first, since every brace is asked. */
  function mayBegin(source: string, start: number): boolean {
    const next = skipSpace(source, start + 1)
    const first = source[next] === '{' ? skipSpace(source, next + 1) : next
    return first >= source.length || /["'A-Za-z_},]/.test(source[first] ?? '')
  }

  function readJson(item: ItemSource): Reading | Waiting {
    const { source, opener, isEnd, mode } = item
    const start = objectStart(source, opener)
    if (start === null) return asWords(opener.length)
    if (start === 'end') return isEnd ? asWords(opener.length) : WAIT
    const plain = readPlain(source, start)
    if (plain !== null) return finishPlain(item, plain)
    if (!mayBegin(source, start)) return asWords(opener.length)
    const scan = scanObject(source, start, keys[mode])
    if (scan.is === 'place' && scan.object !== null) return finish(item, scan.object, scan.issues)
    if (scan.is === 'other') return asWords(scan.at)
    if (scan.is === 'end') return isEnd ? cut(item, start, source.length) : WAIT
    const rest = source.slice(scan.at, scan.at + 20)
    if (stopTokens.some((token) => rest.startsWith(token))) return cut(item, start, scan.at)
    if (!isEnd && stopTokens.some((token) => token.startsWith(rest))) return WAIT
    // What nests this deep is no answer; starting again at every opener inside would read it eight times.
    if (!scan.hasPlace) return asWords(scan.isTooDeep ? Math.max(scan.at, opener.length) : opener.length)
    // The line break before a list belongs to the list.
    const end = source.slice(0, scan.at).trimEnd().length
    return asRaw(Math.max(end, opener.length), 'bad-json')
  }

  return {
    openers: new RegExp(['\\n?```', '\\[', '\\{', ...escaped].join('|'), 'g'),
    longestOpener: Math.max(4, ...openers.map((token) => token.length)),
    stopTokens,
    read: (item) => (other !== undefined && item.opener === other.opener ? other.read(item) : readJson(item))
  }
}

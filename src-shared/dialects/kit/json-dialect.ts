/** @file A dialect of the JSON family from its profile, its keys and its codec. */
import { formatFixed } from '../../geometry/round'
import { COORDINATE_COUNTS } from '../../geometry/shape'
import type { GroundedText } from '../../grounded/nodes'
import type { Dialect, DialectContext, DialectProfile, PrintResult } from '../dialect'
import { choice, fraction, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import type { Grammar } from '../grammar'
import { ItemStream, parseItems } from './item-stream'
import { jsonReader } from './json'
import type { JsonShape, JsonSpec } from './json'
import { printTree } from './printer'
import type { PrintSpec, WrittenRegion } from './printer'

export interface JsonDialectSpec extends Omit<JsonSpec, 'stopTokens' | 'isWhole' | 'isYFirst'> {
  readonly profile: DialectProfile
  /** Around the objects of one list, and between them. */
  readonly list: { readonly open: string; readonly between: string; readonly close: string }
  /** Digits after the point; 0: whole numbers up to `max`. */
  readonly decimals: number
  readonly max: number
  /** Completes a context before it is used: the size the network saw. */
  readonly complete?: (context: DialectContext) => DialectContext
}

const HEX = choice(...[...'0123456789abcdef'].map(literal))
/** What `JSON.stringify` writes for characters that may not stand in a string. */
const ESCAPED = choice(
  ...['\\"', '\\\\', '\\n', '\\t', '\\r', '\\b', '\\f'].map(literal),
  sequence('\\u00', choice(literal('0'), literal('1')), HEX),
  sequence('\\ud', HEX, HEX, HEX)
)

export function jsonDialect(spec: JsonDialectSpec): Dialect {
  const { profile, shapes, labels, codec, list, decimals, max, complete = (context) => context } = spec
  const stopTokens = profile.stopTokens ?? []
  const reader = jsonReader({
    ...spec,
    stopTokens,
    isWhole: decimals === 0,
    isYFirst: profile.order === 'yxyx'
  })
  const labelKey = labels[0] ?? 'label'
  const spell = (value: number): string => (decimals === 0 ? String(value) : formatFixed(value, decimals))

  function place({ kind, numbers }: WrittenRegion): string {
    const shape = shapes.find((candidate) => candidate.kind === kind)
    const texts = numbers.map(spell)
    if (shape === undefined) return ''
    if (shape.keys.length > 1) return shape.keys.map((key, i) => `"${key}": ${texts[i] ?? ''}`).join(', ')
    const items =
      shape.isPairs === true
        ? texts.flatMap((text, i) => (i % 2 === 0 ? [`[${text}, ${texts[i + 1] ?? ''}]`] : []))
        : texts
    return `"${shape.keys[0] ?? ''}": [${items.join(', ')}]`
  }

  const isGroup = (piece: string): boolean => piece === 'phrase' || piece === 'mention'
  const separator: PrintSpec['separator'] = (previous, next) => {
    if (next === 'words') return isGroup(previous) ? `${list.close}\n` : ''
    return isGroup(previous) ? list.between : previous === 'start' ? list.open : `\n${list.open}`
  }
  const printing: PrintSpec = {
    reader,
    codec,
    kinds: profile.kinds,
    // Full-width: every bracket of ASCII opens something in broken JSON.
    harmless: { '{': '｛', '<': '＜' },
    reserved: [],
    isOneRegionEach: true,
    group: (inside, regions) => {
      const label = inside === null ? '' : `, "${labelKey}": ${JSON.stringify(inside)}`
      return regions.map((region) => `{${place(region)}${label}}`).join(list.between)
    },
    emptyPhrase: null,
    separator
  }

  function print(tree: GroundedText, context: DialectContext): PrintResult {
    let last = 'start'
    const counting: PrintSpec = {
      ...printing,
      separator(previous, next) {
        last = next
        return separator(previous, next)
      }
    }
    const { text, losses } = printTree(counting, tree, complete(context))
    return { text: isGroup(last) ? text + list.close : text, losses }
  }

  const number = decimals === 0 ? integer(0, max) : fraction(decimals)
  const numbersGrammar = (shape: JsonShape): Grammar => {
    const { least, isOpenEnded } = COORDINATE_COUNTS[shape.kind]
    const pair = sequence('[', number, ', ', number, ']')
    const unit = shape.isPairs === true ? pair : number
    const times = shape.isPairs === true ? least / 2 : least
    const first = Array.from({ length: times - 1 }, () => sequence(', ', unit))
    return sequence(unit, ...first, ...(isOpenEnded ? [repeat(sequence(', ', unit))] : []))
  }
  const placeGrammar = (shape: JsonShape): Grammar =>
    shape.keys.length > 1
      ? sequence(...shape.keys.map((key, i) => sequence(`${i === 0 ? '' : ', '}"${key}": `, number)))
      : sequence(`"${shape.keys[0] ?? ''}": [`, numbersGrammar(shape), ']')
  const unescaped = words(['"', '\\', '\n', '\r', '\t'])
  const string = sequence('"', optional(unescaped), repeat(sequence(ESCAPED, optional(unescaped))), '"')
  const object = sequence(
    '{',
    choice(...shapes.map(placeGrammar)),
    optional(sequence(`, "${labelKey}": `, string)),
    '}'
  )
  const group = sequence(list.open, separated(object, list.between), list.close)
  const outside = words(['{', '```', ...(spec.other === undefined ? [] : [spec.other.opener]), ...stopTokens])
  const stop = stopTokens.map(literal)

  return {
    profile,
    parse: (source, context) => parseItems(reader, source, complete(context)),
    print,
    stream: (context) => new ItemStream(reader, complete(context)),
    grammar: ({ form = 'answer' } = {}) => (form === 'regions' ? group : repeat(choice(group, outside, ...stop)))
  }
}

/**
 * @file Dialects that write `<ref>words</ref><box>[[x0, y0, x1, y1], …]</box>`, with their own tags,
 * grids and decoders.
 */
import type { GroundedShape } from '../../geometry/region-shape'
import { text } from '../../grounded/build'
import type { GroundedText, RegionRole } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import type { Dialect, DialectContext, DialectProfile, Loss } from '../dialect'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import type { Codec } from './coordinates'
import { separateEmptyPhrases } from './empty-phrases'
import { ItemStream, parseItems } from './item-stream'
import type { IssueCode } from './issues'
import { listForm, listText } from './list-body'
import type { ListOptions } from './list-body'
import { printTree } from './printer'
import type { PrintSpec, WrittenRegion } from './printer'
import { withStrippedLists } from './stripped'
import { reservedOf, taggedReader } from './tagged'
import type { GroupForm, TagPair, TaggedSpec } from './tagged'

export interface ListDialectSpec extends ListOptions {
  readonly profile: DialectProfile
  readonly phrase: TagPair
  readonly box: TagPair
  readonly predicate?: TagPair
  /** Largest number that is written. */
  readonly max: number
  readonly codec: Codec
  readonly check?: (shape: GroundedShape, context: DialectContext) => readonly IssueCode[]
}

const ROLES: readonly RegionRole[] = ['subject', 'object']

/** A relation that was not understood would be whole with the regions that follow it: its source is written as words. */
function looseRelations(tree: GroundedText, { open }: TagPair): GroundedText {
  let isBeforeMention = false
  const children = tree.children.toReversed().map((node) => {
    const isWords = node.type === 'text' || (node.type === 'phrase' && node.regionIds.length === 0)
    const isBlank = isWords && plainText([node], () => '').trim() === ''
    const isLoose = node.type === 'raw' && isBeforeMention && node.value.includes(open)
    if (!isBlank) isBeforeMention = node.type === 'mention'
    return isLoose ? text(node.value) : node
  })
  return { ...tree, children: children.toReversed() }
}

export function listDialect({
  profile,
  phrase,
  box,
  predicate,
  max,
  codec,
  check,
  takesSingle
}: ListDialectSpec): Dialect {
  const form: GroupForm = {
    ...box,
    ...listForm({ takesSingle }),
    rule: { codec, max: () => max, kindOf: (count) => (count === 4 ? 'box' : null) },
    ...(check === undefined ? {} : { check })
  }
  const stopTokens = profile.stopTokens ?? []
  const spec: TaggedSpec = {
    phrase,
    groups: [form],
    gap: /\s*/y,
    between: null,
    stopTokens,
    ...(predicate === undefined ? {} : { predicate: { ...predicate, roles: ROLES } })
  }
  const reader = withStrippedLists(taggedReader(spec), form, { takesSingle })
  const reserved = reservedOf(spec)
  const listOf = (regions: readonly WrittenRegion[]): string =>
    box.open + listText(regions.map(({ numbers }) => numbers)) + box.close
  const isPredicate = (roles: readonly (RegionRole | null)[]): boolean =>
    predicate !== undefined && ROLES.every((role) => roles.includes(role))
  const printing: PrintSpec = {
    reader,
    codec,
    kinds: profile.kinds,
    harmless: { '<': '(', '[': '(' },
    reserved,
    group(inside, regions) {
      if (inside === null) return listOf(regions)
      if (predicate === undefined || !isPredicate(regions.map(({ role }) => role)))
        return phrase.open + inside + phrase.close + listOf(regions)
      const sides = ROLES.map((side) => listOf(regions.filter(({ role }) => role === side)))
      return predicate.open + inside + predicate.close + sides.join('')
    },
    emptyPhrase: (inside) => phrase.open + inside + phrase.close,
    separator: () => ''
  }
  function lostRoles(tree: GroundedText): readonly Loss[] {
    return tree.children.flatMap((node, i) => {
      if (node.type !== 'phrase' || node.roles === undefined || isPredicate(node.roles)) return []
      const message = 'Who does what to whom is not written: a predicate needs a subject and an object.'
      return [{ code: 'dialect/role', message, path: [i] }]
    })
  }
  const number = integer(0, max)
  const one = sequence('[', number, ', ', number, ', ', number, ', ', number, ']')
  const list = sequence(`${box.open}[`, separated(one, ', '), `]${box.close}`)
  const inside = words([...reserved, '[['])
  const named = sequence(phrase.open, inside, phrase.close)
  const group = sequence(optional(named), list)
  const relation = predicate === undefined ? [] : [sequence(predicate.open, inside, predicate.close, list, list)]
  return {
    profile,
    parse: (source, context) => parseItems(reader, source, context),
    print(given, context) {
      const { tree, losses } = separateEmptyPhrases(given, (between) => between.trim() === '')
      const printed = printTree(printing, predicate === undefined ? tree : looseRelations(tree, predicate), context)
      return { text: printed.text, losses: [...losses, ...lostRoles(tree), ...printed.losses] }
    },
    stream: (context) => new ItemStream(reader, context),
    grammar: ({ form: wanted = 'answer' } = {}) =>
      wanted === 'regions'
        ? choice(group, ...relation)
        : repeat(choice(group, ...relation, named, inside, ...stopTokens.map(literal)))
  }
}

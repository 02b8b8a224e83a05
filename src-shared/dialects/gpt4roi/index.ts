/** @file GPT4RoI: regions are names with a mark; their coordinates are never in the text. */
import { raw, text } from '../../grounded/build'
import type { GroundedNode, GroundedText, RegionId } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { regionIdsOf } from '../../grounded/visit'
import type { Dialect, Loss } from '../dialect'
import { choice, integer, literal, repeat, sequence, words } from '../grammar'
import type { Codec } from '../kit/coordinates'
import { ItemStream, asRaw, parseItems } from '../kit/item-stream'
import type { ItemReader } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { BOX_MARK, GPT4ROI_PROFILE } from './profile'

const STOP_TOKENS = GPT4ROI_PROFILE.stopTokens ?? []
const LONGEST_NUMBER = 4

/** Marks of the network, and what the demo turns into them. */
const reader: ItemReader = {
  openers: /<bbox>|<point>|<(?:region)?\d{1,4}>|<\/s>/g,
  longestOpener: '<region>'.length + LONGEST_NUMBER,
  stopTokens: STOP_TOKENS,
  read: ({ opener }) => asRaw(opener.length, 'placeholder')
}

/** No shape is written or read; the printer gets trees of words. */
const codec: Codec = {
  write: () => ({ numbers: [], isClamped: false }),
  read: () => {
    throw new TypeError('expected no region in a text of GPT4RoI')
  }
}

const printing: PrintSpec = {
  reader,
  codec,
  kinds: GPT4ROI_PROFILE.kinds,
  harmless: { '<': '(' },
  reserved: [],
  group: () => '',
  emptyPhrase: null,
  separator: () => ''
}

interface Named {
  readonly children: readonly GroundedNode[]
  /** Of each child, the index of the node it was made of. */
  readonly origins: readonly number[]
  readonly losses: readonly Loss[]
}

/** The tree with names in place of its regions. */
function namedRegions({ children, regions }: GroundedText): Named {
  const known = new Set<RegionId>(regions.map(({ id }) => id))
  const numbers = new Map<RegionId, number>()
  const losses: Loss[] = []
  const named: GroundedNode[] = []
  const origins: number[] = []
  const add = (node: GroundedNode, origin: number): void => {
    named.push(node)
    origins.push(origin)
  }
  children.forEach((node, index) => {
    const lose = (code: string, message: string): void =>
      void losses.push({ code: `dialect/${code}`, message, path: [index] })
    const nameOf = (id: RegionId): string => {
      const number = numbers.get(id) ?? numbers.size + 1
      if (numbers.has(id)) return `region${number}`
      numbers.set(id, number)
      lose('coordinates', `Region ${id} is named only: its box goes beside the text, as number ${number}.`)
      return `region${number} ${BOX_MARK}`
    }
    if (node.type === 'text' || node.type === 'raw') {
      add(node, index)
      return
    }
    const label = node.type === 'phrase' ? plainText(node.children, () => '').trimEnd() : ''
    if (node.type === 'phrase' && node.children.some(({ type }) => type === 'phrase' || type === 'mention'))
      lose('nested-phrase', 'A region inside the words of a phrase is written as one of the phrase.')
    const ids = regionIdsOf([node])
    for (const id of ids) if (!known.has(id)) lose('unknown-region', `Region ${id} does not exist.`)
    const names = ids.filter((id) => known.has(id)).map(nameOf)
    if (names.length === 0 && label !== '')
      lose('ungrounded-phrase', 'A phrase without regions is written as plain words.')
    if (label !== '') add(text(names.length === 0 ? label : `${label} `), index)
    if (names.length > 0) add(raw(names.join(', '), 'dialect/placeholder'), index)
  })
  return { children: named, origins, losses }
}

const name = sequence('region', integer(1, 99), ` ${BOX_MARK}`)
const MARKS = [BOX_MARK, '<point>', '<region', ...Array.from({ length: 10 }, (_, digit) => `<${digit}`), ...STOP_TOKENS]

export const gpt4Roi: Dialect = {
  profile: GPT4ROI_PROFILE,
  parse: (source, context) => parseItems(reader, source, context),
  print(tree, context) {
    const { children, origins, losses } = namedRegions(tree)
    const printed = printTree(printing, { children, regions: [] }, context)
    const moved = printed.losses.map((loss) => ({ ...loss, path: loss.path.map((index) => origins[index] ?? index) }))
    return { text: printed.text, losses: [...losses, ...moved] }
  },
  stream: (context) => new ItemStream(reader, context),
  grammar: ({ form = 'answer' } = {}) =>
    form === 'regions' ? name : repeat(choice(name, words(MARKS), ...STOP_TOKENS.map(literal)))
}

/** @file Reading dialogues in memory, in a short notation, for tests. */
import type { GroundedNode } from '../../../grounded/nodes'
import type { Format } from '../../format'
import type { ImportItem, ImportRegion } from '../../reading/item'
import { memorySource } from '../../reading/memory-source'
import type { ReaderOptions } from '../../reading/reader'

export const SIZE = { width: 640, height: 480 }
const SIZES = new Map([
  ['a.jpg', SIZE],
  ['b.jpg', { width: 100, height: 200 }]
])

export interface ReadDialogues {
  /** `user: what is ‹1›?`, a turn each; `{the dog → 1, 2}` is a phrase, regions are counted by their order. */
  readonly turns: readonly string[]
  readonly titles: readonly (string | null)[]
  readonly regions: readonly ImportRegion[]
  /** Pixels of boxes and points, rounded to two decimals, by region. */
  readonly pixels: readonly (readonly number[])[]
  readonly references: readonly string[]
  readonly said: readonly string[]
  readonly items: readonly ImportItem[]
}

const round = (value: number): number => Math.round(value * 100) / 100 + 0

/** Images `a.jpg` (640 × 480) and `b.jpg` (100 × 200) are there. */
export async function readDialogues(
  format: Format,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: ReaderOptions = {}
): Promise<ReadDialogues> {
  const source = memorySource({ files: new Map(Object.entries(files)), imageSizes: SIZES })
  const items: ImportItem[] = []
  for await (const batch of format.reader?.read(source, options) ?? []) items.push(...batch)
  const regions = items.filter((item) => item.type === 'region')
  const dialogues = items.filter((item) => item.type === 'dialogue')
  const numberOf = new Map(regions.map(({ imageKey, key }, i) => [`${imageKey} ${key}`, i + 1]))
  const spell = (nodes: readonly GroundedNode[], imageKey: string): string =>
    nodes
      .map((node) => {
        if (node.type === 'text') return node.value
        if (node.type === 'raw') return `«${node.value}»`
        const ids = node.regionIds.map((id) => numberOf.get(`${imageKey} ${id}`) ?? '?').join(', ')
        return node.type === 'mention' ? `‹${ids}›` : `{${spell(node.children, imageKey)} → ${ids}}`
      })
      .join('')
  return {
    turns: dialogues.flatMap(({ turns, imageKey }) =>
      turns.map(({ role, children }) => `${role}: ${spell(children, imageKey)}`)
    ),
    titles: dialogues.map(({ title }) => title),
    regions,
    pixels: regions.map(({ shape, imageKey }) => {
      const { width, height } = SIZES.get(imageKey) ?? SIZE
      const numbers: readonly number[] =
        shape.type === 'box' ? [...shape.box] : shape.type === 'point' ? [...shape.point] : []
      return numbers.map((value, i) => round(value * (i % 2 === 0 ? width : height)))
    }),
    references: items.flatMap((item) => (item.type === 'image' ? [item.reference] : [])),
    said: items.flatMap((item) => (item.type === 'issue' ? [`${item.severity} ${item.code}`] : [])),
    items
  }
}

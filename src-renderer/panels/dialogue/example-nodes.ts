/** @file A card's example question as a message. Pure. */
import type { GroundedNode, RegionId } from '../../../src-shared/grounded/nodes'

/** Where a card's example wants a region: `@1`, `[box]`, `<box>`, `[point]`. */
const REGION_SLOT = /@\d+|\[(?:box|point|region)\]|<(?:box|point|region)>/giu

/** Puts the selected regions where the example wants some; a place left over becomes `@`, which offers them. */
export function exampleNodes(example: string, selection: readonly RegionId[]): readonly GroundedNode[] {
  const nodes: GroundedNode[] = []
  const addText = (value: string): void => {
    const last = nodes.at(-1)
    if (last?.type === 'text') nodes[nodes.length - 1] = { type: 'text', value: last.value + value }
    else if (value) nodes.push({ type: 'text', value })
  }
  let end = 0
  let used = 0
  for (const slot of example.matchAll(REGION_SLOT)) {
    addText(example.slice(end, slot.index))
    const id = selection[used]
    if (id) nodes.push({ type: 'mention', regionIds: [id] })
    else addText('@')
    used++
    end = slot.index + slot[0].length
  }
  addText(example.slice(end))
  return nodes
}

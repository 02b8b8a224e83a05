/** @file The words of an answer under way. Its regions have no records yet, so they are drawn as marks. Pure. */
import type { GroundedNode, GroundedText } from '../../../src-shared/grounded/nodes'

/** Words as they are; a region used as a word becomes `▢`, since there is nothing to point at yet. */
export const streamedNodes = (tree: GroundedText): readonly GroundedNode[] => tree.children.map(withoutRegions)

function withoutRegions(node: GroundedNode): GroundedNode {
  if (node.type === 'mention') return { type: 'text', value: '▢'.repeat(node.regionIds.length) }
  if (node.type === 'phrase') return { type: 'phrase', children: node.children.map(withoutRegions), regionIds: [] }
  return node
}

/** @file The words of a tree, for titles, search and captions. Not for models: that is a dialect's `print`. */
import type { GroundedNode, RegionId } from './nodes'

/** Stands for a region used as a word. */
export const MENTION_MARK = '▢'

export function plainText(
  nodes: readonly GroundedNode[],
  wordsOfMention: (regionIds: readonly RegionId[]) => string = () => MENTION_MARK
): string {
  return nodes
    .map((node) => {
      if (node.type === 'phrase') return plainText(node.children, wordsOfMention)
      return node.type === 'mention' ? wordsOfMention(node.regionIds) : node.value
    })
    .join('')
}

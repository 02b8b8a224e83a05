/**
 * @file Walking and rewriting trees. A path is the index of each step from the top: `[2, 0]` is the
 * first child of the third node. Recursion is as deep as the tree; records are bounded (limits.ts).
 */
import type { GroundedNode, RegionId } from './nodes'

export type NodePath = readonly number[]

/** Every node, parents before children, in reading order. */
export function visitNodes(
  nodes: readonly GroundedNode[],
  visit: (node: GroundedNode, path: NodePath) => void,
  parent: NodePath = []
): void {
  nodes.forEach((node, index) => {
    const path = [...parent, index]
    visit(node, path)
    if (node.type === 'phrase') visitNodes(node.children, visit, path)
  })
}

/** Rewrites every node, children before parents; a list result takes the node's place, `[]` removes it. */
export function mapNodes(
  nodes: readonly GroundedNode[],
  map: (node: GroundedNode) => GroundedNode | readonly GroundedNode[]
): readonly GroundedNode[] {
  return nodes.flatMap((node) =>
    map(node.type === 'phrase' ? { ...node, children: mapNodes(node.children, map) } : node)
  )
}

export function nodeAt(nodes: readonly GroundedNode[], path: NodePath): GroundedNode | null {
  const [index, ...rest] = path
  const node = index === undefined ? undefined : nodes[index]
  if (node === undefined) return null
  if (rest.length === 0) return node
  return node.type === 'phrase' ? nodeAt(node.children, rest) : null
}

/** The tree with the node at `path` replaced; unchanged when there is no such node. */
export function replaceNodeAt(
  nodes: readonly GroundedNode[],
  path: NodePath,
  replacement: readonly GroundedNode[]
): readonly GroundedNode[] {
  const [target, ...rest] = path
  return nodes.flatMap((node, index): readonly GroundedNode[] => {
    if (index !== target) return [node]
    if (rest.length === 0) return replacement
    if (node.type !== 'phrase') return [node]
    return [{ ...node, children: replaceNodeAt(node.children, rest, replacement) }]
  })
}

/** Ids in order of first appearance: a phrase's own regions come after those inside its words. */
export function regionIdsOf(nodes: readonly GroundedNode[]): readonly RegionId[] {
  const ids = new Set<RegionId>()
  const collect = (list: readonly GroundedNode[]): void => {
    for (const node of list) {
      if (node.type === 'phrase') collect(node.children)
      if (node.type === 'phrase' || node.type === 'mention') for (const id of node.regionIds) ids.add(id)
    }
  }
  collect(nodes)
  return [...ids]
}

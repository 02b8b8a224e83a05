/** @file Words of an import: region keys of a file become ids of regions. */
import type { ImportTurn } from '../../../src-shared/formats/reading/item'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { mapNodes, visitNodes } from '../../../src-shared/grounded/visit'

export function keysIn(turns: readonly ImportTurn[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { children } of turns) {
    visitNodes(children, (node) => {
      if ('regionIds' in node) for (const key of node.regionIds) keys.add(key)
    })
  }
  return keys
}

/** Keys without a region leave the tree: words stay words, and a mention of nothing goes. */
export function withIds(
  children: readonly GroundedNode[],
  idOf: (key: string) => string | null
): readonly GroundedNode[] {
  return mapNodes(children, (node) => {
    if (!('regionIds' in node)) return node
    const ids = node.regionIds.map(idOf)
    const kept = ids.filter((id) => id !== null)
    if (node.type === 'mention') return kept.length === 0 && ids.length > 0 ? [] : { ...node, regionIds: kept }
    const { roles } = node
    return {
      ...node,
      regionIds: kept,
      ...(roles === undefined ? {} : { roles: roles.filter((_, i) => ids[i] !== null) })
    }
  })
}

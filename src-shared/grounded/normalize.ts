/** @file One tree per meaning: what differs only in how it was put together becomes equal. */
import type { SourceRange } from '../errors'
import type { GroundedNode, GroundedText, RegionId } from './nodes'
import { mapNodes, regionIdsOf } from './visit'

const joined = (a: SourceRange | undefined, b: SourceRange | undefined): { readonly position?: SourceRange } =>
  a !== undefined && b !== undefined && a.end === b.start ? { position: { start: a.start, end: b.end } } : {}

/**
 * Merges adjacent text, drops empty text and mentions of nothing; a phrase without words is a
 * mention. A phrase without regions stays: "no cat" says that there is none. Input is not changed.
 */
export function normalizeNodes(nodes: readonly GroundedNode[]): readonly GroundedNode[] {
  const result: GroundedNode[] = []
  for (const node of nodes) {
    const last = result.at(-1)
    if (node.type === 'text' && last?.type === 'text') {
      const position =
        node.value === '' ? last.position && { position: last.position } : joined(last.position, node.position)
      result[result.length - 1] = { type: 'text', value: last.value + node.value, ...position }
    } else if (node.type === 'text' || node.type === 'raw') {
      if (node.value !== '') result.push(node)
    } else if (node.type === 'mention') {
      if (node.regionIds.length > 0) result.push(node)
    } else {
      const children = normalizeNodes(node.children)
      if (children.length > 0) result.push({ ...node, children })
      else if (node.regionIds.length > 0) {
        const { position } = node
        result.push({ type: 'mention', regionIds: node.regionIds, ...(position === undefined ? {} : { position }) })
      }
    }
  }
  return result
}

/** `normalizeNodes`, and only regions that a node names, in order of first appearance. */
export function normalize(tree: GroundedText): GroundedText {
  const children = normalizeNodes(tree.children)
  const byId = new Map(tree.regions.map((region) => [region.id, region]))
  const regions = regionIdsOf(children).flatMap((id) => byId.get(id) ?? [])
  return { children, regions }
}

/** The same tree with new region ids, given in order of first appearance. */
export function renameRegions(tree: GroundedText, nextId: () => RegionId): GroundedText {
  const names = new Map(regionIdsOf(tree.children).map((id) => [id, nextId()]))
  for (const { id } of tree.regions) if (!names.has(id)) names.set(id, nextId())
  const rename = (id: RegionId): RegionId => names.get(id) ?? id
  return {
    children: mapNodes(tree.children, (node) =>
      node.type === 'phrase' || node.type === 'mention' ? { ...node, regionIds: node.regionIds.map(rename) } : node
    ),
    regions: tree.regions.map((region) => ({ ...region, id: rename(region.id) }))
  }
}

/** The same nodes without source positions, for comparing and for storing. */
export function withoutPositions(nodes: readonly GroundedNode[]): readonly GroundedNode[] {
  return mapNodes(nodes, (node) => {
    if (node.type === 'text') return { type: 'text', value: node.value }
    if (node.type === 'raw') return { type: 'raw', value: node.value, reason: node.reason }
    if (node.type === 'mention') return { type: 'mention', regionIds: node.regionIds }
    const roles = node.roles === undefined ? {} : { roles: node.roles }
    return { type: 'phrase', children: node.children, regionIds: node.regionIds, ...roles }
  })
}
